"""Which days offices work, and when something is due."""

from datetime import date

import pytest

from acd.names import Millis, Moment
from core.working_days import WorkingDays, day_at, due_day, end_of, year_without_days
from tests.core.samples import NOON

CHINA = Millis(8 * 3_600_000)
NATIONAL_DAY = WorkingDays(
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    made_up=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
    ],
)
def test_holidays_are_free_and_made_up_weekends_are_not(day: date, works: bool) -> None:
    assert NATIONAL_DAY.works(day) is works


@pytest.mark.parametrize(
    ("asked", "days", "due"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 10, 9), 2, date(2026, 10, 12)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
    ],
)
def test_working_days_leave_out_the_day_of_the_asking_and_what_is_free(asked: date, days: int, due: date) -> None:
    assert due_day(asked, days, NATIONAL_DAY) == due


def test_without_a_calendar_every_day_counts() -> None:
    assert due_day(date(2026, 9, 30), 3, None) == date(2026, 10, 3)


def test_a_day_ends_at_local_midnight() -> None:
    day = date(2026, 11, 21)
    assert day_at(NOON, CHINA) == day
    end = end_of(day, CHINA)
    assert end == NOON + 12 * 3_600_000 - 1
    assert day_at(end, CHINA) == day
    assert day_at(Moment(end + 1), CHINA) == date(2026, 11, 22)
    assert day_at(Moment(0), Millis(-1)) == date(1969, 12, 31)


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2025, 12, 31), 2025),
        (date(2026, 1, 1), None),
        (date(2026, 11, 30), None),
        (date(2026, 12, 1), 2027),
        (date(2027, 5, 1), 2027),
    ],
)
def test_a_year_whose_days_are_missing_is_named_a_month_before(today: date, missing: int | None) -> None:
    assert year_without_days(NATIONAL_DAY, today) == missing
