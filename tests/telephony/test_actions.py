"""Every wish becomes the AMI actions that fulfil it."""

import msgspec
import pytest

from acd.effects import AddMember, HangUpLeg, PauseMember, PbxEffect, RemoveMember, ResumeMember
from acd.names import AgentId, LegId, QueueName
from telephony.actions import (
    READ_REGISTER,
    actions,
    hand_out,
    heartbeat,
    register_holder,
    register_installation,
    withdraw,
)
from telephony.ami_protocol import AmiError, encode
from telephony.fence import Beat

A1, I1 = AgentId("6001"), "PJSIP/6001-sip"
BOTH = (QueueName("hotline"), QueueName("law"))


@pytest.mark.parametrize(
    ("effect", "sent"),
    [
        (
            AddMember(agent=A1, interface=I1, queues=BOTH, reason="signed-in"),
            [
                {
                    "Action": "QueueAdd",
                    "Queue": queue,
                    "Interface": I1,
                    "StateInterface": I1,
                    "MemberName": "6001",
                    "Paused": "true",
                    "Reason": "signed-in",
                }
                for queue in BOTH
            ],
        ),
        (
            RemoveMember(agent=A1, interface=I1, queues=BOTH),
            [{"Action": "QueueRemove", "Queue": queue, "Interface": I1} for queue in BOTH],
        ),
        (
            PauseMember(agent=A1, interface=I1, reason="meal"),
            [{"Action": "QueuePause", "Interface": I1, "Paused": "true", "Reason": "meal"}],
        ),
        (
            ResumeMember(agent=A1, interface=I1),
            [{"Action": "QueuePause", "Interface": I1, "Paused": "false"}],
        ),
        (HangUpLeg(leg=LegId("jt1-1.2")), [{"Action": "Hangup", "Channel": "jt1-1.2", "Cause": "16"}]),
    ],
)
def test_a_wish_is_these_actions(effect: PbxEffect, sent: list[dict[str, str]]) -> None:
    assert [dict(headers) for headers in actions(effect, {})] == sent
    assert all(headers[0][0] == "Action" for headers in actions(effect, {}))


def test_a_reason_cannot_smuggle_in_an_action() -> None:
    (headers,) = actions(PauseMember(agent=A1, interface=I1, reason="meal\r\n\r\nAction: Originate"), {})
    with pytest.raises(AmiError):
        encode(headers)


def test_a_password_is_handed_out_and_withdrawn_under_the_same_key() -> None:
    given, taken = dict(hand_out("6001-sip", "pass word")), dict(withdraw("6001-sip"))
    assert given["Action"] == "DBPut"
    assert taken["Action"] == "DBDel"
    assert (given["Family"], given["Key"]) == (taken["Family"], taken["Key"])
    auth = msgspec.json.decode(given["Val"])
    assert auth == {"auth_type": "userpass", "username": "6001-sip", "password": "pass word"}


def test_a_heartbeat_names_the_bridge_and_what_it_claims() -> None:
    headers = dict(heartbeat(Beat(bridge="b/17", token=4, number=9)))
    assert (headers["Bridge"], headers["Token"], headers["Beat"]) == ("b/17", "4", "9")


def test_the_register_is_one_family_of_astdb() -> None:
    assert dict(READ_REGISTER)["Family"] == "jt/bridge"
    assert dict(register_installation("b"))["Key"] == "b"
    assert dict(register_holder("b/17", 4))["Val"] == "b/17 4"
