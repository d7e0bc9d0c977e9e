"""Every query over the call backs that callers are owed (漏接回拨); `core.owed` has the rules of who is."""

from msgspec import Struct
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import Moment, TicketId
from core.lifecycle import Callback, EventKind, Stage
from core.recorder import lock_position
from core.tables import Ticket, TicketEvent
from core.tickets import note


class OwedCallback(Struct, frozen=True, kw_only=True):
    """A caller who is to be rung back."""

    ticket_id: TicketId
    caller: str
    number: str
    """The number they had dialled."""
    stage: Stage
    since: Moment
    after_talk: bool
    """They were answered, and lost while they waited again; False: nobody ever answered."""


async def callbacks_owed(session: AsyncSession, limit: int | None = None) -> list[OwedCallback]:
    """Return who is to be rung back, the longest waiting first.

    A closed ticket, or one with a form, stands there too: the promise was made whatever became of the demand, and only
    a call back or another call of theirs keeps it.
    """
    # Who was answered first is owed it since a later line of the history; a missed call's ticket has none.
    again = (
        select(func.max(TicketEvent.at))
        .where(TicketEvent.ticket_id == Ticket.ticket_id, TicketEvent.kind == EventKind.CALLBACK_DUE)
        .scalar_subquery()
    )
    since = func.coalesce(again, Ticket.opened_at)
    found = await session.execute(
        select(Ticket.ticket_id, Ticket.caller, Ticket.number, Ticket.stage, since, again.is_not(None))
        .where(Ticket.callback == Callback.DUE)
        .order_by(since, Ticket.ticket_id)
        .limit(limit)
    )
    return [
        OwedCallback(
            ticket_id=TicketId(ticket),
            caller=caller,
            number=number,
            stage=Stage(stage),
            since=Moment(at),
            after_talk=bool(after_talk),
        )
        for ticket, caller, number, stage, at, after_talk in found
    ]


async def note_called_back(session: AsyncSession, ticket: TicketId, *, actor: str, at: Moment) -> bool:
    """Note that a caller was rung back; return False if that was not due."""
    # The recorder writes whole tickets: it must not have read this one before we change it.
    await lock_position(session)
    changed = await session.execute(
        update(Ticket)
        .where(Ticket.ticket_id == ticket, Ticket.callback == Callback.DUE)
        .values(callback=Callback.DONE, updated_at=at)
        .returning(Ticket.ticket_id)
    )
    if changed.first() is None:
        return False
    await note(session, ticket, at, actor, EventKind.CALLED_BACK, "")
    return True
