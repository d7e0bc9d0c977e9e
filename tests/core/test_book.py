"""What effects do to calls and tickets, in memory."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acd.effects import BookEffect, CoreEffect, SaveTicket
from acd.events import AnyEvent, PbxSnapshot
from acd.fold import fold
from acd.names import CallId, LossStage, Moment, RequestId, TicketId
from acd.state import State
from core.book import Book, EffectRefused, touched
from core.lifecycle import Callback, EventKind, Stage
from core.rows import CallRow, TicketRow
from tests.acd import facts
from tests.acd.playbook import POLICY, T0
from tests.core.samples import NEIGHBOUR, NOON, answered, ended, lost, offered, opening, ringing_back, saving


def told(*effects: CoreEffect) -> Book:
    book = Book([], [])
    for effect in effects:
        book.apply(effect)
    return book


def call(book: Book, name: str = "c1") -> CallRow:
    return book.calls[CallId(name)]


def ticket(book: Book, name: str = "T1") -> TicketRow:
    return book.tickets[TicketId(name)]


def kinds(book: Book, name: str) -> list[EventKind]:
    return [event.kind for event in book.events if event.ticket_id == name]


def two_calls(*then: CoreEffect) -> Book:
    """The same citizen called, and calls again."""
    return told(
        opening("T1", "c1"),
        answered("c1", "T1"),
        saving("c1", "路灯不亮"),
        ended("c1", "T1"),
        opening("T2", "c2", at=100_000),
        answered("c2", "T2"),
        *then,
    )


def test_an_answered_call_gets_its_ticket() -> None:
    book = told(opening("T1", "c1"), answered("c1", "T1"))
    assert call(book).ticket_id == "T1"
    assert (ticket(book).stage, ticket(book).missed, ticket(book).callback) == (Stage.ACCEPTED, False, Callback.NONE)
    assert ticket(book).form is None


def test_a_lost_call_gets_a_ticket_to_be_rung_back() -> None:
    book = told(opening("T1", "c1", missed=True), lost("c1", "T1"))
    assert (ticket(book).missed, ticket(book).callback, ticket(book).agent) == (True, Callback.DUE, None)
    assert book.events[0].actor == "system"


def test_a_lost_caller_without_a_number_cannot_be_rung_back() -> None:
    assert ticket(told(opening("T1", "c1", missed=True, caller="unknown"))).callback is Callback.IMPOSSIBLE


def test_a_record_that_names_a_ticket_nobody_opened_opens_it() -> None:
    book = told(lost("c1", "T1"))
    assert (call(book).ticket_id, ticket(book).missed, ticket(book).opened_at) == ("T1", True, NOON + 20_000)
    book.apply(opening("T1", "c1", missed=True, at=20_000))
    assert kinds(book, "T1") == [EventKind.OPENED]


def test_a_ticket_opened_for_a_call_under_way_turns_into_a_missed_one() -> None:
    book = told(offered("c1", ticket="T1"), opening("T1", "c1", missed=True), lost("c1", "T1"))
    assert (ticket(book).missed, ticket(book).callback) == (True, Callback.DUE)


def test_an_opening_links_the_call_that_is_there() -> None:
    assert call(told(offered("c1"), opening("T1", "c1"))).ticket_id == "T1"


@pytest.mark.parametrize("late", [offered("c1"), answered("c1", "T1"), offered("c1", queued_at=NOON)])
def test_an_ended_call_is_never_taken_back(late: CoreEffect) -> None:
    book = told(opening("T1", "c1"), ended("c1", "T1"), late)
    assert call(book).ended_at == NOON + 60_000


def test_an_ended_call_can_be_corrected() -> None:
    book = told(opening("T1", "c1"), ended("c1", "T1"), ended("c1", "T1", talk_ms=50_000))
    assert call(book).talk_ms == 50_000


def test_a_save_writes_the_form() -> None:
    book = told(opening("T1", "c1"), saving("c1", "路灯\0不亮", domain="public_service", urgent=True))
    form = ticket(book).form
    assert form is not None
    assert (form.text, form.domain, form.urgent, ticket(book).saved_at) == (
        "路灯不亮",
        "public_service",
        True,
        NOON + 30_000,
    )
    assert kinds(book, "T1") == [EventKind.OPENED, EventKind.SAVED]


def test_a_demand_that_is_not_accepted_is_closed_until_it_is_accepted_after_all() -> None:
    book = told(opening("T1", "c1"), saving("c1", not_accepted="litigation"))
    assert ticket(book).stage is Stage.CLOSED
    book.apply(saving("c1", not_accepted=""))
    assert ticket(book).stage is Stage.ACCEPTED


def test_a_ticket_closed_by_others_stays_closed_when_its_text_is_saved_again() -> None:
    book = told(opening("T1", "c1"), saving("c1"))
    ticket(book).stage = Stage.CLOSED
    book.apply(saving("c1", "更正"))
    assert (ticket(book).stage, ticket(book).text) == (Stage.CLOSED, "更正")


def test_a_repeat_call_is_put_to_the_earlier_ticket() -> None:
    book = two_calls(saving("c2", "还是不亮", into="T1"))
    assert call(book, "c2").ticket_id == "T1"
    assert (ticket(book, "T2").merged_into, ticket(book, "T2").stage) == ("T1", Stage.CLOSED)
    assert (ticket(book, "T1").text, ticket(book, "T1").stage) == ("路灯不亮", Stage.ACCEPTED)
    assert kinds(book, "T1")[-1] is EventKind.REPEAT_CALL
    assert book.events[-1].what == "T2 还是不亮"


@pytest.mark.parametrize("named", ["T1", "T2"])
def test_the_end_of_a_merged_call_does_not_link_it_back(named: str) -> None:
    book = two_calls(saving("c2", into="T1"), ended("c2", named))
    assert call(book, "c2").ticket_id == "T1"
    assert call(book, "c2").ended_at is not None


def test_a_call_recorded_only_after_its_merging_goes_to_the_earlier_ticket() -> None:
    book = told(opening("T1", "c1"), opening("T2", "c2"), saving("c2", into="T1"), ended("c2", "T2"))
    assert call(book, "c2").ticket_id == "T1"


@pytest.mark.parametrize("into", [None, "T1"])
def test_a_save_after_merging_stands_on_both_tickets(into: str | None) -> None:
    book = two_calls(saving("c2", "还是不亮", into="T1"), saving("c2", "整条街", into=into))
    assert (ticket(book, "T2").text, ticket(book, "T1").text) == ("整条街", "路灯不亮")
    assert book.events[-1].what == "T2 整条街"
    assert ticket(book, "T2").stage is Stage.CLOSED
    assert kinds(book, "T2").count(EventKind.MERGED) == 1


def test_a_call_put_to_the_wrong_ticket_can_be_put_to_another() -> None:
    book = two_calls(opening("T3", "c3"), saving("c2", into="T1"), saving("c2", into="T3"))
    assert (ticket(book, "T2").merged_into, call(book, "c2").ticket_id, call(book, "c1").ticket_id) == (
        "T3",
        "T3",
        "T1",
    )


def test_calls_put_to_a_ticket_go_along_when_it_is_put_to_another() -> None:
    book = two_calls(opening("T3", "c3"), saving("c2", into="T1"), saving("c1", into="T3"))
    assert [call(book, name).ticket_id for name in ("c1", "c2")] == ["T3", "T3"]
    book.apply(saving("c2", "再来电"))
    assert book.events[-1].ticket_id == "T3"


def test_two_tickets_are_not_put_to_each_other() -> None:
    book = two_calls(saving("c2", into="T1"), saving("c1", into="T2"))
    assert ticket(book, "T1").merged_into is None
    assert book.events[-1].what == "T2 not_open"


@pytest.mark.parametrize(
    ("into", "reason"), [("T9", "no_such_ticket"), ("T2", "own_ticket"), ("TN", "other_caller"), ("TC", "not_open")]
)
def test_a_merge_that_cannot_be_is_noted_and_the_form_is_kept(into: str, reason: str) -> None:
    book = two_calls(opening("TN", "n", caller=NEIGHBOUR), opening("TC", "x"), saving("x", not_accepted="petition"))
    book.apply(saving("c2", "还是不亮", into=into))
    assert call(book, "c2").ticket_id == "T2"
    assert (ticket(book, "T2").text, ticket(book, "T2").stage) == ("还是不亮", Stage.ACCEPTED)
    last = book.events[-1]
    assert (last.ticket_id, last.kind, last.what) == ("T2", EventKind.MERGE_REFUSED, f"{into} {reason}")


def test_callers_without_a_number_are_never_the_same_caller() -> None:
    book = told(opening("T1", "c1", caller="unknown"), opening("T2", "c2", caller="anonymous"), saving("c2", into="T1"))
    assert book.events[-1].what == "T1 other_caller"


def test_the_same_caller_may_be_spelt_in_two_ways() -> None:
    book = told(opening("T1", "c1", caller="+86 138 0000 1111"), opening("T2", "c2"), saving("c2", into="T1"))
    assert ticket(book, "T2").merged_into == "T1"


def test_reaching_a_missed_caller_fills_the_missed_ticket() -> None:
    book = told(opening("T1", "c1", missed=True), opening("T2", "c2"), saving("c2", "路灯不亮", into="T1"))
    assert (ticket(book).callback, ticket(book).text, ticket(book).stage) == (Callback.DONE, "路灯不亮", Stage.ACCEPTED)


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (ended("c9", None), "call c9 ended without a ticket"),
        (answered("c9", "T9", agent=None), "call c9 was answered by nobody"),
        (ended("c9", "T9", loss_stage=LossStage.SYSTEM), "call c9 is both answered and lost at SYSTEM"),
        (lost("c9", "T9", loss_stage=None), "call c9 ended neither answered nor lost"),
        (ended("c9", "T9", talk_ms=-1), "call c9 has a negative"),
        (saving("c9"), "call c9 has no ticket to be saved"),
        (ringing_back("c9"), "call c9 has no ticket whose caller"),
        (opening("T1", "c9"), "ticket T1 for call c9 is call c1's already"),
        (opening("T9", "c1"), "call c1 has ticket T1 and cannot open T9 too"),
    ],
)
def test_what_contradicts_is_refused_and_changes_nothing(effect: CoreEffect, said: str) -> None:
    book = told(opening("T1", "c1"))
    with pytest.raises(EffectRefused, match=said):
        book.apply(effect)
    assert (list(book.calls), list(book.tickets), len(book.events)) == ([], ["T1"], 1)


def test_an_effect_names_the_rows_it_needs() -> None:
    assert touched(offered("c1")) == ("c1", ())
    assert touched(ended("c1", "T1")) == ("c1", ("T1",))
    assert touched(opening("T1", "c1")) == ("c1", ("T1",))
    assert touched(saving("c1")) == ("c1", ())
    assert touched(ringing_back("c1")) == ("c1", ())
    assert touched(saving("c1", into="T0")) == ("c1", ("T0",))


PAUSES = st.sampled_from([0, 1, 1_000, -500, 60_000])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_happens_on_the_floor_what_the_rules_wish_can_be_written(data: st.DataObject) -> None:
    state, book, now = State(policy=POLICY), Book([], []), T0
    event: AnyEvent = PbxSnapshot(at=now, started_at=Moment(now - 1_000), members=(), legs=())
    for number in range(data.draw(st.integers(5, 40))):
        step = fold(state, event)
        state = step.state
        for effect in step.effects:
            if not isinstance(effect, BookEffect):
                continue
            try:
                book.apply(effect)
            except EffectRefused:
                # Only a desk can ask for something senseless: the ticket of a call that has none.
                assert isinstance(effect, SaveTicket)
        now = Moment(now + data.draw(PAUSES))
        choices = [facts.of_calls(now), facts.requests(now, RequestId(f"r{number}"))]
        if probable := facts.likely(state, now):
            choices += [st.sampled_from(probable)] * 4
        event = data.draw(st.one_of(choices))
    assert all(row.ended_at is None or row.ticket_id in book.tickets for row in book.calls.values())
