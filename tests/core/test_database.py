"""The database opens, migrates once among many, and keeps its rules by itself."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import Moment
from core.database import (
    Database,
    DatabaseSettings,
    DatabaseUrlInvalid,
    database_url,
    migrate,
    open_database,
    run_alembic,
    undisturbed,
)
from core.ledger import append, entries
from core.tables import Base, Call, CallTransfer, Ticket
from tests.core.samples import NOON, handed_on, lost, opening, written


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///var/core.sqlite", "sqlite+aiosqlite:///var/core.sqlite"),
        ("sqlite+aiosqlite:////data/core.sqlite", "sqlite+aiosqlite:////data/core.sqlite"),
        ("postgresql://jt:pw@db/jietong", "postgresql+asyncpg://jt:pw@db/jietong"),
        ("postgres://jt:pw@db/jietong", "postgresql+asyncpg://jt:pw@db/jietong"),
        ("postgresql+asyncpg://jt@db/jietong", "postgresql+asyncpg://jt@db/jietong"),
    ],
)
def test_a_url_gets_the_driver_we_use(given: str, used: str) -> None:
    assert database_url(given).render_as_string(hide_password=False) == used


@pytest.mark.parametrize(
    "url", ["", "core.sqlite", "mysql://jt:secret@db/jietong", "postgresql+psycopg://jt:secret@db/x"]
)
def test_another_url_is_refused_with_what_is_valid_and_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseUrlInvalid, match="valid: sqlite:///path or postgresql://") as refusal:
        database_url(url)
    assert "secret" not in str(refusal.value)


async def test_migrating_twice_and_at_the_same_time_is_the_same_as_once(empty_url: str) -> None:
    settings = DatabaseSettings(url=empty_url)
    await asyncio.gather(*(migrate(settings) for _ in range(4)))
    await migrate(settings)


def test_processes_that_migrate_at_the_same_time_wait_for_each_other(empty_url: str) -> None:
    code = (
        "import asyncio, sys; from core.database import DatabaseSettings, migrate;"
        "asyncio.run(migrate(DatabaseSettings(url=sys.argv[1])))"
    )
    command = [sys.executable, "-c", code, empty_url]
    root = Path(__file__).parents[2]
    running = [subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors


async def test_the_migrations_make_the_tables_we_use(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


OLD = """
INSERT INTO tickets VALUES ('T1', 'telephone', 'accepted', 1, 1, NULL, 'c1', '6001', '', '', '', '', '', false, '', '',
    '', '', false, false, 'none', NULL);
INSERT INTO calls VALUES ('c1', 'jt1', '12345', '', '', 'general', 1, 1, 1, 2, 3, 1, 1, 0, 1, '6001', NULL, '', NULL,
    'T1');
INSERT INTO ticket_events (ticket_id, at, actor, kind, what) VALUES ('T1', 2, '6001', 'opened', '');
INSERT INTO ticket_events (ticket_id, at, actor, kind, what) VALUES ('T1', 3, '6001', 'saved', '路灯');
DELETE FROM ticket_events WHERE kind = 'opened'
"""


async def test_what_the_first_schema_holds_is_kept_by_the_newest(empty_url: str) -> None:
    settings = DatabaseSettings(url=empty_url)
    database = open_database(settings)
    async with database.writer.begin() as connection:
        await connection.run_sync(run_alembic, "0001")
        for statement in OLD.split(";"):
            await connection.execute(text(statement))
    await migrate(settings)
    add = "INSERT INTO ticket_events (ticket_id, at, actor, kind, what) VALUES ('T1', 4, '6001', :kind, '')"
    async with database.writing() as session, session.begin():
        for kind in ("transferred", "expert_asked", "callback_due"):
            await session.execute(text(add), {"kind": kind})
    async with database.reading() as session:
        events = await session.execute(text("SELECT id, kind, what FROM ticket_events ORDER BY id"))
        assert [tuple(row) for row in events] == [
            (2, "saved", "路灯"),
            (3, "transferred", ""),
            (4, "expert_asked", ""),
            (5, "callback_due", ""),
        ]
        sums = await session.execute(
            text("SELECT consult_ms, conference_ms, hand_offs, transfers, segments FROM calls")
        )
        assert [tuple(row) for row in sums] == [(0, 0, 0, 0, None)]
    with pytest.raises(IntegrityError, match="kind_known"):
        async with database.writing() as session, session.begin():
            await session.execute(text(add), {"kind": "gossip"})
    await database.close()


async def test_the_migrations_make_the_rules_of_the_tables(database: Database, settings: DatabaseSettings) -> None:
    """compare_metadata is blind to CHECK rules: look for the name of each in the schema itself."""
    query = "SELECT sql FROM sqlite_master" if "sqlite" in settings.url else "SELECT conname FROM pg_constraint"
    async with database.reading() as session:
        schema = "\n".join(str(row) for row in await session.scalars(text(query)))
    named = [str(rule.name) for table in Base.metadata.tables.values() for rule in table.constraints]
    assert [name for name in named if name not in schema] == []


async def test_sqlite_lets_readers_read_while_one_writes(tmp_path: Path) -> None:
    settings = DatabaseSettings(url=f"sqlite:///{tmp_path}/a.sqlite", busy_ms=50)
    await migrate(settings)
    database = open_database(settings)
    async with database.writing() as writer, writer.begin():
        await writer.execute(text("UPDATE recorder_position SET last_seq = 7"))
        async with database.reading() as reader:
            assert await reader.scalar(text("SELECT last_seq FROM recorder_position")) == 0
            pragmas = [await reader.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys")]
            assert pragmas == ["wal", 1]
        other = open_database(settings)  # as another process would
        async with other.writing() as second:
            with pytest.raises(DBAPIError, match="locked"):
                await second.scalar(text("SELECT 1"))
        await other.close()
    await database.close()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("ended_at = 1, loss_stage = 'SYSTEM', ticket_id = NULL", "finished_has_ticket"),
        ("ticket_id = 'nobody'", "ticket_id"),
        ("answered_at = 1, agent = NULL, loss_stage = NULL", "answered_has_agent"),
        ("answered_at = 1, agent = '6001'", "answered_is_not_lost"),
        ("loss_stage = NULL", "unanswered_has_stage"),
        ("loss_stage = 'NOWHERE'", "loss_stage_known"),
        ("ended_by = 'ghost'", "ended_by_known"),
        ("wait_ms = -1", "not_negative"),
        ("consult_ms = -1", "consult_not_negative"),
        ("conference_ms = -1", "conference_not_negative"),
    ],
)
async def test_the_database_itself_keeps_the_rules_of_calls(database: Database, change: str, rule: str) -> None:
    await written(database, opening("T1", "c1", missed=True), lost("c1", "T1"))
    with pytest.raises(IntegrityError, match="FOREIGN KEY" if rule == "ticket_id" and on_sqlite(database) else rule):
        async with database.writing() as session, session.begin():
            await session.execute(text(f"UPDATE {Call.__tablename__} SET {change}"))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("stage = 'lying_about'", "stage_known"),
        ("channel = 'pigeon'", "channel_known"),
        ("callback = 'none'", "missed_is_rung_back"),
        ("merged_into = ticket_id, stage = 'closed'", "merged_is_closed"),
        ("call_id = NULL", "telephone_has_call"),
    ],
)
async def test_the_database_itself_keeps_the_rules_of_tickets(database: Database, change: str, rule: str) -> None:
    await written(database, opening("T1", "c1", missed=True), lost("c1", "T1", offered_at=NOON))
    with pytest.raises(IntegrityError, match=rule):
        async with database.writing() as session, session.begin():
            await session.execute(text(f"UPDATE {Ticket.__tablename__} SET {change}"))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("mode = 'transfer_by_pigeon'", "mode_known"),
        ("result = 'perhaps'", "result_known"),
        ("ticket_id = 'nobody'", "ticket_id"),
    ],
)
async def test_the_database_itself_keeps_the_rules_of_transfers(database: Database, change: str, rule: str) -> None:
    await written(database, opening("T1", "c1"), handed_on("c1", "T1"))
    with pytest.raises(IntegrityError, match="FOREIGN KEY" if rule == "ticket_id" and on_sqlite(database) else rule):
        async with database.writing() as session, session.begin():
            await session.execute(text(f"UPDATE {CallTransfer.__tablename__} SET {change}"))


def on_sqlite(database: Database) -> bool:
    return "sqlite" in str(database.engine.url)


async def test_a_write_is_committed_or_rolled_back(database: Database) -> None:
    async def move(session: AsyncSession) -> int:
        await session.execute(text("UPDATE recorder_position SET last_seq = 7"))
        return 7

    async def fail(session: AsyncSession) -> None:
        await session.execute(text("UPDATE recorder_position SET last_seq = 8"))
        raise LookupError

    assert await database.write(move) == 7
    with pytest.raises(LookupError):
        await database.write(fail)
    async with database.reading() as session:
        assert await session.scalar(text("SELECT last_seq FROM recorder_position")) == 7


@pytest.mark.parametrize("after", range(0, 60, 3))
async def test_a_cancelled_write_leaves_no_lock(tmp_path: Path, after: int) -> None:
    database = open_database(DatabaseSettings(url=f"sqlite:///{tmp_path}/a.sqlite", busy_ms=50))

    async def work(session: AsyncSession) -> None:
        await session.execute(text("CREATE TABLE IF NOT EXISTS t (n INTEGER)"))
        await session.execute(text("INSERT INTO t VALUES (1) RETURNING n"))

    task = asyncio.ensure_future(database.write(work))
    for _ in range(after):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await database.write(work)
    await database.close()


async def test_what_is_undisturbed_ends_before_the_cancelling() -> None:
    steps: list[str] = []
    go = asyncio.Event()

    async def work() -> None:
        await go.wait()
        steps.append("worked")
        raise LookupError("whoever cancelled does not want to know")

    task = asyncio.ensure_future(undisturbed(work()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps == ["worked"]


async def test_cancelling_twice_waits_no_longer() -> None:
    task = asyncio.ensure_future(undisturbed(asyncio.Event().wait()))
    for _ in range(2):
        await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_many_writers_of_one_file_all_have_their_turn(tmp_path: Path) -> None:
    """SQLite's own lock lets some wait for ever; with a busy time this short they would fail."""
    settings = DatabaseSettings(url=f"sqlite:///{tmp_path / 'core.sqlite'}", busy_ms=50)
    await migrate(settings)
    database = open_database(settings)

    async def write(number: int) -> None:
        async with database.writing() as session, session.begin():
            await append(session, at=Moment(number), actor="a", role="", action="write", subject=str(number))
            await asyncio.sleep(0.005)

    async with asyncio.TaskGroup() as tasks:
        for number in range(100):
            tasks.create_task(write(number))
    async with database.reading() as session:
        assert len(await entries(session)) == 100
    await database.close()


async def test_the_file_is_for_its_owner_and_errors_hold_no_values(tmp_path: Path) -> None:
    database = open_database(DatabaseSettings(url=f"sqlite:///{tmp_path / 'var' / 'db.sqlite'}"))
    try:
        async with database.writing() as session, session.begin():
            await session.execute(text("CREATE TABLE t (x)"))
            with pytest.raises(DBAPIError) as refused:
                await session.execute(text("INSERT INTO nowhere VALUES (:caller)"), {"caller": "13800000001"})
        assert "13800000001" not in str(refused.value)
        assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "var").iterdir())
    finally:
        await database.close()
