"""The bearer token with which commands on this machine speak to the running product."""

from pathlib import Path

from acd.names import Moment
from agent_desk.secret_files import keep
from core.database import Database
from core.lifecycle import Role
from core.sessions import open_token, token_of

LOCAL_TOKEN = "local-token"


async def keep_local_token(database: Database, secrets: Path, now: Moment) -> None:
    """Make the token unless the one in `secrets` is still good."""
    path = secrets / LOCAL_TOKEN
    async with database.writing() as session, session.begin():
        held = path.read_text().strip() if path.exists() else ""
        if not held or await token_of(session, held, now) is None:
            fresh = await open_token(session, role=Role.ADMIN, label="local", now=now, expires_at=None)
            keep(secrets, LOCAL_TOKEN, fresh)
