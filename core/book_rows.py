"""Reads the part of the tables that a batch of effects touches into a book, and writes the book back."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from sqlalchemy import ColumnElement, Table, delete, insert, or_, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from acd.effects import BookEffect, SaveTicket
from core.book import Book, touched
from core.row_reading import call_rows, column_values, ticket_rows, transfer_rows
from core.rows import CallRow, SegmentRow, TicketRow, TransferRow
from core.tables import Base, Call, CallSegment, CallTransfer, Ticket, TicketEvent

_Upserted: TypeAlias = type[Call | Ticket | CallSegment | CallTransfer]


async def load_book(session: AsyncSession, effects: Sequence[BookEffect]) -> Book:
    """Read every row that the effects can change."""
    call_ids, ticket_ids = set[str](), set[str]()
    for effect in effects:
        call, named = touched(effect)
        call_ids.add(call)
        ticket_ids.update(named)
    tickets: dict[str, TicketRow] = {}
    condition: ColumnElement[bool] | None = or_(Ticket.call_id.in_(call_ids), Ticket.ticket_id.in_(ticket_ids))
    while condition is not None:
        tickets.update({row.ticket_id: row for row in await ticket_rows(session, condition)})
        # Follow the merges to their ends.
        missing = {row.merged_into for row in tickets.values() if row.merged_into not in tickets} - {None}
        condition = Ticket.ticket_id.in_(missing) if missing else None
    merging = {e.call for e in effects if isinstance(e, SaveTicket) and e.merge_into is not None}
    moving = {row.ticket_id for row in tickets.values() if row.call_id in merging}
    calls: list[CallRow] = await call_rows(session, or_(Call.call_id.in_(call_ids), Call.ticket_id.in_(moving)))
    # Most calls were handed on to nobody: they cost no statement.
    handed = {row.call_id for row in calls if row.transfers}
    transfers = await transfer_rows(session, CallTransfer.call_id.in_(handed)) if handed else []
    return Book(calls, list(tickets.values()), transfers)


async def write_book(session: AsyncSession, book: Book) -> None:
    """Write every row of the book, and remove those of segments and transfers that it no longer has."""
    await _upsert(session, Ticket, book.tickets.values())
    await _upsert(session, Call, book.calls.values())
    if book.events:
        await session.execute(insert(_plain(TicketEvent)), [column_values(row) for row in book.events])
    spare = book.parts.spare_rows()
    for table, ordinal, keys in (
        (CallSegment, CallSegment.ordinal, spare.segments),
        (CallTransfer, CallTransfer.number, spare.transfers),
    ):
        if keys:
            await session.execute(delete(_plain(table)).where(tuple_(table.call_id, ordinal).in_(keys)))
    await _upsert(session, CallSegment, book.parts.segments())
    await _upsert(session, CallTransfer, book.parts.transfers())


async def _upsert(
    session: AsyncSession, table: _Upserted, rows: Iterable[CallRow | TicketRow | SegmentRow | TransferRow]
) -> None:
    values = [column_values(row) for row in rows]
    if not values:
        return
    build = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = build(_plain(table))
    keys = [column.name for column in table.__table__.primary_key]
    changed = {name: statement.excluded[name] for name in values[0] if name not in keys}
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), values)


def _plain(table: type[Base]) -> Table:
    """Return the table itself: given its class, the ORM makes one statement for each pattern of None in the rows."""
    plain = table.__table__
    assert isinstance(plain, Table)
    return plain
