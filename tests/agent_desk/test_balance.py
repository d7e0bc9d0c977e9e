"""Sums over two books: balance at every instant, and figures that are the same in every interval and queue."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.names import LossStage, Millis, Moment, QueueName
from agent_desk.balance import Figures, Line, Side, Sweep, settled
from agent_desk.comparison import Difference
from tests.agent_desk.two_books import PERIOD

NOON = 1_795_233_600_000
UNTIL = Moment(NOON + 10_000_000)
RULE = PERIOD.rule


def line(**changes: Any) -> Line:
    """A call that waited 4 s from its queueing, talked 20 s and is over."""
    values: dict[str, Any] = {
        "queue": QueueName("hotline"),
        "offered_at": NOON,
        "requested_at": NOON + 4_000,
        "queued_at": NOON + 4_000,
        "answered_at": NOON + 8_000,
        "ended_at": NOON + 28_000,
        "talk_ms": 20_000,
        "loss_stage": None,
    }
    return Line(**(values | changes))


def lost(**changes: Any) -> Line:
    return line(**({"answered_at": None, "talk_ms": 0, "loss_stage": LossStage.QUEUE_ABANDON} | changes))


def swept(*lines: Line, side: Side = Side.OURS, until: Moment = UNTIL) -> tuple[int, list[Difference]]:
    sweep = Sweep(until)
    for one in lines:
        sweep.add(side, one)
    found = list(sweep.differences(RULE))
    return sweep.instants, found


def test_calls_answered_lost_and_waiting_balance_at_every_instant() -> None:
    waiting = line(answered_at=None, ended_at=None)
    assert swept(line(), lost(ended_at=NOON + 9_000), waiting) == (3, [])


def test_instants_of_both_books_are_weighed() -> None:
    sweep = Sweep(UNTIL)
    sweep.add(Side.OURS, line())
    sweep.add(Side.THEIRS, line(offered_at=NOON - 1))
    assert list(sweep.differences(RULE)) == []
    assert sweep.instants == 3


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        (lost(loss_stage=None), NOON + 28_000),
        (line(loss_stage=LossStage.QUEUE_ABANDON), NOON + 28_000),
        (line(answered_at=NOON - 5), NOON - 5),
        (lost(ended_at=NOON - 5), NOON - 5),
    ],
    ids=["ended as nothing", "answered and lost", "answered before offered", "lost before offered"],
)
@pytest.mark.parametrize("side", Side)
def test_a_book_that_does_not_balance_is_told_with_its_instant(wrong: Line, at: int, side: Side) -> None:
    _, found = swept(wrong, side=side)
    assert RULE.shown(Moment(at)) in found[0].field
    assert ("ours" in found[0].field) == (side is Side.OURS)
    assert "offered" in (found[0].ours if side is Side.OURS else found[0].theirs)


def test_one_wrong_call_is_told_once_and_not_at_every_later_instant() -> None:
    later = [line(offered_at=NOON + n, ended_at=NOON + 40_000 + n) for n in range(50)]
    assert len(swept(lost(loss_stage=None), *later)[1]) == 1


def test_nothing_from_the_end_on_is_weighed() -> None:
    assert swept(lost(loss_stage=None), until=Moment(NOON + 28_000)) == (1, [])


def test_hours_are_one_after_the_other() -> None:
    assert swept(line(ended_at=NOON + 9_000_000), lost(offered_at=NOON - 9_000_000))[1] == []


@given(
    st.lists(
        st.tuples(
            st.integers(0, 9_000_000),
            st.integers(0, 900_000),
            st.integers(0, 90_000),
            st.sampled_from([None, *LossStage]),
            st.booleans(),
        )
    )
)
def test_whatever_calls_are_right_balance(calls: list[tuple[int, int, int, LossStage | None, bool]]) -> None:
    lines = []
    for offered, wait, talk, stage, over in calls:
        out = NOON + offered + wait
        if stage is not None:
            lines.append(lost(offered_at=NOON + offered, ended_at=out, loss_stage=stage))
        else:
            end = out + talk if over else None
            lines.append(line(offered_at=NOON + offered, answered_at=out, ended_at=end))
    assert swept(*lines)[1] == []


def figured(ours: list[Line], theirs: list[Line]) -> dict[str, Difference]:
    figures = Figures(Millis(900_000), Millis(15_000))
    for one in ours:
        figures.add(Side.OURS, one)
    for one in theirs:
        figures.add(Side.THEIRS, one)
    return {one.field.split()[0]: one for one in figures.differences(RULE)}


def test_the_same_calls_give_the_same_figures() -> None:
    calls = [line(), lost(), lost(loss_stage=LossStage.IVR_ABANDON, requested_at=None, queued_at=None)]
    assert figured(calls, calls[::-1]) == {}


def test_a_call_less_is_seen_in_its_interval_and_queue() -> None:
    found = figured([line()], [line(), line()])
    assert set(found) == {
        "offered",
        "requested",
        "answered",
        "answered_in",
        "wait_answered_ms",
        "talk_ms",
        "talks_ended",
    }
    assert found["offered"].field == "offered of hotline in the interval from 2026-11-21 12:00:00.000+08:00"
    assert (found["offered"].ours, found["offered"].theirs) == ("1", "2")


def test_another_queue_or_interval_is_another_figure() -> None:
    assert set(figured([line()], [line(queue=QueueName("law"))])) >= {"offered", "answered"}
    assert set(figured([line()], [line(offered_at=NOON + 900_000)])) >= {"offered", "answered"}


def test_sums_of_times_may_differ_by_the_tolerance_for_each_call() -> None:
    assert figured([line()], [line(talk_ms=20_100, answered_at=NOON + 8_090)]) == {}
    assert set(figured([line()], [line(talk_ms=20_101)])) == {"talk_ms"}


def test_late_answers_and_early_losses_count_apart() -> None:
    found = figured([line(answered_at=NOON + 19_001)], [line()])
    assert "answered_in" in found
    assert "lost_in" in figured([lost(ended_at=NOON + 19_001)], [lost(ended_at=NOON + 19_000)])


def test_two_readings_of_one_moment_do_not_count_on_two_sides_of_an_edge() -> None:
    ours, theirs = line(answered_at=NOON + 19_000), line(answered_at=NOON + 19_001, offered_at=NOON - 1)
    assert set(figured([ours], [theirs])) > {"answered_in"}
    assert figured([ours], [settled(ours, theirs, Millis(100))]) == {}
    apart = settled(ours, line(answered_at=NOON + 19_101), Millis(100))
    assert apart.answered_at == NOON + 19_101
