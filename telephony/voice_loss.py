"""How much of a leg's voice Asterisk thinks it never received: the question, and its answer."""

import re
from typing import Final

from acd.names import LegId
from telephony.actions import Headers
from telephony.ami_protocol import AmiMessage
from telephony.transfer_actions import channel

NEVER_SENT: Final = 30_000
"""More packets than that cannot be lost between two looks: the numbers of the stream went back, and Asterisk counts
them as gone round. Debian's takes what comes then as late when it mixes, and nobody hears it (decision 30)."""
_LOST: Final = re.compile(r"(?:^|;)lp=([0-9]+)")


def ask_lost(leg: LegId) -> Headers:
    """Return the action that asks for it; Asterisk counts anew every five seconds.

    Raises:
        CannotBeAsked: that is no channel's id.

    """
    return (("Action", "Getvar"), ("Channel", channel(leg)), ("Variable", "CHANNEL(rtcp,all)"))


def lost_of(answer: AmiMessage) -> int | None:
    """Return the packets lost since the leg began; None: it has no voice yet."""
    found = _LOST.search(answer.get("Value") or "")
    return None if found is None else int(found[1])
