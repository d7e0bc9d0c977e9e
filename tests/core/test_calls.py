"""Queries over calls: the export, the counts, and a caller's earlier calls."""

import pytest
from sqlalchemy import insert

from acd.names import CallId, LossStage, Moment
from core import calls
from core.calls import (
    CallCounts,
    CallLine,
    Outcome,
    call_by_id,
    calls_of,
    calls_since,
    count_calls,
    count_calls_of,
    outcome_of,
)
from core.database import Database
from core.row_reading import column_values
from core.rows import call_row
from core.tables import Call
from tests.core.samples import (
    CITIZEN,
    NEIGHBOUR,
    NOON,
    answered,
    ended,
    lost,
    offered,
    opening,
    record,
    saving,
    written,
)


async def exported(database: Database, since: int = 0, until: int | None = None) -> list[CallLine]:
    async with database.reading() as session:
        end = None if until is None else Moment(until)
        return [line async for line in calls_since(session, Moment(since), end)]


async def test_an_exported_line_is_complete(database: Database) -> None:
    await written(database, opening("T1", "c1"), ended("c1", "T1"))
    assert await exported(database) == [
        CallLine(
            call_id="c1",
            node="jt1",
            number="12345",
            caller=CITIZEN,
            queue="general",
            offered_at=NOON,
            answered_at=NOON + 8_000,
            ended_at=NOON + 60_000,
            wait_ms=4_000,
            talk_ms=52_000,
            agent="6001",
            outcome=Outcome.ANSWERED,
            loss_stage=None,
            ticket_id="T1",
        )
    ]


async def test_a_merged_call_is_exported_with_the_ticket_it_was_put_to(database: Database) -> None:
    await written(
        database,
        opening("T1", "c1"),
        ended("c1", "T1"),
        opening("T2", "c2"),
        saving("c2", into="T1"),
        ended("c2", "T2"),
    )
    assert [line.ticket_id for line in await exported(database)] == ["T1", "T1"]


async def test_only_calls_with_a_known_outcome_are_exported(database: Database) -> None:
    await written(
        database,
        offered("ringing", offered_at=NOON + 1),
        answered("talking", "T2", offered_at=NOON + 2),
        offered("given_up", offered_at=NOON + 3, loss_stage=LossStage.SYSTEM),
        lost("gone", "T4", offered_at=NOON + 4),
    )
    assert [(line.call_id, line.outcome, line.ended_at) for line in await exported(database)] == [
        ("talking", "answered", None),
        ("given_up", "lost", None),
        ("gone", "lost", NOON + 20_000),
    ]


async def test_the_period_holds_its_beginning_and_not_its_end(database: Database) -> None:
    await written(database, *(lost(f"c{n}", f"T{n}", offered_at=NOON + n) for n in range(4)))
    found = await exported(database, NOON + 1, NOON + 3)
    assert [line.call_id for line in found] == ["c1", "c2"]


async def test_an_export_of_many_pages_is_complete_and_in_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "_PAGE", 7)
    # Many at the same moment, so that pages are cut inside one.
    await written(database, *(lost(f"c{n:03}", f"T{n}", offered_at=NOON + n % 3) for n in range(60)))
    found = [(line.offered_at, line.call_id) for line in await exported(database)]
    assert found == sorted(found)
    assert len(set(found)) == 60


async def test_a_long_export_is_read_page_by_page(database: Database) -> None:
    rows = [
        column_values(call_row(record(f"c{n:06}", offered_at=NOON + n // 5, loss_stage=LossStage.SYSTEM), None))
        for n in range(20_000)
    ]
    async with database.writing() as session, session.begin():
        await session.execute(insert(Call), rows)
    async with database.reading() as session:
        first = [line.call_id async for line in take(calls_since(session, NOON), 3)]
        assert first == ["c000000", "c000001", "c000002"]
        assert sum([1 async for _ in calls_since(session, NOON)]) == 20_000


async def take(lines, number: int):  # type: ignore[no-untyped-def]
    async for line in lines:
        if number == 0:
            return
        number -= 1
        yield line


async def test_counts_add_up(database: Database) -> None:
    await written(
        database,
        offered("c1"),
        answered("c2", "T2"),
        ended("c3", "T3"),
        lost("c4", "T4"),
        lost("c5", "T5", offered_at=NOON - 1),
    )
    async with database.reading() as session:
        counts = await count_calls(session, NOON, Moment(NOON + 1))
        nothing = await count_calls(session, Moment(0), Moment(1))
    assert counts == CallCounts(offered=4, answered=2, lost=1, in_progress=1)
    assert nothing == CallCounts(offered=0, answered=0, lost=0, in_progress=0)


async def test_a_callers_calls_come_newest_first_in_any_spelling(database: Database) -> None:
    await written(
        database,
        *(lost(f"c{n}", f"T{n}", offered_at=NOON + n, caller=f"+86{CITIZEN}" if n % 2 else CITIZEN) for n in range(5)),
        lost("n1", "TN", caller=NEIGHBOUR),
    )
    async with database.reading() as session:
        found = await calls_of(session, f"0{CITIZEN}", besides=CallId("c4"), limit=3)
        assert [row.call_id for row in found] == ["c3", "c2", "c1"]
        assert await count_calls_of(session, CITIZEN) == 5
        assert await count_calls_of(session, CITIZEN, besides=CallId("c4")) == 4


async def test_callers_without_a_number_have_no_history(database: Database) -> None:
    await written(database, lost("c1", "T1", caller="unknown"))
    async with database.reading() as session:
        assert await calls_of(session, "anonymous") == []
        assert await count_calls_of(session, "unknown") == 0


async def test_a_call_is_found_by_its_id(database: Database) -> None:
    await written(database, lost("c1", "T1"))
    async with database.reading() as session:
        found = await call_by_id(session, CallId("c1"))
        assert found is not None
        assert (found.loss_stage, found.ticket_id) == (LossStage.QUEUE_ABANDON, "T1")
        assert await call_by_id(session, CallId("c2")) is None


@pytest.mark.parametrize(
    ("answered_at", "loss_stage", "ended_at", "outcome"),
    [
        (NOON, None, None, Outcome.ANSWERED),
        (NOON, None, NOON, Outcome.ANSWERED),
        (None, LossStage.SYSTEM, None, Outcome.LOST),
        (None, None, NOON, Outcome.LOST),
        (None, None, None, Outcome.IN_PROGRESS),
    ],
)
def test_an_outcome_is_one_of_three(
    answered_at: Moment | None, loss_stage: LossStage | None, ended_at: Moment | None, outcome: Outcome
) -> None:
    assert outcome_of(answered_at, loss_stage, ended_at) is outcome
