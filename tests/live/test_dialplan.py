"""The dialplan on a real Asterisk: what is offered, refused, answered and lost, and who may say what."""

import csv
import json
import time
from pathlib import Path

import pytest

from telephony.private_pbx import PrivatePbx
from tests.live.ami import Ami
from tests.live.conftest import TRUNK
from tests.live.sip import Phone

pytestmark = pytest.mark.live


def citizen(pbx: PrivatePbx, host: str = TRUNK) -> Phone:
    return Phone(pbx.plan.sip_port, host=host)


def test_a_call_is_offered_then_asks_for_a_human_then_is_answered(pbx: PrivatePbx, ami: Ami, agent: Phone) -> None:
    with citizen(pbx) as caller:
        caller.invite("12345")
        assert caller.final().status == 200
        ring = agent.answer_ring()
        assert "13800000000" in ring.headers["from"]
        connect = ami.event("AgentConnect", MemberName="6001", Queue="hotline")
        caller.hang_up()
        agent.gone()
        call = connect["Uniqueid"]
        ami.event("Hangup", AccountCode=call, Linkedid=call, Uniqueid=connect["DestUniqueid"])
        ami.event("Hangup", Uniqueid=call)
    names = [m.get("UserEvent") or m.get("Event") for m in ami.events()]
    assert names.index("JtOffered") < names.index("JtRequested") < names.index("QueueCallerJoin")
    offered = ami.event("UserEvent", UserEvent="JtOffered")
    assert (offered["Call"], offered["Number"], offered["Queue"]) == (call, "12345", "hotline")
    assert (offered["Caller"], offered["Uniqueid"]) == ("13800000000", call)
    assert call.startswith("jt1-")


def test_every_leg_carries_the_calls_id_in_ami_and_on_disk(pbx: PrivatePbx, ami: Ami, agent: Phone) -> None:
    with citizen(pbx) as caller:
        caller.invite("12345")
        caller.final()
        agent.answer_ring()
        connect = ami.event("AgentConnect", MemberName="6001")
        caller.hang_up()
        agent.gone()
        call = connect["Uniqueid"]
        assert connect["AccountCode"] == connect["DestAccountCode"] == call
        ami.event("Hangup", Uniqueid=connect["DestUniqueid"])
        ami.event("Hangup", Uniqueid=call)
    path = pbx.plan.base / "log" / "cel-custom" / "Master.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row[3] == call]
    assert {row[4] for row in rows if row[0] in ("BRIDGE_ENTER", "HANGUP")} == {call}
    assert {"JT_OFFERED", "JT_REQUESTED", "JT_ENDED", "BRIDGE_ENTER", "BRIDGE_EXIT"} <= {row[0] for row in rows}
    assert all(len(row[1].partition(".")[2]) == 6 for row in rows)


def test_what_is_said_is_recorded_under_the_calls_id(pbx: PrivatePbx, ami: Ami, agent: Phone) -> None:
    with citizen(pbx) as caller:
        caller.invite("12345")
        caller.final()
        agent.answer_ring()
        call = ami.event("AgentConnect", MemberName="6001")["Uniqueid"]
        caller.hang_up()
        agent.gone()
        ami.event("Hangup", Uniqueid=call)
    assert [path.name for path in (pbx.plan.base / "recordings").glob(f"*/{call}.wav")] == [f"{call}.wav"]


def test_the_citizen_is_released_when_the_agent_hangs_up(pbx: PrivatePbx, ami: Ami, agent: Phone) -> None:
    with citizen(pbx) as caller:
        caller.invite("12345")
        caller.final()
        agent.answer_ring()
        ami.event("BridgeEnter", Uniqueid=ami.event("AgentConnect", MemberName="6001")["Uniqueid"])
        agent.hang_up()
        caller.gone()
        assert ami.event("AgentComplete")["Reason"] == "agent"
    lost = [m for m in ami.events() if m.get("UserEvent") == "JtLost"]
    assert lost == []


def test_the_agents_leg_ends_when_the_citizen_gives_up_ringing(pbx: PrivatePbx, ami: Ami, agent: Phone) -> None:
    with citizen(pbx) as caller:
        caller.invite("12345")
        caller.final()
        agent.wait_ring()
        caller.hang_up()
        agent.wait(lambda m: m.first.startswith("CANCEL"))
        ami.event("QueueCallerAbandon")
        ami.event("DeviceStateChange", Device="PJSIP/6001-sip", State="NOT_INUSE")
        ami.event("Hangup", CallerIDNum="6001")


def test_nobody_signed_in_is_told_at_once_that_we_ring_back(pbx: PrivatePbx, ami: Ami) -> None:
    with citizen(pbx) as caller:
        caller.invite("12345")
        assert caller.final().status == 200
        lost = ami.event("UserEvent", UserEvent="JtLost")
        assert (lost["Status"], lost["Stage"], lost["Queue"]) == ("JOINEMPTY", "OVERFLOW_CALLBACK", "hotline")
        caller.gone()


def test_a_paused_agent_keeps_callers_waiting_until_the_time_is_over(pbx: PrivatePbx, ami: Ami, agent: Phone) -> None:
    ami.act(Action="QueuePause", Interface="PJSIP/6001-sip", Paused="true", Reason="meeting")
    with citizen(pbx) as caller:
        caller.invite("12333")
        assert caller.final().status == 200
        ami.event("QueueCallerJoin", Queue="brief")
        lost = ami.event("UserEvent", UserEvent="JtLost", patience=30)
        assert (lost["Status"], lost["Stage"]) == ("TIMEOUT", "OVERFLOW_CALLBACK")
        assert lost["Call"] == lost["AccountCode"]
        caller.gone()


def test_an_unreachable_agent_keeps_callers_waiting_who_hear_their_place(pbx: PrivatePbx, ami: Ami) -> None:
    member = {"Queue": "hotline", "Interface": "PJSIP/6005-web", "StateInterface": "PJSIP/6005-web"}
    ami.act(Action="QueueAdd", MemberName="6005", **member)
    pbx.cli("logger add channel played notice,warning,error,verbose(3)")
    with citizen(pbx) as first, citizen(pbx) as second:
        for caller in (first, second):
            caller.invite("12345")
            caller.final()
        ami.event("QueueCallerJoin", Position="2")
        place = ("queue-youarenext", "queue-thereare", "digits/2", "queue-callswaiting", "queue-thankyou")
        heard = read_until(pbx.plan.base / "log" / "played", [f"Playing '{name}." for name in place])
    pbx.cli("logger remove channel played")
    assert "does not exist" not in heard
    assert "WARNING[" not in heard
    ami.event("QueueCallerAbandon", Position="1")
    ami.act(Action="QueueRemove", Queue="hotline", Interface="PJSIP/6005-web")


def read_until(path: Path, wanted: list[str]) -> str:
    """What a file holds, once it holds all that is wanted; fails after 20 s."""
    deadline = time.monotonic() + 20
    while True:
        text = path.read_text()
        missing = [words for words in wanted if words not in text]
        if not missing:
            return text
        assert time.monotonic() < deadline, missing
        time.sleep(0.05)


def test_a_full_queue_says_so(pbx: PrivatePbx, ami: Ami, agent: Phone) -> None:
    ami.act(Action="QueuePause", Interface="PJSIP/6001-sip", Paused="true")
    with citizen(pbx) as first, citizen(pbx) as second:
        first.invite("12315")
        first.final()
        ami.event("QueueCallerJoin", Queue="full")
        second.invite("12315")
        second.final()
        assert ami.event("UserEvent", UserEvent="JtLost")["Status"] == "FULL"
        second.gone()
        first.hang_up()
        ami.event("QueueCallerAbandon")


@pytest.mark.parametrize("number", ["99999", "+8610110", "1234", "123456"])
def test_an_unregistered_number_is_refused_and_said_so(pbx: PrivatePbx, ami: Ami, number: str) -> None:
    with citizen(pbx) as caller:
        caller.invite(number)
        assert caller.final().status == 404
        refused = ami.event("UserEvent", UserEvent="JtRefused")
        assert (refused["Number"], refused["Why"]) == (number, "unregistered")
    assert not any(m.get("UserEvent") == "JtOffered" for m in ami.events())


def test_a_number_whose_time_is_over_is_refused_as_closed(pbx: PrivatePbx, ami: Ami) -> None:
    with citizen(pbx) as caller:
        caller.invite("12348")
        assert caller.final().status == 404
        refused = ami.event("UserEvent", UserEvent="JtRefused")
        assert (refused["Number"], refused["Why"]) == ("12348", "closed")


@pytest.mark.parametrize("number", ["i", "h", "s", "ready", "12345%0d%0aEvil:%20yes"])
def test_words_of_the_dialplan_cannot_be_dialled(pbx: PrivatePbx, ami: Ami, number: str) -> None:
    with citizen(pbx) as caller:
        caller.invite(number)
        assert caller.final().status == 404
    ami.act(Action="Ping")
    assert not any(m.get("Event") == "Newchannel" for m in ami.events())


@pytest.mark.parametrize("name", ["13800000000", "trunk", "citizen-web", "6001-sip"])
def test_a_stranger_cannot_call_whatever_name_they_use(pbx: PrivatePbx, ami: Ami, name: str) -> None:
    with Phone(pbx.plan.sip_port, host="127.0.0.3", user=name) as stranger:
        stranger.invite("12345")
        assert stranger.final().status in (401, 500)
    ami.act(Action="Ping")
    assert not any(m.get("Event") == "Newchannel" for m in ami.events())


@pytest.mark.parametrize(
    ("sender", "caller_id"),
    [
        ('"${SHELL(touch /tmp/x)}" <sip:$%7bSHELL(touch)%7d@a.b>', "unknown"),
        ('"a\\"b, c" <sip:138,1(1)@a.b>', "13811"),
        ('"x%0d%0aEvil: yes" <sip:138%0d%0aEvil%3a%20yes%0d%0a%0d%0aEvent%3a%20Fake%0d%0aA%3a@a.b>', "138"),
        (f'"{"9" * 300}" <sip:{"8" * 300}@a.b>', "8" * 32),
        ('"市民" <sip:%E5%B8%82%E6%B0%91@a.b>', "unknown"),
        ('"<sip:110@police>" <sip:13900000000@a.b>', "13900000000"),
        ("<tel:+8613700000000>", "+8613700000000"),
        ("<sip:a.b>", "unknown"),
        ("sip:13600000000@a.b", "13600000000"),
        ('"x" <sip:110:secret@a.b>', "110"),
    ],
)
def test_a_hostile_caller_id_is_only_text_and_little_of_it(
    pbx: PrivatePbx, ami: Ami, sender: str, caller_id: str
) -> None:
    with citizen(pbx) as caller:
        caller.invite("12345", sender=sender)
        assert caller.final().status == 200
        assert ami.event("UserEvent", UserEvent="JtOffered")["Caller"] == caller_id
        caller.hang_up()
        ami.event("Hangup")
    assert b"Evil" not in ami.raw
    assert b"Fake" not in ami.raw
    assert {m["CallerIDNum"] for m in ami.events() if m.get("UserEvent")} == {caller_id}


def test_text_that_is_no_address_gets_no_answer_and_makes_no_call(pbx: PrivatePbx, ami: Ami) -> None:
    with citizen(pbx) as caller:
        caller.invite("12345", sender='"evil\\\r\n Evil: yes" <sip:${SHELL(x)}@a.b>')
        ami.act(Action="Ping")
        assert not any(m.get("Event") == "Newchannel" for m in ami.events())


def test_agents_codes_work_without_any_program_of_ours(pbx: PrivatePbx, ami: Ami, agent: Phone) -> None:
    assert agent.invite_as_desk("*40", "handed-out").status == 200
    assert ami.event("QueueMemberPause", Queue="hotline", Paused="1")["MemberName"] == "6001"
    agent.gone()
    assert agent.invite_as_desk("*41", "handed-out").status == 200
    ami.event("QueueMemberPause", Queue="hotline", Paused="0")
    agent.gone()
    assert agent.invite_as_desk("*43", "handed-out").status == 200
    agent.hang_up()


@pytest.mark.parametrize("number", ["12345", "110", "6002", "ready"])
def test_a_desk_reaches_nothing_but_its_codes(pbx: PrivatePbx, agent: Phone, number: str) -> None:
    assert agent.invite_as_desk(number, "handed-out").status == 404


def test_a_pass_word_is_good_from_its_hand_out_to_its_return(pbx: PrivatePbx, ami: Ami) -> None:
    value = {"auth_type": "userpass", "username": "6002-sip", "password": "today"}
    with Phone(pbx.plan.sip_port, user="6002-sip") as phone:
        assert phone.register("today") in (401, 500)
        ami.act(Action="DBPut", Family="jt/auth", Key="6002-sip", Val=json.dumps(value))
        assert phone.register("yesterday") == 401
        assert phone.register("today") == 200
        ami.act(Action="DBDel", Family="jt/auth", Key="6002-sip")
        assert phone.register("today") in (401, 500)
