"""A batch reads and writes few statements, and leaves no row behind that a call no longer has."""

from typing import Any

from sqlalchemy import event

from acd.effects import CoreEffect
from acd.names import LegId
from core.database import Database
from core.recorder import Recorder
from tests.core.samples import (
    answered,
    ended,
    handed_on,
    lost,
    numbered,
    offered,
    opening,
    rows,
    saving,
    segment,
    transfer,
    written,
)


async def said_while_writing(database: Database, *effects: CoreEffect) -> list[str]:
    """Write effects as one batch and return the statements, cut to their verb and table."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(" ".join(statement.split()))

    event.listen(database.writer.sync_engine, "before_cursor_execute", note)
    await Recorder(database.writing).apply(numbered(*effects))
    event.remove(database.writer.sync_engine, "before_cursor_execute", note)
    return said


async def test_calls_without_transfers_cost_nothing_for_them(database: Database) -> None:
    said = await said_while_writing(database, offered("c1"), lost("c2", "T2"), offered("c3"))
    assert not [one for one in said if "call_segments" in one or "call_transfers" in one]
    talked = (segment("a", 8_000, 60_000),)
    said = await said_while_writing(database, opening("T1", "c1"), *(ended("c1", "T1", segments=talked) for _ in "ab"))
    assert not [one for one in said if "call_transfers" in one]


async def test_any_number_of_calls_is_written_by_one_statement_a_table(database: Database) -> None:
    effects = [one for n in range(30) for one in (opening(f"T{n}", f"c{n}"), handed_on(f"c{n}", f"T{n}"))]
    said = await said_while_writing(database, *effects)
    for table in ("call_segments", "call_transfers", "calls", "ticket_events"):
        assert sum(one.startswith(f"INSERT INTO {table} ") for one in said) == 1, table
    assert not [one for one in said if one.startswith("DELETE")]


async def test_a_record_with_fewer_rows_leaves_no_stale_one(database: Database) -> None:
    more = (segment("a", 8_000, 20_000), segment("a", 21_000, 22_000), segment("b", 21_000, 22_000))
    two = (transfer("c1"), transfer("c1", 2))
    await written(database, opening("T1", "c1"), answered("c1", "T1", segments=more, transfers=two))
    await written(database, opening("T2", "c2"), answered("c2", "T2", segments=more, transfers=two))
    await written(database, answered("c1", "T1", segments=more[:1], transfers=two[:1]))
    found = await rows(database)
    assert [row[:2] for row in found["call_segments"]] == [("c1", 1), ("c2", 1), ("c2", 2), ("c2", 3)]
    assert [row[:2] for row in found["call_transfers"]] == [("c1", 1), ("c2", 1), ("c2", 2)]
    await written(database, ended("c1", "T1"))
    assert [row[0] for row in (await rows(database))["call_segments"]] == ["c2", "c2", "c2"]
    assert [row[0] for row in (await rows(database))["call_transfers"]] == ["c2", "c2"]


async def test_a_later_record_replaces_what_an_earlier_one_said(database: Database) -> None:
    await written(database, opening("T1", "c1"), answered("c1", "T1", segments=(segment("a", 8_000, None),)))
    await written(database, handed_on("c1", "T1"), handed_on("c1", "T1"))
    found = await rows(database)
    assert [row[2] for row in found["call_segments"]] == ["c1-agent", "c1-agent", "c1-t1"]
    assert [row[5] for row in found["call_transfers"]] == [LegId("c1-t1")]


async def test_a_record_that_comes_too_late_changes_no_rows(database: Database) -> None:
    await written(database, opening("T1", "c1"), handed_on("c1", "T1"))
    before = await rows(database)
    await written(database, answered("c1", "T1", segments=(segment("a", 8_000, None),)))
    assert await rows(database) == before


async def test_transfers_of_calls_that_go_along_with_a_merge_are_read(database: Database) -> None:
    await written(database, opening("T0", "c0"), ended("c0", "T0"))
    await written(database, opening("T1", "c1"), handed_on("c1", "T1"), opening("T2", "c2"), answered("c2", "T2"))
    await written(database, saving("c2", into="T1"))
    await written(database, saving("c1", into="T0"))
    told = [row for row in (await rows(database))["ticket_events"] if row[3] == "transferred"]
    assert [row[0] for row in told] == ["T1", "T0"]
