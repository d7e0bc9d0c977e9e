"""Asterisk's own lists into one PbxSnapshot fact."""

from acd.events import LegSeen, MemberSeen, PbxSnapshot
from acd.names import AgentId, CallId, LegId, Moment, QueueName, phone_of
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
