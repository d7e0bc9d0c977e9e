"""Opening and duty hours as people write them, into spans of the week: `mon-fri 09:00-12:00`."""

import re

from acd.directory import Hours
from acd.names import Millis

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VALID = 'write days and a span within one day, for example "mon-fri 09:00-12:00", "daily 08:00-24:00"'

_SPAN = re.compile(r"(?P<days>[a-z,-]+) (?P<from>\d\d:[0-5]\d)-(?P<to>\d\d:[0-5]\d)")
_MINUTE = 60_000
_MIDNIGHT = 24 * 60


def hours_of(text: str) -> tuple[Hours, ...]:
    """Return one span for each of the days that `text` names.

    Raises:
        ValueError: it cannot be read; the text says what is valid.

    """
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(VALID)
    start, end = _minutes(match["from"]), _minutes(match["to"])
    if start >= end:
        raise ValueError("a span ends after it begins; write one past midnight as two, the second from 00:00")
    return tuple(
        Hours(weekday=day, start=Millis(start * _MINUTE), end=Millis(end * _MINUTE)) for day in _days(match["days"])
    )


def _days(text: str) -> list[int]:
    if text == "daily":
        return list(range(len(DAYS)))
    days: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            raise ValueError(f"days are {', '.join(DAYS)}, a range such as mon-fri, or daily")
        begin, end = DAYS.index(first), DAYS.index(last if dash else first)
        if begin > end:
            raise ValueError(f"{part} goes over the week's end; write its days with commas")
        days |= set(range(begin, end + 1))
    return sorted(days)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    total = int(hours) * 60 + int(minutes)
    if total > _MIDNIGHT:
        raise ValueError("a day ends at 24:00")
    return total
