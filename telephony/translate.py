"""Asterisk's events into facts; the only file with AMI event header names."""

from collections.abc import Callable

from acd.events import (
    AgentAnswered,
    AgentRequested,
    AgentRung,
    AnyEvent,
    CallEnded,
    CallHeld,
    CallLost,
    CallOffered,
    CallQueued,
    CallRefused,
    CallRetrieved,
    DeviceChanged,
    HangUpHeard,
    LegEnded,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    MemberResumed,
    RingEnded,
)
from acd.names import AgentId, CallId, LegId, LossStage, Moment, QueueName, RingResult, phone_of
from telephony.ami_protocol import AmiMessage

RING_RESULTS = {
    "ANSWER": RingResult.ANSWERED,
    "NOANSWER": RingResult.NO_ANSWER,
    "BUSY": RingResult.REJECTED,
    "CANCEL": RingResult.CANCELLED,
    "CHANUNAVAIL": RingResult.UNREACHABLE,
    "CONGESTION": RingResult.UNREACHABLE,
}
"""Asterisk's DIALSTATUS, as we call it. Others (ABORT, CONTINUE, GOTO) are no end of a ring we know of."""


def moment(message: AmiMessage) -> Moment:
    """Return when Asterisk says that it happened.

    Raises:
        KeyError: `timestampevents=yes` is missing in manager.conf.

    """
    seconds, _, fraction = message["Timestamp"].partition(".")
    return Moment(int(seconds) * 1000 + int((fraction + "000")[:3]))


def _call(message: AmiMessage) -> CallId:
    return CallId(message["AccountCode"])


def _agent(message: AmiMessage) -> AgentId:
    return AgentId(message["MemberName"])


def _queue(message: AmiMessage) -> QueueName:
    return QueueName(message["Queue"])


def _offered(message: AmiMessage) -> AnyEvent:
    call = CallId(message["Call"])
    return CallOffered(
        at=moment(message),
        call=call,
        node=call.rpartition("-")[0],
        number=message["Number"],
        queue=_queue(message),
        caller=message["Caller"],
    )


def _refused(message: AmiMessage) -> AnyEvent:
    return CallRefused(
        at=moment(message),
        call=CallId(message["Call"]),
        number=message["Number"],
        caller=message["Caller"],
        why=message["Why"],
    )


def _lost(message: AmiMessage) -> AnyEvent:
    return CallLost(
        at=moment(message),
        call=CallId(message["Call"]),
        queue=_queue(message),
        stage=LossStage(message["Stage"]),
        cause=message["Status"],
    )


USER_RULES: dict[str, Callable[[AmiMessage], AnyEvent]] = {
    "JtOffered": _offered,
    "JtRefused": _refused,
    "JtRequested": lambda m: AgentRequested(at=moment(m), call=CallId(m["Call"]), queue=_queue(m)),
    "JtLost": _lost,
}
"""The dialplan's own facts, by the name in UserEvent()."""


def _user(message: AmiMessage) -> AnyEvent | None:
    rule = USER_RULES.get(message["UserEvent"])
    return None if rule is None else rule(message)


def _member_pause(message: AmiMessage) -> AnyEvent:
    at, agent, queue = moment(message), _agent(message), _queue(message)
    if message["Paused"] == "1":
        return MemberPaused(at=at, agent=agent, queue=queue, reason=message["PausedReason"])
    return MemberResumed(at=at, agent=agent, queue=queue)


def _member_added(message: AmiMessage) -> AnyEvent:
    return MemberAdded(
        at=moment(message),
        agent=_agent(message),
        queue=_queue(message),
        interface=message["Interface"],
        paused=message["Paused"] == "1",
        reason=message["PausedReason"],
    )


def _hangup(message: AmiMessage) -> AnyEvent | None:
    call, leg = message["AccountCode"], message["Uniqueid"]
    if not call:
        return None  # turned away at the door, or no citizen's call
    if call == leg:
        return CallEnded(at=moment(message), call=CallId(call), cause=int(message["Cause"]))
    return LegEnded(at=moment(message), call=CallId(call), leg=LegId(leg))


def _dial_end(message: AmiMessage) -> AnyEvent | None:
    result = RING_RESULTS.get(message["DialStatus"])
    if result is None or not message.get("DestAccountCode"):
        return None
    return RingEnded(
        at=moment(message),
        call=CallId(message["DestAccountCode"]),
        leg=LegId(message["DestUniqueid"]),
        result=result,
    )


def _device(message: AmiMessage) -> AnyEvent | None:
    phone = phone_of(message["Device"])
    if phone is None:
        return None
    return DeviceChanged(at=moment(message), agent=phone[0], interface=message["Device"], device=message["State"])


RULES: dict[bytes, Callable[[AmiMessage], AnyEvent | None]] = {
    b"UserEvent": _user,
    b"QueueCallerJoin": lambda m: CallQueued(at=moment(m), call=_call(m), queue=_queue(m)),
    b"AgentCalled": lambda m: AgentRung(
        at=moment(m), call=_call(m), agent=_agent(m), leg=LegId(m["DestUniqueid"]), queue=_queue(m)
    ),
    b"AgentConnect": lambda m: AgentAnswered(
        at=moment(m), call=_call(m), agent=_agent(m), leg=LegId(m["DestUniqueid"]), queue=_queue(m)
    ),
    b"AgentRingNoAnswer": lambda m: RingEnded(
        at=moment(m), call=_call(m), leg=LegId(m["DestUniqueid"]), result=RingResult.NO_ANSWER
    ),
    b"DialEnd": _dial_end,
    b"Hold": lambda m: CallHeld(at=moment(m), call=_call(m), leg=LegId(m["Uniqueid"])),
    b"Unhold": lambda m: CallRetrieved(at=moment(m), call=_call(m), leg=LegId(m["Uniqueid"])),
    b"HangupRequest": lambda m: HangUpHeard(at=moment(m), call=_call(m), leg=LegId(m["Uniqueid"])),
    b"Hangup": _hangup,
    b"QueueMemberAdded": _member_added,
    b"QueueMemberRemoved": lambda m: MemberRemoved(at=moment(m), agent=_agent(m), queue=_queue(m)),
    b"QueueMemberPause": _member_pause,
    b"DeviceStateChange": _device,
}
"""What each event of Asterisk means to us; others mean nothing."""
