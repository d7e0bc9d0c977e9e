"""What Asterisk's logs tell afterwards is what its manager told at the time: each call folded from both, and equal."""

import json
import time
from collections.abc import Iterator

import pytest
from msgspec.structs import asdict, replace

from acd.effects import CallRecord, WriteCall
from acd.events import AnyEvent, CallRefused, Heard
from acd.fold import fold
from acd.names import CallId, Moment
from acd.state import Policy, State
from telephony.ami_protocol import AmiProtocol, event_name, parse
from telephony.backfill import Logs, missed
from telephony.private_pbx import PrivatePbx
from telephony.translate import RULES
from tests.live.ami import Ami
from tests.live.conftest import TRUNK
from tests.live.sip import Phone
from tests.live.standstill import apart_ms, longest_ms

pytestmark = pytest.mark.live

SAME_MS = 50
"""How far the two may differ in any time: they are written by different threads of Asterisk."""
SEAT = "6004-sip"


@pytest.fixture
def ami(pbx: PrivatePbx) -> Iterator[Ami]:
    with Ami(pbx.plan) as session:
        value = {"auth_type": "userpass", "username": SEAT, "password": "handed-out"}
        session.act(Action="DBPut", Family="jt/auth", Key=SEAT, Val=json.dumps(value))
        yield session
        session.act(Action="DBDel", Family="jt/auth", Key=SEAT)


def test_every_kind_of_call_is_told_the_same_by_the_logs(pbx: PrivatePbx, ami: Ami) -> None:
    since = Moment(time.time_ns() // 1_000_000)
    _turned_away(pbx, ami)
    _left_in_the_greeting(pbx, ami)
    _nobody_signed_in(pbx, ami)
    with Phone(pbx.plan.sip_port, user=SEAT) as agent:
        assert agent.register("handed-out") == 200
        for queue in ("hotline", "brief"):
            ami.act(
                Action="QueueAdd",
                Queue=queue,
                Interface=f"PJSIP/{SEAT}",
                StateInterface=f"PJSIP/{SEAT}",
                MemberName="6004",
            )
        ami.event("DeviceStateChange", Device=f"PJSIP/{SEAT}", State="NOT_INUSE")
        _answered(pbx, ami, agent, by_agent=True)
        _answered(pbx, ami, agent, by_agent=False)
        _lost_in_the_talk_and_answered_again(pbx, ami, agent)
        _let_ring_and_left_while_ringing(pbx, ami, agent)
        _rejected_and_left_waiting(pbx, ami, agent)
        ami.act(Action="QueuePause", Interface=f"PJSIP/{SEAT}", Paused="true", Reason="meal")
        _waited_too_long(pbx, ami)
        for queue in ("hotline", "brief"):
            ami.act(Action="QueueRemove", Queue=queue, Interface=f"PJSIP/{SEAT}")
        assert agent.register("handed-out", seconds=0) == 200
    heard = _heard(ami.raw)
    told = _told(pbx, since, {fact.call for fact in heard if hasattr(fact, "call")})
    live, late = _records(heard), _records(told)
    assert len(live) == 8
    for call, record in live.items():
        _same(record, late[call])
    refusals = [[fact.call for fact in facts if isinstance(fact, CallRefused)] for facts in (heard, told)]
    assert refusals[0] == refusals[1]
    assert len(refusals[0]) == 1


def _heard(raw: bytes) -> list[AnyEvent]:
    facts: list[AnyEvent] = []
    for block in AmiProtocol().receive(raw[raw.index(b"Asterisk Call Manager") :]):
        rule = RULES.get(event_name(block) or b"")
        fact = None if rule is None else rule(parse(block))
        if fact is not None and hasattr(fact, "call"):
            facts.append(fact)
    return facts


def _told(pbx: PrivatePbx, since: Moment, calls: set[CallId]) -> list[AnyEvent]:
    """Read the logs until the last call's end is written."""
    logs = Logs(cel=pbx.plan.base / "log" / "cel-custom" / "Master.csv", queue_log=pbx.plan.base / "log" / "queue_log")
    give_up = time.monotonic() + 10
    while True:
        until = Moment(time.time_ns() // 1_000_000)
        facts = [fact for fact in missed(logs, since, until) if getattr(fact, "call", None) in calls]
        if len(_records(facts)) >= 8 or time.monotonic() > give_up:
            return facts
        time.sleep(0.1)


def _records(facts: list[AnyEvent]) -> dict[CallId, CallRecord]:
    state = State(policy=Policy())
    records: dict[CallId, CallRecord] = {}
    for fact in facts:
        assert isinstance(fact, Heard)
        step = fold(state, fact)
        state = step.state
        ended = [one.record for one in step.effects if isinstance(one, WriteCall) and one.record.ended_at is not None]
        records.update({record.call: record for record in ended})
    return records


def _same(live: CallRecord, late: CallRecord) -> None:
    for name, value in asdict(live).items():
        other = getattr(late, name)
        if name == "ticket":
            continue  # numbered in the order of the fold
        if name.endswith(("_at", "_ms")) and value is not None:
            assert other is not None, (live, late)
            apart = apart_ms(value, other) if name.endswith("_at") else abs(value - other) - longest_ms(live.offered_at)
            assert apart <= SAME_MS, (name, live, late)
        elif name == "segments":
            assert len(value) == len(other), (live, late)
            for one, two in zip(value, other, strict=True):
                assert replace(one, start=two.start, end=two.end) == two, (live, late)
                assert max(apart_ms(one.start, two.start), apart_ms(one.end, two.end)) <= SAME_MS, (live, late)
        else:
            assert value == other, (name, live, late)


def _citizen(pbx: PrivatePbx) -> Phone:
    return Phone(pbx.plan.sip_port, host=TRUNK)


def _over(ami: Ami) -> None:
    """Wait for the end of the citizen's leg of the newest call, and let the next one be the newest."""
    call = ami.event("UserEvent", UserEvent="JtOffered")["Call"]
    ami.event("Hangup", Uniqueid=call, patience=30)
    ami.forget()


def _turned_away(pbx: PrivatePbx, ami: Ami) -> None:
    with _citizen(pbx) as caller:
        caller.invite("99999")
        assert caller.final().status == 404
        ami.event("UserEvent", UserEvent="JtRefused")
        ami.forget()


def _left_in_the_greeting(pbx: PrivatePbx, ami: Ami) -> None:
    with _citizen(pbx) as caller:
        caller.invite("12345")
        caller.final()
        caller.hang_up()
        _over(ami)


def _nobody_signed_in(pbx: PrivatePbx, ami: Ami) -> None:
    with _citizen(pbx) as caller:
        caller.invite("12345")
        caller.final()
        assert ami.event("UserEvent", UserEvent="JtLost", patience=20)["Status"] == "JOINEMPTY"
        caller.gone()
        _over(ami)


def _answered(pbx: PrivatePbx, ami: Ami, agent: Phone, *, by_agent: bool) -> None:
    with _citizen(pbx) as caller:
        caller.invite("12345")
        caller.final()
        agent.answer_ring()
        ami.event("AgentConnect")
        first, second = (agent, caller) if by_agent else (caller, agent)
        first.hang_up()
        second.gone()
        _over(ami)


def _lost_in_the_talk_and_answered_again(pbx: PrivatePbx, ami: Ami, agent: Phone) -> None:
    with _citizen(pbx) as caller:
        caller.invite("12345")
        caller.final()
        agent.answer_ring()
        connect = ami.event("AgentConnect")
        ami.act(Action="Hangup", Channel=connect["DestChannel"], Cause="44")
        agent.gone()
        ami.event("UserEvent", UserEvent="JtReturned")
        ami.forget()
        agent.answer_ring()
        ami.event("AgentConnect")
        agent.hang_up()
        caller.gone()
        ami.event("Hangup", Uniqueid=connect["Uniqueid"])
        ami.forget()


def _let_ring_and_left_while_ringing(pbx: PrivatePbx, ami: Ami, agent: Phone) -> None:
    with _citizen(pbx) as caller:
        caller.invite("12345")
        caller.final()
        agent.wait_ring()
        ami.event("AgentRingNoAnswer", patience=20)
        agent.wait_ring()
        caller.hang_up()
        _over(ami)


def _rejected_and_left_waiting(pbx: PrivatePbx, ami: Ami, agent: Phone) -> None:
    with _citizen(pbx) as caller:
        caller.invite("12345")
        caller.final()
        agent.refuse_ring("486 Busy Here")
        ami.event("DialEnd")
        ami.act(Action="QueuePause", Interface=f"PJSIP/{SEAT}", Paused="true", Reason="meal")
        caller.hang_up()
        _over(ami)
        ami.act(Action="QueuePause", Interface=f"PJSIP/{SEAT}", Paused="false")


def _waited_too_long(pbx: PrivatePbx, ami: Ami) -> None:
    with _citizen(pbx) as caller:
        caller.invite("12333")
        caller.final()
        assert ami.event("UserEvent", UserEvent="JtLost", patience=20)["Status"] == "TIMEOUT"
        caller.gone()
        _over(ami)
