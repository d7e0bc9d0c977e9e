"""Effects become rows in journal order and exactly once, whatever happens in between."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import text

from acd.effects import CoreEffect
from core.database import Database, DatabaseSettings, migrate, open_database
from core.recorder import CoreQueue, Numbered, Recorder, count_rejects
from tests.core.conftest import Cluster
from tests.core.samples import (
    NEIGHBOUR,
    NOON,
    answered,
    ended,
    everything,
    lost,
    numbered,
    offered,
    opening,
    saving,
    written,
)

STORY: tuple[tuple[CoreEffect, ...], ...] = (
    (offered("c1"),),
    (opening("T1", "c1"), answered("c1", "T1")),
    (saving("c1", "路灯不亮", domain="public_service"),),
    (ended("c1", "T1"),),
    (offered("c2", caller="+86 138-0000-1111", offered_at=NOON + 90_000),),
    (answered("c2", "T2"), opening("T2", "c2", at=100_000)),
    (saving("c2", "还是不亮", into="T1"),),
    (ended("c2", "T2"),),
    (saving("c2", "整条街都不亮"),),
    (lost("c3", "T3", caller=NEIGHBOUR), opening("T3", "c3", missed=True, caller=NEIGHBOUR)),
    (answered("c3", "T3"),),
    (saving("stranger", "谁的工单"),),
    (ended("c4", "T4", agent=None),),
    (opening("T5", "c5"), ended("c5", "T5", wait_ms=1 << 70), offered("c6")),
    (saving("c5", into="T9"),),
)
"""Effects by sequence number: a plain call, a repeat call, a lost one, and four that cannot be written."""
BATCH: list[Numbered] = [(seq, effect) for seq, group in enumerate(STORY, start=1) for effect in group]


async def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    async with database.reading() as session:
        return await everything(session)


async def test_a_story_is_written_whole(database: Database) -> None:
    recorder = Recorder(database.writing)
    await recorder.apply(BATCH)
    found = await rows(database)
    calls = {row[0]: row for row in found["calls"]}
    assert {name: row[-1] for name, row in calls.items()} == {
        "c1": "T1",
        "c2": "T1",
        "c3": "T3",
        "c6": None,
    }
    assert [row[0] for row in found["tickets"]] == ["T1", "T2", "T3", "T5"]
    assert [row[0] for row in found["recorder_rejects"]] == [12, 13, 14]
    assert "call stranger has no ticket" in str(found["recorder_rejects"][0])
    assert await recorder.position() == len(STORY)
    assert (recorder.state.rejected, recorder.state.written) == (3, len(BATCH))


ATTEMPT = st.tuples(st.integers(0, 5), st.integers(1, 9), st.none() | st.integers(0, 40))
"""How many numbers are sent again, how many are new, and after how many steps of the event loop we die."""


@examples(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attempts=st.lists(ATTEMPT, max_size=10))
async def test_any_splits_and_crashes_give_the_same_rows(
    attempts: list[tuple[int, int, int | None]], database: Database
) -> None:
    await forget_all(database)
    await Recorder(database.writing).apply(BATCH)
    whole = await rows(database)
    await forget_all(database)
    for again, new, dies_after in attempts:
        recorder = Recorder(database.writing)
        done = await recorder.position()
        part = [item for item in BATCH if done - again < item[0] <= done + new]
        if dies_after is None:
            await recorder.apply(part)
        else:
            await apply_and_die(recorder, part, dies_after)
    await Recorder(database.writing).apply(BATCH)
    assert await rows(database) == whole


async def apply_and_die(recorder: Recorder, part: Sequence[Numbered], after: int) -> None:
    """Apply, but die in the middle, after so many steps of the event loop."""

    async def watch(task: asyncio.Task[None]) -> None:
        for _ in range(after):
            await asyncio.sleep(0)
        task.cancel()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(recorder.apply(part))
        group.create_task(watch(task))


async def forget_all(database: Database) -> None:
    async with database.writing() as session, session.begin():
        for table in ("calls", "ticket_events", "tickets", "recorder_rejects"):
            await session.execute(text(f"DELETE FROM {table}"))
        await session.execute(text("UPDATE recorder_position SET last_seq = 0"))


async def test_two_recorders_with_the_same_batches_write_once(database: Database, settings: DatabaseSettings) -> None:
    await Recorder(database.writing).apply(BATCH)
    whole = await rows(database)
    await forget_all(database)
    other = open_database(settings)
    first, second = Recorder(database.writing), Recorder(other.writing)
    for start in range(1, len(STORY) + 1, 3):
        part = [item for item in BATCH if start <= item[0] < start + 3]
        await asyncio.gather(first.apply(part), second.apply(part))
    await other.close()
    assert await rows(database) == whole
    assert first.state.written + second.state.written == len(BATCH)


async def test_an_error_in_the_middle_writes_nothing(database: Database) -> None:
    async with database.writing() as session, session.begin():
        await session.execute(text("ALTER TABLE ticket_events RENAME TO hidden"))
    recorder = Recorder(database.writing)
    with pytest.raises(Exception, match="ticket_events"):
        await recorder.apply(BATCH)
    async with database.writing() as session, session.begin():
        await session.execute(text("ALTER TABLE hidden RENAME TO ticket_events"))
    found = await rows(database)
    assert (await recorder.position(), found["calls"], found["tickets"]) == (0, [], [])


async def test_what_the_database_alone_refuses_is_set_aside_and_the_rest_written(database: Database) -> None:
    good = [(opening(f"T{n}", f"c{n}"), ended(f"c{n}", f"T{n}")) for n in range(40)]
    bad = offered("bad", offered_at=1 << 70)
    effects = [effect for pair in good[:17] for effect in pair]
    effects += [bad, *(effect for pair in good[17:] for effect in pair)]
    recorder = await written(database, *effects)
    found = await rows(database)
    assert (len(found["calls"]), len(found["recorder_rejects"])) == (40, 1)
    assert (found["recorder_rejects"][0][0], recorder.state.rejected) == (35, 1)
    async with database.reading() as session:
        assert await count_rejects(session) == 1


async def test_the_queue_is_written_to_its_end(database: Database) -> None:
    queue: CoreQueue = asyncio.Queue()
    recorder = Recorder(database.writing, batch=4)
    for item in (*BATCH, None):
        queue.put_nowait(item)
    await recorder.run(queue)
    assert (recorder.state.position, recorder.state.backlog) == (len(STORY), 0)


async def test_a_sequence_number_is_never_cut(database: Database) -> None:
    queue: CoreQueue = asyncio.Queue()
    group = [(7, opening("T1", "c1")), (7, answered("c1", "T1")), (7, saving("c1"))]
    for item in (*group, (8, ended("c1", "T1")), None):
        queue.put_nowait(item)
    recorder = Recorder(database.writing, batch=1)
    await recorder.run(queue)
    found = await rows(database)
    assert (len(found["ticket_events"]), recorder.state.position, recorder.state.rejected) == (2, 8, 0)


async def test_an_empty_queue_ends_too(database: Database) -> None:
    queue: CoreQueue = asyncio.Queue()
    queue.put_nowait(None)
    await Recorder(database.writing).run(queue)


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
    assert (recorder.state.position, recorder.state.rejected) == (len(STORY), 3)


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
    assert (recorder.state.position, recorder.state.failures, recorder.state.rejected) == (len(STORY), 0, 3)
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


async def test_an_empty_batch_is_nothing(database: Database) -> None:
    recorder = Recorder(database.writing)
    await recorder.apply([])
    assert await recorder.position() == 0


async def test_effects_up_to_the_position_are_skipped(database: Database) -> None:
    recorder = Recorder(database.writing)
    await recorder.apply(numbered(opening("T1", "c1"), answered("c1", "T1")))
    await recorder.apply(numbered(opening("T7", "c7"), answered("c7", "T7"), ended("c1", "T1")))
    found = await rows(database)
    assert [row[0] for row in found["tickets"]] == ["T1"]
    assert recorder.state.position == 3
