"""When an Asterisk started: the mark by which a restarted one is known."""

from datetime import UTC, datetime

from acd.names import Moment
from telephony.ami_protocol import AmiMessage


def started_at(core_status: AmiMessage) -> Moment:
    """Return the start as CoreStatus tells it, in whole seconds of Asterisk's own wall clock.

    The zone is not told, so the value only serves to tell one run of Asterisk from another.
    """
    text = f"{core_status['CoreStartupDate']} {core_status['CoreStartupTime']}"
    return Moment(int(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp() * 1000))
