"""The legs on which the other side of a transfer is rung: which they are, what the end of one unanswered means."""

import re
from typing import Final

from acd.names import AgentId, CallId, LegId, RingResult, citizens_leg, is_third_leg, phone_of

_REJECTED: Final = frozenset({17, 21})
_NO_ANSWER: Final = frozenset({0, 18, 19})
"""0: the dialplan's own patience ended."""
_CANCELLED: Final = frozenset({16, 26, 44})
"""44: what ends here with the cause of lost media never had any, so it is we who hung it up."""


_CITIZENS: Final = ("PJSIP/trunk", "PJSIP/citizen-web")
"""Endpoints that only ring in (asterisk/pjsip.conf.in)."""


_OURS: Final = re.compile(r"(.+)-(?:t[0-9]+|w[0-9]+-[0-9]+)")


def call_of(leg: str) -> CallId | None:
    """Return the call after which we named a channel, a supervisor's too; None: it was named by Asterisk."""
    named = _OURS.fullmatch(leg)
    return None if named is None else CallId(named[1])


def is_third(call: CallId, leg: LegId, channel: str) -> bool:
    """Whether a leg is the other side of a transfer: rung by us, or dialled by the dialplan and no agent's telephone.

    Args:
        channel: its name in Asterisk, `PJSIP/tax-0000001f`.

    """
    if is_third_leg(call, leg):
        return True
    endpoint = endpoint_of(channel)
    if leg == citizens_leg(call):
        return False
    return endpoint.startswith("PJSIP/") and endpoint not in _CITIZENS and phone_of(endpoint) is None


def agent_of(channel: str) -> AgentId | None:
    """Return the agent whose telephone a channel is; None: it is outside."""
    phone = phone_of(endpoint_of(channel))
    return None if phone is None else phone[0]


def endpoint_of(channel: str) -> str:
    """Return a channel's name without its serial number: `PJSIP/6001-web`."""
    return channel.rpartition("-")[0]


def ring_result(cause: int) -> RingResult:
    """Return how a ring ended that nobody answered.

    Asterisk says NOANSWER of nearly everything on such legs; the Q.850 cause tells it apart, in AMI and in CEL.
    """
    if cause in _REJECTED:
        return RingResult.REJECTED
    if cause in _NO_ANSWER:
        return RingResult.NO_ANSWER
    return RingResult.CANCELLED if cause in _CANCELLED else RingResult.UNREACHABLE
