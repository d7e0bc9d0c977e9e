"""Every query over the access ledger (台账): who saw, heard or took out what. Lines are only ever added."""

from typing import Final

from msgspec import Struct
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import Moment
from core.tables import LedgerLine

NEWEST: Final = 200
"""Lines a listing gives when no other limit is asked for."""


class LedgerEntry(Struct, frozen=True, kw_only=True):
    """One access."""

    id: int
    """Rises with every line."""
    at: Moment
    actor: str
    """A user's name, or a token's label."""
    role: str
    action: str
    """A short verb, for example `screen_pop`, `export_calls`."""
    subject: str
    """What was accessed, for example a call id, a ticket number."""
    detail: str


async def append(
    session: AsyncSession, *, at: Moment, actor: str, role: str, action: str, subject: str, detail: str = ""
) -> None:
    """Add a line; it stands for ever once the caller commits."""
    values = {"actor": actor, "role": role, "action": action, "subject": subject, "detail": detail}
    await session.execute(insert(LedgerLine).values(at=at, **values))


async def entries(
    session: AsyncSession,
    *,
    actor: str | None = None,
    subject: str | None = None,
    since: Moment | None = None,
    before_id: int | None = None,
    limit: int = NEWEST,
) -> list[LedgerEntry]:
    """Return lines, the newest first; `before_id` of the last line seen gives the next page."""
    query = select(*(getattr(LedgerLine, name) for name in LedgerEntry.__struct_fields__))
    if actor is not None:
        query = query.where(LedgerLine.actor == actor)
    if subject is not None:
        query = query.where(LedgerLine.subject == subject)
    if since is not None:
        query = query.where(LedgerLine.at >= since)
    if before_id is not None:
        query = query.where(LedgerLine.id < before_id)
    rows = await session.execute(query.order_by(LedgerLine.id.desc()).limit(limit))
    return [LedgerEntry(**row) for row in rows.mappings()]
