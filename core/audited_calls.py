"""The queries of an audit: calls with everything that can be compared, and the tickets that stand beside them."""

from collections.abc import AsyncIterator
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import AgentId, CallId, LossStage, Millis, Moment, QueueName, TicketId
from core.row_reading import segment_rows
from core.rows import SegmentRow
from core.tables import Call, CallSegment, Ticket

_PAGE: Final = 1_000
"""Rows read at once."""


class AuditedCall(Struct, frozen=True, kw_only=True):
    """A call as the core has it; times are Moments, durations milliseconds."""

    call_id: CallId
    number: str
    caller: str
    queue: QueueName
    offered_at: Moment
    requested_at: Moment | None
    queued_at: Moment | None
    answered_at: Moment | None
    ended_at: Moment | None
    wait_ms: Millis
    talk_ms: Millis
    rings: int
    agent: AgentId | None
    loss_stage: LossStage | None
    loss_cause: str
    ticket_id: TicketId | None
    """The ticket the call belongs to."""
    consult_ms: Millis = Millis(0)
    conference_ms: Millis = Millis(0)
    transfers: int = 0
    segments: int | None = None
    """How many; None: the call was written before they were kept."""
    on_line: tuple[SegmentRow, ...] = ()
    """The segments of a call that was handed on, or returned; of others the call's own times say the same."""
    own_ticket: TicketId | None = None
    """The ticket that this call opened."""
    merged_into: TicketId | None = None
    """The ticket that `own_ticket` was put to."""


_FROM_ELSEWHERE: Final = ("own_ticket", "merged_into", "on_line")
_OF_CALLS: Final = tuple(getattr(Call, name) for name in AuditedCall.__struct_fields__ if name not in _FROM_ELSEWHERE)


async def audited_calls(session: AsyncSession, since: Moment, until: Moment) -> AsyncIterator[AuditedCall]:
    """Yield the calls offered in [since, until), by time offered and then by id, read in small pages."""
    after: tuple[int, str] = (since, "")
    while True:
        page = await session.execute(
            select(*_OF_CALLS, Ticket.ticket_id.label("own_ticket"), Ticket.merged_into)
            .outerjoin(Ticket, Ticket.call_id == Call.call_id)
            .where(Call.offered_at < until, tuple_(Call.offered_at, Call.call_id) > after)
            .order_by(Call.offered_at, Call.call_id)
            .limit(_PAGE)
        )
        found = [msgspec.convert(dict(row), AuditedCall) for row in page.mappings()]
        for call in await _with_segments(session, found):
            yield call
        if len(found) < _PAGE:
            return
        after = (found[-1].offered_at, found[-1].call_id)


async def _with_segments(session: AsyncSession, calls: list[AuditedCall]) -> list[AuditedCall]:
    """Return the calls of a page with the segments of those that have more to tell than their own times."""
    wanted = {call.call_id for call in calls if call.transfers or (call.segments or 0) > 1}
    if not wanted:
        return calls
    rows: dict[CallId, list[SegmentRow]] = {}
    for row in await segment_rows(session, CallSegment.call_id.in_(wanted)):
        rows.setdefault(row.call_id, []).append(row)
    return [replace(call, on_line=tuple(rows.get(call.call_id, ()))) for call in calls]


async def tickets_without_call(session: AsyncSession, since: Moment, until: Moment) -> list[tuple[TicketId, CallId]]:
    """Return telephone tickets opened in [since, until) whose call the core does not know, 1,000 at most."""
    found = await session.execute(
        select(Ticket.ticket_id, Ticket.call_id)
        .outerjoin(Call, Call.call_id == Ticket.call_id)
        .where(Ticket.opened_at >= since, Ticket.opened_at < until, Ticket.call_id.is_not(None), Call.call_id.is_(None))
        .order_by(Ticket.opened_at, Ticket.ticket_id)
        .limit(_PAGE)
    )
    return [(TicketId(ticket), CallId(call)) for ticket, call in found if call is not None]
