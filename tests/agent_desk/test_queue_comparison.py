"""One call beside queue_log: whole seconds, ways out of the queue, and rows that are missing or too many."""

from pathlib import Path
from typing import Any

import pytest

from acd.names import AgentId, CallId, LossStage, QueueName
from agent_desk.comparison import Difference
from agent_desk.queue_comparison import queue_differences
from telephony.backfill import Logs
from tests.agent_desk.two_books import (
    ASKED,
    CAME_BACK,
    CONSULTED,
    EXPERT,
    IVR,
    JOINED,
    LEFT,
    MISSED,
    PERIOD,
    PLAIN,
    QUEUED,
    RANG,
    RELEASED,
    TALKED,
    UNANSWERED,
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


@pytest.fixture
def handed(tmp_path: Path) -> Logs:
    return logs_in(tmp_path / "handed", "eight_handed_on")


def beside_rows(logs: Logs, call: CallId, **changes: Any) -> dict[str, Difference]:
    theirs = handed_book(logs)[call]
    return {one.field: one for one in queue_differences(changed(agreeing(theirs), **changes), theirs, PERIOD.rule)}


@pytest.mark.parametrize("call", [CONSULTED, JOINED, RELEASED, QUEUED, UNANSWERED, EXPERT, ASKED, CAME_BACK])
def test_calls_that_were_moved_out_of_the_queue_agree_with_real_rows(handed: Logs, call: CallId) -> None:
    assert beside_rows(handed, call) == {}


def test_app_queues_talk_of_a_moved_call_is_nobodys_measure(handed: Logs) -> None:
    theirs = handed_book(handed)[CONSULTED]
    (row,) = theirs.queue_log("COMPLETEAGENT", "COMPLETECALLER")
    assert row.number(1) * 1_000 > agreeing(theirs).talk_ms + 2_000, "else this capture shows nothing"


@pytest.mark.parametrize(
    ("call", "row", "field"),
    [
        (QUEUED, "brief|NONE|ENTERQUEUE", "way out of the queue"),
        (QUEUED, "brief|6005|CONNECT", "way out of the queue"),
        (QUEUED, "hotline|6004|COMPLETECALLER", "COMPLETE"),
        (CONSULTED, "COMPLETEAGENT", "COMPLETE"),
        (CAME_BACK, "6004|CONNECT", "way out of the queue"),
    ],
)
def test_a_row_of_a_moved_call_that_is_missing_is_told(handed: Logs, call: CallId, row: str, field: str) -> None:
    take_out(handed.queue_log, call, row)
    assert field in beside_rows(handed, call)


def test_a_row_of_a_moved_call_that_is_too_many_is_told(handed: Logs) -> None:
    lines = handed.queue_log.read_text().splitlines(keepends=True)
    for verb, field in (("ENTERQUEUE", "ENTERQUEUE"), ("CONNECT", "way out of the queue"), ("COMPLETE", "COMPLETE")):
        twice = [line * (1 + (CONSULTED in line and verb in line)) for line in lines]
        handed.queue_log.write_text("".join(twice))
        assert field in beside_rows(handed, CONSULTED), verb


def test_each_agent_whom_the_queue_found_must_stand_in_our_segments(handed: Logs) -> None:
    text = handed.queue_log.read_text()
    handed.queue_log.write_text(text.replace("brief|6005|CONNECT", "brief|6001|CONNECT"))
    assert beside_rows(handed, QUEUED)["CONNECT agent"].theirs == "6001"
    handed.queue_log.write_text(text.replace("brief|6005|COMPLETEAGENT", "brief|6001|COMPLETEAGENT"))
    assert beside_rows(handed, QUEUED)["COMPLETE agent"].theirs == "6001+6004"


def test_a_second_agents_answer_lies_in_its_second(handed: Logs) -> None:
    line = "1795328008|jt1-1795328004.13|brief|6005|CONNECT"
    text = handed.queue_log.read_text()
    handed.queue_log.write_text(text.replace(line, line.replace("1795328008", "1795328004", 1)))
    assert "segment beside CONNECT" in beside_rows(handed, QUEUED)


def returned(logs: Logs) -> Logs:
    """A talk that broke off: its agent was lost, and another one talked after a second visit of the queue."""
    text = logs.queue_log.read_text()
    end = "1795307359|jt1-1795307327.63|hotline|6012|COMPLETECALLER|12|15|10\n"
    assert end in text
    more = (
        "1795307350|jt1-1795307327.63|hotline|6012|COMPLETECALLER|12|6|10\n"
        "1795307350|jt1-1795307327.63|hotline|NONE|ENTERQUEUE||13800000003|1\n"
        "1795307352|jt1-1795307327.63|hotline|6011|CONNECT|2|jt1-1795307350.90|1\n"
        "1795307359|jt1-1795307327.63|hotline|6011|COMPLETECALLER|2|7|1\n"
    )
    logs.queue_log.write_text(text.replace(end, more))
    lines = logs.cel.read_text().splitlines(keepends=True)
    agents = [line for line in lines if "jt1-1795307342.82" in line and TALKED in line]
    kinds = ("CHAN_START", "BRIDGE_ENTER", "HANGUP")
    begun, joined, gone = (next(line for line in agents if line.startswith(f'"{kind}"')) for kind in kinds)
    second = ((begun, "1795307350.100000"), (joined, "1795307352.500000"), (gone, "1795307359.300000"))
    said = (
        f'"JT_RETURNED","1795307350.060000","{TALKED}","{TALKED}","{TALKED}","PJSIP/trunk-1","lost","alone",'
        '"CELGenUserEvent","","","","JT_RETURNED","{""extra"":""hotline""}"\n'
    )
    late, second_leg = [_at(gone, "1795307350.050000"), said], "jt1-1795307350.90"
    late += [_at(row, at).replace("jt1-1795307342.82", second_leg).replace("6012", "6011") for row, at in second]
    lines.remove(gone)
    over = next(n for n, line in enumerate(lines) if line.startswith('"HANGUP"') and f'"{TALKED}","{TALKED}"' in line)
    logs.cel.write_text("".join([*lines[:over], *late, *lines[over:]]))
    return logs


def _at(line: str, at: str) -> str:
    kind, _, rest = line.split('","', 2)
    return f'{kind}","{at}","{rest}'


def test_a_call_that_came_back_from_a_lost_agent_is_compared_talk_by_talk(logs: Logs) -> None:
    theirs = their_book(returned(logs))[TALKED]
    assert (theirs.came_again, theirs.handed, len(theirs.legs)) == (1, None, 2)
    ours = changed(agreeing(theirs), transfers=0)
    assert [one.sentence for one in queue_differences(ours, theirs, PERIOD.rule)] == []
    text = logs.queue_log.read_text()
    logs.queue_log.write_text(text.replace("COMPLETECALLER|2|7|1", "COMPLETECALLER|2|2|1"))
    theirs = their_book(logs)[TALKED]
    fields = [one.field for one in queue_differences(ours, theirs, PERIOD.rule)]
    assert fields == ["talk_ms beside COMPLETECALLER"]


LOST = "1795307350|jt1-1795307327.63|hotline|6012|COMPLETECALLER|12|6|10\n"
NEXT = "1795307359|jt1-1795307327.63|hotline|6011|COMPLETECALLER|2|7|1\n"


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ("1795307359|jt1-1795307327.63|hotline|6012|COMPLETECALLER|12|15|10\n", []),
        ("1795307359|jt1-1795307327.63|hotline|6012|COMPLETECALLER|12|6|10\n", ["end of talk beside COMPLETECALLER"]),
        ("1795307350|jt1-1795307327.63|hotline|6012|COMPLETECALLER|12|15|10\n", ["talk_ms beside COMPLETECALLER"]),
    ],
    ids=["as long as the call", "too late for its talk", "too long for its end"],
)
def test_of_a_lost_agent_whom_our_programs_hung_up_app_queue_may_tell_at_the_end(
    logs: Logs, told: str, fields: list[str]
) -> None:
    text = returned(logs).queue_log.read_text()
    assert LOST in text and NEXT in text
    logs.queue_log.write_text(text.replace(LOST, "").replace(NEXT, NEXT + told))
    theirs = their_book(logs)[TALKED]
    ours = changed(agreeing(theirs), transfers=0)
    assert [one.field for one in queue_differences(ours, theirs, PERIOD.rule)] == fields


def test_two_talks_of_one_agent_are_two_rows(logs: Logs) -> None:
    for file in (returned(logs).queue_log, logs.cel):
        file.write_text(file.read_text().replace("6011", "6012"))
    theirs = their_book(logs)[TALKED]
    ours = changed(agreeing(theirs), transfers=0)
    assert [one.sentence for one in queue_differences(ours, theirs, PERIOD.rule)] == []
    logs.queue_log.write_text(logs.queue_log.read_text().replace(LOST, "") + LOST)
    assert [one.sentence for one in queue_differences(ours, their_book(logs)[TALKED], PERIOD.rule)] == []
