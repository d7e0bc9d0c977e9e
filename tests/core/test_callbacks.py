"""Call backs: who is owed one since when and why, and what settles it."""

from sqlalchemy import event

from acd.names import CallId, TicketId
from core.callbacks import callbacks_owed, note_called_back
from core.database import Database
from core.lifecycle import Callback, EventKind, Stage
from core.tables import RecorderPosition, Ticket
from core.tickets import callback_due_at, history, ticket_by_id
from tests.core.samples import CITIZEN, NEIGHBOUR, NOON, ended, lost, opening, ringing_back, saving, written

T1 = TicketId("T1")


async def test_missed_calls_are_rung_back_the_longest_waiting_first(database: Database) -> None:
    await written(
        database,
        opening("T2", "c2", missed=True, at=2),
        opening("T1", "c1", missed=True, at=1),
        opening("T3", "c3", missed=True, caller="unknown"),
        opening("T4", "c4"),
        lost("c1", "T1"),
    )
    async with database.reading() as session:
        assert [row.ticket_id for row in await callbacks_owed(session)] == ["T1", "T2"]
        assert [row.ticket_id for row in await callbacks_owed(session, limit=1)] == ["T1"]
    assert await database.write(lambda session: note_called_back(session, T1, actor="6001", at=NOON))
    assert not await database.write(lambda session: note_called_back(session, T1, actor="6001", at=NOON))
    async with database.reading() as session:
        assert [row.ticket_id for row in await callbacks_owed(session)] == ["T2"]
        called = await ticket_by_id(session, T1)
        assert called is not None and called.callback is Callback.DONE
        assert [event.kind for event in await history(session, T1)] == [EventKind.OPENED, EventKind.CALLED_BACK]


async def test_who_was_left_waiting_again_stands_among_them_since_then_with_the_form_and_closed_or_not(
    database: Database,
) -> None:
    await written(
        database,
        opening("T1", "c1", at=1),
        saving("c1", "路灯不亮"),
        opening("T2", "c2", missed=True, at=50_000, caller=NEIGHBOUR),
        ended("c1", "T1"),
        ringing_back("c1", 60_000),
        opening("T3", "c3", at=2),
        saving("c3", not_accepted="litigation"),
        ended("c3", "T3"),
        ringing_back("c3", 55_000),
    )
    async with database.reading() as session:
        found = await callbacks_owed(session)
        assert [(row.ticket_id, row.stage, row.since - NOON, row.after_talk) for row in found] == [
            ("T2", Stage.ACCEPTED, 50_000, False),
            ("T3", Stage.CLOSED, 55_000, True),
            ("T1", Stage.ACCEPTED, 60_000, True),
        ]
        assert [(row.caller, row.number) for row in found] == [
            (NEIGHBOUR, "12345"),
            (CITIZEN, "12345"),
            (CITIZEN, "12345"),
        ]
        assert await callback_due_at(session, CallId("c1")) == NOON + 60_000
        assert await callback_due_at(session, CallId("c2")) is None
    for ticket in (TicketId("T3"), T1):
        assert await database.write(lambda session, of=ticket: note_called_back(session, of, actor="6001", at=NOON))
    async with database.reading() as session:
        assert [row.ticket_id for row in await callbacks_owed(session)] == ["T2"]
        assert [(one.kind, one.actor, one.what) for one in (await history(session, T1))[-2:]] == [
            (EventKind.CALLBACK_DUE, "system", "c1"),
            (EventKind.CALLED_BACK, "6001", ""),
        ]


async def test_the_recorder_waits_while_a_call_back_is_noted(database: Database) -> None:
    """It writes whole tickets: one it had read before would owe the call back again."""
    await written(database, opening("T1", "c1", missed=True))
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.writer.sync_engine, "before_cursor_execute", note)
    assert await database.write(lambda session: note_called_back(session, T1, actor="6001", at=NOON))
    first, second, *_ = (one for one in statements if not one.startswith("BEGIN"))
    assert first.startswith(f"UPDATE {RecorderPosition.__tablename__} ")
    assert second.startswith(f"UPDATE {Ticket.__tablename__} ")
