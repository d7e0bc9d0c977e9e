"""Who does something by a command stands in the ledger, behind sudo too, and however long the name."""

import pytest

from acd.names import Moment
from agent_desk.compose import Plan
from agent_desk.local_ledger import note_locally
from core.ledger import entries
from tests.agent_desk.a_house import a_house


@pytest.mark.parametrize(
    ("sudo", "user", "begins"), [("li", "root", "li@"), ("", "wang", "wang@"), ("", "x" * 90, "x" * 64)]
)
async def test_who_it_was_is_noted(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, sudo: str, user: str, begins: str
) -> None:
    monkeypatch.setenv("SUDO_USER", sudo)
    monkeypatch.setenv("USER", user)
    async with a_house(plan) as house:
        await note_locally(house.database, Moment(1), "call_timeline", "c1")
        async with house.database.reading() as session:
            (line,) = await entries(session, subject="c1")
    assert (line.at, line.role, line.action) == (1, "local", "call_timeline")
    assert line.actor.startswith(begins)
    assert len(line.actor) <= 64
