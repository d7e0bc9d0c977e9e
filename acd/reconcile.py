"""A snapshot of Asterisk against the state: the facts that must have happened unseen."""

from acd.agent import Presence
from acd.call import Stage, stage
from acd.events import (
    AnyEvent,
    CallEnded,
    CallLost,
    DeviceChanged,
    LegEnded,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    MemberResumed,
    MemberSeen,
    PbxSnapshot,
)
from acd.names import LossStage, citizens_leg
from acd.state import State

ENGINE_RESTART = "ENGINE_RESTART"
"""Loss cause of calls that Asterisk's own end cut off; never an abandon."""


def unseen(state: State, snapshot: PbxSnapshot) -> list[AnyEvent]:
    """Return, in order, what must have happened since we last heard Asterisk."""
    return [*_calls(state, snapshot), *_members(state, snapshot)]


def _calls(state: State, snapshot: PbxSnapshot) -> list[AnyEvent]:
    at = snapshot.at
    alive = {leg.leg for leg in snapshot.legs}
    restarted = state.pbx.started_at not in (0, snapshot.started_at)
    facts: list[AnyEvent] = []
    for _, agent in sorted(state.agents.items()):
        busy = agent.presence in (Presence.RINGING, Presence.TALKING)
        if busy and agent.leg not in alive and agent.call is not None and agent.leg is not None:
            facts.append(LegEnded(at=at, call=agent.call, leg=agent.leg))
    for call in sorted(state.calls.values(), key=lambda one: (one.offered_at, one.id)):
        if stage(call) is Stage.ENDED or citizens_leg(call.id) in alive:
            continue
        if restarted and not call.talks:
            facts.append(CallLost(at=at, call=call.id, queue=call.queue, stage=LossStage.SYSTEM, cause=ENGINE_RESTART))
        facts.append(CallEnded(at=at, call=call.id, cause=0))
    return facts


def _members(state: State, snapshot: PbxSnapshot) -> list[AnyEvent]:
    at = snapshot.at
    seen = {(member.agent, member.queue): member for member in snapshot.members}
    facts: list[AnyEvent] = [
        MemberRemoved(at=at, agent=agent.id, queue=queue)
        for _, agent in sorted(state.agents.items())
        for queue in sorted(agent.queues)
        if (agent.id, queue) not in seen or seen[agent.id, queue].interface != agent.interface
    ]
    for member in snapshot.members:
        facts.extend(_member(state, snapshot, member))
    return facts


def _member(state: State, snapshot: PbxSnapshot, member: MemberSeen) -> list[AnyEvent]:
    at, agent = snapshot.at, state.agents.get(member.agent)
    facts: list[AnyEvent] = []
    if agent is None or member.queue not in agent.queues or agent.interface != member.interface:
        facts.append(
            MemberAdded(
                at=at,
                agent=member.agent,
                queue=member.queue,
                interface=member.interface,
                paused=member.paused,
                reason=member.reason,
            )
        )
    elif member.paused and agent.paused != member.reason:
        facts.append(MemberPaused(at=at, agent=member.agent, queue=member.queue, reason=member.reason))
    elif not member.paused and agent.paused is not None:
        facts.append(MemberResumed(at=at, agent=member.agent, queue=member.queue))
    facts.append(DeviceChanged(at=at, agent=member.agent, interface=member.interface, device=member.device))
    return facts
