"""The access ledger's line for what somebody at this machine does by a command."""

import os
from pathlib import Path

from acd.names import Moment
from core import ledger
from core.database import Database

_LONGEST = 64


def local_actor() -> str:
    """Return the name of the person who is logged in here, also behind sudo, and where they stand."""
    return f"{os.environ.get('SUDO_USER') or os.environ.get('USER') or os.getuid()}@{Path.cwd().name}"[:_LONGEST]


async def note_locally(database: Database, now: Moment, action: str, subject: str) -> None:
    """Add a line under the local actor's name."""
    async with database.writing() as session, session.begin():
        await ledger.append(session, at=now, actor=local_actor(), role="local", action=action, subject=subject)
