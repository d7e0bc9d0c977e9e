"""Effects become rows in journal order and exactly once, whatever happens in between."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import event, text

from acd.effects import WriteAccess
from core.database import Database, DatabaseSettings, open_database
from core.ledger import entries
from core.recorder import CoreQueue, Numbered, Recorder, as_json, count_rejects
from core.tables import Call
from tests.core.samples import BATCH, NOON, STORY, answered, ended, numbered, offered, opening, rows, saving, written


async def test_a_story_is_written_whole(database: Database) -> None:
    recorder = Recorder(database.writing)
    await recorder.apply(BATCH)
    found = await rows(database)
    calls = {row[0]: row for row in found["calls"]}
    place = [column.name for column in Call.__table__.columns].index("ticket_id")
    assert {name: row[place] for name, row in calls.items()} == {
        "c1": "T1",
        "c2": "T1",
        "c3": "T3",
        "c6": None,
        "c7": "T1",
        "c8": "T1",
        "c9": "T9",
    }
    assert [row[0] for row in found["tickets"]] == ["T1", "T2", "T3", "T5", "T7", "T8", "T9"]
    assert [row[:2] for row in found["call_segments"]] == [("c7", 1), ("c7", 2), ("c7", 3)]
    assert [row[:2] for row in found["call_transfers"]] == [("c7", 1)]
    assert [row[0] for row in found["recorder_rejects"]] == [12, 13, 14, 26]
    assert "call stranger has no ticket" in str(found["recorder_rejects"][0])
    assert await recorder.position() == len(STORY)
    assert (recorder.state.rejected, recorder.state.written) == (4, len(BATCH))


async def test_who_was_on_whose_call_stands_in_the_ledger_once(database: Database) -> None:
    noted = WriteAccess(at=NOON, actor="zhang", action="monitor", subject="c1", detail="6241 -> 6001")
    batch = numbered(offered("c1"), noted, opening("T1", "c1"))
    for _ in range(2):
        await Recorder(database.writing).apply(batch)
    async with database.reading() as session:
        lines = await entries(session)
    assert [(one.at, one.actor, one.role, one.action, one.subject, one.detail) for one in lines] == [
        (NOON, "zhang", "supervisor", "monitor", "c1", "6241 -> 6001")
    ]
    assert [row[0] for row in (await rows(database))["tickets"]] == ["T1"]


async def test_a_batch_is_few_statements_whichever_columns_are_empty(database: Database) -> None:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(database.writer.sync_engine, "before_cursor_execute", note)
    opened = [effect for number in range(50) for effect in (offered(f"m{number}"), opening(f"M{number}", f"m{number}"))]
    await Recorder(database.writing).apply(numbered(*opened, answered("m1", "M1"), ended("m2", "M2")))
    for table in ("calls", "tickets", "ticket_events"):
        assert sum(one.startswith(f"INSERT INTO {table} ") for one in said) == 1


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


def test_any_effect_can_be_written_down() -> None:
    assert '"type":"SaveTicket"' in as_json(saving("c1"))
    assert "SaveTicket" in as_json(saving("c1", "\ud800"))
    assert "WriteCall" in as_json(offered("c1", wait_ms=1 << 70))


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
