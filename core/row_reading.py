"""Between database rows and the plain values of `core.rows`."""

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.rows import AnyRow, CallRow, SegmentRow, TicketRow, TransferRow
from core.tables import Base, Call, CallSegment, CallTransfer, Ticket

_Row = TypeVar("_Row", CallRow, TicketRow, SegmentRow, TransferRow)


def columns_of(table: type[Base]) -> Iterable[Any]:
    """Return every column, so that a query gives plain rows without the ORM's identity map."""
    return table.__table__.columns


async def call_rows(session: AsyncSession, condition: ColumnElement[bool]) -> list[CallRow]:
    """Return the calls for which `condition` holds, in no order."""
    found = await session.execute(select(*columns_of(Call)).where(condition))
    return [as_row(CallRow, row._mapping) for row in found]


async def ticket_rows(session: AsyncSession, condition: ColumnElement[bool]) -> list[TicketRow]:
    """Return the tickets for which `condition` holds, in no order."""
    found = await session.execute(select(*columns_of(Ticket)).where(condition))
    return [as_row(TicketRow, row._mapping) for row in found]


async def segment_rows(session: AsyncSession, condition: ColumnElement[bool]) -> list[SegmentRow]:
    """Return the segments for which `condition` holds, call by call in their order."""
    order = CallSegment.call_id, CallSegment.ordinal
    found = await session.execute(select(*columns_of(CallSegment)).where(condition).order_by(*order))
    return [as_row(SegmentRow, row._mapping) for row in found]


async def transfer_rows(session: AsyncSession, condition: ColumnElement[bool]) -> list[TransferRow]:
    """Return the transfers for which `condition` holds, call by call in their order."""
    order = CallTransfer.call_id, CallTransfer.number
    found = await session.execute(select(*columns_of(CallTransfer)).where(condition).order_by(*order))
    return [as_row(TransferRow, row._mapping) for row in found]


def as_row(kind: type[_Row], values: Any) -> _Row:
    """Return a row of the database as a value; enumerations become their members."""
    return msgspec.convert(dict(values), kind)


def column_values(row: AnyRow) -> dict[str, object]:
    """Return a value by column names; members of enumerations are the strings they are written as."""
    return msgspec.structs.asdict(row)
