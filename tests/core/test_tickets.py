"""Queries over tickets: open ones of a caller, history, steps."""

import pytest

from acd.names import CallId, TicketId
from core.database import Database
from core.lifecycle import EventKind, MoveRefused, Role, Stage, Step
from core.tickets import (
    NoSuchTicket,
    history,
    move_ticket,
    open_tickets_of,
    own_ticket_of_call,
    ticket_by_id,
    ticket_of_call,
)
from tests.core.samples import CITIZEN, NEIGHBOUR, NOON, answered, opening, saving, written

T1, T2 = TicketId("T1"), TicketId("T2")


async def test_a_callers_open_tickets_come_newest_first(database: Database) -> None:
    await written(
        database,
        opening("T1", "c1", at=1),
        opening("T2", "c2", at=2, caller=f"+86{CITIZEN}"),
        opening("T3", "c3", at=3),
        saving("c3", not_accepted="litigation"),
        opening("T4", "c4", at=4),
        saving("c4", into="T1"),
        opening("T5", "c5", at=5, caller=NEIGHBOUR),
        opening("T6", "c6", at=6),
    )
    async with database.reading() as session:
        found = await open_tickets_of(session, CITIZEN, besides=CallId("c6"))
        assert [row.ticket_id for row in found] == ["T2", "T1"]
        assert await open_tickets_of(session, "unknown") == []


async def test_a_call_has_its_own_ticket_and_the_one_it_was_put_to(database: Database) -> None:
    await written(database, opening("T1", "c1"), opening("T2", "c2"), answered("c2", "T2"), saving("c2", into="T1"))
    async with database.reading() as session:
        put_to = await ticket_of_call(session, CallId("c2"))
        own = await own_ticket_of_call(session, CallId("c2"))
        unrecorded = await ticket_of_call(session, CallId("c1"))
        assert put_to is not None and put_to.ticket_id == "T1"
        assert own is not None and own.ticket_id == "T2" and own.form is not None
        assert unrecorded is not None and unrecorded.ticket_id == "T1"
        assert await ticket_of_call(session, CallId("c9")) is None
        assert await own_ticket_of_call(session, CallId("c9")) is None


async def test_a_step_moves_the_ticket_and_stands_in_its_history(database: Database) -> None:
    await written(database, opening("T1", "c1"), saving("c1"))
    stage = await database.write(
        lambda session: move_ticket(
            session, T1, Step.DISPATCH, actor="s1", role=Role.SUPERVISOR, at=NOON, given={"unit": "城管局"}
        )
    )
    assert stage is Stage.DISPATCHED
    async with database.reading() as session:
        moved = await ticket_by_id(session, T1)
        assert moved is not None and (moved.stage, moved.updated_at) == (Stage.DISPATCHED, NOON)
        last = (await history(session, T1))[-1]
        assert (last.kind, last.actor, last.what) == (EventKind.MOVED, "s1", "dispatch unit=城管局")


async def test_a_refused_step_changes_nothing(database: Database) -> None:
    await written(database, opening("T1", "c1"))
    with pytest.raises(MoveRefused, match="rate does not leave stage accepted"):
        await database.write(
            lambda session: move_ticket(session, T1, Step.RATE, actor="s1", role=Role.AGENT, at=NOON, given={})
        )
    with pytest.raises(NoSuchTicket, match="T2"):
        await database.write(
            lambda session: move_ticket(session, T2, Step.RATE, actor="s1", role=Role.AGENT, at=NOON, given={})
        )
    async with database.reading() as session:
        assert [event.kind for event in await history(session, T1)] == [EventKind.OPENED]
        assert await ticket_by_id(session, T2) is None


async def test_a_moved_ticket_can_still_be_saved_and_keeps_its_stage(database: Database) -> None:
    await written(database, opening("T1", "c1"), saving("c1"))
    await database.write(
        lambda session: move_ticket(
            session, T1, Step.DISPATCH, actor="s1", role=Role.AGENT, at=NOON, given={"unit": "u"}
        )
    )
    await written(database, saving("c1", "更正"))
    async with database.reading() as session:
        saved = await ticket_by_id(session, T1)
        assert saved is not None and (saved.text, saved.stage) == ("更正", Stage.DISPATCHED)
