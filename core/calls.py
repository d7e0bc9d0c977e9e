"""Every query over calls."""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Final

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import AgentId, CallId, LossStage, Millis, Moment, QueueName, TicketId
from core.callers import normalise
from core.row_reading import call_rows, segment_rows, transfer_rows
from core.rows import CallRow, SegmentRow, TransferRow
from core.tables import Call, CallSegment, CallTransfer

_PAGE: Final = 1_000
"""Rows read at once by an export."""


class Outcome(StrEnum):
    """What became of a call."""

    ANSWERED = "answered"
    LOST = "lost"
    IN_PROGRESS = "in_progress"


class CallLine(Struct, frozen=True, kw_only=True):
    """A call as it is exported; times are Moments or None."""

    call_id: CallId
    node: str
    number: str
    caller: str
    queue: QueueName
    offered_at: Moment
    answered_at: Moment | None
    ended_at: Moment | None
    wait_ms: Millis
    talk_ms: Millis
    agent: AgentId | None
    outcome: Outcome
    loss_stage: LossStage | None
    ticket_id: TicketId | None


class CallCounts(Struct, frozen=True, kw_only=True):
    """How many calls arrived in a period; offered = answered + lost + in_progress."""

    offered: int
    answered: int
    lost: int
    in_progress: int


_ANSWERED: Final = Call.answered_at.is_not(None)
_LOST: Final = and_(Call.answered_at.is_(None), or_(Call.loss_stage.is_not(None), Call.ended_at.is_not(None)))


def outcome_of(answered_at: Moment | None, loss_stage: LossStage | None, ended_at: Moment | None) -> Outcome:
    """Return what became of a call; one that is answered and still talked on is answered."""
    if answered_at is not None:
        return Outcome.ANSWERED
    return Outcome.IN_PROGRESS if loss_stage is None and ended_at is None else Outcome.LOST


async def call_by_id(session: AsyncSession, call: CallId) -> CallRow | None:
    """Return a call; None if it was never recorded."""
    rows = await call_rows(session, Call.call_id == call)
    return rows[0] if rows else None


async def segments_of(session: AsyncSession, call: CallId) -> list[SegmentRow]:
    """Return who was on the line of a call when, in the order of their beginnings."""
    return await segment_rows(session, CallSegment.call_id == call)


async def transfers_of(session: AsyncSession, call: CallId) -> list[TransferRow]:
    """Return how a call was handed on, the first first."""
    return await transfer_rows(session, CallTransfer.call_id == call)


async def calls_since(session: AsyncSession, since: Moment, until: Moment | None = None) -> AsyncIterator[CallLine]:
    """Yield the calls offered in [since, until) that were answered or lost, by time offered and then by id.

    Calls whose outcome is not known yet are left out. Any number of calls is read in small pages.
    """
    after: tuple[int, str] | None = None
    while True:
        page = await _page(session, since, until, after)
        for line in page:
            yield line
        if len(page) < _PAGE:
            return
        after = (page[-1].offered_at, page[-1].call_id)


async def _page(
    session: AsyncSession, since: Moment, until: Moment | None, after: tuple[int, str] | None
) -> list[CallLine]:
    query = (
        select(*(getattr(Call, name) for name in CallLine.__struct_fields__ if name != "outcome"))
        .where(Call.offered_at >= since, or_(_ANSWERED, _LOST))
        .order_by(Call.offered_at, Call.call_id)
        .limit(_PAGE)
    )
    if until is not None:
        query = query.where(Call.offered_at < until)
    if after is not None:
        query = query.where(tuple_(Call.offered_at, Call.call_id) > after)
    return [
        CallLine(**row, outcome=outcome_of(row["answered_at"], row["loss_stage"], row["ended_at"]))
        for row in (await session.execute(query)).mappings()
    ]


async def count_calls(session: AsyncSession, since: Moment, until: Moment) -> CallCounts:
    """Count the calls offered in [since, until) by outcome."""
    rows = await session.execute(
        select(
            func.count(),
            func.count().filter(_ANSWERED),
            func.count().filter(_LOST),
        ).where(Call.offered_at >= since, Call.offered_at < until)
    )
    offered, answered, lost = rows.one()
    return CallCounts(offered=offered, answered=answered, lost=lost, in_progress=offered - answered - lost)


async def calls_of(
    session: AsyncSession, caller: str, *, besides: CallId | None = None, limit: int = 20
) -> list[CallRow]:
    """Return a caller's calls, newest first; none for an unknown caller.

    Args:
        caller: in any spelling.
        besides: a call to leave out, for example the one that is going on.
    """
    condition = _of_caller(caller, besides)
    if condition is None:
        return []
    ids = select(Call.call_id).where(condition).order_by(Call.offered_at.desc(), Call.call_id.desc()).limit(limit)
    rows = await call_rows(session, Call.call_id.in_(ids))
    return sorted(rows, key=lambda row: (row.offered_at, row.call_id), reverse=True)


async def count_calls_of(session: AsyncSession, caller: str, *, besides: CallId | None = None) -> int:
    """Count a caller's calls; 0 for an unknown caller."""
    condition = _of_caller(caller, besides)
    if condition is None:
        return 0
    return await session.scalar(select(func.count()).select_from(Call).where(condition)) or 0


def _of_caller(caller: str, besides: CallId | None) -> ColumnElement[bool] | None:
    key = normalise(caller)
    if not key:
        return None
    return Call.caller_key == key if besides is None else and_(Call.caller_key == key, Call.call_id != besides)
