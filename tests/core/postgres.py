"""A PostgreSQL of the tests' own, on a socket in a short temporary directory."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest


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


@contextmanager
def private_postgres() -> Iterator[Cluster]:
    """Run a PostgreSQL of our own, without promises about power cuts; skip the test where there is none."""
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
