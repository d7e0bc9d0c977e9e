"""What was missed is read from the logs: from when, up to when, across rotation, and never more than asked."""

import logging
from pathlib import Path

import pytest

from acd.events import AnyEvent, CallOffered, RingEnded
from acd.names import Moment, RingResult
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
