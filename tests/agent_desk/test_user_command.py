"""`jietong user` as people run it: added, a new password, closed, opened again; each in the ledger."""

import asyncio
import io
from typing import Protocol

import pytest

from acd.names import Millis
from agent_desk.cli import main
from agent_desk.clock import SteadyClock
from agent_desk.compose import Plan
from agent_desk.core_work import with_core
from core.database import Database
from core.ledger import entries
from core.lifecycle import Role
from core.log_in import LogInRefusal, log_in
from core.people import Person
from core.sessions import open_session, open_token, session_of, token_of
from tests.agent_desk.a_house import a_house

FIRST, SECOND = "long enough word", "another long word"
ADDED = ("zhang", "--name", "甲", "--role", "agent", "--agent", "6010")


class Asked(Protocol):
    """Runs the command with a line of standard input; returns status, output and errors."""

    def __call__(self, *arguments: str, typed: str = "") -> tuple[int, str, str]: ...


@pytest.fixture
def asked(plan: Plan, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Run the command as a person at this machine."""

    def ask(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed + "\n"))
        status = main(("user", *arguments))
        said = capsys.readouterr()
        return status, said.out, said.err

    return ask


def tried(plan: Plan, password: str) -> Person | LogInRefusal:
    """Log zhang in."""

    async def work(database: Database) -> Person | LogInRefusal:
        return await log_in(database, "zhang", password, SteadyClock().now())

    return with_core(plan, work)


def noted(plan: Plan) -> list[tuple[str, str, str]]:
    """What the ledger says of people, oldest first."""

    async def work() -> list[tuple[str, str, str]]:
        async with a_house(plan) as house, house.database.reading() as session:
            lines = [(line.action, line.subject, line.role) for line in await entries(session)]
        return [line for line in reversed(lines) if line[1] == "zhang"]

    return asyncio.run(work())


@pytest.mark.parametrize(
    ("arguments", "typed", "why"),
    [
        (("x", "--name", "甲", "--role", "agent", "--agent", "5999"), FIRST, "no seat: valid are 6001 to 6244"),
        (("x", "--name", "甲", "--role", "agent"), FIRST, "needs an agent number"),
        (("x", "--name", "甲", "--role", "agent", "--agent", "6010"), "short", "fewer than 10"),
        (("x", "--name", "甲"), FIRST, "needs --name and --role"),
        (("x", "--password"), FIRST, "there is no user x"),
        (("x", "--password"), "short", "fewer than 10"),
        (("x", "--close"), "", "there is no user x"),
        (("x", "--reopen"), FIRST, "there is no user x"),
        (("x", "--close", "--name", "乙"), "", "leave name, role and agent as they are"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    asked: Asked, arguments: tuple[str, ...], typed: str, why: str
) -> None:
    status, out, err = asked(*arguments, typed=typed)
    assert (status, out) == (2, "")
    assert why in err
    assert err.count("\n") == 1


def test_a_person_is_added_and_gets_another_password(plan: Plan, asked: Asked) -> None:
    assert asked(*ADDED, typed=FIRST) == (0, "", "")
    assert isinstance(tried(plan, FIRST), Person)
    status, out, _ = asked("zhang", "--password", typed=SECOND)
    assert (status, SECOND in out) == (0, False)
    assert tried(plan, FIRST) is LogInRefusal.WRONG
    assert isinstance(tried(plan, SECOND), Person)
    assert noted(plan) == [("add_user", "zhang", "local"), ("set_password", "zhang", "local")]


def test_who_leaves_is_logged_out_and_their_tokens_end(plan: Plan, asked: Asked) -> None:
    asked(*ADDED, typed=FIRST)
    now = SteadyClock().now()

    async def come_in(database: Database) -> tuple[str, str, str]:
        async with database.writing() as session, session.begin():
            opened = await open_session(session, "zhang", now=now, lifetime=Millis(3_600_000))
            theirs = await open_token(session, role=Role.AGENT, label="zhang", now=now, expires_at=None)
            others = await open_token(session, role=Role.AGENT, label="reports", now=now, expires_at=None)
            return opened.cookie, theirs, others

    cookie, theirs, others = with_core(plan, come_in)

    async def let_in(database: Database) -> list[bool]:
        async with database.reading() as session:
            found = (
                await session_of(session, cookie, now),
                await token_of(session, theirs, now),
                await token_of(session, others, now),
            )
            return [one is not None for one in found]

    assert with_core(plan, let_in) == [True, True, True]
    status, out, _ = asked("zhang", "--close")
    assert (status, out) == (0, "zhang 已停用 is closed; 作废令牌 tokens of this name ended: 1\n")
    assert with_core(plan, let_in) == [False, False, True]
    assert tried(plan, FIRST) is LogInRefusal.WRONG


def test_who_was_closed_comes_back_with_a_new_password_only(plan: Plan, asked: Asked) -> None:
    asked(*ADDED, typed=FIRST)
    assert "is not closed" in asked("zhang", "--reopen", typed=SECOND)[2]
    asked("zhang", "--close")
    assert "user zhang is closed" in asked("zhang", "--password", typed=SECOND)[2]
    assert tried(plan, SECOND) is LogInRefusal.WRONG
    assert asked("zhang", "--reopen", typed=SECOND)[0] == 0
    back = tried(plan, SECOND)
    assert isinstance(back, Person)
    assert (back.name, back.role, back.agent) == ("甲", Role.AGENT, "6010")
    assert [action for action, *_ in noted(plan)] == ["add_user", "close_user", "reopen_user"]
