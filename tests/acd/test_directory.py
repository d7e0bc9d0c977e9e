"""Opening hours: by the local week, the end not in it."""

import pytest

from acd.directory import Destination, Hours, is_open
from acd.names import DestinationKey, Millis, Moment
from tests.acd.playbook import T0

HOUR = 3_600_000
DAY = 24 * HOUR
EAST_8 = Millis(8 * HOUR)
SATURDAY_8 = T0
"""2026-11-21 is a Saturday."""


def line(*hours: Hours) -> Destination:
    return Destination(key=DestinationKey("tax"), modes=(), hours=hours)


def span(weekday: int, start: float, end: float) -> Hours:
    return Hours(weekday=weekday, start=Millis(int(start * HOUR)), end=Millis(int(end * HOUR)))


def test_a_line_without_hours_is_always_open():
    assert is_open(line(), SATURDAY_8, EAST_8)


@pytest.mark.parametrize(
    ("after", "expected"),
    [(-1, False), (0, True), (HOUR - 1, True), (HOUR, False), (DAY, False), (7 * DAY, True), (7 * DAY - 1, False)],
)
def test_the_start_is_in_it_and_the_end_is_not(after: int, expected: bool):
    assert is_open(line(span(5, 8, 9)), Moment(SATURDAY_8 + after), EAST_8) is expected


def test_the_week_is_local():
    sunday_midnight = Moment(SATURDAY_8 + 16 * HOUR)
    assert is_open(line(span(6, 0, 1)), sunday_midnight, EAST_8)
    assert not is_open(line(span(6, 0, 1)), sunday_midnight, Millis(0)), "in Greenwich it is still Saturday"
    assert is_open(line(span(5, 16, 17)), sunday_midnight, Millis(0))


def test_a_line_open_round_the_clock_has_no_gap_at_midnight():
    always = line(*(span(day, 0, 24) for day in range(7)))
    assert all(is_open(always, Moment(SATURDAY_8 + hour * HOUR - 1), EAST_8) for hour in range(170))
    assert all(is_open(always, Moment(SATURDAY_8 + hour * HOUR), EAST_8) for hour in range(170))


def test_a_lunch_break_closes_a_line():
    noon = line(span(5, 8, 12), span(5, 14, 17))
    opened = [hour for hour in range(24) if is_open(noon, Moment(SATURDAY_8 + (hour - 8) * HOUR), EAST_8)]
    assert opened == [8, 9, 10, 11, 14, 15, 16]


def test_monday_is_the_first_day():
    assert is_open(line(span(0, 8, 9)), Moment(SATURDAY_8 + 2 * DAY), EAST_8)
    assert is_open(line(span(3, 0, 1)), Moment(0), Millis(0)), "1970-01-01 was a Thursday"
