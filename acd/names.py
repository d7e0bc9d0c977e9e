"""The types of ids and numbers, so that no two of them can be swapped unseen."""

from enum import StrEnum
from typing import NewType

AgentId = NewType("AgentId", str)
"""An agent's number (工号), for example `6021`; app_queue's MemberName."""

QueueName = NewType("QueueName", str)
"""A queue's name in Asterisk, for example `general`."""

CallId = NewType("CallId", str)
"""One citizen's call: the uniqueid of the citizen's channel, and the accountcode of every leg of the call."""

LegId = NewType("LegId", str)
"""One channel of a call: its Asterisk uniqueid."""

RequestId = NewType("RequestId", str)
"""What a desk calls its request; the answer carries it back."""

TicketId = NewType("TicketId", str)
"""A ticket's number as people say it, for example `JT20261121-000123`."""

DestinationKey = NewType("DestinationKey", str)
"""A line of the directory (config/destinations.toml), for example `tax`."""

Moment = NewType("Moment", int)
"""Milliseconds since the epoch, UTC. PBX facts: by Asterisk's clock. Requests and ticks: by ours, at the door."""

Millis = NewType("Millis", int)
"""A duration in milliseconds."""


class Phone(StrEnum):
    """What an agent answers with; the value is the suffix of the endpoint's name."""

    WEB = "web"
    SIP = "sip"


class RingResult(StrEnum):
    """How one ring at one agent ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    """The caller left, or another agent was quicker: nobody's miss."""


class LossStage(StrEnum):
    """Where a call was lost (docs/vocabulary.md)."""

    TRUNK_BUSY = "TRUNK_BUSY"
    IVR_ABANDON = "IVR_ABANDON"
    QUEUE_ABANDON = "QUEUE_ABANDON"
    RING_ABANDON = "RING_ABANDON"
    SYSTEM = "SYSTEM"
    OVERFLOW_VOICEMAIL = "OVERFLOW_VOICEMAIL"
    OVERFLOW_CALLBACK = "OVERFLOW_CALLBACK"
    BLACKLIST = "BLACKLIST"


class Party(StrEnum):
    """Who ended a call."""

    CALLER = "caller"
    AGENT = "agent"
    """Or the other side of a transfer, which went on in the agent's place."""
    SYSTEM = "system"


def interface_of(agent: AgentId, phone: Phone) -> str:
    """Return the name of an agent's telephone as app_queue knows it."""
    return f"PJSIP/{agent}-{phone}"


def phone_of(interface: str) -> tuple[AgentId, Phone] | None:
    """Return whose telephone `interface` is; None if it is no agent's."""
    technology, _, endpoint = interface.partition("/")
    seat, _, suffix = endpoint.partition("-")
    if technology != "PJSIP" or suffix not in ("web", "sip") or not seat:
        return None
    return AgentId(seat), Phone(suffix)


def third_leg(call: CallId, number: int) -> LegId:
    """Return the name we give the channel on which transfer `number` of a call (from 1) rings the other side."""
    return LegId(f"{call}-t{number}")


def is_third_leg(call: CallId, leg: LegId) -> bool:
    """Whether a channel was named by `third_leg`; one that a released transfer dialled was named by Asterisk."""
    return leg.startswith(f"{call}-t")


def citizens_leg(call: CallId) -> LegId:
    """Return the citizen's own channel: the call is named after it."""
    return LegId(call)
