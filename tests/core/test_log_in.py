"""Logging in: right and wrong passwords, the lock, strangers, and hashes that grow old."""

import asyncio

import pytest
from argon2 import PasswordHasher

from acd.names import AgentId, Moment
from core.database import Database
from core.lifecycle import Role
from core.log_in import LogInRefusal, hash_password, log_in
from core.people import LOCKED_FOR, Person, add_user, credentials_of, set_password, update_user
from tests.core.samples import NOON

WRONG, LOCKED = LogInRefusal.WRONG, LogInRefusal.LOCKED


@pytest.fixture(autouse=True)
async def agent_6001(database: Database, hasher: PasswordHasher) -> None:
    kept = hash_password("right", hasher)
    async with database.writing() as session, session.begin():
        await add_user(session, user="a6001", name="坐席一", role=Role.AGENT, agent=AgentId("6001"), password_hash=kept)


async def test_the_right_password_gives_the_person(database: Database, hasher: PasswordHasher) -> None:
    person = await log_in(database, "a6001", "right", NOON, hasher)
    assert isinstance(person, Person)
    assert (person.agent, person.role, person.name) == ("6001", Role.AGENT, "坐席一")


@pytest.mark.parametrize(("user", "password"), [("a6001", "wrong"), ("nobody", "right"), ("", ""), ("a6001", "\0")])
async def test_anything_else_is_wrong(database: Database, hasher: PasswordHasher, user: str, password: str) -> None:
    assert await log_in(database, user, password, NOON, hasher) is WRONG


async def test_the_fifth_wrong_password_locks_for_five_minutes(database: Database, hasher: PasswordHasher) -> None:
    said = [await log_in(database, "a6001", "wrong", Moment(NOON + n), hasher) for n in range(5)]
    assert said == [WRONG, WRONG, WRONG, WRONG, LOCKED]
    last = NOON + 4 + LOCKED_FOR
    assert await log_in(database, "a6001", "right", Moment(last - 1), hasher) is LOCKED
    assert await log_in(database, "a6001", "wrong", Moment(last - 1), hasher) is LOCKED
    assert isinstance(await log_in(database, "a6001", "right", Moment(last), hasher), Person)


async def test_after_the_lock_the_count_begins_anew(database: Database, hasher: PasswordHasher) -> None:
    for _ in range(5):
        await log_in(database, "a6001", "wrong", NOON, hasher)
    later = Moment(NOON + LOCKED_FOR)
    assert [await log_in(database, "a6001", "wrong", later, hasher) for _ in range(4)] == [WRONG] * 4


async def test_the_right_password_forgets_earlier_failures(database: Database, hasher: PasswordHasher) -> None:
    for _ in range(2):
        for _ in range(4):
            await log_in(database, "a6001", "wrong", NOON, hasher)
        assert isinstance(await log_in(database, "a6001", "right", NOON, hasher), Person)


async def test_many_guesses_at_once_count_each(database: Database, hasher: PasswordHasher) -> None:
    said = await asyncio.gather(*(log_in(database, "a6001", "wrong", NOON, hasher) for _ in range(8)))
    assert (said.count(WRONG), said.count(LOCKED)) == (4, 4)


async def test_a_new_password_unlocks(database: Database, hasher: PasswordHasher) -> None:
    for _ in range(5):
        await log_in(database, "a6001", "wrong", NOON, hasher)
    kept = hash_password("new", hasher)
    await database.write(lambda session: set_password(session, "a6001", kept))
    assert await log_in(database, "a6001", "right", NOON, hasher) is WRONG
    assert isinstance(await log_in(database, "a6001", "new", NOON, hasher), Person)


async def test_who_is_disabled_cannot_log_in(database: Database, hasher: PasswordHasher) -> None:
    await database.write(
        lambda session: update_user(
            session, "a6001", name="坐席一", role=Role.AGENT, agent=AgentId("6001"), disabled=True
        )
    )
    assert await log_in(database, "a6001", "right", NOON, hasher) is WRONG


async def test_a_hash_of_older_parameters_is_renewed(database: Database, hasher: PasswordHasher) -> None:
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    assert isinstance(await log_in(database, "a6001", "right", NOON, stronger), Person)
    async with database.reading() as session:
        found = await credentials_of(session, "a6001")
    assert found is not None
    assert not stronger.check_needs_rehash(found.password_hash)
    assert isinstance(await log_in(database, "a6001", "right", NOON, stronger), Person)


async def test_a_stranger_costs_as_much_work_as_a_user(database: Database) -> None:
    class Counting(PasswordHasher):
        checks = 0

        def verify(self, *args: object, **kwargs: object) -> bool:  # type: ignore[override]
            self.checks += 1
            return super().verify(*args, **kwargs)  # type: ignore[arg-type]

    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    await log_in(database, "a6001", "wrong", NOON, hasher)
    await log_in(database, "nobody", "wrong", NOON, hasher)
    assert hasher.checks == 2
