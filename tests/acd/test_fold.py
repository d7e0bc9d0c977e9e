"""The one function: every kind of fact, told twice, for strangers, and a replay that is the same in every process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.effects import OpenTicket, ResumeMember
from acd.events import (
    ActionFailed,
    AgentAnswered,
    AnyEvent,
    CallHeld,
    CallRefused,
    CallRetrieved,
    DeskSeen,
    DeviceChanged,
    HangUpHeard,
    MemberSeen,
    PbxLost,
    PbxSnapshot,
    Started,
    Tick,
)
from acd.fold import fold, next_deadline
from acd.names import AgentId, CallId, LegId, Moment, RequestId
from acd.state import PERIODS_KEPT, State
from tests.acd import facts
from tests.acd.playbook import (
    A1,
    C1,
    C2,
    POLICY,
    T0,
    Story,
    answer,
    call_over,
    leg_over,
    member_added,
    member_seen,
    offered,
    paused,
    removed,
    resumed,
    rung,
)

ROOT = Path(__file__).parents[2]


def test_facts_for_strangers_change_nothing() -> None:
    story = Story()
    call, agent, leg, at = CallId("jt1-9.9"), AgentId("9999"), LegId("l9"), story.then()
    strangers: list[AnyEvent] = [
        rung(agent, call, at),
        answer(agent, call, at),
        leg_over(agent, call, at),
        call_over(call, at),
        CallHeld(at=at, call=call, leg=leg),
        CallRetrieved(at=at, call=call, leg=leg),
        HangUpHeard(at=at, call=call, leg=leg),
        removed(agent, at),
        paused(agent, at, "meal"),
        resumed(agent, at),
        DeviceChanged(at=at, agent=agent, interface="PJSIP/9999-web", device="INUSE"),
        DeskSeen(at=at, agent=agent, connected=False),
        ActionFailed(at=at, request=RequestId("none"), why="no"),
    ]
    story.tell(Tick(at=at))
    before = story.state
    for fact in strangers:
        assert story.tell(fact) == []
    assert story.state is before


def test_the_newest_time_seen_never_goes_back() -> None:
    story = Story()
    story.tell(offered(C1, Moment(T0 + 9_000)), offered(C2, Moment(T0 + 1_000)))
    assert story.state.now == T0 + 9_000


def test_a_call_turned_away_at_the_door_is_counted_and_stands_in_no_rate() -> None:
    story = Story()
    story.tell(CallRefused(at=story.then(), call=C1, number="999", caller="unknown", why="not registered"))
    (day,) = story.state.days.values()
    assert (day.all.refused, day.all.offered) == (1, 0)
    assert not story.state.intervals


def test_a_lost_link_says_since_when_and_why_and_does_not_begin_anew() -> None:
    story = Story()
    lost = story.then()
    story.tell(PbxLost(at=lost, why="closed"), PbxLost(at=story.then(), why="refused"))
    assert (story.state.pbx.up, story.state.pbx.since, story.state.pbx.why) == (False, lost, "refused")


def test_our_own_start_forgets_desks_and_the_link_but_no_call() -> None:
    story = Story()
    story.talking()
    story.tell(DeskSeen(at=story.then(), agent=A1, connected=True), Started(at=story.then(), version="0.1.0"))
    assert not story.state.agents[A1].desk
    assert (story.state.pbx.up, story.state.pbx.why) == (False, "starting")
    assert C1 in story.state.calls


def test_a_tick_before_anything_is_due_changes_nothing() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()))
    before = story.state
    story.tell(Tick(at=story.then()))
    assert story.state is before


def test_the_next_deadline_is_the_end_of_after_call_work_and_then_later() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()))
    end, due = story.at + 60_000, next_deadline(story.state)
    while due is not None and due < end:
        story.tell(Tick(at=due))  # the watchdog looks at what was, and finds nothing
        due = next_deadline(story.state)
    assert due == end
    story.tell(Tick(at=due), resumed(A1, due))
    after = next_deadline(story.state)
    assert after is not None
    assert after > due


def test_a_tick_always_moves_the_next_deadline_on_so_that_the_loop_never_spins() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()))
    for _ in range(50):
        due = next_deadline(story.state)
        assert due is not None
        story.tell(Tick(at=due))
        after = next_deadline(story.state)
        assert after is not None
        assert after > due


def test_old_periods_and_ended_calls_are_forgotten() -> None:
    story = Story()
    story.tell(offered(C1, story.then()), call_over(C1, story.then()))
    for agent in ("6001", "6002", "6003", "6004"):
        at = story.then(PERIODS_KEPT // 2)
        story.tell(member_added(AgentId(agent), at), Tick(at=at))
    assert not story.state.intervals
    assert not story.state.days
    assert not story.state.ended
    assert not story.state.ended_before


@pytest.mark.parametrize("lost", [True, False])
def test_what_logs_tell_again_after_half_a_day_of_silence_is_still_known(lost: bool) -> None:
    """A night without calls, or without the link: reading begins shortly before the newest fact heard."""
    story = Story()
    turned_away = CallRefused(at=story.then(), call=C2, number="12345", caller="13800000001", why="number")
    told = [turned_away, offered(C1, story.then()), call_over(C1, story.then())]
    story.tell(*told)
    if lost:
        story.tell(PbxLost(at=story.then(), why="closed"))
    for _ in range(48):
        story.tell(Tick(at=story.then(900_000)))
    before = story.state.days
    assert story.tell(*told) == []
    assert story.state.days == before


def test_a_call_longer_than_periods_are_kept_leaves_no_negative_count() -> None:
    story = Story()
    story.talking()
    story.tell(Tick(at=story.then(PERIODS_KEPT + 86_400_000)), leg_over(A1, C1, story.at), call_over(C1, story.at))
    assert all(period.all.in_progress >= 0 for period in story.state.days.values())


ANY = st.lists(
    st.integers(0, 120).flatmap(
        lambda seconds: st.one_of(
            facts.of_calls(Moment(T0 + seconds * 1_000)),
            facts.rings(Moment(T0 + seconds * 1_000)),
            facts.of_members(Moment(T0 + seconds * 1_000)),
        )
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_a_day_folded_twice_over_gives_the_same_floor_and_wishes(events: list[AnyEvent]) -> None:
    def run() -> tuple[State, list[object]]:
        state, effects = State(policy=POLICY), list[object]()
        for event in events:
            step = fold(state, event)
            state = step.state
            effects += step.effects
        return state, effects

    assert run() == run()


def unseen_day() -> list[object]:
    """Many agents and calls whose ends come in one snapshot and one Tick: the order of effects is ours to fix."""
    story = Story()
    agents = [AgentId(str(6_000 + number)) for number in range(40)]
    for number, agent in enumerate(agents):
        call = CallId(f"jt1-5.{number}")
        story.tell(member_added(agent, T0, paused=False), offered(call, T0), offered(CallId(f"jt1-6.{number}"), T0))
        story.tell(AgentAnswered(at=T0, call=call, agent=agent, leg=LegId(f"l{agent}"), queue=POLICY.queues[0]))
    story.tell(PbxSnapshot(at=Moment(T0 + 1), started_at=Moment(7), members=members(agents), legs=()))
    story.tell(Tick(at=Moment(T0 + 60_001)))
    return [
        (one.call, one.ticket) if isinstance(one, OpenTicket) else one.agent
        for one in story.effects
        if isinstance(one, OpenTicket | ResumeMember)
    ]


def members(agents: list[AgentId]) -> tuple[MemberSeen, ...]:
    return tuple(
        MemberSeen(
            agent=agent,
            queue=POLICY.queues[0],
            interface=f"PJSIP/{agent}-web",
            paused=False,
            reason="",
            device="INUSE",
        )
        for agent in agents
    )


def test_a_replay_in_another_process_gives_the_same_tickets_in_the_same_order() -> None:
    program = "from tests.acd.test_fold import unseen_day; print(unseen_day())"
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
    assert "JT20261121-000080" in said.pop()


def test_our_own_clock_does_not_move_the_floor_while_asterisk_is_not_heard() -> None:
    """Ours may be an hour ahead when a process starts; nothing would be final, and today another day, for that hour."""
    story = Story()
    story.ready()
    heard = story.state.now
    story.tell(PbxLost(at=story.then(), why="gone"))
    story.tell(Started(at=Moment(heard + 3_600_000), version="x"))
    assert story.state.now == heard
    story.tell(PbxSnapshot(at=story.then(), started_at=Moment(T0 - 1000), members=(member_seen(A1),), legs=()))
    assert story.state.now == story.at
