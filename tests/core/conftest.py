"""Databases for the tests of the ticket core: SQLite files, and databases of a private PostgreSQL."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from core.database import Database, DatabaseSettings, migrate, open_database
from core.tables import Base


@dataclass
class Cluster:
    """A running PostgreSQL that listens on a socket in `folder` only."""

    folder: Path
    binaries: Path
    names: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """Return the URL of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, not as root: it refuses that."""
        prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*prefix, str(self.binaries / program), *arguments]
        # Its own log file, and no pipes: the server would hold them open.
        with (self.folder / "programs.log").open("a") as output:
            subprocess.run(
                command,
                check=True,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=120,
            )

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        quick = "-c fsync=off -c full_page_writes=off -c max_connections=60"
        options = f"-c listen_addresses='' {quick} -k {self.folder}"
        log = str(self.folder / "server.log")
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Stop the server as a power cut would."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def new_database(self) -> str:
        """Return the URL of a new database."""
        name = f"t{next(self.names)}"
        self.run("createdb", "-h", str(self.folder), "-U", "postgres", "-T", "template0", "-E", "UTF8", name)
        return self.url(name)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private PostgreSQL for the whole run, without promises about power cuts."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.skip("no PostgreSQL under /usr/lib/postgresql; apt-get install postgresql")
    # Short: a socket's path has a limit.
    folder = Path(tempfile.mkdtemp(prefix="jtpg"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    server = Cluster(folder=folder, binaries=found[-1].parent)
    data = str(folder / "data")
    try:
        server.run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
