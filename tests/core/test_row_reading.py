"""What is written comes back as the same value, enumerations and flags included."""

from sqlalchemy import insert, true

from core.database import Database
from core.lifecycle import Callback, Stage
from core.row_reading import call_rows, column_values, columns_of, ticket_rows
from core.rows import call_row
from core.tables import Call, Ticket
from tests.core.samples import opening, record, saving, written


async def test_a_call_comes_back_as_it_was(database: Database) -> None:
    row = call_row(record("c1", loss_stage="SYSTEM", ended_by=None, rings=3), None)
    await database.write(lambda session: session.execute(insert(Call), [column_values(row)]))
    async with database.reading() as session:
        assert await call_rows(session, true()) == [row]


async def test_a_ticket_comes_back_as_it_was(database: Database) -> None:
    await written(database, opening("T1", "c1", missed=True), saving("c1", "路灯不亮😀", urgent=True))
    async with database.reading() as session:
        (row,) = await ticket_rows(session, true())
    assert (row.urgent, row.confidential, row.missed, row.text) == (True, False, True, "路灯不亮😀")
    assert (row.stage, row.callback) == (Stage.ACCEPTED, Callback.DUE)
    assert isinstance(row.stage, Stage) and row.urgent is True


def test_columns_are_the_tables() -> None:
    assert [column.name for column in columns_of(Ticket)][0] == "ticket_id"
