"""The engine, its two kinds of sessions, and the migration of the schema, on SQLite and PostgreSQL alike."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from alembic import command
from alembic.config import Config
from msgspec import Struct
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

T = TypeVar("T")
Sessions: TypeAlias = async_sessionmaker[AsyncSession]

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
_WRITING = "jietong_writing"
"""The execution option that makes SQLite take its write lock at the beginning of a transaction."""
_MIGRATION_LOCK = 0x4A54
"""Key of PostgreSQL's advisory lock: one process migrates, the others wait."""
_MIGRATION_TRIES = 20
_TURN_SECONDS = 30
"""How long a writer of the SQLite file waits for its turn."""


class DatabaseSettings(Struct, frozen=True, kw_only=True):
    """Which database, and how patiently."""

    url: str
    """`sqlite:///path` or `postgresql://user:password@host/database`."""
    busy_ms: int = 5_000
    """How long a statement waits for another writer of the SQLite file, in milliseconds."""


class DatabaseUrlInvalid(ValueError):
    """The database's URL cannot be used; the text says why in one sentence, without the password."""


class Database(Struct, frozen=True, kw_only=True):
    """An open database."""

    engine: AsyncEngine
    writer: AsyncEngine
    """On SQLite an engine with one connection: writers wait for it in turn, as SQLite's own lock is not fair."""
    reading: Sessions
    """For transactions that only read: they never wait for a writer."""
    writing: Sessions
    """For transactions that write; on SQLite they queue for the write lock from their first statement.

    Wrap one that may be cancelled in `undisturbed`, or use `write`.
    """

    async def write(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run `work` in one transaction and commit, or roll back when it raises; cancelling waits for the end."""

        async def transaction() -> T:
            async with self.writing() as session, session.begin():
                return await work(session)

        return await undisturbed(transaction())

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        await self.writer.dispose()


async def undisturbed(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of `work`; if we are cancelled meanwhile, let it end before we are.

    A transaction cut off between two statements leaves SQLite locked: the driver's thread goes on, and its
    cursor keeps the connection alive until the garbage collector comes by. Cancelled twice, we wait no longer.
    """
    # No TaskGroup: it would cancel `work` together with us. The local name keeps the task until its end.
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                task.cancel()
                raise
        if not task.cancelled():
            task.exception()  # marks it as seen: whoever cancels us does not want to know
        raise


def database_url(url: str) -> URL:
    """Return `url` with the asynchronous driver we use.

    Raises:
        DatabaseUrlInvalid: it is no URL, or of a database we do not know.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUrlInvalid(
            "the database url cannot be read; valid: sqlite:///path or postgresql://user:password@host/database"
        ) from None
    backend = parsed.drivername.partition("+")[0]
    driver = _DRIVERS.get(backend)
    if driver is None or parsed.drivername not in (backend, driver):
        raise DatabaseUrlInvalid(
            f"the database url {parsed.render_as_string()} has the scheme {parsed.drivername}; "
            "valid: sqlite:///path or postgresql://user:password@host/database"
        )
    return parsed.set(drivername=driver)


def open_database(settings: DatabaseSettings) -> Database:
    """Return the database of `settings`; connections are made when they are needed.

    Raises:
        DatabaseUrlInvalid: the URL cannot be used.
    """
    url = database_url(settings.url)
    if url.get_backend_name() == "sqlite":
        engine = _sqlite_engine(url, settings)
        writer = _sqlite_engine(url, settings, pool_size=1, max_overflow=0, pool_timeout=_TURN_SECONDS)
    else:
        engine = create_async_engine(
            url, pool_pre_ping=True, pool_size=10, max_overflow=10, pool_timeout=30, hide_parameters=True
        )
        writer = engine
    return Database(
        engine=engine,
        writer=writer,
        reading=async_sessionmaker(engine, expire_on_commit=False),
        writing=async_sessionmaker(writer.execution_options(**{_WRITING: True}), expire_on_commit=False),
    )


def _sqlite_engine(url: URL, settings: DatabaseSettings, **pool: int) -> AsyncEngine:
    """Return an engine whose transactions begin when SQLAlchemy says so, not at the first write."""
    if url.database and url.database != ":memory:":
        _closed_to_others(Path(url.database))
    # hide_parameters: what goes wrong is logged, and parameters are callers' numbers.
    engine = create_async_engine(url, connect_args={"timeout": settings.busy_ms / 1000}, hide_parameters=True, **pool)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # None: the driver opens no transaction by itself; savepoints would fail inside one it closed early.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {settings.busy_ms:d}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later would fail at once when another wrote in between.
        writing = connection.get_execution_options().get(_WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _closed_to_others(path: Path) -> None:
    """Make the file before SQLite does, for its owner's eyes only; SQLite gives -wal and -shm the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


async def migrate(settings: DatabaseSettings) -> None:
    """Bring the schema to the newest version; processes that migrate at the same time do it one after the other.

    Raises:
        DatabaseUrlInvalid: the URL cannot be used.
        sqlalchemy.exc.DBAPIError, OSError: the database cannot be reached or refuses.
    """
    database = open_database(settings)
    try:
        for attempt in range(1, _MIGRATION_TRIES + 1):
            try:
                await _upgrade(database)
                return
            except DBAPIError as error:
                # Two processes turning a new SQLite file to WAL meet a lock that no busy timeout waits for.
                if "database is locked" not in str(error.orig) or attempt == _MIGRATION_TRIES:
                    raise
                await asyncio.sleep(0.05 * attempt)
    finally:
        await database.close()


async def _upgrade(database: Database) -> None:
    engine = database.writer.execution_options(**{_WRITING: True})
    async with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        await connection.run_sync(run_alembic)


def run_alembic(connection: Connection, version: str = "head") -> None:
    """Bring the schema of the connection's database to a version, in its transaction."""
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, version)
