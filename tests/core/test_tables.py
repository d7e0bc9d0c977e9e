"""What the tables promise whatever the database: nothing is loaded unasked, and every enumeration is checked."""

from enum import StrEnum

import pytest
from sqlalchemy import CheckConstraint

from acd.names import LossStage, Party, RingResult
from acd.transfer import TransferMode
from core.lifecycle import Callback, EventKind, Stage
from core.tables import USER_ROLES, Base, Call, CallTransfer, Ticket, TicketEvent, User


def test_nothing_is_loaded_unasked() -> None:
    lazy = {str(one): one.lazy for mapper in Base.registry.mappers for one in mapper.relationships}
    assert lazy
    assert set(lazy.values()) == {"raise"}


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        (Call, "loss_stage", LossStage),
        (Call, "ended_by", Party),
        (Ticket, "stage", Stage),
        (Ticket, "callback", Callback),
        (TicketEvent, "kind", EventKind),
        (User, "role", USER_ROLES),
        (CallTransfer, "mode", TransferMode),
        (CallTransfer, "result", RingResult),
    ],
)
def test_every_member_of_an_enumeration_is_allowed(table: type[Base], column: str, values: type[StrEnum]) -> None:
    rules = [str(rule.sqltext) for rule in table.__table__.constraints if isinstance(rule, CheckConstraint)]
    (rule,) = [rule for rule in rules if rule.startswith(f"{column} IN ")]
    assert all(f"'{value}'" in rule for value in values)


def test_times_and_durations_are_64_bit_numbers() -> None:
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if column.name == "at" or column.name.endswith(("_at", "_ms", "_until")):
                assert str(column.type) == "BIGINT", f"{table.name}.{column.name}"
