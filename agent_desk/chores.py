"""What is done once an hour: old things are forgotten."""

import asyncio
import logging
from pathlib import Path

from acd.names import Moment
from agent_desk.journal import JournalError
from agent_desk.snapshots import forget_old
from core.database import Database
from core.sessions import forget_expired

log = logging.getLogger(__name__)


async def forget_sessions(database: Database, now: Moment) -> None:
    """Remove log-ins and tokens whose time is over."""
    async with database.writing() as session, session.begin():
        await forget_expired(session, now)


async def forget_facts(journal: Path, *, recorded: int, keep_days: int, now: Moment) -> None:
    """Remove parts of the journal that no restart needs any more.

    Args:
        recorded: number of the newest fact whose effects are in the database.

    """
    try:
        await asyncio.to_thread(forget_old, journal, recorded=recorded, keep_days=keep_days, now=now)
    except JournalError as error:
        # A file that is none of ours lies there; the next start says so too, and nothing needs to end for it now.
        log.error("old facts cannot be forgotten", extra={"why": str(error)})
