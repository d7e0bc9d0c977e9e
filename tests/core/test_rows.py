"""Rows as values: the same columns as the tables, and the form inside a ticket."""

from acd.events import TicketForm
from acd.names import CallId, TicketId
from acd.transfer import TransferMode
from core.book import Book
from core.rows import (
    FORM_KEYS,
    CallRow,
    EventRow,
    SegmentRow,
    TicketRow,
    TransferRow,
    call_row,
    is_hand_off,
    segment_row,
    transfer_row,
)
from core.tables import Call, CallSegment, CallTransfer, Ticket, TicketEvent
from tests.core.samples import NOON, handed_on, opening, record, saving, segment, transfer


def test_rows_have_the_columns_of_their_tables() -> None:
    for row, table in (
        (CallRow, Call),
        (SegmentRow, CallSegment),
        (TransferRow, CallTransfer),
        (TicketRow, Ticket),
        (EventRow, TicketEvent),
    ):
        columns = [column.name for column in table.__table__.columns if column.name != "id"]
        assert list(row.__struct_fields__) == columns


def test_every_key_of_the_form_is_a_column() -> None:
    assert set(FORM_KEYS) <= set(TicketRow.__struct_fields__)
    assert TicketForm.__struct_fields__ == FORM_KEYS


def test_a_ticket_has_a_form_once_it_is_saved() -> None:
    book = Book([], [])
    book.apply(opening("T1", "c1"))
    assert book.tickets["T1"].form is None
    book.apply(saving("c1", "路灯", place="中原路", confidential=True))
    assert book.tickets["T1"].form == TicketForm(text="路灯", place="中原路", confidential=True)


def test_a_records_row_says_the_same() -> None:
    row = call_row(record("c1", caller="+86 138 0000 1111", queued_at=NOON), None)
    assert (row.call_id, row.caller, row.caller_key, row.queued_at, row.ticket_id) == (
        "c1",
        "+86 138 0000 1111",
        "13800001111",
        NOON,
        None,
    )


def test_a_call_that_was_handed_on_is_summed_up_in_its_row() -> None:
    row = call_row(handed_on("c1", "T1", consult_ms=7).record, None)
    assert (row.consult_ms, row.conference_ms, row.hand_offs, row.transfers, row.segments) == (7, 16_000, 1, 1, 3)


def test_only_who_is_rid_of_the_call_has_handed_it_on() -> None:
    assert is_hand_off(transfer("c1"))
    assert not is_hand_off(transfer("c1", completed_at=None))
    assert not is_hand_off(transfer("c1", mode=TransferMode.SUSPEND))


def test_segments_and_transfers_say_the_same_in_their_rows() -> None:
    spell = segment("c1-agent", 8_000, None, with_citizen=False)
    assert segment_row(CallId("c1"), 2, spell) == SegmentRow(
        call_id=CallId("c1"),
        ordinal=2,
        leg=spell.leg,
        agent=spell.agent,
        destination=None,
        with_citizen=False,
        started_at=spell.start,
        ended_at=None,
    )
    given = transfer("c1", 2, third_agent="6012")
    row = transfer_row(CallId("c1"), given, TicketId("T1"))
    names = {"destination": "to", "agent": "by"}
    assert (row.call_id, row.ticket_id) == ("c1", "T1")
    for name in TransferRow.__struct_fields__[1:-1]:
        assert getattr(row, name) == getattr(given, names.get(name, name)), name
