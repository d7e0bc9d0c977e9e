"""The written answer that a ticket waits for from an expert, because nobody of the field was there."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import AgentId, CallId, Moment, TicketId
from core import ledger
from core.lifecycle import EventKind, Role, Stage, Step
from core.recorder import lock_position
from core.rows import TicketRow
from core.tables import ExpertAsk, Ticket
from core.tickets import move_ticket, note, ticket_of_call

UNANSWERED: Final = frozenset({Stage.DISPATCHED, Stage.IN_HANDLING, Stage.SUPERVISED})
"""A ticket in one of these has no reply yet, so that the expert's answer is still due."""
MOST_LISTED: Final = 200


class ExpertTerms(Struct, frozen=True, kw_only=True):
    """Who answers in writing for an expert line, and until when if asked now."""

    field: str
    unit: str
    """The department that sends the experts: the handling party."""
    due_day: date
    due_at: Moment
    """The end of that day."""


class ExpertAnswer(Struct, frozen=True, kw_only=True):
    """An answer that was asked for."""

    ticket_id: TicketId
    field: str
    unit: str
    call_id: CallId
    agent: AgentId
    """Who asked for it, on which call."""
    asked_at: Moment
    due_at: Moment
    stage: Stage
    """Of the ticket, now."""

    @property
    def awaited(self) -> bool:
        """Whether the ticket still waits for it."""
        return self.stage in UNANSWERED

    def overdue(self, now: Moment) -> bool:
        """Whether it should be there and is not."""
        return self.awaited and self.due_at < now


class WhyNot(StrEnum):
    """Why an answer cannot be asked for."""

    NO_TICKET = "no_ticket"
    """The call's ticket is not written yet."""
    NO_CONTENT = "no_content"
    """The ticket says nothing yet: it is the question."""
    NOT_OPEN = "not_open"
    """The ticket is replied to or closed."""


class AskRefused(Exception):
    """An expert's answer that cannot be asked for."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(f"an expert's answer cannot be asked for: {why}")
        self.why = why


async def ask_expert(
    session: AsyncSession, *, call: CallId, agent: AgentId, terms: ExpertTerms, at: Moment, actor: str, role: Role
) -> ExpertAnswer:
    """Send the ticket of a call to the experts of a field; asking twice is the same as once.

    Args:
        agent: who is on the call.
        actor, role: as the access ledger names them.

    Raises:
        AskRefused: there is no such ticket, it says nothing, or it waits for nobody any more; nothing was changed.

    """
    # The recorder writes whole tickets: it must not have read this one before we change it.
    await lock_position(session)
    ticket = await ticket_of_call(session, call)
    if ticket is None:
        raise AskRefused(WhyNot.NO_TICKET)
    if not ticket.text.strip():
        raise AskRefused(WhyNot.NO_CONTENT)
    earlier = [one for one in await answers_of_tickets(session, [ticket.ticket_id]) if one.field == terms.field]
    if earlier and earlier[0].awaited:
        return earlier[0]
    stage = await _dispatched(session, ticket, agent, terms, at)
    fresh = ExpertAnswer(
        ticket_id=ticket.ticket_id,
        field=terms.field,
        unit=terms.unit,
        call_id=call,
        agent=agent,
        asked_at=at,
        due_at=terms.due_at,
        stage=stage,
    )
    values = {key: value for key, value in msgspec.structs.asdict(fresh).items() if key != "stage"}
    # A ticket that the hotline took back may be asked about again.
    if earlier:
        same = (ExpertAsk.ticket_id == fresh.ticket_id) & (ExpertAsk.field == fresh.field)
        await session.execute(update(ExpertAsk).where(same).values(values))
    else:
        session.add(ExpertAsk(**values))
        await session.flush()
    what = f"{terms.field} unit={terms.unit} call={call} until={terms.due_day}"
    await note(session, fresh.ticket_id, at, agent, EventKind.EXPERT_ASKED, what)
    await session.execute(update(Ticket).where(Ticket.ticket_id == fresh.ticket_id).values(updated_at=at))
    await ledger.append(
        session, at=at, actor=actor, role=role, action="ask_expert", subject=fresh.ticket_id, detail=what
    )
    return fresh


async def _dispatched(
    session: AsyncSession, ticket: TicketRow, agent: AgentId, terms: ExpertTerms, at: Moment
) -> Stage:
    """Dispatch a ticket that nobody handles yet; return its stage."""
    if ticket.stage in UNANSWERED:
        return ticket.stage
    if ticket.stage is not Stage.ACCEPTED:
        raise AskRefused(WhyNot.NOT_OPEN)
    given = {"unit": terms.unit}
    # At a desk everybody is an agent, whatever else they may do.
    return await move_ticket(session, ticket.ticket_id, Step.DISPATCH, actor=agent, role=Role.AGENT, at=at, given=given)


async def answers_of_tickets(session: AsyncSession, tickets: Iterable[TicketId]) -> list[ExpertAnswer]:
    """Return every answer asked for on these tickets, the earliest due first."""
    return await _answers(session, ExpertAsk.ticket_id.in_(sorted(tickets)))


async def answers_of_call(session: AsyncSession, call: CallId) -> list[ExpertAnswer]:
    """Return the answers asked for during a call, the earliest due first."""
    return await _answers(session, ExpertAsk.call_id == call)


async def answers_awaited(
    session: AsyncSession, *, due_before: Moment | None = None, limit: int = MOST_LISTED
) -> list[ExpertAnswer]:
    """Return the answers that tickets wait for, the earliest due first.

    Args:
        due_before: only those due before then; with the present they are the overdue ones.

    """
    waiting = Ticket.stage.in_(sorted(UNANSWERED))
    return await _answers(session, waiting if due_before is None else waiting & (ExpertAsk.due_at < due_before), limit)


async def _answers(
    session: AsyncSession, condition: ColumnElement[bool], limit: int | None = None
) -> list[ExpertAnswer]:
    columns = [getattr(ExpertAsk, name) for name in ExpertAnswer.__struct_fields__ if name != "stage"]
    found = await session.execute(
        select(*columns, Ticket.stage)
        .join(Ticket, Ticket.ticket_id == ExpertAsk.ticket_id)
        .where(condition)
        .order_by(ExpertAsk.due_at, ExpertAsk.ticket_id, ExpertAsk.field)
        .limit(limit)
    )
    return [msgspec.convert(dict(row), ExpertAnswer) for row in found.mappings()]
