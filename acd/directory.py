"""Whom a call can be handed on to: the lines of the directory, and whether each is there now."""

from msgspec import Struct

from acd.names import DestinationKey, Millis, Moment, QueueName
from acd.transfer import TransferMode

_DAY = Millis(86_400_000)
_WEEK = Millis(7 * 86_400_000)
_MONDAY = Millis(3 * 86_400_000)
"""1970-01-01 was a Thursday: its week began three days earlier."""


class Hours(Struct, frozen=True, kw_only=True):
    """One span of opening hours, every week."""

    weekday: int
    """0: Monday."""
    start: Millis
    end: Millis
    """Since midnight, local; the end is not in it. 24 h is the end of the day."""


class Destination(Struct, frozen=True, kw_only=True):
    """One line of the directory, as the rules need it."""

    key: DestinationKey
    modes: tuple[TransferMode, ...]
    """What is allowed; the first is what is offered."""
    queue: QueueName | None = None
    """A queue of our own: its agents are the other side. None: it is dialled, or a step of the IVR."""
    ring: Millis = Millis(25_000)
    hours: tuple[Hours, ...] = ()
    """Empty: always open."""
    emergency: bool = False
    connected: bool = True
    """False: its trunk has no address yet; it is shown so, and must not be dialled."""


def is_open(destination: Destination, at: Moment, utc_offset: Millis) -> bool:
    """Whether a destination is open at a moment, by its hours."""
    if not destination.hours:
        return True
    local = (at + utc_offset + _MONDAY) % _WEEK
    weekday, clock = divmod(local, _DAY)
    return any(span.weekday == weekday and span.start <= clock < span.end for span in destination.hours)
