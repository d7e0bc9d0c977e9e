"""Every query over tickets and their history."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import CallId, Moment, TicketId
from core.callers import normalise
from core.lifecycle import OPEN_STAGES, EventKind, Role, Stage, Step, move
from core.row_reading import ticket_rows
from core.rows import EventRow, TicketRow
from core.tables import Call, Ticket, TicketEvent


class NoSuchTicket(LookupError):
    """A ticket number that was never given out; the text names it."""


async def ticket_by_id(session: AsyncSession, ticket: TicketId) -> TicketRow | None:
    """Return a ticket; None if there is none of this number."""
    rows = await ticket_rows(session, Ticket.ticket_id == ticket)
    return rows[0] if rows else None


async def ticket_of_call(session: AsyncSession, call: CallId) -> TicketRow | None:
    """Return the ticket a call belongs to: its own, or the earlier one it was put to; None if it has none yet."""
    linked = select(Call.ticket_id).where(Call.call_id == call, Call.ticket_id.is_not(None)).scalar_subquery()
    rows = await ticket_rows(session, Ticket.ticket_id == linked)
    return rows[0] if rows else await own_ticket_of_call(session, call)


async def own_ticket_of_call(session: AsyncSession, call: CallId) -> TicketRow | None:
    """Return the ticket a call opened; its form is what was saved during this very call."""
    rows = await ticket_rows(session, Ticket.call_id == call)
    return rows[0] if rows else None


async def open_tickets_of(session: AsyncSession, caller: str, *, besides: CallId | None = None) -> list[TicketRow]:
    """Return a caller's tickets that still wait for somebody, newest first; none for an unknown caller.

    Args:
        caller: in any spelling.
        besides: a call whose own ticket is left out, for example the one that is going on.
    """
    key = normalise(caller)
    if not key:
        return []
    rows = await ticket_rows(session, (Ticket.caller_key == key) & _is_open())
    others = [row for row in rows if besides is None or row.call_id != besides]
    return sorted(others, key=lambda row: (row.opened_at, row.ticket_id), reverse=True)


async def callback_due_at(session: AsyncSession, call: CallId) -> Moment | None:
    """Return when a call ended while its caller waited again after a talk; None: it did not."""
    # Where the call was put to another ticket, that one's history tells it too, perhaps of later.
    query = select(func.min(TicketEvent.at)).where(
        TicketEvent.kind == EventKind.CALLBACK_DUE,
        TicketEvent.what == call,
        TicketEvent.ticket_id == select(Ticket.ticket_id).where(Ticket.call_id == call).scalar_subquery(),
    )
    at = await session.scalar(query)
    return None if at is None else Moment(at)


async def history(session: AsyncSession, ticket: TicketId) -> list[EventRow]:
    """Return a ticket's history, oldest first."""
    rows = await session.execute(
        select(TicketEvent.ticket_id, TicketEvent.at, TicketEvent.actor, TicketEvent.kind, TicketEvent.what)
        .where(TicketEvent.ticket_id == ticket)
        .order_by(TicketEvent.id)
    )
    return [EventRow(**{**row, "kind": EventKind(row["kind"])}) for row in rows.mappings()]


async def move_ticket(
    session: AsyncSession,
    ticket: TicketId,
    step: Step,
    *,
    actor: str,
    role: Role,
    at: Moment,
    given: Mapping[str, str],
) -> Stage:
    """Take a step with a ticket, note it in its history, and return the new stage.

    Raises:
        NoSuchTicket: there is no such ticket.
        core.lifecycle.MoveRefused: the step cannot be taken.
    """
    stored = await session.scalar(select(Ticket.stage).where(Ticket.ticket_id == ticket).with_for_update())
    if stored is None:
        raise NoSuchTicket(f"there is no ticket {ticket}")
    stage = move(Stage(stored), step, role, given)
    await session.execute(update(Ticket).where(Ticket.ticket_id == ticket).values(stage=stage, updated_at=at))
    what = " ".join([step, *(f"{key}={value}" for key, value in sorted(given.items()))])
    await note(session, ticket, at, actor, EventKind.MOVED, what)
    return stage


async def note(session: AsyncSession, ticket: TicketId, at: Moment, actor: str, kind: EventKind, what: str) -> None:
    """Add a line to a ticket's history."""
    await session.execute(insert(TicketEvent).values(ticket_id=ticket, at=at, actor=actor, kind=kind, what=what))


def _is_open() -> ColumnElement[bool]:
    return Ticket.stage.in_(sorted(OPEN_STAGES)) & Ticket.merged_into.is_(None)
