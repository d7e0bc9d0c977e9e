"""One fold under way: days of the calendar, ticket numbers, time booked to an agent's day, calls forgotten."""

from datetime import date, timedelta

from msgspec.structs import replace

from acd.agent import Presence
from acd.figures import DAY, Tally
from acd.names import Moment, TicketId
from acd.state import State, new_agent
from acd.turn import Turn, civil
from tests.acd.playbook import A1, C1, POLICY, T0, Story, leg_over, offered, paused, resumed

MIDNIGHT = Moment(T0 + 16 * 3_600_000)
"""The end of 2026-11-21 at UTC+8."""


def test_the_calendar_is_python_s_for_every_day_from_1900_to_2200() -> None:
    epoch = date(1970, 1, 1)
    day = date(1900, 1, 1)
    while day.year <= 2200:
        assert civil((day - epoch).days) == (day.year, day.month, day.day)
        day += timedelta(days=1)


def test_tickets_are_numbered_from_one_each_local_day() -> None:
    turn = Turn(State(policy=POLICY))
    assert turn.next_ticket(T0) == TicketId("JT20261121-000001")
    assert turn.next_ticket(Moment(MIDNIGHT - 1)) == TicketId("JT20261121-000002")
    assert turn.next_ticket(MIDNIGHT) == TicketId("JT20261122-000001")


def test_a_late_fact_of_yesterday_takes_today_s_next_number_so_that_none_is_given_twice() -> None:
    turn = Turn(State(policy=POLICY))
    turn.next_ticket(MIDNIGHT)
    assert turn.next_ticket(Moment(MIDNIGHT - 5_000)) == TicketId("JT20261122-000002")


def test_time_is_booked_to_the_presence_it_was_spent_in() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then(10_000)), paused(A1, story.then(0), "acw"))
    story.tell(resumed(A1, story.then(7_000)), paused(A1, story.then(3_000), "meal"), resumed(A1, story.then(60_000)))
    day = story.state.agents[A1].day
    assert (day.answered, day.talk_ms, day.acw_ms) == (1, 10_000, 7_000)
    assert dict(day.not_ready_ms) == {"signed-in": 1_000, "meal": 60_000}


def test_a_spell_over_midnight_gives_the_new_day_only_its_own_part() -> None:
    turn = Turn(State(policy=POLICY))
    since = Moment(MIDNIGHT - 30_000)
    agent = replace(new_agent(A1, "坐席一", since), presence=Presence.NOT_READY, paused="meal", since=since)
    moved = turn.move(agent, Presence.READY, Moment(MIDNIGHT + 20_000))
    assert moved.day.start == MIDNIGHT
    assert moved.day.not_ready_ms["meal"] == 20_000


def test_a_deadline_is_remembered_exactly_as_long_as_the_agent_has_it() -> None:
    turn = Turn(State(policy=POLICY))
    agent = replace(new_agent(A1, "坐席一", T0), until=Moment(T0 + 60_000))
    turn.put_agent(agent)
    turn.put_agent(agent)
    assert sum(map(len, turn.state.deadlines.values())) == 1
    assert turn.state.next_due == T0 + 60_000
    turn.put_agent(replace(agent, until=None))
    assert not turn.state.deadlines


def test_a_forgotten_period_is_not_brought_back_by_the_end_of_an_old_call() -> None:
    story = Story()
    story.tell(offered(C1, story.then()))
    turn = Turn(replace(story.state, intervals=type(story.state.intervals)()))
    turn.count(story.state.calls[C1], Tally(answered=1))
    assert not turn.state.intervals
    assert next(iter(turn.state.days.values())).all.answered == 1


def test_a_call_counts_in_the_interval_and_the_day_in_which_it_arrived() -> None:
    story = Story()
    story.at = Moment(MIDNIGHT - 10_000)
    story.talking()
    story.tell(leg_over(A1, C1, story.then(60_000)))
    ((interval, counted),) = story.state.intervals.items()
    assert interval == MIDNIGHT - 900_000
    assert (counted.all.offered, counted.all.answered) == (1, 1)
    assert list(story.state.days) == [MIDNIGHT - DAY]
