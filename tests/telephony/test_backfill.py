"""What was missed is read from the logs: from when, up to when, across rotation, and never more than asked."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from acd.events import AnyEvent, CallOffered, MemberPaused, RingEnded
from acd.fold import fold
from acd.names import AgentId, Moment, QueueName, RingResult
from acd.state import Policy, State
from telephony import backfill
from telephony.backfill import SLACK_MS, Logs, missed, tell_missed

CAPTURES = Path(__file__).parents[1] / "captures"
FIRST, LAST = Moment(1795304631482), Moment(1795400000000)


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    (tmp_path / "Master.csv").write_bytes((CAPTURES / "six_calls.cel.csv").read_bytes())
    (tmp_path / "queue_log").write_bytes((CAPTURES / "six_calls.queue_log").read_bytes())
    return Logs(cel=tmp_path / "Master.csv", queue_log=tmp_path / "queue_log")


def offered(found: list[AnyEvent]) -> list[str]:
    return [fact.call for fact in found if isinstance(fact, CallOffered)]


def test_everything_from_the_first_fact_on(logs: Logs) -> None:
    assert len(offered(missed(logs, FIRST, LAST))) == 6


def test_only_from_shortly_before_the_gap(logs: Logs) -> None:
    assert offered(missed(logs, Moment(1795307325000 + SLACK_MS), LAST)) == [
        "jt1-1795307325.60",
        "jt1-1795307327.63",
        "jt1-1795307337.75",
    ]


def test_nothing_from_after_the_snapshot(logs: Logs) -> None:
    found = missed(logs, FIRST, Moment(1795307276000))
    assert offered(found) == ["jt1-1795304631.0", "jt1-1795306324.0"]
    assert max(fact.at for fact in found) <= 1795307276000


def test_facts_come_in_the_order_of_their_times(logs: Logs) -> None:
    lines = logs.cel.read_text().splitlines(keepends=True)
    logs.cel.write_text("".join(lines[::-1]))
    times = [fact.at for fact in missed(logs, FIRST, LAST)]
    assert times == sorted(times)


def test_missed_rings_are_found_in_queue_log(logs: Logs) -> None:
    assert RingResult.NO_ANSWER in {fact.result for fact in missed(logs, FIRST, LAST) if isinstance(fact, RingEnded)}


def test_a_rotated_log_is_read_too(logs: Logs) -> None:
    whole = missed(logs, FIRST, LAST)
    lines = logs.cel.read_text().splitlines(keepends=True)
    logs.cel.with_name("Master.csv.1").write_text("".join(lines[:50]))
    logs.cel.write_text("".join(lines[50:]))
    assert missed(logs, FIRST, LAST) == whole


@pytest.mark.parametrize("log", ["cel", "queue_log"])
def test_a_log_rotated_more_than_once_is_read_to_the_depth_of_the_gap(logs: Logs, log: str) -> None:
    whole = missed(logs, FIRST, LAST)
    path: Path = getattr(logs, log)
    lines = path.read_text().splitlines(keepends=True)
    parts = [lines[:3], lines[3:7], lines[7:12], lines[12:]]
    for number, part in zip((10, 2, 1), parts, strict=False):
        path.with_name(f"{path.name}.{number}").write_text("".join(part))
    path.write_text("".join(parts[-1]))
    assert missed(logs, FIRST, LAST) == whole


def test_a_rotated_log_written_to_before_the_gap_is_not_read(logs: Logs) -> None:
    old = logs.cel.with_name("Master.csv.1")
    old.mkdir()
    os.utime(old, (1, 1))
    assert len(offered(missed(logs, FIRST, LAST))) == 6


def test_a_copied_and_truncated_log_is_read_once_and_what_was_copied_twice_does_no_harm(logs: Logs) -> None:
    """copytruncate: for a moment the copy and the log hold the same rows; then the log begins anew."""
    whole = folded(missed(logs, FIRST, LAST))
    copied = logs.cel.read_text()
    logs.cel.with_name("Master.csv.1").write_text(copied)
    assert folded(missed(logs, FIRST, LAST)) == whole
    logs.cel.write_text("")
    assert folded(missed(logs, FIRST, LAST)) == whole


def test_a_log_cut_without_a_copy_costs_only_what_was_cut(logs: Logs) -> None:
    lines = logs.cel.read_text().splitlines(keepends=True)
    logs.cel.write_text("".join(lines[-30:]))
    assert offered(missed(logs, FIRST, LAST)) == ["jt1-1795307337.75"]


def test_a_log_rotated_while_it_is_read_is_read_again(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = missed(logs, FIRST, LAST)
    read, rotated = backfill._lines_since, list[Path]()

    def rotating(path: Path, start: Moment, separator: bytes, field: int) -> Iterator[str]:
        if path == logs.cel and not rotated:
            rotated.append(path.rename(path.with_name("Master.csv.1")))
            path.write_text("")
        yield from read(path, start, separator, field)

    monkeypatch.setattr(backfill, "_lines_since", rotating)
    assert missed(logs, FIRST, LAST) == whole
    assert rotated


def test_members_and_calls_are_told_in_the_order_of_their_times(logs: Logs) -> None:
    with logs.queue_log.open("a") as file:
        file.write("1795307296|NONE|hotline|6001|PAUSE|meal\n")
    told = missed(logs, FIRST, LAST)
    times = [fact.at for fact in told]
    assert times == sorted(times)
    assert (
        MemberPaused(at=Moment(1795307296000), agent=AgentId("6001"), queue=QueueName("hotline"), reason="meal") in told
    )


def folded(found: list[AnyEvent]) -> State:
    state = State(policy=Policy())
    for fact in found:
        state = fold(state, fact).state
    return state


def test_a_line_being_written_is_left_for_the_next_time(logs: Logs) -> None:
    whole = missed(logs, FIRST, LAST)
    with logs.cel.open("a") as file:
        file.write('"CHAN_START","1795307400.000000","jt1-17953074')
    assert missed(logs, FIRST, LAST) == whole


def test_the_beginning_of_a_long_log_is_not_read(logs: Logs) -> None:
    """A binary search finds the place; rows of long ago that make no sense would be complained about."""
    capture = logs.cel.read_text()
    old = '"CHAN_START","1700000000.000000","x","x","","PJSIP/trunk-1","","","","","","","",""\n'
    logs.cel.write_text(old * 20_000 + capture)
    assert len(offered(missed(logs, FIRST, LAST))) == 6


async def test_without_anything_ever_heard_nothing_was_missed(logs: Logs) -> None:
    told: list[AnyEvent] = []
    await tell_missed(logs, Moment(0), LAST, told.append)
    assert told == []


async def test_what_was_missed_is_told_in_order(logs: Logs) -> None:
    told: list[AnyEvent] = []
    await tell_missed(logs, FIRST, LAST, told.append)
    assert told == missed(logs, FIRST, LAST)


async def test_a_log_that_cannot_be_read_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "Master.csv").mkdir()
    with caplog.at_level(logging.ERROR):
        await tell_missed(Logs(cel=tmp_path / "Master.csv", queue_log=tmp_path / "queue_log"), FIRST, LAST, print)
    assert "cannot be read" in caplog.text
