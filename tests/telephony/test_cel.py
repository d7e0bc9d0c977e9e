"""Asterisk's event log into facts, on rows a real Asterisk wrote (numbers are made up)."""

import logging
from pathlib import Path

import pytest

from acd.effects import CallRecord, WriteCall
from acd.events import (
    AgentAnswered,
    AgentRung,
    AnyEvent,
    CallHanded,
    CallHandedOver,
    CallLost,
    CallQueued,
    CallRefused,
    CallReturned,
    HangUpHeard,
    LegEnded,
    LegJoined,
    LegLeft,
    RingEnded,
    StepTold,
    ThirdRung,
    WatchHeard,
)
from acd.fold import fold
from acd.names import AgentId, CallId, DestinationKey, LegId, LossStage, Moment, Party, RingResult
from acd.state import Policy, State
from acd.transfer import Place
from acd.watching import Watching
from telephony.cel import CelRow, facts, moment_of, rows

CAPTURE = Path(__file__).parents[1] / "captures" / "six_calls.cel.csv"
BRIDGE = '{"bridge_id":"b1","bridge_technology":"softmix"}'
FAR = "PJSIP/revenue-00000007"
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
    rung = _row("BRIDGE_ENTER", leg="jt1-1.2", channel=channel, extra=BRIDGE)
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
    app: str = "Queue",
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
        app=app,
        appdata="",
        extra=extra,
    )


def test_a_citizen_who_came_back_into_the_queue_is_told_as_such() -> None:
    (fact,) = facts([_row("JT_RETURNED", extra='{"extra":"hotline"}')], {})
    assert isinstance(fact, CallReturned)
    assert fact.queue == "hotline"


C, T, AT = CallId("jt1-1.1"), LegId("jt1-1.1-t1"), Moment(5)


def _named_by_us(kind: str, channel: str = FAR, extra: str = "", account: str = "jt1-1.1") -> CelRow:
    """A row of a leg rung for a transfer, as Asterisk writes it: linked to nothing but itself."""
    text = f'"{kind}","0.005","{T}","{T}","{account}","{channel}","s","nowhere","AppDial2","","","","","{{extra}}"'
    return next(rows([text.replace("{extra}", extra.replace('"', '""'))]))


def test_a_leg_rung_for_a_transfer_belongs_to_its_call_before_it_has_an_account() -> None:
    assert _named_by_us("CHAN_START", account="").call == C
    assert _named_by_us("ANSWER").call == C


@pytest.mark.parametrize(("channel", "agent"), [(FAR, None), ("PJSIP/6012-web-00000007", "6012")])
def test_the_other_side_rings_answers_and_is_gone(channel: str, agent: AgentId | None) -> None:
    told_rows = [
        _named_by_us("CHAN_START", channel, account=""),
        _named_by_us("ANSWER", channel),
        _named_by_us("BRIDGE_ENTER", channel, BRIDGE),
        _named_by_us("BRIDGE_EXIT", channel, BRIDGE),
        _named_by_us("HANGUP", channel, f'{{"hangupcause":16,"hangupsource":"{channel}"}}'),
    ]
    assert list(facts(told_rows, {})) == [
        ThirdRung(at=AT, call=C, leg=T, agent=agent),
        RingEnded(at=AT, call=C, leg=T, result=RingResult.ANSWERED),
        LegJoined(at=AT, call=C, leg=T, bridge="b1"),
        LegLeft(at=AT, call=C, leg=T, bridge="b1"),
        HangUpHeard(at=AT, call=C, leg=T),
        LegEnded(at=AT, call=C, leg=T),
    ]


def test_whom_a_released_call_dialled_is_the_other_side_too() -> None:
    rung = _row("CHAN_START", leg="jt1-1.9", channel=FAR, context="nowhere")
    gone = _row("HANGUP", leg="jt1-1.9", channel=FAR, context="nowhere", extra='{"hangupcause":0}')
    found = list(facts([rung, gone], {}))
    assert found[0] == ThirdRung(at=AT, call=C, leg=LegId("jt1-1.9"), agent=None)
    assert [fact.result for fact in found if isinstance(fact, RingEnded)] == [RingResult.NO_ANSWER]


def test_an_agent_who_comes_into_a_room_has_not_answered_anew() -> None:
    channel = "PJSIP/6001-web-00000002"
    joined = _row("BRIDGE_ENTER", leg="jt1-1.2", channel=channel, context="room", app="ConfBridge", extra=BRIDGE)
    gone = _row("HANGUP", leg="jt1-1.2", channel=channel, context="room", extra='{"hangupcause":16}')
    left = _row("BRIDGE_EXIT", leg="jt1-1.2", channel=channel, context="room", app="ConfBridge", extra=BRIDGE)
    assert [type(fact) for fact in facts([joined, left, gone], {})] == [LegJoined, LegLeft, LegEnded]
    first = _row("BRIDGE_ENTER", leg="jt1-1.2", channel=channel, app="AppQueue", extra=BRIDGE)
    assert [type(fact) for fact in facts([first], {})] == [AgentAnswered, LegJoined]


def test_another_leg_of_ours_is_no_ring() -> None:
    watcher = _row("CHAN_START", leg="jt1-1.1-x1", channel="PJSIP/6009-web-00000002")
    assert list(facts([watcher], {})) == []


def test_a_supervisor_on_the_call_is_no_ring_and_no_answer() -> None:
    leg, channel = LegId("jt1-1.1-w6241-5"), "PJSIP/6241-web-00000002"
    told_rows = [
        _row("CHAN_START", leg=leg, channel=channel),
        _row("ANSWER", leg=leg, channel=channel),
        _row("JT_WATCH", leg=leg, channel=channel, extra='{"extra":"whisper"}'),
        _row("HANGUP", leg=leg, channel=channel, extra='{"hangupcause":16}'),
    ]
    assert list(facts(told_rows, {})) == [
        WatchHeard(at=AT, call=C, leg=leg, how=Watching.WHISPER),
        LegEnded(at=AT, call=C, leg=leg),
    ]


def test_where_the_citizen_is_and_what_they_keyed_in() -> None:
    told_rows = [
        _row("JT_HANDOVER", extra='{"extra":"police|A-17"}'),
        _row("JT_HANDED", extra='{"extra":"step"}'),
        _row("JT_STEP", extra='{"extra":"satisfaction|5"}'),
        _row("APP_START", app="ConfBridge"),
        _row("BRIDGE_ENTER", app="ConfBridge", extra=BRIDGE),
    ]
    assert list(facts(told_rows, {})) == [
        CallHandedOver(at=AT, call=C, by="police", reference="A-17"),
        CallHanded(at=AT, call=C, place=Place.STEP),
        StepTold(at=AT, call=C, step=DestinationKey("satisfaction"), answer="5"),
        LegJoined(at=AT, call=C, leg=LegId(C), bridge="b1"),
    ]
