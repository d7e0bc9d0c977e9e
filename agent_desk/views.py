"""What boards and desks show, as questions about a State; pure."""

from collections.abc import Iterable

from immutables import Map

from acd import figures
from acd.agent import Agent, Presence, reason_shown
from acd.call import Call, Stage, answered_at, queue_now, ringing, stage, stage_since, waiting_since
from acd.figures import MEASURES, Tally
from acd.names import AgentId, CallId, Moment, QueueName
from acd.provisional import final_to
from acd.state import Period, State
from agent_desk.alarms import alarms_of_desk
from agent_desk.directory_view import Directory, far_lines
from agent_desk.supervision_view import forced_view, watch_view
from agent_desk.transfer_view import handing, last_transfer, passed, transfer_view
from agent_desk.wire_transfers import DirectoryLine
from agent_desk.wire_views import (
    AgentTile,
    Alarm,
    Board,
    CallLine,
    DeskCall,
    DeskView,
    FigureBlock,
    IntervalBar,
    Me,
    QueueGlance,
    QueueLine,
    Rate,
    SystemState,
)
from core.callers import mask

_MINUTE = 60_000
_WAITING = (Stage.QUEUE, Stage.RINGING)


class Waiting:
    """Who waits in each queue, looked up once for all desks: the calls are gone through only when they changed."""

    def __init__(self) -> None:
        self._calls: Map[CallId, Call] | None = None
        self._since: dict[QueueName, list[Moment]] = {}
        self.directory = Directory()
        """Rests on who waits, and is shared in the same way."""

    def since(self, state: State) -> dict[QueueName, list[Moment]]:
        """Return since when each caller waits, by queue."""
        if state.calls is not self._calls:
            self._calls, self._since = state.calls, _waiting(state.calls.values())
        return self._since


def board(state: State, event_age_ms: int | None, alarms: dict[str, Alarm]) -> Board:
    """Return what a wallboard shows."""
    live = [call for call in state.calls.values() if call.ended_at is None]
    today = figures.day_of(state.now, state.policy.utc_offset)
    final = _final_to(state)
    return Board(
        agents={agent.id: _tile(state, agent) for agent in state.agents.values() if agent.presence is not Presence.OUT},
        queues=_queues(state, live, state.days.get(today, Period())),
        calls={call.id: _line(call) for call in live},
        figures={
            "today": _block(today, state.days.get(today, Period()).all, final),
            "rolling24h": _rolling(state, final),
        },
        intervals={
            str(start): _bar(start, period.all, final=start + state.policy.interval <= final)
            for start, period in state.intervals.items()
            if start >= today
        },
        system={"system": system(state, event_age_ms)},
        lines=far_lines(state),
        alarms=alarms,
    )


def desk(
    state: State, agent_id: AgentId, event_age_ms: int | None, alarms: dict[str, Alarm], waiting: Waiting
) -> DeskView:
    """Return what the desk of one agent shows; messages are not the floor's, and are put onto it by who keeps them."""
    agent = state.agents.get(agent_id)
    call = state.calls.get(agent.call) if agent is not None and agent.call is not None else None
    return DeskView(
        me={} if agent is None else {"me": _me(state, agent)},
        watch=watch_view(state, agent_id),
        call={} if call is None or agent is None else {"call": _desk_call(state, call, agent)},
        queue={"queue": _glance(state, agent, waiting.since(state))},
        system={"system": system(state, event_age_ms)},
        directory=_directory(state, agent, waiting),
        messages={},
        alarms=alarms_of_desk(alarms, agent_id),
    )


def system(state: State, event_age_ms: int | None) -> SystemState:
    """Return whether what is shown can be believed; the event's age in whole 100 ms, so that it seldom changes."""
    return SystemState(
        pbx="up" if state.pbx.up else "lost",
        since=state.pbx.since,
        why=state.pbx.why,
        event_age_ms=None if event_age_ms is None else event_age_ms // 100 * 100,
        node=state.policy.node,
    )


def _final_to(state: State) -> Moment:
    """Return until when the figures are final, in whole minutes, so that not every fact changes every figure."""
    return Moment(final_to(state) // _MINUTE * _MINUTE)


def _tile(state: State, agent: Agent) -> AgentTile:
    call = state.calls.get(agent.call) if agent.call is not None else None
    forced = forced_view(agent)
    return AgentTile(
        agent=agent.id,
        name=agent.name,
        presence=agent.presence,
        since=agent.since,
        reason=reason_shown(agent),
        forced_by=None if forced is None else forced.by,
        until=agent.until if agent.presence is Presence.ACW else None,
        held_since=None if call is None else call.held_since,
        help_since=agent.help_since,
        call=agent.call,
        number=None if call is None else call.number,
        device=agent.device,
        desk=agent.desk,
        queues=tuple(sorted(agent.queues)),
    )


def _line(call: Call) -> CallLine:
    ring = ringing(call)
    agent = call.talks[-1].agent if stage(call) is Stage.TALKING else (ring.agent if ring else None)
    return CallLine(
        call=call.id,
        number=call.number,
        caller=mask(call.caller),
        queue=queue_now(call),
        stage=stage(call),
        since=stage_since(call),
        agent=agent,
        handing=handing(call),
    )


def _queues(state: State, live: Iterable[Call], today: Period) -> dict[str, QueueLine]:
    waiting = _waiting(live)
    signed_in: dict[QueueName, int] = {}
    ready: dict[QueueName, int] = {}
    for agent in state.agents.values():
        for queue in agent.queues:
            signed_in[queue] = signed_in.get(queue, 0) + 1
            ready[queue] = ready.get(queue, 0) + (agent.presence is Presence.READY)
    return {
        queue: _queue(queue, waiting.get(queue, []), ready.get(queue, 0), signed_in.get(queue, 0), tally)
        for queue in state.policy.queues
        for tally in (today.by_queue.get(queue, Tally()),)
    }


def _queue(queue: QueueName, waiting: list[Moment], ready: int, signed_in: int, tally: Tally) -> QueueLine:
    return QueueLine(
        queue=queue,
        waiting=len(waiting),
        longest_since=min(waiting, default=None),
        ready=ready,
        signed_in=signed_in,
        requested=tally.requested,
        answered=tally.answered,
        answered_in=tally.answered_in,
        lost=tally.lost,
    )


def _rolling(state: State, final: Moment) -> FigureBlock:
    since = figures.interval_of(Moment(state.now - figures.DAY + state.policy.interval), state.policy.interval)
    total = Tally()
    for start, period in state.intervals.items():
        if start >= since:
            total = figures.add(total, period.all)
    return _block(since, total, final)


def _bar(start: Moment, tally: Tally, *, final: bool) -> IntervalBar:
    return IntervalBar(start=start, offered=tally.offered, answered=tally.answered, lost=tally.lost, final=final)


def _block(since: Moment, tally: Tally, final: Moment) -> FigureBlock:
    return FigureBlock(
        since=since,
        offered=tally.offered,
        requested=tally.requested,
        answered=tally.answered,
        answered_in=tally.answered_in,
        lost=tally.lost,
        lost_ivr=tally.lost_ivr,
        lost_queue=tally.lost_queue,
        lost_ring=tally.lost_ring,
        lost_overflow=tally.lost_overflow,
        lost_system=tally.lost_system,
        in_progress=tally.in_progress,
        refused=tally.refused,
        avg_wait_ms=tally.wait_answered_ms // tally.answered if tally.answered else None,
        avg_talk_ms=tally.talk_ms // tally.talks_ended if tally.talks_ended else None,
        rates=tuple(_rates(tally)),
        final_to=final,
    )


def _rates(tally: Tally) -> Iterable[Rate]:
    for measure in MEASURES:
        numerator, denominator = figures.counts(measure, tally)
        yield Rate(
            key=measure.key,
            numerator=numerator,
            denominator=denominator,
            percent=figures.percent(numerator, denominator),
        )


def _me(state: State, agent: Agent) -> Me:
    today = figures.day_of(state.now, state.policy.utc_offset)
    day = agent.day if agent.day.start >= today else None
    return Me(
        agent=agent.id,
        name=agent.name,
        presence=agent.presence,
        since=agent.since,
        reason=reason_shown(agent),
        until=agent.until if agent.presence is Presence.ACW else None,
        help_since=agent.help_since,
        next_reason=agent.next_reason,
        forced=forced_view(agent),
        phone=agent.phone,
        device=agent.device,
        queues=tuple(sorted(agent.queues)),
        answered_today=day.answered if day else 0,
        talk_ms_today=day.talk_ms if day else 0,
        acw_ms_today=day.acw_ms if day else 0,
        not_ready_ms_today=dict(day.not_ready_ms) if day else {},
    )


def _desk_call(state: State, call: Call, agent: Agent) -> DeskCall:
    ring = next((ring for ring in reversed(call.rings) if ring.agent == agent.id), None)
    third = next((one for one in reversed(call.transfers) if one.third_agent == agent.id), None)
    return DeskCall(
        call=call.id,
        number=call.number,
        caller=call.caller,
        queue=queue_now(call),
        stage=_own_stage(call, agent),
        offered_at=call.offered_at,
        queued_at=call.queued_at,
        ring_since=ring.at if ring is not None else third.rung_at if third is not None else None,
        answered_at=third.answered_at if ring is None and third is not None else answered_at(call),
        held_since=call.held_since,
        ended_at=call.ended_at or (agent.since if agent.presence is Presence.ACW else None),
        ticket=call.ticket,
        saved=call.saved,
        transfer=transfer_view(call, agent.id),
        last_transfer=last_transfer(call, agent.id),
        passed=passed(call, agent.id, state.policy),
        came_from=call.came_from,
        reference=call.reference,
    )


def _own_stage(call: Call, agent: Agent) -> Stage:
    """Where the call is for this agent: one that was passed on is over for one and rings at another."""
    if agent.presence is Presence.ACW:
        return Stage.ENDED
    return Stage.RINGING if agent.presence is Presence.RINGING and call.ended_at is None else stage(call)


def _directory(state: State, agent: Agent | None, waiting: Waiting) -> dict[str, DirectoryLine]:
    if agent is None or agent.presence is not Presence.TALKING:
        return {}
    return waiting.directory.lines(state, waiting.since(state))


def _waiting(calls: Iterable[Call]) -> dict[QueueName, list[Moment]]:
    since: dict[QueueName, list[Moment]] = {}
    for call in calls:
        if stage(call) in _WAITING:
            since.setdefault(queue_now(call), []).append(waiting_since(call))
    return since


def _glance(state: State, agent: Agent | None, since: dict[QueueName, list[Moment]]) -> QueueGlance:
    queues = agent.queues if agent is not None and agent.queues else state.policy.queues
    mine = [moment for queue in queues for moment in since.get(queue, ())]
    return QueueGlance(waiting=len(mine), longest_since=min(mine, default=None))
