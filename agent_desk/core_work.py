"""Lets a command work on the database: opened and brought up to date before, closed after, however the work ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from agent_desk.compose import Plan, open_core
from core.database import Database

T = TypeVar("T")


def with_core(plan: Plan, work: Callable[[Database], Awaitable[T]]) -> T:
    """Return what `work` returns on the plan's database.

    Raises:
        sqlalchemy.exc.DBAPIError, OSError: the database cannot be used; and whatever `work` raises.

    """

    async def go() -> T:
        logging.getLogger("alembic").setLevel(logging.WARNING)  # what a command prints is its own
        database = await open_core(plan)
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(go())
