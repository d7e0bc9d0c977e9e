"""One fold under way: the state being built and the effects so far. It lives no longer than one event."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from acd import deadlines, figures
from acd.agent import Agent, Day, Presence, elapsed
from acd.alarms import BELIEVED, contradiction, contradicts_since
from acd.call import Call, involved, talked, unrung_since
from acd.effects import Accept, AnyEffect, Refuse
from acd.figures import Tally
from acd.names import AgentId, CallId, Millis, Moment, RequestId, TicketId
from acd.refusal import Refusal
from acd.state import Period, State, Wish

LOOK_STEP = Millis(1_000)
"""The watchdog goes through all agents: not more often than this."""
_PROVEN = (Presence.RINGING, Presence.TALKING, Presence.OUT)
"""An agent who comes here is no dead member any more."""


class Step(Struct, frozen=True):
    """What one event led to."""

    state: State
    effects: tuple[AnyEffect, ...]


class Turn:
    """The working copy of a state; everything is put back whole."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.effects: list[AnyEffect] = []
        self.touched: dict[AgentId, None] = {}
        """Agents written back, in order: only their requests can have become true."""

    def do(self, *effects: AnyEffect) -> None:
        """Wish for effects, in this order."""
        self.effects.extend(effects)

    def change(self, **changes: Any) -> None:
        """Replace fields of the state."""
        self.state = replace(self.state, **changes)

    def step(self) -> Step:
        """Return the result."""
        return Step(self.state, tuple(self.effects))

    # --- agents ---

    def agent(self, agent: AgentId | None) -> Agent | None:
        """Return an agent; None for strangers."""
        return None if agent is None else self.state.agents.get(agent)

    def put_agent(self, agent: Agent) -> None:
        """Write an agent back; one who is as before is not touched."""
        before = self.state.agents.get(agent.id)
        if agent == before:
            return
        if contradiction(agent) is not None:
            self.look_by(Moment(contradicts_since(agent) + BELIEVED))
        self.change(agents=self.state.agents.set(agent.id, agent))
        self.touched[agent.id] = None
        self._reset(None if before is None else before.until, agent.until, agent.id, deadlines.OWN)
        self._reset(None if before is None else before.give_up, agent.give_up, agent.id, deadlines.GONE)

    def move(self, agent: Agent, to: Presence, at: Moment, **changes: Any) -> Agent:
        """Write `agent` back in presence `to`, booking the time spent in the last one."""
        day = _booked(agent, at, self.state)
        moved = replace(agent, presence=to, since=at, day=day, give_up=None, help_since=None, **changes)
        self.put_agent(moved)
        if to in _PROVEN and (dead := self.state.dead.get(agent.id)) is not None and dead.cleared is None:
            self.change(dead=self.state.dead.set(agent.id, replace(dead, cleared=at)))
        if agent.call is not None and moved.call != agent.call:
            self.forget_if_over(agent.call)
        return moved

    # --- calls ---

    def call(self, call: CallId) -> Call | None:
        """Return a call that is live or being written up; None for others."""
        return self.state.calls.get(call)

    def put_call(self, call: Call) -> None:
        """Write a call back; one that is as before is not touched."""
        state = self.state
        if call == state.calls.get(call.id):
            return
        self.change(calls=state.calls.set(call.id, call))
        since, before = unrung_since(call), state.waiting.get(call.id)
        if since == before:
            return
        if since is None:
            self.change(waiting=state.waiting.delete(call.id))
            return
        self.change(waiting=state.waiting.set(call.id, since))
        if state.policy.dead_member:
            self.look_by(Moment(since + state.policy.dead_member))

    def forget_if_over(self, call_id: CallId) -> None:
        """Drop an ended call that no agent is writing up any more."""
        call = self.call(call_id)
        if call is None or call.ended_at is None:
            return
        if all((agent := self.agent(one)) is None or agent.call != call_id for one in involved(call)):
            self.change(calls=self.state.calls.delete(call_id), ended=self.state.ended.set(call_id, talked(call)))

    def count(self, call: Call, tally: Tally) -> None:
        """Count in the interval and the day in which `call` arrived; in a forgotten one only a new call counts."""
        policy = self.state.policy
        interval = figures.interval_of(call.offered_at, policy.interval)
        day = figures.day_of(call.offered_at, policy.utc_offset)
        if tally.offered or interval in self.state.intervals:
            counted = _added(self.state.intervals.get(interval), call, tally)
            self.change(intervals=self.state.intervals.set(interval, counted))
        if tally.offered or day in self.state.days:
            self.change(days=self.state.days.set(day, _added(self.state.days.get(day), call, tally)))

    # --- wishes and deadlines ---

    def accept(self, agent: AgentId, request: RequestId) -> None:
        """Answer a request with yes."""
        self.do(Accept(agent=agent, request=request))
        self.forget_wish(agent, request)

    def refuse(self, agent: AgentId, request: RequestId, why: Refusal, detail: str = "") -> None:
        """Answer a request with no."""
        self.do(Refuse(agent=agent, request=request, why=why, detail=detail))
        self.forget_wish(agent, request)

    def wish(self, request: RequestId, wish: Wish) -> None:
        """Remember a request until it is fulfilled or its deadline passes."""
        self.change(
            wishes=self.state.wishes.set(request, wish),
            asked=self.state.asked.set(wish.agent, (*self.state.asked.get(wish.agent, ()), request)),
        )
        self._due(wish.deadline, wish.agent, request)

    def forget_wish(self, agent: AgentId, request: RequestId) -> None:
        """Drop a request that has its answer; another agent's of the same name stays."""
        wish = self.state.wishes.get(request)
        if wish is None or wish.agent != agent:
            return
        left = tuple(one for one in self.state.asked[agent] if one != request)
        self.change(
            wishes=self.state.wishes.delete(request),
            asked=self.state.asked.set(agent, left) if left else self.state.asked.delete(agent),
            deadlines=deadlines.drop(self.state.deadlines, (wish.deadline, agent, request)),
        )

    def wake_at(self, moment: Moment) -> None:
        """Ask for a Tick at `moment` at the latest."""
        due = self.state.next_due
        if due is None or moment < due:
            self.change(next_due=moment)

    def look_by(self, moment: Moment) -> None:
        """Let `acd.watchdog` look at the floor at `moment`, rounded up to whole seconds, or earlier."""
        moment = Moment(-(-moment // LOOK_STEP) * LOOK_STEP)
        look = self.state.look_at
        if look is None or moment < look:
            self.change(look_at=moment)
            self.wake_at(moment)

    def _reset(self, old: Moment | None, new: Moment | None, agent: AgentId, what: RequestId) -> None:
        if old is not None and old != new:
            self.change(deadlines=deadlines.drop(self.state.deadlines, (old, agent, what)))
        if new is not None and old != new:
            self._due(new, agent, what)

    def _due(self, deadline: Moment, agent: AgentId, request: RequestId) -> None:
        self.change(deadlines=deadlines.put(self.state.deadlines, (deadline, agent, request)))
        self.wake_at(deadline)

    def next_ticket(self, at: Moment) -> TicketId:
        """Return the next ticket number of the local day: deterministic, so that a replay gives the same."""
        day = figures.day_of(max(at, self.state.ticket_day), self.state.policy.utc_offset)
        count = self.state.ticket_count + 1 if day == self.state.ticket_day else 1
        self.change(ticket_day=day, ticket_count=count)
        year, month, date = civil((day + self.state.policy.utc_offset) // figures.DAY)
        return TicketId(f"JT{year:04d}{month:02d}{date:02d}-{count:06d}")


def _booked(agent: Agent, at: Moment, state: State) -> Day:
    start = figures.day_of(at, state.policy.utc_offset)
    day = agent.day if agent.day.start >= start else Day(start=start)
    spent = min(elapsed(agent, at), max(0, at - start))
    match agent.presence:
        case Presence.TALKING:
            return replace(day, talk_ms=day.talk_ms + spent)
        case Presence.ACW:
            return replace(day, acw_ms=day.acw_ms + spent)
        case Presence.NOT_READY:
            reason = agent.paused or ""
            return replace(day, not_ready_ms=day.not_ready_ms.set(reason, day.not_ready_ms.get(reason, 0) + spent))
        case Presence.OUT | Presence.READY | Presence.RINGING:
            return day


def _added(period: Period | None, call: Call, tally: Tally) -> Period:
    period = period or Period()
    queue = period.by_queue.get(call.queue, Tally())
    return replace(
        period,
        all=figures.add(period.all, tally),
        by_queue=period.by_queue.set(call.queue, figures.add(queue, tally)),
    )


def civil(day: int) -> tuple[int, int, int]:
    """Return year, month and day of the month of a day counted from 1970-01-01 (Gregorian, exact for all days)."""
    shifted = day + 719_468
    era, rest = divmod(shifted, 146_097)
    year_of_era = (rest - rest // 1_460 + rest // 36_524 - rest // 146_096) // 365
    day_of_year = rest - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted_month = (5 * day_of_year + 2) // 153
    month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    return year, month, day_of_year - (153 * shifted_month + 2) // 5 + 1
