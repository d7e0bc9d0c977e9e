"""Asterisk's own lists into one PbxSnapshot fact."""

from collections.abc import Iterable

from msgspec.structs import replace

from acd.events import AnyEvent, CallEnded, LegEnded, LegSeen, MemberSeen, PbxSnapshot
from acd.names import AgentId, CallId, LegId, Moment, QueueName, citizens_leg, phone_of
from telephony.actions import Headers
from telephony.ami_protocol import AmiMessage

QUEUE_STATUS: Headers = (("Action", "QueueStatus"),)
CHANNELS: Headers = (("Action", "CoreShowChannels"),)
CORE_STATUS: Headers = (("Action", "CoreStatus"),)

DEVICES = {
    "0": "UNKNOWN",
    "1": "NOT_INUSE",
    "2": "INUSE",
    "3": "BUSY",
    "4": "INVALID",
    "5": "UNAVAILABLE",
    "6": "RINGING",
    "7": "RINGINUSE",
    "8": "ONHOLD",
}
"""app_queue's member status numbers, as the device state's name."""


def members(listed: list[AmiMessage]) -> tuple[MemberSeen, ...]:
    """Return the agents' memberships from the events of QueueStatus; members that are no agent's phone are left out."""
    return tuple(
        MemberSeen(
            agent=AgentId(message["Name"]),
            queue=QueueName(message["Queue"]),
            interface=message["Location"],
            paused=message["Paused"] == "1",
            reason=message["PausedReason"],
            device=DEVICES.get(message["Status"], "UNKNOWN"),
        )
        for message in listed
        if message["Event"] == "QueueMember" and phone_of(message["Location"]) is not None
    )


def legs(listed: list[AmiMessage]) -> tuple[LegSeen, ...]:
    """Return the channels that belong to a call from the events of CoreShowChannels."""
    return tuple(
        LegSeen(call=CallId(message["AccountCode"]), leg=LegId(message["Uniqueid"]), channel=message["Channel"])
        for message in listed
        if message["Event"] == "CoreShowChannel" and message.get("AccountCode")
    )


def snapshot(
    at: Moment, started_at: Moment, queue_events: list[AmiMessage], channel_events: list[AmiMessage]
) -> PbxSnapshot:
    """Return everything as one fact."""
    return PbxSnapshot(at=at, started_at=started_at, members=members(queue_events), legs=legs(channel_events))


def as_of_before(seen: PbxSnapshot, meanwhile: Iterable[AnyEvent]) -> PbxSnapshot:
    """Return the snapshot with the channels that ended between its moment and its lists.

    Args:
        meanwhile: facts that came after the snapshot's moment and are told after it. How a channel ended, they tell;
            were it missing, the snapshot would have ended it already, and nobody would know who hung up.

    """
    listed = {leg.leg for leg in seen.legs}
    ended = [
        LegSeen(call=fact.call, leg=fact.leg if isinstance(fact, LegEnded) else citizens_leg(fact.call), channel="")
        for fact in meanwhile
        if isinstance(fact, LegEnded | CallEnded)
    ]
    return replace(seen, legs=(*seen.legs, *(leg for leg in ended if leg.leg not in listed)))
