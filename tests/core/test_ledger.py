"""The ledger: lines are added, listed, and never changed or removed, whoever tries."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from acd.names import Moment
from core.database import Database
from core.ledger import append, entries
from tests.core.samples import NOON


@pytest.fixture(autouse=True)
async def three_lines(database: Database) -> None:
    async with database.writing() as session, session.begin():
        for number, (actor, subject) in enumerate([("a6001", "c1"), ("a6002", "c1"), ("a6001", "c2")]):
            await append(
                session, at=Moment(NOON + number), actor=actor, role="agent", action="screen_pop", subject=subject
            )


async def test_lines_come_newest_first(database: Database) -> None:
    async with database.reading() as session:
        found = await entries(session)
    assert [(one.actor, one.subject, one.at - NOON) for one in found] == [
        ("a6001", "c2", 2),
        ("a6002", "c1", 1),
        ("a6001", "c1", 0),
    ]
    assert (found[0].action, found[0].role, found[0].detail) == ("screen_pop", "agent", "")


async def test_lines_are_found_by_who_what_and_when(database: Database) -> None:
    async with database.reading() as session:
        assert [one.subject for one in await entries(session, actor="a6001")] == ["c2", "c1"]
        assert [one.actor for one in await entries(session, subject="c1")] == ["a6002", "a6001"]
        assert [one.subject for one in await entries(session, since=Moment(NOON + 2))] == ["c2"]
        first = await entries(session, limit=2)
        assert [one.at for one in await entries(session, before_id=first[-1].id)] == [NOON]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET actor = 'nobody'",
        "UPDATE ledger SET detail = detail WHERE subject = 'c1'",
        "DELETE FROM ledger",
        "DELETE FROM ledger WHERE subject = 'c2'",
    ],
)
async def test_the_ledger_refuses_to_change(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError, match="the ledger is append-only"):
        async with database.writing() as session, session.begin():
            await session.execute(text(statement))
    async with database.reading() as session:
        assert len(await entries(session)) == 3


async def test_the_ledger_refuses_to_be_emptied_or_overwritten(database: Database) -> None:
    sqlite = database.engine.dialect.name == "sqlite"
    values = "SELECT id, 0, 'x', 'x', 'x', 'x', 'x' FROM ledger"
    columns = "(id, at, actor, role, action, subject, detail)"
    statement = f"INSERT OR REPLACE INTO ledger {columns} {values}" if sqlite else "TRUNCATE ledger"
    with pytest.raises(DBAPIError, match="the ledger is append-only"):
        async with database.writing() as session, session.begin():
            await session.execute(text(statement))
    async with database.reading() as session:
        assert len(await entries(session)) == 3
