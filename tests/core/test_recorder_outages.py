"""While the database cannot be written the recorder waits in order; killed, it is taken up where it was."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from core.database import Database, DatabaseSettings, migrate, open_database
from core.recorder import CoreQueue, Recorder
from tests.core.conftest import Cluster
from tests.core.samples import BATCH, STORY, ended, opening, rows


async def test_while_nothing_can_be_written_everything_waits_in_order(database: Database) -> None:
    recorder = Recorder(database.writing, first_pause=0.01, longest_pause=0.02)
    queue: CoreQueue = asyncio.Queue()
    await rename(database, "ticket_events", "hidden")
    async with asyncio.TaskGroup() as group:
        group.create_task(recorder.run(queue))
        for item in BATCH:
            queue.put_nowait(item)
        await until(lambda: recorder.state.failures >= 2)
        assert (recorder.state.backlog, recorder.state.written) == (len(BATCH), 0)
        assert "ticket_events" in str(recorder.state.last_error)
        await rename(database, "hidden", "ticket_events")
        await until(lambda: recorder.state.position == len(STORY))
        await until(lambda: recorder.state.backlog == 0)
        assert (recorder.state.failures, recorder.state.last_error) == (0, None)
        queue.put_nowait(None)


async def rename(database: Database, table: str, to: str) -> None:
    async with database.writing() as session, session.begin():
        await session.execute(text(f"ALTER TABLE {table} RENAME TO {to}"))


async def test_a_lock_is_waited_out(database: Database, settings: DatabaseSettings) -> None:
    impatient = open_database(DatabaseSettings(url=settings.url, busy_ms=10))
    recorder = Recorder(impatient.writing, first_pause=0.01, longest_pause=0.02)
    queue: CoreQueue = asyncio.Queue()
    for item in (*BATCH, None):
        queue.put_nowait(item)
    async with asyncio.TaskGroup() as group, database.writing() as blocker, blocker.begin():
        await blocker.execute(text("UPDATE recorder_position SET last_seq = last_seq"))
        group.create_task(recorder.run(queue))
        await until(lambda: queue.empty())
        if "sqlite" in settings.url:
            await until(lambda: recorder.state.failures >= 2)
            assert "locked" in str(recorder.state.last_error)
        assert recorder.state.position == 0
    await impatient.close()
    assert (recorder.state.position, recorder.state.last_error) == (len(STORY), None)


async def test_a_connection_that_breaks_is_replaced(database: Database, settings: DatabaseSettings) -> None:
    if "sqlite" in settings.url:
        pytest.skip("SQLite has no connection that could break")
    recorder = Recorder(database.writing, first_pause=0.01)
    queue: CoreQueue = asyncio.Queue()
    for item in (*BATCH, None):
        queue.put_nowait(item)
    async with asyncio.TaskGroup() as group, database.writing() as blocker, blocker.begin():
        await blocker.execute(text("UPDATE recorder_position SET last_seq = last_seq"))
        group.create_task(recorder.run(queue))
        waiting = text(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        async with asyncio.timeout(10), database.reading() as killer:
            while not await killer.scalar(waiting):
                await killer.rollback()
        await until(lambda: recorder.state.failures >= 1)
    assert (recorder.state.position, recorder.state.rejected) == (len(STORY), 4)


@pytest.mark.postgres
async def test_a_server_that_goes_and_comes_back_loses_nothing(cluster: Cluster) -> None:
    settings = DatabaseSettings(url=cluster.new_database())
    await migrate(settings)
    database = open_database(settings)
    recorder = Recorder(database.writing, first_pause=0.01, longest_pause=0.1)
    queue: CoreQueue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(recorder.run(queue))
        for item in BATCH[:3]:
            queue.put_nowait(item)
        await until(lambda: recorder.state.position == 2)
        await asyncio.to_thread(cluster.stop)
        for item in (*BATCH[3:], None):
            queue.put_nowait(item)
        await until(lambda: recorder.state.failures >= 2)
        await asyncio.to_thread(cluster.start)
    assert (recorder.state.position, recorder.state.failures, recorder.state.rejected) == (len(STORY), 0, 4)
    await database.close()


def test_a_killed_recorder_is_taken_up_where_it_was(tmp_path: Path) -> None:
    """A process writes number after number and is killed in the middle; what it wrote is whole, and goes on."""
    url = f"sqlite:///{tmp_path}/a.sqlite"
    code = (
        "import asyncio, sys\n"
        "from core.database import *; from core.recorder import *; from tests.core.samples import *\n"
        "async def main():\n"
        "    settings = DatabaseSettings(url=sys.argv[1]); await migrate(settings)\n"
        "    recorder = Recorder(open_database(settings).writing)\n"
        "    for n in range(1, 100_000):\n"
        "        await recorder.apply([(n, opening(f'T{n}', f'c{n}')), (n, ended(f'c{n}', f'T{n}'))])\n"
        "        print(n, flush=True)\n"
        "asyncio.run(main())"
    )
    command = [sys.executable, "-c", code, url]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = 0
        for line in process.stdout:
            told = int(line)
            if told == 40:
                break
        process.kill()
        told = max([told, *(int(line) for line in process.stdout if line.strip().isdigit())])

    async def look() -> tuple[int, int, int]:
        database = open_database(DatabaseSettings(url=url))
        recorder = Recorder(database.writing)
        pairs = [(n, (opening(f"T{n}", f"c{n}"), ended(f"c{n}", f"T{n}"))) for n in range(1, 1_000)]
        await recorder.apply([(n, effect) for n, pair in pairs for effect in pair])
        found = await rows(database)
        await database.close()
        return recorder.state.written, len(found["calls"]), len(found["ticket_events"])

    fresh, calls, events = asyncio.run(look())
    assert fresh <= 2 * (999 - told)
    assert (calls, events) == (999, 999)


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for a condition, and no longer than `seconds`."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - the recorder shows its state and announces nothing
            await asyncio.sleep(0.005)
