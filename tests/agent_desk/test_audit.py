"""Whole books side by side: equal when they are, and nothing that is missing, too much or changed stays unseen."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from acd.names import CallId, LossStage, Moment
from agent_desk import audit as module
from agent_desk.audit import Audit, Period, Report, audit
from agent_desk.house import House
from core.audited_calls import AuditedCall
from telephony.backfill import Logs
from telephony.entry import Entry
from tests.agent_desk.two_books import (
    IVR,
    LAST,
    LEFT,
    PERIOD,
    PLAIN,
    RANG,
    TALKED,
    audited,
    changed,
    effects_of,
    logs_in,
    our_book,
    take_out,
    their_book,
)


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    return logs_in(tmp_path / "pbx")


@pytest.fixture
async def filled(house: House, logs: Logs) -> House:
    """A house whose core holds the six calls."""
    await house.recorder.apply(list(enumerate(effects_of(logs), start=1)))
    return house


async def reported(house: House, logs: Logs, **changes: Any) -> Report:
    async with house.database.reading() as session:
        return await audit(msgspec.structs.replace(PERIOD, **changes), logs, session)


async def spoilt(house: House, statement: str) -> None:
    async with house.database.writing() as session, session.begin():
        await session.execute(text("PRAGMA defer_foreign_keys = ON"))
        await session.execute(text(statement))


async def test_equal_books_are_equal(filled: House, logs: Logs) -> None:
    report = await reported(filled, logs)
    assert report.lines() == [f"equal: 6 calls, books balance at {report.instants} instants"]
    assert report.equal
    assert report.instants == 12, "six offered, three answered, three lost"


async def test_a_call_missing_in_the_core_is_told(filled: House, logs: Logs) -> None:
    await spoilt(filled, f"DELETE FROM calls WHERE call_id = '{PLAIN}'")
    report = await reported(filled, logs)
    assert not report.equal
    first = report.differences[0]
    assert (first.call, first.field, first.ours) == (PLAIN, "call", "none")
    assert first.evidence.startswith("Master.csv line ")
    assert {one.field.split()[0] for one in report.differences} >= {"call", "ticket", "offered", "answered"}


async def test_a_call_missing_in_the_log_is_told_with_where_the_log_begins(filled: House, logs: Logs) -> None:
    take_out(logs.cel, LEFT)
    report = await reported(filled, logs)
    first = report.differences[0]
    assert (first.call, first.field, first.theirs) == (LEFT, "call", "none")
    assert "no JT_OFFERED row; the log begins at 2026-11-22 07:43:51" in first.sentence


async def test_an_empty_log_and_an_empty_core_are_seen(filled: House, house: House, logs: Logs) -> None:
    logs.cel.write_text("")
    report = await reported(filled, logs)
    assert len([one for one in report.differences if one.field == "call"]) == 6
    assert "the log is empty" in report.differences[0].sentence


async def test_a_call_offered_at_another_time_is_one_difference_and_not_two_calls(filled: House, logs: Logs) -> None:
    await spoilt(filled, f"UPDATE calls SET offered_at = offered_at - 2000000 WHERE call_id = '{TALKED}'")
    report = await reported(filled, logs)
    assert {one.field for one in report.differences if one.call == TALKED} == {"offered_at"}
    assert report.calls == 6


async def test_a_ticket_without_a_call_is_told(filled: House, logs: Logs) -> None:
    await spoilt(filled, f"UPDATE tickets SET call_id = 'stranger' WHERE call_id = '{LEFT}'")
    report = await reported(filled, logs)
    assert [one.field.split()[0] for one in report.differences] == ["ticket", "ticket"]
    assert "stranger" in report.differences[1].sentence


async def test_calls_alive_at_the_end_are_open_and_no_difference(filled: House, logs: Logs) -> None:
    report = await reported(filled, logs, until=Moment(1795307350000))
    assert report.equal
    assert set(report.open) == {TALKED, RANG}
    assert report.calls == 4
    await spoilt(filled, f"DELETE FROM calls WHERE call_id = '{RANG}'")
    assert (await reported(filled, logs, until=Moment(1795307350000))).equal
    assert report.lines()[0].endswith(f"instants; open at the end: {', '.join(report.open)}")


async def test_only_calls_offered_in_the_time_are_audited(filled: House, logs: Logs) -> None:
    await spoilt(filled, f"DELETE FROM calls WHERE call_id = '{PLAIN}'")
    report = await reported(filled, logs, since=Moment(1795307276117))
    assert report.equal
    assert report.calls == 4


async def test_a_call_on_the_border_belongs_where_asterisk_offered_it(filled: House, logs: Logs) -> None:
    offered = 1795307276117
    await spoilt(filled, f"UPDATE calls SET offered_at = {offered - 1} WHERE offered_at = {offered}")
    assert (await reported(filled, logs, since=Moment(offered))).calls == 4
    assert (await reported(filled, logs, until=Moment(offered))).calls == 2


async def test_a_row_that_cannot_be_read_is_told(filled: House, logs: Logs) -> None:
    logs.cel.write_text(logs.cel.read_text().replace('{""extra"":""hotline', '{""extra"":', 1))
    logs.cel.write_text(logs.cel.read_text().replace('{""extra"":""12345|hotline', '{""extra"":""12345', 1))
    assert any("makes no sense" in one.sentence for one in (await reported(filled, logs)).differences)


async def test_the_report_for_programs(filled: House, logs: Logs) -> None:
    equal = json.loads((await reported(filled, logs)).json())
    assert (equal["equal"], equal["calls"], equal["open"], equal["differences"]) == (True, 6, [], [])
    await spoilt(filled, f"UPDATE calls SET agent = '6099' WHERE call_id = '{PLAIN}'")
    told = json.loads((await reported(filled, logs)).json())
    assert not told["equal"]
    first = told["differences"][0]
    assert (first["call"], first["field"], first["ours"], first["theirs"]) == (PLAIN, "agent", "6099", "6005")
    assert first["sentence"].startswith(f"call {PLAIN}: agent: ours 6099, Asterisk's 6005 (Master.csv line ")


async def test_differences_beyond_the_most_are_counted(
    filled: House, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_DIFFERENCES", 2)
    logs.cel.write_text("")
    report = await reported(filled, logs)
    assert len(report.differences) == 2
    assert report.lines()[-1] == f"... and {report.more} more"
    assert report.lines()[0].startswith(f"not equal: {2 + report.more} differences in 6 calls")


async def test_many_calls_are_joined_in_pieces(filled: House, logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 0
    real = Audit.both

    def both(self: Audit, ours: AuditedCall, theirs: Entry) -> None:
        nonlocal most
        most += 1
        real(self, ours, theirs)

    monkeypatch.setattr("core.audited_calls._PAGE", 1)
    monkeypatch.setattr(Audit, "both", both)
    assert (await reported(filled, logs)).equal
    assert most == 6


SPOIL: dict[str, Any] = {
    "offered_at": lambda at: at + 101,
    "requested_at": lambda at: None if at else LAST,
    "queued_at": lambda at: None if at else LAST,
    "answered_at": lambda at: None if at else LAST,
    "ended_at": lambda at: at - 500,
    "wait_ms": lambda ms: ms + 101,
    "talk_ms": lambda ms: ms + 101,
    "rings": lambda rings: rings + 1,
    "agent": lambda agent: "6099",
    "number": lambda number: "12333",
    "queue": lambda queue: "law",
    "caller": lambda caller: "13912345678",
    "loss_stage": lambda stage: None if stage else LossStage.SYSTEM,
    "loss_cause": lambda cause: "ENGINE_RESTART",
    "segments": lambda segments: segments + 1,
    "transfers": lambda transfers: transfers + 1,
    "consult_ms": lambda ms: ms + 5_000,
    "own_ticket": lambda ticket: None,
    "ticket_id": lambda ticket: None,
}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([IVR, PLAIN, LEFT, TALKED, RANG]), st.sampled_from(sorted(SPOIL)))
def test_no_single_change_stays_unseen(tmp_path_factory: pytest.TempPathFactory, call: CallId, field: str) -> None:
    logs = logs_in(tmp_path_factory.mktemp("books") / "log")
    ours, theirs = our_book(logs), their_book(logs)
    assert audited(ours, theirs) == []
    ours[call] = changed(ours[call], **{field: SPOIL[field](getattr(ours[call], field))})
    found = audited(ours, theirs)
    assert any(one.call == call for one in found)
    assert all("13912345678" not in one.sentence and "13800000" not in one.sentence for one in found)


def test_a_period_says_how_exactly() -> None:
    assert isinstance(PERIOD, Period)
    assert (PERIOD.rule.until, PERIOD.rule.tolerance) == (LAST, 100)
