"""Laws of the floor that several tests assert: the mirror law, balanced counts, one answer; and an obeying Asterisk."""

from collections import Counter
from collections.abc import Iterable

from immutables import Map

from acd.agent import Presence
from acd.call import Stage, stage
from acd.effects import (
    Accept,
    AddMember,
    AnyEffect,
    HangUpLeg,
    OpenTicket,
    PauseMember,
    Refuse,
    RemoveMember,
    ResumeMember,
    RingBack,
)
from acd.events import (
    AnyEvent,
    CallEnded,
    LegEnded,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    MemberResumed,
    PbxSnapshot,
)
from acd.figures import Tally
from acd.names import AgentId, CallId, Moment, RequestId, citizens_leg
from acd.state import Period, State
from acd.turn import Step
from tests.acd.facts import QUEUES


def agrees_with(state: State, snapshot: PbxSnapshot) -> None:
    """Assert that members, pauses, telephones and calls are those of the snapshot."""
    queues = {(one.agent, one.queue) for one in snapshot.members}
    doubts = [doubt for one in state.returning.values() for doubt in one.doubts]
    gone = {(one.agent, one.queue) for one in doubts if isinstance(one, MemberRemoved)}
    assert {(agent.id, queue) for agent in state.agents.values() for queue in agent.queues} - gone == queues
    for member in snapshot.members:
        agent = state.agents[member.agent]
        assert agent.interface == member.interface
        said = member.reason if member.paused else None
        assert agent.paused == said or agent.id in state.returning
        assert agent.device == member.device
    alive = {leg.leg for leg in snapshot.legs}
    assert all(call.ended_at is not None or citizens_leg(call.id) in alive for call in state.calls.values())
    for agent in state.agents.values():
        assert agent.presence not in (Presence.RINGING, Presence.TALKING) or agent.leg in alive
    assert state.pbx.up
    assert state.pbx.started_at == snapshot.started_at


def balanced(tally: Tally) -> None:
    """offered = answered + lost + in progress, and within it A15 <= A <= R <= V."""
    assert tally.offered == tally.answered + tally.lost + tally.in_progress
    assert tally.answered_in <= tally.answered <= tally.requested <= tally.offered
    assert tally.in_progress >= 0
    assert tally.lost_in <= min(tally.lost, tally.requested - tally.answered)
    assert tally.talks_ended <= tally.answered


def in_progress(periods: Map[Moment, Period]) -> dict[tuple[Moment, str], int]:
    return {
        (start, queue): tally.in_progress
        for start, period in periods.items()
        for queue, tally in period.by_queue.items()
        if tally.in_progress
    }


def rung_back(effects: Iterable[AnyEffect]) -> list[CallId]:
    """Return the calls whose callers are to be rung back: nobody answered them, or nobody did again."""
    owed = [one.call for one in effects if isinstance(one, RingBack)]
    return owed + [one.call for one in effects if isinstance(one, OpenTicket) and one.missed]


def who_waited_is_rung_back(before: State, step: Step) -> None:
    """Whoever's call ended while they waited is to be rung back, answered before or not, and nobody else is."""
    live = [call for call in before.calls.values() if call.ended_at is None]
    after = step.state.calls
    over = [call for call in live if call.id not in after or after[call.id].ended_at is not None]
    assert sorted(rung_back(step.effects)) == sorted(call.id for call in over if stage(call) is not Stage.TALKING)


def answers_in(effects: list[AnyEffect]) -> Counter[tuple[AgentId, RequestId]]:
    return Counter((one.agent, one.request) for one in effects if isinstance(one, Accept | Refuse))


def obeyed(effect: AnyEffect | None, at: Moment) -> list[AnyEvent]:
    """Return what Asterisk would tell after doing as it was asked."""
    match effect:
        case AddMember(agent=agent, interface=interface, queues=queues, reason=reason):
            return [
                MemberAdded(
                    at=at, agent=agent, queue=queue, interface=interface, paused=reason is not None, reason=reason or ""
                )
                for queue in queues
            ]
        case RemoveMember(agent=agent, queues=queues):
            return [MemberRemoved(at=at, agent=agent, queue=queue) for queue in queues]
        case PauseMember(agent=agent, reason=reason):
            return [MemberPaused(at=at, agent=agent, queue=queue, reason=reason) for queue in QUEUES]
        case ResumeMember(agent=agent):
            return [MemberResumed(at=at, agent=agent, queue=queue) for queue in QUEUES]
        case HangUpLeg(leg=leg):
            call = CallId(leg.rsplit("-", 2)[0])
            return [LegEnded(at=at, call=call, leg=leg), CallEnded(at=at, call=call, cause=16)]
        case _:
            return []
