"""A snapshot of Asterisk against the state: the facts that must have happened unseen."""

from collections.abc import Iterable

from acd.agent import Agent, Presence
from acd.call import Call
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
    PbxRestarted,
    PbxSnapshot,
)
from acd.names import LossStage, Moment, citizens_leg
from acd.state import State

_ON_A_CALL = (Presence.RINGING, Presence.TALKING)
ENGINE_RESTART = "ENGINE_RESTART"
"""Loss cause of calls that Asterisk's own end cut off; never an abandon."""


def unseen(state: State, snapshot: PbxSnapshot) -> list[AnyEvent]:
    """Return, in order, what must have happened since we last heard Asterisk."""
    return [*calls_over(state, snapshot), *members_changed(state, snapshot)]


def restarted(state: State, snapshot: PbxSnapshot) -> bool:
    """Whether this is another run of Asterisk than the one heard before."""
    return state.pbx.started_at not in (0, snapshot.started_at)


def alive_until(state: State, by: Moment) -> Moment:
    """Return when an Asterisk that runs anew at `by` was surely up last: what it cut off, ended then.

    It is the newest of what it told, on the link or in its logs, and of the loss of the link: a connection breaks when
    its process dies. It is never after `by`, so no second in which Asterisk was dead counts as talk; it may be some
    seconds early where nobody was connected, and up to `telephony.link.DEAD_AFTER_SECONDS` late where the network
    swallowed the end of the connection.
    """
    return min(by, max(state.heard_at, state.pbx.heard_until))


def cut_off(state: State, restart: PbxRestarted) -> list[AnyEvent]:
    """Return how the calls ended that ran when Asterisk died before `restart`."""
    gone = [call for call in state.calls.values() if call.ended_at is None and call.offered_at < restart.at]
    ids = {call.id for call in gone}
    busy = [agent for agent in state.agents.values() if agent.presence in _ON_A_CALL and agent.call in ids]
    return _over(gone, busy, alive_until(state, restart.at), cut=True)


def calls_over(state: State, snapshot: PbxSnapshot) -> list[AnyEvent]:
    """Return how the calls ended whose channels are gone."""
    alive = {leg.leg for leg in snapshot.legs}
    cut = restarted(state, snapshot)
    at = alive_until(state, snapshot.at) if cut else snapshot.at
    gone = [call for call in state.calls.values() if call.ended_at is None and citizens_leg(call.id) not in alive]
    thirds = [
        LegEnded(at=at, call=call.id, leg=one.third)
        for _, call in sorted(state.calls.items())
        for one in call.transfers
        if one.third is not None and one.rung_at is not None and one.third not in alive
        if one.third_left_at is None and (one.answered_at is not None or one.result is None)
    ]
    busy = [agent for agent in state.agents.values() if agent.presence in _ON_A_CALL and agent.leg not in alive]
    thirds += [
        LegEnded(at=at, call=watch.call, leg=watch.leg)
        for _, watch in sorted(state.watches.items())
        if watch.leg not in alive
    ]
    return [*thirds, *_over(gone, busy, at, cut=cut)]


def _over(gone: Iterable[Call], busy: Iterable[Agent], at: Moment, *, cut: bool) -> list[AnyEvent]:
    """Return the ends of calls, after those of the legs of agents; others of the same call may be there still."""
    facts: list[AnyEvent] = [
        LegEnded(at=at, call=agent.call, leg=agent.leg)
        for agent in sorted(busy, key=lambda one: one.id)
        if agent.call is not None and agent.leg is not None
    ]
    for call in sorted(gone, key=lambda one: (one.offered_at, one.id)):
        end = max(at, call.offered_at)
        if cut and not call.talks:
            facts.append(CallLost(at=end, call=call.id, queue=call.queue, stage=LossStage.SYSTEM, cause=ENGINE_RESTART))
        facts.append(CallEnded(at=end, call=call.id, cause=0))
    return facts


def members_changed(state: State, snapshot: PbxSnapshot) -> list[AnyEvent]:
    """Return what became of members and of their telephones."""
    at = snapshot.at
    seen = {(member.agent, member.queue): member for member in snapshot.members}
    facts: list[AnyEvent] = [
        MemberRemoved(at=at, agent=agent.id, queue=queue)
        for _, agent in sorted(state.agents.items())
        for queue in sorted(agent.queues)
        if (agent.id, queue) not in seen or agent.interface not in (None, seen[agent.id, queue].interface)
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
