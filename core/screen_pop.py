"""What an agent should know about a caller while the telephone rings, put together from calls and tickets."""

from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from acd.events import TicketForm
from acd.names import AgentId, CallId, Moment, TicketId
from core.areas import AreaTable
from core.calls import calls_of, count_calls_of, outcome_of
from core.expert_answers import ExpertAnswer, answers_of_tickets
from core.lifecycle import Callback
from core.rows import TicketRow
from core.tickets import open_tickets_of, own_ticket_of_call, ticket_of_call


class Contact(Struct, frozen=True, kw_only=True):
    """An earlier call of the same caller."""

    call: CallId
    at: Moment
    number: str
    outcome: str
    agent: AgentId | None
    ticket: TicketId | None


class TicketBrief(Struct, frozen=True, kw_only=True):
    """A ticket in a list."""

    ticket: TicketId
    opened_at: Moment
    stage: str
    domain: str
    demand_type: str
    urgent: bool
    text: str
    missed: bool
    """Its caller is still to be rung back."""
    expert_answers: tuple[ExpertAnswer, ...]
    """The earliest due first."""


class CallerPicture(Struct, frozen=True, kw_only=True):
    """A caller's history as seen from one call."""

    call: CallId
    caller: str
    """The whole number: every reading belongs into the ledger."""
    area_zh: str
    area_en: str
    calls_total: int
    """Earlier calls, this one not counted."""
    contacts: tuple[Contact, ...]
    open_tickets: tuple[TicketBrief, ...]
    """Those that this call can be put to."""
    ticket: TicketBrief | None
    """The ticket this call belongs to."""
    form: TicketForm | None
    """What is already saved for this call."""


async def caller_picture(
    session: AsyncSession, call: CallId, caller: str, areas: AreaTable, *, contacts: int = 10
) -> CallerPicture:
    """Return what is known about `caller`, who is on the line with `call`.

    The call need not be recorded yet: the screen may be quicker than the recorder.

    Args:
        contacts: earlier calls told, at most.
    """
    own = await own_ticket_of_call(session, call)
    ticket = await ticket_of_call(session, call)
    open_tickets = await open_tickets_of(session, caller, besides=call)
    shown = {row.ticket_id for row in (ticket, *open_tickets) if row is not None}
    answers = await answers_of_tickets(session, shown)
    earlier = await calls_of(session, caller, besides=call, limit=contacts)
    zh, en = areas.area(caller)
    return CallerPicture(
        call=call,
        caller=caller,
        area_zh=zh,
        area_en=en,
        calls_total=await count_calls_of(session, caller, besides=call),
        contacts=tuple(
            Contact(
                call=row.call_id,
                at=row.offered_at,
                number=row.number,
                outcome=outcome_of(row.answered_at, row.loss_stage, row.ended_at),
                agent=row.agent,
                ticket=row.ticket_id,
            )
            for row in earlier
        ),
        open_tickets=tuple(brief(row, answers) for row in open_tickets),
        ticket=None if ticket is None else brief(ticket, answers),
        form=None if own is None else own.form,
    )


def brief(row: TicketRow, answers: Iterable[ExpertAnswer]) -> TicketBrief:
    """Return a ticket as a line of a list.

    Args:
        answers: of this ticket and of others.

    """
    return TicketBrief(
        **{name: getattr(row, name) for name in _SAME},
        ticket=row.ticket_id,
        missed=row.callback in (Callback.DUE, Callback.IMPOSSIBLE),
        expert_answers=tuple(one for one in answers if one.ticket_id == row.ticket_id),
    )


_SAME = tuple(name for name in TicketBrief.__struct_fields__ if name not in ("ticket", "missed", "expert_answers"))
