"""The access ledger's line for what somebody at this machine does by a command."""

import os
from pathlib import Path

from acd.names import Moment
from core import ledger
from core.database import Database

_LONGEST = 64


async def note_locally(database: Database, now: Moment, action: str, subject: str) -> None:
    """Add a line under the name of the person who is logged in here, also behind sudo."""
    async with database.writing() as session, session.begin():
        who = f"{os.environ.get('SUDO_USER') or os.environ.get('USER') or os.getuid()}@{Path.cwd().name}"
        await ledger.append(session, at=now, actor=who[:_LONGEST], role="local", action=action, subject=subject)
