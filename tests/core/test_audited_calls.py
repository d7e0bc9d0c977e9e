"""The queries of an audit: every field, the tickets beside it, any number of calls, and tickets without a call."""

from typing import Any

import pytest
from sqlalchemy import event

from acd.names import CallId, LossStage, Moment, TicketId
from core import audited_calls as module
from core.audited_calls import AuditedCall, audited_calls, tickets_without_call
from core.database import Database
from tests.core.samples import NOON, answered, ended, handed_on, lost, opening, saving, segment, written


async def audited(database: Database, since: int = 0, until: int = 1 << 50) -> list[AuditedCall]:
    async with database.reading() as session:
        return [call async for call in audited_calls(session, Moment(since), Moment(until))]


async def test_a_call_with_its_ticket(database: Database) -> None:
    await written(database, opening("T1", "c1"), ended("c1", "T1"))
    (call,) = await audited(database)
    assert (call.call_id, call.ticket_id, call.own_ticket, call.merged_into) == ("c1", "T1", "T1", None)
    assert (call.offered_at, call.answered_at, call.ended_at) == (NOON, NOON + 8_000, NOON + 60_000)
    assert (call.wait_ms, call.talk_ms, call.rings, call.agent) == (4_000, 52_000, 1, "6001")


async def test_a_lost_call_has_its_stage(database: Database) -> None:
    await written(database, lost("c3", "T3"), opening("T3", "c3", missed=True))
    (call,) = await audited(database)
    assert (call.loss_stage, call.loss_cause, call.own_ticket) == (LossStage.QUEUE_ABANDON, "", "T3")


async def test_a_call_put_to_an_earlier_ticket_shows_both(database: Database) -> None:
    await written(database, opening("T1", "c1"), ended("c1", "T1"), answered("c2", "T2"), opening("T2", "c2"))
    await written(database, saving("c2", into="T1"))
    call = {one.call_id: one for one in await audited(database)}[CallId("c2")]
    assert (call.ticket_id, call.own_ticket, call.merged_into) == ("T1", "T2", "T1")


async def test_only_calls_offered_in_the_time_by_time(database: Database) -> None:
    moments = {"c1": NOON + 20, "c2": NOON, "c3": NOON + 10, "c4": NOON + 30}
    for number, (call, at) in enumerate(moments.items()):
        await written(database, opening(f"T{number}", call), ended(call, f"T{number}", offered_at=at))
    assert [call.call_id for call in await audited(database, NOON, NOON + 30)] == ["c2", "c3", "c1"]


async def test_any_number_of_calls_is_read_page_by_page(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAGE", 2)
    for number in range(5):
        await written(database, opening(f"T{number}", f"c{number}"), ended(f"c{number}", f"T{number}"))
    assert [call.call_id for call in await audited(database)] == [f"c{number}" for number in range(5)]


async def test_a_ticket_whose_call_is_unknown_is_found(database: Database) -> None:
    await written(database, opening("T1", "c1"), ended("c1", "T1"), opening("T2", "stranger", at=10_000))
    async with database.reading() as session:
        found = await tickets_without_call(session, NOON, Moment(NOON + 60_000))
        earlier = await tickets_without_call(session, Moment(0), NOON)
    assert found == [(TicketId("T2"), CallId("stranger"))]
    assert earlier == []


async def test_a_call_that_was_handed_on_comes_with_its_segments(database: Database) -> None:
    plain = (segment("c2-agent", 8_000, 60_000),)
    back = (segment("c3-a", 8_000, 9_000), segment("c3-b", 20_000, 60_000))
    await written(
        database,
        *(opening(f"T{n}", f"c{n}") for n in (1, 2, 3)),
        handed_on("c1", "T1", consult_ms=5),
        ended("c2", "T2", segments=plain),
        ended("c3", "T3", segments=back),
    )
    calls = {call.call_id: call for call in await audited(database)}
    handed, one, returned = (calls[CallId(name)] for name in ("c1", "c2", "c3"))
    assert (handed.consult_ms, handed.conference_ms, handed.transfers, handed.segments) == (5, 16_000, 1, 3)
    assert [row.leg for row in handed.on_line] == ["c1-agent", "c1-agent", "c1-t1"]
    assert (one.segments, one.on_line) == (1, ()), "its own times say the same"
    assert [row.leg for row in returned.on_line] == ["c3-a", "c3-b"]


async def test_calls_without_transfers_cost_no_statement_for_segments(database: Database) -> None:
    await written(database, opening("T1", "c1"), ended("c1", "T1", segments=(segment("a", 8_000, 60_000),)))
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    assert len(await audited(database)) == 1
    assert not [one for one in said if "call_segments" in one]
