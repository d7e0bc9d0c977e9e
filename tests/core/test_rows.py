"""Rows as values: the same columns as the tables, and the form inside a ticket."""

from acd.events import TicketForm
from core.book import Book
from core.rows import FORM_KEYS, CallRow, EventRow, TicketRow, call_row
from core.tables import Call, Ticket, TicketEvent
from tests.core.samples import NOON, opening, record, saving


def test_rows_have_the_columns_of_their_tables() -> None:
    for row, table in ((CallRow, Call), (TicketRow, Ticket), (EventRow, TicketEvent)):
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
