"""Asterisk's events into facts; the only file with AMI event header names."""

from collections.abc import Callable
from typing import TypeAlias

from acd.events import (
    AgentAnswered,
    AgentRequested,
    AgentRung,
    AnyEvent,
    CallEnded,
    CallHanded,
    CallHandedOver,
    CallHeld,
    CallLost,
    CallOffered,
    CallPickedUp,
    CallQueued,
    CallRefused,
    CallRetrieved,
    CallReturned,
    DeviceChanged,
    HangUpHeard,
    LegEnded,
    LegJoined,
    LegLeft,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    MemberResumed,
    PhoneBack,
    PhoneGone,
    RingEnded,
    StepTold,
    ThirdRung,
    WatchHeard,
)
from acd.names import AgentId, CallId, DestinationKey, LegId, LossStage, Moment, QueueName, RingResult, phone_of
from acd.transfer import Place
from acd.watching import Watching
from telephony.ami_protocol import AmiHeaders
from telephony.snapshot import DEVICES
from telephony.third_legs import agent_of, call_of, is_third, ring_result

Rule: TypeAlias = Callable[[AmiHeaders], AnyEvent | None]

RING_RESULTS = {
    "ANSWER": RingResult.ANSWERED,
    "NOANSWER": RingResult.NO_ANSWER,
    "BUSY": RingResult.REJECTED,
    "CANCEL": RingResult.CANCELLED,
    "CHANUNAVAIL": RingResult.UNREACHABLE,
    "CONGESTION": RingResult.UNREACHABLE,
}
"""Asterisk's DIALSTATUS, as we call it. Others (ABORT, CONTINUE, GOTO) are no end of a ring we know of."""

_UP = "6"
"""ChannelState of a leg that was answered."""


def moment(message: AmiHeaders) -> Moment:
    """Return when Asterisk says that it happened.

    Raises:
        KeyError: `timestampevents=yes` is missing in manager.conf.

    """
    stamp = message["Timestamp"]
    if stamp[-7:-6] == ".":  # microseconds, as Asterisk writes them: the quick way
        return Moment(int(stamp.replace(".", "", 1)) // 1000)
    seconds, _, fraction = stamp.partition(".")
    return Moment(int(seconds) * 1000 + int((fraction + "000")[:3]))


def _call(message: AmiHeaders) -> CallId:
    return CallId(message["AccountCode"])


def _agent(message: AmiHeaders) -> AgentId:
    return AgentId(message["MemberName"])


def _queue(message: AmiHeaders) -> QueueName:
    return QueueName(message["Queue"])


def _offered(message: AmiHeaders) -> AnyEvent:
    call = CallId(message["Call"])
    return CallOffered(
        at=moment(message),
        call=call,
        node=call.rpartition("-")[0],
        number=message["Number"],
        queue=_queue(message),
        caller=message["Caller"],
    )


def _refused(message: AmiHeaders) -> AnyEvent:
    return CallRefused(
        at=moment(message),
        call=CallId(message["Call"]),
        number=message["Number"],
        caller=message["Caller"],
        why=message["Why"],
    )


def _lost(message: AmiHeaders) -> AnyEvent:
    return CallLost(
        at=moment(message),
        call=CallId(message["Call"]),
        queue=_queue(message),
        stage=LossStage(message["Stage"]),
        cause=message["Status"],
    )


def _returned(message: AmiHeaders) -> AnyEvent:
    return CallReturned(at=moment(message), call=CallId(message["Call"]), queue=_queue(message))


def _step(message: AmiHeaders) -> AnyEvent:
    step = DestinationKey(message["Step"])
    return StepTold(at=moment(message), call=CallId(message["Call"]), step=step, answer=message["Answer"])


def _watch(message: AmiHeaders) -> AnyEvent:
    how = Watching(message["How"])
    return WatchHeard(at=moment(message), call=CallId(message["Call"]), leg=LegId(message["Leg"]), how=how)


USER_RULES: dict[str, Callable[[AmiHeaders], AnyEvent]] = {
    "JtOffered": _offered,
    "JtRefused": _refused,
    "JtRequested": lambda m: AgentRequested(at=moment(m), call=CallId(m["Call"]), queue=_queue(m)),
    "JtLost": _lost,
    "JtReturned": _returned,
    "JtHandover": lambda m: CallHandedOver(
        at=moment(m), call=CallId(m["Call"]), by=m["From"], reference=m.get("Reference") or ""
    ),
    "JtWatch": _watch,
    "JtHanded": lambda m: CallHanded(at=moment(m), call=CallId(m["Call"]), place=Place(m["Place"])),
    "JtPicked": lambda m: CallPickedUp(
        at=moment(m), call=CallId(m["Call"]), agent=AgentId(m["Agent"]), leg=LegId(m["Leg"])
    ),
    "JtStep": _step,
}
"""The dialplan's own facts, by the name in UserEvent()."""


def _user(message: AmiHeaders) -> AnyEvent | None:
    rule = USER_RULES.get(message["UserEvent"])
    return None if rule is None else rule(message)


def _member_pause(message: AmiHeaders) -> AnyEvent:
    at, agent, queue = moment(message), _agent(message), _queue(message)
    if message["Paused"] == "1":
        return MemberPaused(at=at, agent=agent, queue=queue, reason=message["PausedReason"])
    return MemberResumed(at=at, agent=agent, queue=queue)


def _member_added(message: AmiHeaders) -> AnyEvent:
    return MemberAdded(
        at=moment(message),
        agent=_agent(message),
        queue=_queue(message),
        interface=message["Interface"],
        paused=message["Paused"] == "1",
        reason=message["PausedReason"],
        device=DEVICES.get(message["Status"], "UNKNOWN"),
    )


def _hangup(message: AmiHeaders) -> AnyEvent | None:
    call, leg = message["AccountCode"], message["Uniqueid"]
    if not call:
        return None  # turned away at the door, or no citizen's call
    if call == leg:
        return CallEnded(at=moment(message), call=CallId(call), cause=int(message["Cause"]))
    if message["ChannelState"] != _UP and is_third(CallId(call), LegId(leg), message["Channel"]):
        result = ring_result(int(message["Cause"]))
        return RingEnded(at=moment(message), call=CallId(call), leg=LegId(leg), result=result)
    return LegEnded(at=moment(message), call=CallId(call), leg=LegId(leg))


def _dial_begin(message: AmiHeaders) -> AnyEvent | None:
    call, leg, channel = CallId(message.get("DestAccountCode") or ""), message["DestUniqueid"], message["DestChannel"]
    if not call or not is_third(call, LegId(leg), channel):
        return None  # app_queue's rings are told by AgentCalled
    return ThirdRung(at=moment(message), call=call, leg=LegId(leg), agent=agent_of(channel))


def _dial_end(message: AmiHeaders) -> AnyEvent | None:
    result, call = RING_RESULTS.get(message["DialStatus"]), CallId(message.get("DestAccountCode") or "")
    if result is None or not call:
        return None
    leg = LegId(message["DestUniqueid"])
    if result is not RingResult.ANSWERED and is_third(call, leg, message["DestChannel"]):
        return None  # the end of the leg knows why
    return RingEnded(at=moment(message), call=call, leg=leg, result=result)


def _originated(message: AmiHeaders) -> AnyEvent | None:
    """A ring that failed: often there was never a channel for it, and nothing else tells of its end."""
    leg = message["Uniqueid"]
    call = call_of(leg)
    if call is None or message["Response"] != "Failure":
        return None
    return LegEnded(at=moment(message), call=call, leg=LegId(leg))


def _bridged(fact: type[LegJoined] | type[LegLeft]) -> Rule:
    def rule(message: AmiHeaders) -> AnyEvent | None:
        call = message["AccountCode"]
        if not call:
            return None
        leg, bridge = LegId(message["Uniqueid"]), message["BridgeUniqueid"]
        return fact(at=moment(message), call=CallId(call), leg=leg, bridge=bridge)

    return rule


def _peer(message: AmiHeaders) -> AnyEvent | None:
    interface, status = message["Peer"], message["PeerStatus"]
    phone = phone_of(interface)
    if phone is None or status not in ("Reachable", "Unreachable"):
        return None
    fact = PhoneBack if status == "Reachable" else PhoneGone
    return fact(at=moment(message), agent=phone[0], interface=interface)


def _device(message: AmiHeaders) -> AnyEvent | None:
    device = message["Device"]
    phone = phone_of(device)
    if phone is None:
        return None
    return DeviceChanged(at=moment(message), agent=phone[0], interface=device, device=message["State"])


RULES: dict[bytes, Rule] = {
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
    b"DialBegin": _dial_begin,
    b"DialEnd": _dial_end,
    b"OriginateResponse": _originated,
    b"BridgeEnter": _bridged(LegJoined),
    b"BridgeLeave": _bridged(LegLeft),
    b"Hold": lambda m: CallHeld(at=moment(m), call=_call(m), leg=LegId(m["Uniqueid"])),
    b"Unhold": lambda m: CallRetrieved(at=moment(m), call=_call(m), leg=LegId(m["Uniqueid"])),
    b"HangupRequest": lambda m: HangUpHeard(at=moment(m), call=_call(m), leg=LegId(m["Uniqueid"])),
    b"Hangup": _hangup,
    b"QueueMemberAdded": _member_added,
    b"QueueMemberRemoved": lambda m: MemberRemoved(at=moment(m), agent=_agent(m), queue=_queue(m)),
    b"QueueMemberPause": _member_pause,
    b"DeviceStateChange": _device,
    b"PeerStatus": _peer,
}
"""What each event of Asterisk means to us; others mean nothing."""

NEEDED: dict[bytes, bytes] = {
    b"DeviceStateChange": b"\r\nDevice: PJSIP/",
    b"PeerStatus": b"\r\nPeer: PJSIP/",
}
"""Bytes that an event must hold to mean anything: most events by far are of devices that are no telephones."""
