"""Every handing-on leaves its trace on the call's ticket, once, with how it ended."""

from typing import Any

import pytest

from acd.effects import CoreEffect
from acd.names import AgentId, CallId, Moment, RingResult, TicketId
from acd.transfer import Transfer, TransferMode
from core.book import Book
from core.handing_on import CallParts, SpareRows, TransferOutcome, outcome_of_transfer
from core.lifecycle import EventKind
from core.rows import EventRow, transfer_row
from tests.core.samples import (
    AGENT,
    NOON,
    answered,
    ended,
    handed_on,
    opening,
    record,
    saving,
    segment,
    transfer,
)

UNDER_WAY: dict[str, Any] = {"completed_at": None, "ended_at": None}
UNANSWERED: dict[str, Any] = {"completed_at": None, "answered_at": None}


def told(*effects: CoreEffect) -> list[EventRow]:
    """Return the lines about transfers that these effects add."""
    book = Book([], [])
    for effect in effects:
        book.apply(effect)
    return [line for line in book.events if line.kind is EventKind.TRANSFERRED]


def how(given: Transfer, call_ended: int | None = None) -> TransferOutcome | None:
    return outcome_of_transfer(
        transfer_row(CallId("c1"), given, None), None if call_ended is None else Moment(NOON + call_ended)
    )


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, TransferOutcome.COMPLETED),
        ({"completed_at": None}, TransferOutcome.KEPT),
        ({**UNANSWERED, "result": RingResult.NO_ANSWER}, TransferOutcome.NO_ANSWER),
        ({**UNANSWERED, "result": RingResult.REJECTED}, TransferOutcome.REJECTED),
        ({**UNANSWERED, "result": RingResult.UNREACHABLE}, TransferOutcome.UNREACHABLE),
        ({**UNANSWERED, "result": RingResult.CANCELLED}, TransferOutcome.CANCELLED),
        ({"mode": TransferMode.SUSPEND, "answered_at": None, "result": None}, TransferOutcome.CAME_BACK),
        ({"mode": TransferMode.RELEASE, "answered_at": None}, TransferOutcome.COMPLETED),
        (
            {"mode": TransferMode.RELEASE, "answered_at": None, "result": RingResult.NO_ANSWER},
            TransferOutcome.NO_ANSWER,
        ),
    ],
)
def test_what_is_over_has_an_outcome(changes: dict[str, Any], outcome: TransferOutcome) -> None:
    assert how(transfer("c1", **changes)) is outcome
    assert how(transfer("c1", **changes), 60_000) is outcome


def test_every_result_of_a_ring_is_understood() -> None:
    assert {how(transfer("c1", **UNANSWERED, result=result), 60_000) for result in RingResult} == {
        TransferOutcome.NO_ANSWER,
        TransferOutcome.REJECTED,
        TransferOutcome.UNREACHABLE,
        TransferOutcome.CANCELLED,
    }


@pytest.mark.parametrize(
    ("changes", "at_the_end"),
    [
        (UNDER_WAY, TransferOutcome.KEPT),
        ({**UNDER_WAY, "rung_at": None, "answered_at": None, "result": None}, TransferOutcome.GIVEN_UP),
        ({**UNDER_WAY, "answered_at": None, "result": None}, TransferOutcome.CANCELLED),
        ({**UNDER_WAY, "mode": TransferMode.SUSPEND, "answered_at": None, "result": None}, TransferOutcome.GIVEN_UP),
        ({"mode": TransferMode.RELEASE, "answered_at": None, "result": None}, TransferOutcome.COMPLETED),
        ({**UNANSWERED, "result": None}, TransferOutcome.CANCELLED),
        ({**UNANSWERED, "mode": TransferMode.SUSPEND, "result": None}, TransferOutcome.CAME_BACK),
    ],
    ids=[
        "spoken with",
        "asked for",
        "ringing",
        "in a step",
        "released",
        "gone before its ring's end is told",
        "taken back",
    ],
)
def test_what_is_not_over_is_when_the_call_is(changes: dict[str, Any], at_the_end: TransferOutcome) -> None:
    assert how(transfer("c1", **changes)) is None
    assert how(transfer("c1", **changes), 60_000) is at_the_end


def test_a_citizen_who_left_in_a_step_did_not_come_back() -> None:
    left = transfer("c1", mode=TransferMode.SUSPEND, completed_at=None, answered_at=None, ended_at=NOON + 60_000)
    assert how(left, 60_000) is TransferOutcome.GIVEN_UP


def test_a_ticket_tells_who_handed_on_to_whom_how_and_with_what_end() -> None:
    (line,) = told(opening("T1", "c1"), handed_on("c1", "T1"))
    assert (line.ticket_id, line.actor, line.at) == ("T1", AGENT, NOON + 40_000)
    assert line.what == "transfer_conference tax completed"


def test_an_agent_as_the_other_side_is_named() -> None:
    expert = (transfer("c1", third_agent=AgentId("6012"), mode=TransferMode.ATTENDED, completed_at=None),)
    (line,) = told(opening("T1", "c1"), handed_on("c1", "T1", transfers=expert))
    assert line.what == "transfer_attended tax kept agent=6012"


def test_each_transfer_is_told_once_and_when_it_is_over() -> None:
    ringing = transfer("c1", **UNDER_WAY, answered_at=None, result=None)
    steps = (
        opening("T1", "c1"),
        answered("c1", "T1", transfers=(ringing,)),
        answered("c1", "T1", transfers=(transfer("c1", **UNDER_WAY),)),
    )
    assert told(*steps) == []
    lines = told(
        *steps,
        *(answered("c1", "T1", transfers=(transfer("c1"),)) for _ in range(3)),
        *(ended("c1", "T1", transfers=(transfer("c1"), transfer("c1", 2, to="police"))) for _ in range(3)),
    )
    assert [line.what for line in lines] == [
        "transfer_conference tax completed",
        "transfer_conference police completed",
    ]


def test_a_call_without_a_ticket_tells_it_once_there_is_one() -> None:
    assert told(answered("c1", None, transfers=(transfer("c1"),))) == []
    lines = told(answered("c1", None, transfers=(transfer("c1"),)), opening("T1", "c1"), handed_on("c1", "T1"))
    assert [line.ticket_id for line in lines] == ["T1"]


def test_the_trace_is_left_on_the_ticket_that_the_call_was_put_to() -> None:
    earlier = (opening("T1", "c1"), ended("c1", "T1"), opening("T2", "c2"), answered("c2", "T2"))
    lines = told(*earlier, saving("c2", into="T1"), handed_on("c2", "T2"), handed_on("c2", "T2"))
    assert [line.ticket_id for line in lines] == ["T1"]


def test_a_trace_follows_its_call_to_an_earlier_ticket() -> None:
    steps = (
        opening("T1", "c1"),
        ended("c1", "T1"),
        opening("T2", "c2"),
        answered("c2", "T2", transfers=(transfer("c2"), transfer("c2", 2, **UNDER_WAY))),
        saving("c2", into="T1"),
    )
    assert [line.ticket_id for line in told(*steps)] == ["T2", "T1"]
    later = told(*steps, saving("c2", "again", into="T1"), handed_on("c2", "T2"))
    assert [line.ticket_id for line in later] == ["T2", "T1"], "the second one went away and tells nothing"
    whole = handed_on("c2", "T2", transfers=(transfer("c2"), transfer("c2", 2)))
    assert [line.ticket_id for line in told(*steps, whole, whole)] == ["T2", "T1", "T1"]


def test_rows_that_a_call_has_no_more_are_named() -> None:
    before = handed_on("c1", "T1").record
    first = CallParts([], [])
    assert list(first.write(before, TicketId("T1")))
    book = Book([], [])
    book.apply(opening("T1", "c1"))
    book.apply(handed_on("c1", "T1"))
    again = CallParts(book.calls.values(), first.transfers())
    assert again.spare_rows() == SpareRows(segments=[], transfers=[])
    shorter = record("c1", segments=(segment("a", 1, 2),))
    assert list(again.write(shorter, TicketId("T1"))) == []
    assert again.spare_rows() == SpareRows(segments=[("c1", 2), ("c1", 3)], transfers=[("c1", 1)])
    assert [(row.ordinal, row.leg) for row in again.segments()] == [(1, "a")]
    assert list(again.transfers()) == []
