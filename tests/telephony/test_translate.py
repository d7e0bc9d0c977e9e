"""Each event of Asterisk becomes the fact it means, with Asterisk's own time; others become nothing."""

import pytest

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
from acd.names import AgentId, CallId, DestinationKey, LegId, LossStage, Moment, QueueName, RingResult
from acd.transfer import Place
from acd.watching import Watching
from telephony.ami_protocol import AmiMessage, parse
from telephony.translate import RING_RESULTS, RULES, moment

C, L, A, Q = CallId("jt1-100.1"), LegId("jt1-100.2"), AgentId("6001"), QueueName("hotline")
AT = Moment(1_795_219_200_250)
STAMP = "1795219200.250817"
IN_BRIDGE = {"AccountCode": C, "Uniqueid": L, "BridgeUniqueid": "b1"}
MEMBER = {"MemberName": "6001", "Queue": "hotline", "Interface": "PJSIP/6001-sip"}
RUNG = {"AccountCode": C, "MemberName": "6001", "DestUniqueid": L, "Queue": "hotline"}


T, FAR = LegId("jt1-100.1-t1"), "PJSIP/revenue-00000007"


def ended(leg: LegId, channel: str, cause: str, *, up: bool = False) -> dict[str, str]:
    """The headers of a Hangup."""
    state = "6" if up else "5"
    return {"AccountCode": C, "Uniqueid": leg, "Channel": channel, "Cause": cause, "ChannelState": state}


def rung(leg: LegId, channel: str) -> dict[str, str]:
    """The headers of a DialBegin, and with a status of a DialEnd."""
    return {"DestAccountCode": C, "DestUniqueid": leg, "DestChannel": channel}


def told(name: str, **headers: str) -> AnyEvent | None:
    """Translate one event as the wire would."""
    message: AmiMessage = {"Event": name, "Timestamp": STAMP, **headers}
    return RULES[name.encode()](message)


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        ("1795219200.250817", 1_795_219_200_250),
        ("1795219200.000009", 1_795_219_200_000),
        ("1795219200.9", 1_795_219_200_900),
        ("1795219200", 1_795_219_200_000),
    ],
)
def test_times_are_cut_to_milliseconds(stamp: str, at: int) -> None:
    assert moment({"Timestamp": stamp}) == at


def test_an_event_without_a_time_is_an_error() -> None:
    with pytest.raises(KeyError):
        RULES[b"QueueCallerJoin"]({"Event": "QueueCallerJoin", "AccountCode": C, "Queue": "hotline"})


@pytest.mark.parametrize(
    ("name", "headers", "fact"),
    [
        (
            "UserEvent",
            {"UserEvent": "JtOffered", "Call": C, "Number": "12345", "Queue": "hotline", "Caller": "13800000001"},
            CallOffered(at=AT, call=C, node="jt1", number="12345", queue=Q, caller="13800000001"),
        ),
        (
            "UserEvent",
            {"UserEvent": "JtRefused", "Call": C, "Number": "999", "Caller": "unknown", "Why": "unregistered"},
            CallRefused(at=AT, call=C, number="999", caller="unknown", why="unregistered"),
        ),
        (
            "UserEvent",
            {"UserEvent": "JtRequested", "Call": C, "Queue": "hotline"},
            AgentRequested(at=AT, call=C, queue=Q),
        ),
        (
            "UserEvent",
            {
                "UserEvent": "JtLost",
                "Call": C,
                "Queue": "hotline",
                "Stage": "OVERFLOW_CALLBACK",
                "Status": "TIMEOUT",
            },
            CallLost(at=AT, call=C, queue=Q, stage=LossStage.OVERFLOW_CALLBACK, cause="TIMEOUT"),
        ),
        ("UserEvent", {"UserEvent": "JtReturned", "Call": C, "Queue": "hotline"}, CallReturned(at=AT, call=C, queue=Q)),
        ("UserEvent", {"UserEvent": "SomebodyElses"}, None),
        (
            "PeerStatus",
            {"Peer": "PJSIP/6001-web", "PeerStatus": "Unreachable"},
            PhoneGone(at=AT, agent=A, interface="PJSIP/6001-web"),
        ),
        (
            "PeerStatus",
            {"Peer": "PJSIP/6001-web", "PeerStatus": "Reachable"},
            PhoneBack(at=AT, agent=A, interface="PJSIP/6001-web"),
        ),
        ("PeerStatus", {"Peer": "PJSIP/trunk", "PeerStatus": "Unreachable"}, None),
        ("PeerStatus", {"Peer": "PJSIP/6001-web", "PeerStatus": "Rejected"}, None),
        ("QueueCallerJoin", {"AccountCode": C, "Queue": "hotline"}, CallQueued(at=AT, call=C, queue=Q)),
        ("AgentCalled", RUNG, AgentRung(at=AT, call=C, agent=A, leg=L, queue=Q)),
        ("AgentConnect", RUNG, AgentAnswered(at=AT, call=C, agent=A, leg=L, queue=Q)),
        ("AgentRingNoAnswer", RUNG, RingEnded(at=AT, call=C, leg=L, result=RingResult.NO_ANSWER)),
        ("Hold", {"AccountCode": C, "Uniqueid": L}, CallHeld(at=AT, call=C, leg=L)),
        ("Unhold", {"AccountCode": C, "Uniqueid": L}, CallRetrieved(at=AT, call=C, leg=L)),
        ("HangupRequest", {"AccountCode": C, "Uniqueid": L}, HangUpHeard(at=AT, call=C, leg=L)),
        ("Hangup", {"AccountCode": C, "Uniqueid": C, "Cause": "16"}, CallEnded(at=AT, call=C, cause=16)),
        ("Hangup", ended(L, "PJSIP/6001-web-00000002", "16", up=True), LegEnded(at=AT, call=C, leg=L)),
        ("Hangup", ended(L, "PJSIP/6001-web-00000002", "17"), LegEnded(at=AT, call=C, leg=L)),
        ("Hangup", ended(T, FAR, "16", up=True), LegEnded(at=AT, call=C, leg=T)),
        ("Hangup", ended(T, FAR, "17"), RingEnded(at=AT, call=C, leg=T, result=RingResult.REJECTED)),
        ("Hangup", ended(L, FAR, "0"), RingEnded(at=AT, call=C, leg=L, result=RingResult.NO_ANSWER)),
        (
            "Hangup",
            ended(T, "PJSIP/6012-web-00000002", "19"),
            RingEnded(at=AT, call=C, leg=T, result=RingResult.NO_ANSWER),
        ),
        ("Hangup", {"AccountCode": "", "Uniqueid": L, "Cause": "1"}, None),
        ("DialBegin", rung(T, FAR), ThirdRung(at=AT, call=C, leg=T, agent=None)),
        ("DialBegin", rung(L, FAR), ThirdRung(at=AT, call=C, leg=L, agent=None)),
        ("DialBegin", rung(T, "PJSIP/6012-web-00000002"), ThirdRung(at=AT, call=C, leg=T, agent=AgentId("6012"))),
        ("DialBegin", rung(L, "PJSIP/6001-web-00000002"), None),
        ("DialBegin", {**rung(T, FAR), "DestAccountCode": ""}, None),
        ("DialBegin", {"DestUniqueid": L, "DestChannel": FAR}, None),
        (
            "DialEnd",
            {**rung(T, FAR), "DialStatus": "ANSWER"},
            RingEnded(at=AT, call=C, leg=T, result=RingResult.ANSWERED),
        ),
        ("DialEnd", {**rung(T, FAR), "DialStatus": "NOANSWER"}, None),
        ("DialEnd", {**rung(L, FAR), "DialStatus": "BUSY"}, None),
        ("OriginateResponse", {"Response": "Failure", "Uniqueid": T}, LegEnded(at=AT, call=C, leg=T)),
        ("OriginateResponse", {"Response": "Success", "Uniqueid": T}, None),
        ("OriginateResponse", {"Response": "Failure", "Uniqueid": "<null>"}, None),
        ("BridgeEnter", IN_BRIDGE, LegJoined(at=AT, call=C, leg=L, bridge="b1")),
        ("BridgeLeave", IN_BRIDGE, LegLeft(at=AT, call=C, leg=L, bridge="b1")),
        ("BridgeEnter", {**IN_BRIDGE, "AccountCode": ""}, None),
        (
            "UserEvent",
            {"UserEvent": "JtHanded", "Call": C, "Place": "music"},
            CallHanded(at=AT, call=C, place=Place.MUSIC),
        ),
        (
            "UserEvent",
            {"UserEvent": "JtHandover", "Call": C, "From": "police", "Reference": ""},
            CallHandedOver(at=AT, call=C, by="police", reference=""),
        ),
        (
            "UserEvent",
            {"UserEvent": "JtWatch", "Call": C, "Leg": L, "How": "barge"},
            WatchHeard(at=AT, call=C, leg=L, how=Watching.BARGE),
        ),
        (
            "UserEvent",
            {"UserEvent": "JtStep", "Call": C, "Step": "identity", "Answer": ""},
            StepTold(at=AT, call=C, step=DestinationKey("identity"), answer=""),
        ),
        (
            "QueueMemberAdded",
            {**MEMBER, "Paused": "1", "PausedReason": "signed-in", "Status": "5"},
            MemberAdded(
                at=AT,
                agent=A,
                queue=Q,
                interface="PJSIP/6001-sip",
                paused=True,
                reason="signed-in",
                device="UNAVAILABLE",
            ),
        ),
        ("QueueMemberRemoved", MEMBER, MemberRemoved(at=AT, agent=A, queue=Q)),
        (
            "QueueMemberPause",
            {**MEMBER, "Paused": "1", "PausedReason": "meal"},
            MemberPaused(at=AT, agent=A, queue=Q, reason="meal"),
        ),
        ("QueueMemberPause", {**MEMBER, "Paused": "0"}, MemberResumed(at=AT, agent=A, queue=Q)),
        (
            "DeviceStateChange",
            {"Device": "PJSIP/6001-sip", "State": "INUSE"},
            DeviceChanged(at=AT, agent=A, interface="PJSIP/6001-sip", device="INUSE"),
        ),
        ("DeviceStateChange", {"Device": "Queue:hotline", "State": "RINGING"}, None),
        ("DeviceStateChange", {"Device": "PJSIP/trunk", "State": "INUSE"}, None),
    ],
)
def test_an_event_is_this_fact(name: str, headers: dict[str, str], fact: AnyEvent | None) -> None:
    assert told(name, **headers) == fact


@pytest.mark.parametrize(("status", "result"), sorted(RING_RESULTS.items()))
def test_a_ring_ends_with_asterisks_result(status: str, result: RingResult) -> None:
    fact = told("DialEnd", DialStatus=status, **rung(L, "PJSIP/6001-web-00000002"))
    assert fact == RingEnded(at=AT, call=C, leg=L, result=result)


def test_a_dial_that_is_no_ring_of_ours_says_nothing() -> None:
    assert told("DialEnd", DialStatus="ABORT", DestAccountCode=C, DestUniqueid=L) is None
    assert told("DialEnd", DialStatus="CANCEL", DestUniqueid=L) is None
    assert told("DialEnd", DialStatus="CANCEL", DestAccountCode="", DestUniqueid=L) is None


def test_a_missing_header_is_an_error() -> None:
    with pytest.raises(KeyError):
        told("AgentConnect", AccountCode=C, Queue="hotline")


def test_a_loss_stage_we_do_not_know_is_an_error() -> None:
    with pytest.raises(ValueError, match="ELSEWHERE"):
        told("UserEvent", UserEvent="JtLost", Call=C, Queue="hotline", Stage="ELSEWHERE", Status="X")


def test_two_calls_of_one_second_stay_two() -> None:
    """P9: panoramisk's own call table merges them."""
    first, second = (told("Hangup", AccountCode=c, Uniqueid=c, Cause="16") for c in ("jt1-100.1", "jt1-100.3"))
    assert first != second


def test_a_callers_text_is_only_text() -> None:
    message = parse(
        b"Event: UserEvent\r\nTimestamp: 1795219200.250817\r\nUserEvent: JtOffered\r\nCall: jt1-100.1\r\n"
        b"Number: 12345\r\nQueue: hotline\r\nCaller: Event:-Hangup"
    )
    fact = RULES[b"UserEvent"](message)
    assert isinstance(fact, CallOffered)
    assert fact.caller == "Event:-Hangup"
