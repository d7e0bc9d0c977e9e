"""A command's work on the database: its result, and a database that is closed also when the work fails."""

import pytest

from agent_desk.compose import Plan
from agent_desk.core_work import with_core
from core.database import Database
from core.people import people


def test_work_finds_a_database_that_is_up_to_date(plan: Plan) -> None:
    async def count(database: Database) -> int:
        async with database.reading() as session:
            return len(await people(session))

    assert with_core(plan, count) == 0


def test_a_database_is_closed_when_its_work_fails(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    async def noted(self: Database) -> None:
        closed.append(self)
        await self.engine.dispose()
        await self.writer.dispose()

    async def fail(_: Database) -> None:
        closed.clear()  # the migration closes one of its own
        raise LookupError("nothing there")

    monkeypatch.setattr(Database, "close", noted)
    with pytest.raises(LookupError, match="nothing there"):
        with_core(plan, fail)
    assert len(closed) == 1
