"""Databases for the tests of the ticket core: SQLite files, and databases of a private PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from core.database import Database, DatabaseSettings, migrate, open_database
from core.tables import Base
from tests.core.postgres import Cluster, private_postgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private PostgreSQL for the whole run."""
    with private_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database a test runs on; the test runs on each."""
    kind: str = request.param
    return kind


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path}/core.sqlite"
    server: Cluster = request.getfixturevalue("cluster")
    return server.new_database()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest schema, made by the migrations; to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "core.sqlite"
    asyncio.run(migrate(DatabaseSettings(url=f"sqlite:///{path}")))
    return path


@pytest.fixture(scope="session")
def migrated_database(cluster: Cluster) -> str:
    """The URL of a PostgreSQL database with the newest schema, made by the migrations; to be emptied."""
    url = cluster.new_database()
    asyncio.run(migrate(DatabaseSettings(url=url)))
    return url


@pytest.fixture
def settings(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> DatabaseSettings:
    """A database with the newest schema and nothing in it."""
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "core.sqlite")
        return DatabaseSettings(url=f"sqlite:///{tmp_path}/core.sqlite", busy_ms=1_000)
    settings = DatabaseSettings(url=request.getfixturevalue("migrated_database"))
    asyncio.run(_empty(settings))
    return settings


async def _empty(settings: DatabaseSettings) -> None:
    tables = ", ".join(name for name in Base.metadata.tables if name != "recorder_position")
    database = open_database(settings)
    async with database.writing() as session, session.begin():
        # The ledger refuses to be emptied; only who owns the database can go round its trigger.
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        await session.execute(text("UPDATE recorder_position SET last_seq = 0"))
    await database.close()


@pytest.fixture
async def database(settings: DatabaseSettings) -> AsyncIterator[Database]:
    """An open database with the newest schema."""
    opened = open_database(settings)
    yield opened
    await opened.close()


@pytest.fixture
def hasher() -> PasswordHasher:
    """argon2 with the least work: these passwords keep nobody out."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
