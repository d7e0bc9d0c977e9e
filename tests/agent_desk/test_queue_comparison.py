"""One call beside queue_log: whole seconds, ways out of the queue, and rows that are missing or too many."""

from pathlib import Path
from typing import Any

import pytest

from acd.names import AgentId, CallId, LossStage, QueueName
from agent_desk.comparison import Difference
from agent_desk.queue_comparison import queue_differences
from telephony.backfill import Logs
from tests.agent_desk.two_books import (
    IVR,
    LEFT,
    MISSED,
    PERIOD,
    PLAIN,
    RANG,
    TALKED,
    changed,
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
    return {one.field: one for one in queue_differences(changed(ours, **changes), theirs, PERIOD.rule)}


@pytest.mark.parametrize("call", [IVR, PLAIN, MISSED, LEFT, TALKED, RANG])
def test_real_calls_agree_with_real_rows(logs: Logs, call: CallId) -> None:
    assert compared(logs, call) == {}


@pytest.mark.parametrize(
    ("call", "changes", "field"),
    [
        (PLAIN, {"queue": QueueName("law")}, "ENTERQUEUE queue"),
        (PLAIN, {"agent": AgentId("6009")}, "CONNECT agent"),
        (PLAIN, {"queued_at": None}, "ENTERQUEUE"),
        (PLAIN, {"answered_at": None, "loss_stage": LossStage.QUEUE_ABANDON}, "way out of the queue"),
        (LEFT, {"loss_stage": LossStage.OVERFLOW_CALLBACK, "loss_cause": "TIMEOUT"}, "way out of the queue"),
        (MISSED, {"rings": 1}, "rings"),
        (TALKED, {"talk_ms": 30_000}, "talk_ms beside COMPLETECALLER"),
        (LEFT, {"wait_ms": 9_000}, "wait_ms beside ABANDON"),
        (PLAIN, {"wait_ms": 2_000}, "wait_ms beside CONNECT"),
    ],
)
def test_what_contradicts_app_queue_is_told(logs: Logs, call: CallId, changes: dict[str, Any], field: str) -> None:
    found = compared(logs, call, **changes)[field]
    assert found.call == call
    assert "queue_log line " in found.evidence


@pytest.mark.parametrize("field", ["queued_at beside ENTERQUEUE", "answered_at beside CONNECT"])
def test_a_moment_lies_in_its_second_or_beside_it(logs: Logs, field: str) -> None:
    name = field.split()[0]
    for at, seen in (
        (1795306327_899, True),
        (1795306327_900, False),
        (1795306331_099, False),
        (1795306331_100, True),
    ):
        assert (field in compared(logs, PLAIN, **{name: at})) is seen, at


@pytest.mark.parametrize("verb", ["ENTERQUEUE", "CONNECT", "COMPLETEAGENT"])
def test_a_row_that_is_missing_is_told(logs: Logs, verb: str) -> None:
    ours = our_book(logs)[PLAIN]
    take_out(logs.queue_log, PLAIN, verb)
    found = list(queue_differences(ours, their_book(logs)[PLAIN], PERIOD.rule))
    assert len(found) == 1
    assert "Master.csv line " in found[0].evidence


def test_an_abandon_that_is_missing_is_told(logs: Logs) -> None:
    take_out(logs.queue_log, LEFT, "ABANDON")
    assert compared(logs, LEFT)["way out of the queue"].theirs == "no exit"


def test_a_call_cut_off_by_a_restart_needs_no_way_out(logs: Logs) -> None:
    ours = our_book(logs)[TALKED]
    take_out(logs.cel, '"HANGUP"', TALKED)
    take_out(logs.queue_log, TALKED, "COMPLETECALLER")
    with logs.queue_log.open("a") as file:
        file.write("1795307370|NONE|NONE|NONE|QUEUESTART|\n")
    assert list(queue_differences(ours, their_book(logs)[TALKED], PERIOD.rule)) == []


def test_a_ring_at_an_agent_whom_cel_never_rang_is_told(logs: Logs) -> None:
    text = logs.queue_log.read_text()
    logs.queue_log.write_text(text.replace("6001|RINGNOANSWER", "6002|RINGNOANSWER"))
    assert compared(logs, MISSED)["RINGNOANSWER agent"].theirs == "6002"


def test_a_row_without_its_number_is_told(logs: Logs) -> None:
    text = logs.queue_log.read_text()
    logs.queue_log.write_text(text.replace("6005|CONNECT|0|", "6005|CONNECT||"))
    assert "has no number in column 6" in compared(logs, PLAIN)["queue_log"].evidence
