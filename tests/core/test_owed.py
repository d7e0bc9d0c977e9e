"""Who is owed a call back, from which ticket to which that goes along, and what pays it off."""

import pytest

from acd.effects import BookEffect
from acd.names import CallId, Moment, TicketId
from core.book import Book
from core.lifecycle import Callback, EventKind, Stage
from core.owed import at_opening, owe, put_to, reached
from core.rows import TicketRow
from tests.core.samples import CITIZEN, NOON, answered, ended, opening, ringing_back, saving

LATER = Moment(NOON + 90_000)
NONE, DUE, DONE, IMPOSSIBLE = Callback


def a_ticket(callback: Callback, name: str = "T1", caller: str = CITIZEN) -> TicketRow:
    return TicketRow(
        ticket_id=TicketId(name),
        channel="telephone",
        stage=Stage.ACCEPTED,
        opened_at=NOON,
        updated_at=NOON,
        call_id=CallId(f"c-{name}"),
        agent=None,
        caller=caller,
        caller_key=caller,
        number="12345",
        missed=callback is not NONE,
        callback=callback,
    )


def told(*effects: BookEffect) -> Book:
    book = Book([], [])
    for effect in effects:
        book.apply(effect)
    return book


def owing(book: Book) -> dict[str, Callback]:
    """What each ticket owes; and the law of the table."""
    assert all(row.missed == (row.callback is not NONE) for row in book.tickets.values())
    return {name: row.callback for name, row in book.tickets.items()}


def due_lines(book: Book) -> list[tuple[str, str, Moment]]:
    return [(one.ticket_id, one.what, one.at) for one in book.events if one.kind is EventKind.CALLBACK_DUE]


def talk(ticket: str, call: str) -> tuple[BookEffect, BookEffect]:
    return opening(ticket, call), answered(call, ticket)


def left_waiting(ticket: str, call: str) -> tuple[BookEffect, BookEffect]:
    return ended(call, ticket), ringing_back(call)


@pytest.mark.parametrize(
    ("missed", "key", "owed"), [(False, CITIZEN, NONE), (False, "", NONE), (True, CITIZEN, DUE), (True, "", IMPOSSIBLE)]
)
def test_only_a_missed_caller_is_owed_a_call_at_once(missed: bool, key: str, owed: Callback) -> None:
    assert at_opening(missed, key) is owed


@pytest.mark.parametrize(
    ("before", "caller", "after", "new"),
    [
        (NONE, CITIZEN, DUE, True),
        (NONE, "", IMPOSSIBLE, True),
        (DONE, CITIZEN, DUE, True),
        (DUE, CITIZEN, DUE, False),
        (IMPOSSIBLE, "", IMPOSSIBLE, False),
    ],
)
def test_a_call_is_owed_once_and_anew_after_it_was_made(
    before: Callback, caller: str, after: Callback, new: bool
) -> None:
    ticket = a_ticket(before, caller=caller)
    assert owe(ticket, LATER) is new
    assert (ticket.missed, ticket.callback, ticket.updated_at) == (True, after, LATER if new else NOON)


@pytest.mark.parametrize(
    ("own", "target", "then", "new"),
    [
        (NONE, NONE, (NONE, NONE), False),
        (NONE, DUE, (NONE, DONE), False),
        (NONE, DONE, (NONE, DONE), False),
        (DUE, NONE, (DONE, DUE), True),
        (DUE, DUE, (DONE, DUE), False),
        (DUE, DONE, (DONE, DUE), True),
        (DONE, DUE, (DONE, DUE), False),
    ],
)
def test_a_debt_goes_along_and_a_talk_pays_it_off(
    own: Callback, target: Callback, then: tuple[Callback, Callback], new: bool
) -> None:
    first, second = a_ticket(own, "T2"), a_ticket(target)
    assert put_to(first, second, LATER) is new
    assert (first.callback, second.callback) == then


def test_who_is_owed_a_call_themselves_was_not_reached() -> None:
    assert reached(a_ticket(NONE), a_ticket(DUE))
    assert not reached(a_ticket(DUE), a_ticket(DUE))
    assert not reached(a_ticket(NONE), a_ticket(NONE))


def test_a_caller_who_waited_again_in_vain_is_owed_a_call_and_the_form_is_kept() -> None:
    book = told(*talk("T1", "c1"), saving("c1", "路灯不亮"), *left_waiting("T1", "c1"))
    assert owing(book) == {"T1": DUE}
    assert due_lines(book) == [("T1", "c1", NOON + 60_000)]
    assert book.events[-1].actor == "system"
    assert (book.tickets[TicketId("T1")].text, book.calls[CallId("c1")].loss_stage) == ("路灯不亮", None)


def test_told_twice_it_is_owed_once() -> None:
    book = told(*talk("T1", "c1"), *left_waiting("T1", "c1"), ringing_back("c1"))
    assert (owing(book), len(due_lines(book))) == ({"T1": DUE}, 1)


def test_a_caller_without_a_number_cannot_be_rung_back() -> None:
    unknown = {"caller": "unknown"}
    book = told(opening("T1", "c1", **unknown), ended("c1", "T1", **unknown), ringing_back("c1"))
    assert (owing(book), len(due_lines(book))) == ({"T1": IMPOSSIBLE}, 1)


def test_a_closed_ticket_stays_closed_and_owes_a_call() -> None:
    book = told(*talk("T1", "c1"), saving("c1", not_accepted="litigation"), *left_waiting("T1", "c1"))
    assert (owing(book), book.tickets[TicketId("T1")].stage) == ({"T1": DUE}, Stage.CLOSED)


@pytest.mark.parametrize("late", [opening("T1", "c1"), ended("c1", "T1"), saving("c1", "路灯不亮")])
def test_nothing_that_comes_after_it_forgets_the_debt(late: BookEffect) -> None:
    assert owing(told(ended("c1", "T1"), ringing_back("c1"), late)) == {"T1": DUE}


def test_the_debt_is_the_earlier_tickets_when_the_call_was_put_to_it() -> None:
    book = told(*talk("T1", "c1"), *talk("T2", "c2"), saving("c2", into="T1"), *left_waiting("T2", "c2"))
    assert owing(book) == {"T1": DUE, "T2": DONE}
    assert due_lines(book) == [("T2", "c2", NOON + 60_000), ("T1", "c2", NOON + 60_000)]
    book.apply(saving("c2", "更正"))
    assert owing(book) == {"T1": DUE, "T2": DONE}, "the agent who was lost writes on; that reached nobody"


def test_an_agent_who_puts_the_call_to_an_earlier_ticket_afterwards_takes_the_debt_along() -> None:
    book = told(*talk("T1", "c1"), *talk("T2", "c2"), *left_waiting("T2", "c2"), saving("c2", into="T1", at=70_000))
    assert owing(book) == {"T1": DUE, "T2": DONE}
    assert due_lines(book)[-1] == ("T1", "c2", NOON + 70_000)


def test_a_debt_goes_along_to_the_last_of_several_merges() -> None:
    three = (*talk("T1", "c1"), *talk("T2", "c2"), *talk("T3", "c3"))
    book = told(*three, saving("c3", into="T2"), saving("c2", into="T1"), *left_waiting("T3", "c3"))
    assert owing(book) == {"T1": DUE, "T2": NONE, "T3": DONE}


def test_who_rings_again_themselves_and_is_answered_is_owed_nothing_more_and_loses_no_word() -> None:
    book = told(*talk("T1", "c1"), saving("c1", "路灯不亮"), *left_waiting("T1", "c1"))
    for effect in (*talk("T2", "c2"), saving("c2", "断线后再来电", into="T1"), saving("c2", "更正")):
        book.apply(effect)
    assert owing(book) == {"T1": DONE, "T2": NONE}
    assert (book.tickets[TicketId("T1")].text, book.tickets[TicketId("T2")].text) == ("路灯不亮", "更正")


def test_who_rings_again_and_is_lost_again_is_owed_a_call_anew() -> None:
    book = told(*talk("T1", "c1"), *left_waiting("T1", "c1"), *talk("T2", "c2"), saving("c2", into="T1"))
    assert owing(book) == {"T1": DONE, "T2": NONE}
    for effect in left_waiting("T2", "c2"):
        book.apply(effect)
    assert owing(book) == {"T1": DUE, "T2": DONE}


def test_the_call_that_filled_a_missed_tickets_form_corrects_it_and_another_does_not() -> None:
    book = told(opening("T1", "c1", missed=True), *talk("T2", "c2"), saving("c2", "路灯不亮", into="T1"))
    book.apply(saving("c2", "整条街的路灯", at=40_000))
    assert book.tickets[TicketId("T1")].text == "整条街的路灯"
    for effect in (*talk("T3", "c3"), saving("c3", "催办", into="T1", at=50_000), saving("c3", "再催", at=60_000)):
        book.apply(effect)
    assert book.tickets[TicketId("T1")].text == "整条街的路灯"
    assert book.events[-1].what == "T3 再催"
