"""Users: written, changed, refused; `test_log_in.py` tries their passwords."""

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import AgentId, Moment
from core.database import Database
from core.lifecycle import Role
from core.people import (
    UserRefused,
    add_user,
    credentials_of,
    note_failure,
    note_success,
    people,
    person_by_name,
    set_password,
    update_user,
)
from core.sessions import open_session, session_of
from core.tables import User
from tests.core.samples import NOON, put


async def add(session: AsyncSession, user: str = "a6001", **changes: Any) -> None:
    values: dict[str, Any] = {
        "name": "坐席",
        "role": Role.AGENT,
        "agent": AgentId(user.removeprefix("a")),
        "password_hash": "kept",
    }
    await add_user(session, user=user, **(values | changes))


async def test_users_are_listed_by_name(database: Database) -> None:
    async with database.writing() as session, session.begin():
        await add(session, "a6002")
        await add(session, "a6001")
        await add(session, "chief", role=Role.SUPERVISOR, agent=None)
    async with database.reading() as session:
        found = await people(session)
        assert [(one.user, one.role, one.agent) for one in found] == [
            ("a6001", Role.AGENT, "6001"),
            ("a6002", Role.AGENT, "6002"),
            ("chief", Role.SUPERVISOR, None),
        ]
        assert await person_by_name(session, "nobody") is None
        assert await credentials_of(session, "nobody") is None


@pytest.mark.parametrize(
    ("user", "changes", "said"),
    [
        ("a6001", {}, "there is a user a6001 already"),
        ("", {}, "is not of 1 to 64 characters"),
        ("x" * 65, {}, "is not of 1 to 64 characters"),
        ("new", {"agent": None}, "user new is an agent and needs an agent number"),
        ("new", {"agent": AgentId("6001")}, "agent number 6001 of user new is user a6001's already"),
        ("new", {"role": Role.UNIT}, "cannot have the role unit; valid: agent, supervisor, admin"),
    ],
)
async def test_a_user_that_cannot_be_is_refused(
    database: Database, user: str, changes: dict[str, Any], said: str
) -> None:
    await database.write(add)
    with pytest.raises(UserRefused, match=said):
        await database.write(lambda session: add(session, user, **changes))


async def test_a_disabled_user_is_logged_out(database: Database) -> None:
    await database.write(add)
    opened = await database.write(lambda session: open_session(session, "a6001", now=NOON, lifetime=1_000))
    await database.write(
        lambda session: update_user(
            session, "a6001", name="新名", role=Role.AGENT, agent=AgentId("6009"), disabled=True
        )
    )
    async with database.reading() as session:
        assert await session_of(session, opened.cookie, NOON) is None
        person = await person_by_name(session, "a6001")
    assert person is not None
    assert (person.name, person.agent, person.disabled) == ("新名", "6009", True)


async def test_a_new_password_logs_out_everywhere(database: Database) -> None:
    await database.write(add)
    opened = await database.write(lambda session: open_session(session, "a6001", now=NOON, lifetime=1_000))
    await database.write(lambda session: set_password(session, "a6001", "another"))
    async with database.reading() as session:
        assert await session_of(session, opened.cookie, NOON) is None
        found = await credentials_of(session, "a6001")
    assert found is not None and found.password_hash == "another"


async def test_nobody_cannot_be_changed(database: Database) -> None:
    with pytest.raises(UserRefused, match="there is no user ghost"):
        await database.write(
            lambda session: update_user(session, "ghost", name="", role=Role.ADMIN, agent=None, disabled=False)
        )
    with pytest.raises(UserRefused, match="there is no user ghost"):
        await database.write(lambda session: set_password(session, "ghost", "x"))


async def test_success_counts_only_for_the_password_that_was_checked(database: Database) -> None:
    await database.write(add)

    async def attempt(old: str, now: int = NOON) -> bool:
        return await database.write(lambda session: note_success(session, "a6001", Moment(now), old_hash=old))

    assert await attempt("kept")
    assert not await attempt("changed meanwhile")
    for _ in range(5):
        await database.write(lambda session: note_failure(session, "a6001", NOON))
    assert not await attempt("kept")
    assert not await attempt("kept", NOON + 299_999)
    assert await attempt("kept", NOON + 300_000)


@pytest.mark.parametrize(
    "wrong", [{"role": "king"}, {"role": "agent", "agent": None}, {"failed_attempts": -1}, {"name": None}]
)
async def test_the_database_itself_keeps_the_rules_of_users(database: Database, wrong: dict[str, Any]) -> None:
    values: dict[str, Any] = {
        "user_id": "u",
        "name": "n",
        "role": "admin",
        "agent": None,
        "password_hash": "h",
        "disabled": False,
        "failed_attempts": 0,
        "locked_until": None,
    }
    with pytest.raises(IntegrityError):
        await put(database, User, **(values | wrong))
