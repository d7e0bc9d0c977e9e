"""Asterisk's event log into facts, on rows a real Asterisk wrote (numbers are made up)."""

import logging
from pathlib import Path

import pytest

from acd.effects import CallRecord, WriteCall
from acd.events import AgentRung, AnyEvent, CallLost, CallQueued, CallRefused, CallReturned, HangUpHeard, RingEnded
from acd.fold import fold
from acd.names import AgentId, CallId, LegId, LossStage, Moment, Party, RingResult
from acd.state import Policy, State
from telephony.cel import CelRow, facts, moment_of, rows

CAPTURE = Path(__file__).parents[1] / "captures" / "six_calls.cel.csv"
MISSED = {(CallId("jt1-1795307276.1"), AgentId("6001")): [Moment(1795307295000)]}


def told() -> list[AnyEvent]:
    return list(facts(list(rows(CAPTURE.read_text().splitlines())), MISSED))


def records(events: list[AnyEvent]) -> dict[CallId, CallRecord]:
    state, written = State(policy=Policy()), {}
    for event in events:
        step = fold(state, event)
        state = step.state
        written |= {one.record.call: one.record for one in step.effects if isinstance(one, WriteCall)}
    assert state.calls == type(state.calls)(), "a call is still open"
    return written


def test_every_call_of_the_log_becomes_one_record() -> None:
    found = records(told())
    assert {call: (one.agent, one.loss_stage) for call, one in found.items()} == {
        "jt1-1795304631.0": (None, LossStage.IVR_ABANDON),
        "jt1-1795306324.0": ("6005", None),
        "jt1-1795307276.1": (found[CallId("jt1-1795307276.1")].agent, None),
        "jt1-1795307325.60": (None, LossStage.QUEUE_ABANDON),
        "jt1-1795307327.63": (found[CallId("jt1-1795307327.63")].agent, None),
        "jt1-1795307337.75": (None, LossStage.RING_ABANDON),
    }


def test_times_are_asterisks_to_the_millisecond() -> None:
    call = records(told())[CallId("jt1-1795306324.0")]
    assert (call.offered_at, call.requested_at) == (1795306324136, 1795306329051)
    assert (call.answered_at, call.ended_at) == (1795306329542, 1795306337933)
    assert call.number == "12345"


def test_told_twice_and_from_the_middle_nothing_is_counted_twice() -> None:
    once = told()
    assert records(once + once) == records(once)
    assert records(once[:40] + once[20:]) == records(once)


def test_who_hung_up_is_told() -> None:
    by = {one.call: one.ended_by for one in records(told()).values()}
    assert by[CallId("jt1-1795307327.63")] is Party.CALLER
    assert by[CallId("jt1-1795307337.75")] is Party.CALLER


def test_a_ring_that_an_agent_let_ring_is_told_apart_by_queue_log() -> None:
    results = [fact.result for fact in told() if isinstance(fact, RingEnded) and fact.call == "jt1-1795307276.1"]
    assert results[0] is RingResult.NO_ANSWER
    without = facts(list(rows(CAPTURE.read_text().splitlines())), {})
    assert RingResult.NO_ANSWER not in {fact.result for fact in without if isinstance(fact, RingEnded)}


@pytest.mark.parametrize(
    ("cause", "result"), [(17, RingResult.REJECTED), (21, RingResult.REJECTED), (20, RingResult.UNREACHABLE)]
)
def test_the_cause_tells_why_nobody_answered(cause: int, result: RingResult) -> None:
    row = _row("HANGUP", leg="jt1-1.2", channel="PJSIP/6001-sip-00000002", extra=f'{{"hangupcause":{cause}}}')
    assert [fact.result for fact in facts([row], {}) if isinstance(fact, RingEnded)] == [result]


def test_a_call_the_queue_did_not_take_in_was_never_queued() -> None:
    told_rows = [
        _row("APP_START", channel="PJSIP/trunk-00000001"),
        _row("JT_LOST", extra='{"extra":"hotline|JOINEMPTY|OVERFLOW_CALLBACK"}'),
    ]
    assert [type(fact) for fact in facts(told_rows, {})] == [CallLost]
    waited = [told_rows[0], _row("JT_LOST", extra='{"extra":"hotline|TIMEOUT|OVERFLOW_CALLBACK"}')]
    assert [type(fact) for fact in facts(waited, {})] == [CallQueued, CallLost]


def test_who_came_back_and_finds_nobody_signed_in_was_queued_the_first_time() -> None:
    told_rows = [
        _row("APP_START", channel="PJSIP/trunk-00000001"),
        _row("JT_RETURNED", extra='{"extra":"hotline"}'),
        _row("APP_START", channel="PJSIP/trunk-00000001"),
        _row("JT_LOST", extra='{"extra":"hotline|JOINEMPTY|OVERFLOW_CALLBACK"}'),
    ]
    assert [type(fact) for fact in facts(told_rows, {})] == [CallQueued, CallReturned, CallLost]


def test_a_call_turned_away_is_told_with_its_id() -> None:
    row = _row("JT_REFUSED", extra='{"extra":"999|13800000001|unregistered"}')
    assert list(facts([row], {})) == [
        CallRefused(at=Moment(5), call=CallId("jt1-1.1"), number="999", caller="13800000001", why="unregistered")
    ]


def test_a_row_that_makes_no_sense_costs_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    bad = _row("JT_OFFERED", extra='{"extra":"12345"}')
    worse = _row("JT_LOST", extra="{")
    good = _row("CHAN_START", leg="jt1-1.2", channel="PJSIP/6001-web-00000002")
    with caplog.at_level(logging.ERROR):
        assert [type(fact) for fact in facts([bad, worse, good], {})] == [AgentRung]
    assert len(caplog.records) == 2


def test_half_a_row_and_rows_of_another_shape_are_left_out() -> None:
    whole = CAPTURE.read_text().splitlines()[:3]
    assert len(list(rows([*whole, whole[0][:40], "", "a,b,c"]))) == 3


@pytest.mark.parametrize(
    "damage",
    [
        '"X","1795307340.2","half\n',
        "\0" * 200_000 + "\n",
        '"X",".5"' + ',"x"' * 12 + "\n",
        '"X","\u00b2"' + ',"x"' * 12,
    ],
    ids=["open-quote", "power-cut", "no-time", "strange-digit"],
)
def test_a_damaged_line_costs_only_itself(damage: str) -> None:
    whole = CAPTURE.read_text().splitlines(keepends=True)[:2]
    assert list(rows([whole[0], damage, whole[1]])) == list(rows(whole))


def test_other_channels_are_none_of_ours() -> None:
    strangers = [
        _row("CHAN_START", leg="jt1-1.9", channel="PJSIP/trunk-00000009", context="from-trunk"),
        _row("CHAN_START", leg="jt1-1.8", channel="Local/x@y-00000001;1"),
    ]
    assert list(facts(strangers, {})) == []


def test_the_legs_own_good_bye_is_heard() -> None:
    channel = "PJSIP/6001-web-00000002"
    rung = _row("BRIDGE_ENTER", leg="jt1-1.2", channel=channel)
    gone = _row("HANGUP", leg="jt1-1.2", channel=channel, extra=f'{{"hangupcause":16,"hangupsource":"{channel}"}}')
    heard = [fact for fact in facts([rung, gone], {}) if isinstance(fact, HangUpHeard)]
    assert [fact.leg for fact in heard] == ["jt1-1.2"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [("1795307340.249271", 1795307340249), ("1795307340.2", 1795307340200), ("1795307340", 1795307340000)],
)
def test_microseconds_become_milliseconds(text: str, moment: int) -> None:
    assert moment_of(text) == moment


def _row(
    kind: str,
    *,
    leg: str = "jt1-1.1",
    channel: str = "PJSIP/trunk-00000001",
    context: str = "from-desk",
    extra: str = "",
) -> CelRow:
    call = CallId("jt1-1.1")
    return CelRow(
        kind=kind,
        at=Moment(5),
        leg=LegId(leg),
        call=call,
        account=call,
        channel=channel,
        context=context,
        appdata="",
        extra=extra,
    )


def test_a_citizen_who_came_back_into_the_queue_is_told_as_such() -> None:
    (fact,) = facts([_row("JT_RETURNED", extra='{"extra":"hotline"}')], {})
    assert isinstance(fact, CallReturned)
    assert fact.queue == "hotline"
