"""A moment as people at the hotline read it: in their own time."""

from datetime import UTC, datetime, timedelta, timezone

from acd.names import Millis, Moment


def local_time(at: Moment, utc_offset: Millis) -> datetime:
    """Return a moment in the hotline's time zone, to the millisecond."""
    zone = timezone(timedelta(milliseconds=utc_offset))
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).astimezone(zone)
