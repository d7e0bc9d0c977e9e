"""The times of a command's options, read as people write them; what is none is refused with the option's name."""

from acd.names import Millis, Moment
from agent_desk.command_errors import CommandRefused
from agent_desk.times import TimeInvalid, moment_of


def moment_option(option: str, text: str, *, now: Moment, utc_offset: Millis) -> Moment:
    """Return the moment that an option names.

    Raises:
        CommandRefused: it is no time.

    """
    try:
        return moment_of(text, now=now, utc_offset=utc_offset)
    except TimeInvalid as error:
        raise CommandRefused(f"{option}: {error}.") from error
