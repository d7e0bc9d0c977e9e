"""Times as people and scripts write them, into Moments."""

from datetime import UTC, datetime, timedelta, timezone

from acd.figures import day_of
from acd.names import Millis, Moment


class TimeInvalid(ValueError):
    """A time that cannot be read; the text says what would be valid."""


def moment_of(text: str, *, now: Moment, utc_offset: Millis) -> Moment:
    """Return the moment a person means.

    Args:
        text: `today`, epoch milliseconds (13 digits) or seconds (10), or an ISO 8601 date or time; without a zone it
            is the hotline's local time.

    Raises:
        TimeInvalid: none of these.

    """
    if text == "today":
        return day_of(now, utc_offset)
    if text.isdigit() and len(text) in (10, 13):
        return Moment(int(text) * (1000 if len(text) == 10 else 1))
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise TimeInvalid(
            f"{text!r} is no time: write 2026-11-21T08:30, 2026-11-21T00:30Z, epoch milliseconds, or today"
        ) from error
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=timezone(timedelta(milliseconds=utc_offset)))
    # Taken apart rather than moved to UTC: the first and the last day of the calendar have no UTC.
    offset = parsed.utcoffset() or timedelta()
    since = parsed.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC) - offset
    return Moment(since // timedelta(milliseconds=1))
