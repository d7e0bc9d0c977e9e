"""One call in both books: equal when it is, and every field that differs is told with its evidence."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from acd.names import AgentId, CallId, LossStage, Moment, QueueName, TicketId
from agent_desk.comparison import Difference, alive, differences
from telephony.backfill import Logs
from tests.agent_desk.two_books import (
    EXPERT,
    HANDED_LAST,
    IVR,
    LAST,
    LEFT,
    PERIOD,
    PLAIN,
    QUEUED,
    RANG,
    TALKED,
    agreeing,
    changed,
    handed_book,
    logs_in,
    our_book,
    take_out,
    their_book,
)


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    return logs_in(tmp_path / "log")


def compared(logs: Logs, call: CallId, **changes: Any) -> dict[str, Difference]:
    ours, theirs = our_book(logs)[call], their_book(logs)[call]
    return {one.field: one for one in differences(changed(ours, **changes), theirs, PERIOD.rule)}


def test_what_was_told_from_the_logs_agrees_with_the_logs(logs: Logs) -> None:
    ours, theirs = our_book(logs), their_book(logs)
    assert set(ours) == set(theirs)
    assert [one for call in ours for one in differences(ours[call], theirs[call], PERIOD.rule)] == []


@pytest.mark.parametrize(
    ("call", "field", "value", "theirs"),
    [
        (PLAIN, "number", "12333", "12345"),
        (PLAIN, "queue", QueueName("law"), "hotline"),
        (PLAIN, "agent", AgentId("6009"), "6005"),
        (PLAIN, "agent", None, "6005"),
        (PLAIN, "rings", 3, "1"),
        (LEFT, "loss_stage", LossStage.IVR_ABANDON, "QUEUE_ABANDON"),
        (RANG, "loss_stage", LossStage.QUEUE_ABANDON, "RING_ABANDON"),
        (IVR, "loss_cause", "TIMEOUT", "none"),
    ],
)
def test_a_name_that_differs_is_told(logs: Logs, call: CallId, field: str, value: str | None, theirs: str) -> None:
    (found,) = compared(logs, call, **{field: value}).values()
    assert (found.call, found.field, found.ours, found.theirs) == (call, field, str(value or "none"), theirs)
    assert found.evidence.startswith("Master.csv line ")
    assert found.sentence == f"call {call}: {field}: ours {value or 'none'}, Asterisk's {theirs} ({found.evidence})."


@pytest.mark.parametrize("field", ["offered_at", "requested_at", "queued_at", "answered_at", "ended_at"])
def test_a_time_may_differ_by_the_tolerance_and_no_more(logs: Logs, field: str) -> None:
    at = getattr(our_book(logs)[PLAIN], field)
    assert field not in compared(logs, PLAIN, **{field: at + 100})
    late = compared(logs, PLAIN, **{field: at + 101})[field]
    assert "101 ms apart" in late.theirs
    assert "+08:00" in late.ours


@pytest.mark.parametrize("field", ["requested_at", "queued_at", "answered_at", "ended_at"])
def test_a_time_that_only_one_knows_is_told(logs: Logs, field: str) -> None:
    assert compared(logs, PLAIN, **{field: None})[field].ours == "none"


def test_an_answer_that_never_was_is_told(logs: Logs) -> None:
    found = compared(logs, LEFT, answered_at=Moment(1795307331000), agent=AgentId("6001"), loss_stage=None)
    assert found["answered_at"].theirs == "none"
    assert (found["outcome"].ours, found["outcome"].theirs) == ("answered", "lost")


@pytest.mark.parametrize("field", ["wait_ms", "talk_ms"])
def test_a_spell_may_differ_by_the_tolerance_and_no_more(logs: Logs, field: str) -> None:
    spell = getattr(our_book(logs)[TALKED], field)
    assert compared(logs, TALKED, **{field: spell + 90}) == {}
    assert list(compared(logs, TALKED, **{field: spell + 150})) == [field]


def test_callers_are_masked(logs: Logs) -> None:
    found = compared(logs, TALKED, caller="13912345678")["caller"]
    assert found.ours == "139****5678"
    assert "13800000003" not in found.sentence
    assert "13912345678" not in found.sentence


@pytest.mark.parametrize(
    "tickets",
    [
        {"own_ticket": None},
        {"ticket_id": None},
        {"ticket_id": TicketId("T-other")},
        {"merged_into": TicketId("T-other")},
    ],
)
def test_a_call_without_exactly_one_ticket_is_told(logs: Logs, tickets: dict[str, TicketId | None]) -> None:
    assert list(compared(logs, PLAIN, **tickets)) == ["ticket"]


def test_a_call_put_to_an_earlier_ticket_has_one(logs: Logs) -> None:
    assert compared(logs, PLAIN, ticket_id=TicketId("T1"), merged_into=TicketId("T1")) == {}


def test_an_offer_written_twice_is_told(logs: Logs) -> None:
    lines = logs.cel.read_text().splitlines(keepends=True)
    logs.cel.write_text("".join(line * (1 + ("JT_OFFERED" in line and PLAIN in line)) for line in lines))
    assert compared(logs, PLAIN)["offered"].theirs == "2 times"


def test_of_two_who_begin_at_once_either_is_the_last_agent(tmp_path: Path) -> None:
    book = handed_book(logs_in(tmp_path / "handed", "eight_handed_on"))
    rule = replace(PERIOD.rule, until=HANDED_LAST)

    def told(call: CallId, agent: str | None) -> Difference | None:
        ours = changed(agreeing(book[call]), agent=agent)
        return next((one for one in differences(ours, book[call], rule) if one.field == "agent"), None)

    for agent, is_told in (("6004", False), ("6005", False), ("6001", True), (None, True)):
        assert (told(EXPERT, agent) is not None) is is_told, agent
    assert told(QUEUED, "6005") is None
    found = told(QUEUED, "6004")
    assert found is not None
    assert (found.theirs, found.evidence[:15]) == ("6005", "Master.csv line")


def cut_off(logs: Logs, call: CallId) -> None:
    take_out(logs.cel, '"HANGUP"', call)
    with logs.queue_log.open("a") as file:
        file.write("1795307370|NONE|NONE|NONE|QUEUESTART|\n")


def test_a_lost_call_that_a_restart_cut_off_must_say_so(logs: Logs) -> None:
    ours, seen = our_book(logs)[RANG], Moment(1795307373000)
    cut_off(logs, RANG)
    theirs = their_book(logs)[RANG]
    told = changed(ours, loss_stage=LossStage.SYSTEM, loss_cause="ENGINE_RESTART", ended_at=seen)
    assert told.queued_at is not None
    right = changed(told, wait_ms=seen - told.queued_at)
    assert list(differences(right, theirs, PERIOD.rule)) == []
    as_abandon = changed(right, loss_stage=LossStage.RING_ABANDON, loss_cause="")
    found = {one.field for one in differences(as_abandon, theirs, PERIOD.rule)}
    assert found == {"loss_stage", "loss_cause"}


@pytest.mark.parametrize("ended_at", [None, Moment(1795307385001), Moment(1795307300000)])
def test_an_answered_call_that_a_restart_cut_off_ends_with_it(logs: Logs, ended_at: Moment | None) -> None:
    ours = our_book(logs)[TALKED]
    cut_off(logs, TALKED)
    theirs = their_book(logs)[TALKED]
    assert ours.answered_at is not None
    end = Moment(1795307372000)
    right = changed(ours, ended_at=end, talk_ms=end - ours.answered_at)
    assert list(differences(right, theirs, PERIOD.rule)) == []
    wrong = changed(right, ended_at=ended_at)
    found = {one.field: one for one in differences(wrong, theirs, PERIOD.rule)}
    assert found["ended_at"].evidence == "queue_log line 16"


def test_a_call_alive_at_the_end_is_compared_in_what_it_has_come_to(logs: Logs) -> None:
    entry = their_book(logs)[TALKED]
    assert not alive(entry, LAST)
    until = Moment(1795307350000)
    assert alive(entry, until)
    ours = our_book(logs)[TALKED]
    rule = type(PERIOD.rule)(until=until, tolerance=PERIOD.tolerance, utc_offset=PERIOD.utc_offset)
    speaking = changed(ours, ended_at=None, talk_ms=0)
    assert list(differences(speaking, entry, rule)) == []
    late = changed(speaking, answered_at=Moment(1795307349000))
    assert [one.field for one in differences(late, entry, rule)] == ["answered_at"]
