"""Our segments beside Asterisk's bridges: equal when they are, and each that differs is told with its evidence."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from acd.names import AgentId, CallId, LegId, Moment
from acd.watching import watch_leg
from agent_desk.audit import Audit
from agent_desk.comparison import Difference
from agent_desk.segment_comparison import segment_differences
from core.audited_calls import AuditedCall
from telephony.backfill import Logs
from telephony.entry import Entry
from tests.agent_desk.two_books import (
    ASKED,
    CAME_BACK,
    CONSULTED,
    EXPERT,
    HANDED_FIRST,
    HANDED_LAST,
    JOINED,
    PERIOD,
    PLAIN,
    QUEUED,
    RELEASED,
    UNANSWERED,
    agreeing,
    changed,
    handed_book,
    handed_effects,
    logs_in,
    our_book,
    records_of,
    their_book,
)

EVERY = (CONSULTED, JOINED, RELEASED, QUEUED, UNANSWERED, EXPERT, ASKED, CAME_BACK)


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    return logs_in(tmp_path / "log", "eight_handed_on")


@pytest.fixture
def theirs(logs: Logs) -> Entry:
    return handed_book(logs)[CONSULTED]


def compared(ours: AuditedCall, theirs: Entry) -> list[Difference]:
    return list(segment_differences(ours, theirs, PERIOD.rule))


def moved(call: AuditedCall, number: int, **changes: Any) -> AuditedCall:
    """Our record with one of its segments tampered with."""
    lines = list(call.on_line)
    lines[number] = replace(lines[number], **changes)
    return changed(call, on_line=tuple(lines))


@pytest.mark.parametrize("call", EVERY)
def test_what_says_the_same_is_equal(logs: Logs, call: CallId) -> None:
    theirs = handed_book(logs)[call]
    assert compared(agreeing(theirs), theirs) == []


def test_whole_books_of_calls_that_were_handed_on_are_equal(logs: Logs) -> None:
    audit = Audit(replace(PERIOD, since=HANDED_FIRST, until=HANDED_LAST))
    for entry in handed_book(logs).values():
        audit.both(agreeing(entry), entry)
    report = audit.close()
    assert report.lines() == [f"equal: 8 calls, books balance at {report.instants} instants"]


def test_two_readings_of_the_same_logs_that_know_nothing_of_each_other_agree(logs: Logs) -> None:
    ours, audit = records_of(handed_effects(logs)), Audit(replace(PERIOD, since=HANDED_FIRST, until=HANDED_LAST))
    assert all(ours[call].transfers == 1 for call in EVERY)
    for call, entry in handed_book(logs).items():
        audit.both(ours[call], entry)
    assert audit.close().lines()[0].startswith("equal: 8 calls")


@pytest.mark.parametrize("end", ["started_at", "ended_at"])
@pytest.mark.parametrize("number", range(4))
def test_each_end_may_differ_by_the_tolerance_and_no_more(theirs: Entry, number: int, end: str) -> None:
    ours = agreeing(theirs)
    at = getattr(ours.on_line[number], end)
    for apart in (100, -100):
        assert compared(moved(ours, number, **{end: at + apart}), theirs) == []
    (found,) = compared(moved(ours, number, **{end: at + 101}), theirs)
    assert found.field == "segment"
    assert found.evidence.startswith("Master.csv line ")
    assert "the citizen" in found.ours and "the citizen" in found.theirs


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"agent": AgentId("6009")}, 2),
        ({"leg": LegId("stranger")}, 2),
        ({"with_citizen": False}, 2),
    ],
)
def test_another_person_or_another_conversation_is_told(theirs: Entry, changes: dict[str, Any], told: int) -> None:
    found = compared(moved(agreeing(theirs), 3, **changes), theirs)
    assert [one.field for one in found] == ["segment"] * told
    assert (found[0].theirs, found[1].ours) == ("none", "none")


def test_a_segment_that_one_book_lacks_is_told(theirs: Entry) -> None:
    ours = agreeing(theirs)
    (found,) = compared(changed(ours, on_line=ours.on_line[1:], segments=3), theirs)
    assert (found.ours, found.theirs[:17]) == ("none", "6004 with the cit")
    (found,) = compared(changed(ours, on_line=(*ours.on_line, ours.on_line[1]), segments=5), theirs)
    assert found.theirs == "none"
    assert found.ours.startswith("the other side without the citizen 2026-11-22")


def test_what_is_shorter_than_two_clock_readings_is_nobodys_difference(theirs: Entry) -> None:
    ours = agreeing(theirs)
    for length, told in ((200, 0), (201, 1)):
        start = ours.on_line[-1].started_at
        short = replace(ours.on_line[0], started_at=start, ended_at=Moment(start + length))
        assert len(compared(changed(ours, on_line=(*ours.on_line, short)), theirs)) == told, length


@pytest.mark.parametrize("field", ["consult_ms", "conference_ms"])
def test_sums_may_differ_by_the_tolerance_for_each_segment(theirs: Entry, field: str) -> None:
    ours = agreeing(theirs)
    assert compared(changed(ours, **{field: getattr(ours, field) + 400}), theirs) == []
    (found,) = compared(changed(ours, **{field: getattr(ours, field) + 401}), theirs)
    assert found.field == field


def test_a_transfer_that_only_one_book_knows_is_told(logs: Logs, tmp_path: Path) -> None:
    for call in EVERY:
        entry = handed_book(logs)[call]
        (found,) = compared(changed(agreeing(entry), transfers=0), entry)
        assert (found.field, found.ours, found.theirs) == ("transfers", "0", "handed on")
    plain = logs_in(tmp_path / "plain")
    ours, theirs = our_book(plain)[PLAIN], their_book(plain)[PLAIN]
    assert compared(ours, theirs) == []
    (found,) = compared(changed(agreeing(theirs), transfers=1), theirs)
    assert found.theirs == "not handed on"


def test_more_other_sides_than_transfers_are_told(theirs: Entry) -> None:
    side = next(iter(theirs.others.values()))
    theirs.others[LegId("another")] = side
    (found,) = compared(agreeing(theirs), theirs)
    assert (found.field, found.ours, found.theirs) == ("transfers", "1", "2 other sides rung")


def test_a_supervisors_leg_is_no_transfer(theirs: Entry) -> None:
    theirs.others[watch_leg(CONSULTED, AgentId("6001"), HANDED_FIRST)] = next(iter(theirs.others.values()))
    assert compared(agreeing(theirs), theirs) == []


def test_a_plain_call_is_compared_by_the_number_of_its_segments(tmp_path: Path) -> None:
    plain = logs_in(tmp_path / "plain")
    ours, theirs = our_book(plain)[PLAIN], their_book(plain)[PLAIN]
    assert ours.on_line == ()
    assert compared(changed(ours, segments=None), theirs) == [], "written before segments were kept"
    (found,) = compared(changed(ours, segments=0), theirs)
    assert (found.field, found.ours) == ("segment", "none")
