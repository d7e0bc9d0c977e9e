"""Days on which offices work, as the State Council's yearly notice has them, and when something is due. Pure."""

from datetime import date, timedelta

from msgspec import Struct

from acd.names import Millis, Moment

_DAY = 86_400_000
_EPOCH = date(1970, 1, 1)
_SATURDAY = 5
_AHEAD = timedelta(days=31)
"""So long before a year begins its days are known, and dates that are due may lie in it."""


class WorkingDays(Struct, frozen=True, kw_only=True):
    """What the notice changes of the ordinary week, Monday to Friday."""

    holidays: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()
    """Days at weekends on which offices work for a long holiday (调休)."""

    def works(self, day: date) -> bool:
        """Whether offices work on a day."""
        return day in self.made_up or (day.weekday() < _SATURDAY and day not in self.holidays)


def due_day(asked: date, days: int, calendar: WorkingDays | None) -> date:
    """Return the last day for an answer; the day on which it was asked for is not counted.

    Args:
        days: at least 1.
        calendar: None: every day counts.

    """
    day = asked
    while days > 0:
        day += timedelta(days=1)
        days -= calendar is None or calendar.works(day)
    return day


def year_without_days(calendar: WorkingDays, today: date) -> int | None:
    """Return the year, this or the coming one, for which the calendar has no holiday though it should; None: it has."""
    years = {day.year for day in calendar.holidays}
    return next((year for year in (today.year, (today + _AHEAD).year) if year not in years), None)


def day_at(at: Moment, utc_offset: Millis) -> date:
    """Return the local day of a moment."""
    return _EPOCH + timedelta(days=(at + utc_offset) // _DAY)


def end_of(day: date, utc_offset: Millis) -> Moment:
    """Return the last millisecond of a local day: what comes then is still in time."""
    return Moment(((day - _EPOCH).days + 1) * _DAY - utc_offset - 1)
