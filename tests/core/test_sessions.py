"""Log-in sessions and bearer tokens: good while they last, and kept as hashes only."""

import pytest
from sqlalchemy import select

from acd.names import AgentId, Millis, Moment
from core.database import Database
from core.lifecycle import Role
from core.people import UserRefused, add_user
from core.sessions import (
    close_session,
    close_sessions_of,
    forget_expired,
    note_seen,
    open_session,
    open_token,
    revoke_tokens,
    session_of,
    token_of,
)
from core.tables import LogInSession, Token
from tests.core.samples import NOON

HOUR = Millis(3_600_000)


@pytest.fixture(autouse=True)
async def agent_6001(database: Database) -> None:
    await database.write(
        lambda session: add_user(
            session, user="a6001", name="坐席一", role=Role.AGENT, agent=AgentId("6001"), password_hash="kept"
        )
    )


async def opened(database: Database) -> str:
    new = await database.write(lambda session: open_session(session, "a6001", now=NOON, lifetime=HOUR))
    assert new.expires_at == NOON + HOUR
    assert len(new.csrf) >= 32 and new.csrf != new.cookie
    return new.cookie


async def test_a_cookie_is_good_until_it_expires(database: Database) -> None:
    cookie = await opened(database)
    async with database.reading() as session:
        live = await session_of(session, cookie, Moment(NOON + HOUR - 1))
        assert live is not None
        assert (live.person.user, live.person.agent, live.expires_at) == ("a6001", "6001", NOON + HOUR)
        assert await session_of(session, cookie, Moment(NOON + HOUR)) is None
        assert await session_of(session, cookie + "x", NOON) is None
        assert await session_of(session, "", NOON) is None


async def test_neither_cookies_nor_tokens_are_kept(database: Database) -> None:
    cookie = await opened(database)
    secret = await database.write(
        lambda session: open_token(session, role=Role.ADMIN, label="local", now=NOON, expires_at=None)
    )
    async with database.reading() as session:
        kept = [
            *await session.scalars(select(LogInSession.token_hash)),
            *await session.scalars(select(Token.token_hash)),
        ]
    assert not {cookie, secret} & set(kept)
    assert [len(one) for one in kept] == [64, 64]


async def test_being_seen_is_noted(database: Database) -> None:
    cookie = await opened(database)
    await database.write(lambda session: note_seen(session, cookie, Moment(NOON + 60_000)))
    async with database.reading() as session:
        live = await session_of(session, cookie, NOON)
    assert live is not None and live.last_seen_at == NOON + 60_000


async def test_logging_out_twice_is_the_same_as_once(database: Database) -> None:
    first, second, third = [await opened(database) for _ in range(3)]
    for _ in range(2):
        await database.write(lambda session: close_session(session, first))
    async with database.reading() as session:
        assert await session_of(session, first, NOON) is None
        assert await session_of(session, second, NOON) is not None
    await database.write(lambda session: close_sessions_of(session, "a6001"))
    async with database.reading() as session:
        assert [await session_of(session, one, NOON) for one in (second, third)] == [None, None]


async def test_a_token_is_good_until_it_expires_or_is_revoked(database: Database) -> None:
    async def make(expires_at: Moment | None) -> str:
        return await database.write(
            lambda session: open_token(session, role=Role.SUPERVISOR, label="board", now=NOON, expires_at=expires_at)
        )

    lasting, short = await make(None), await make(Moment(NOON + HOUR))
    async with database.reading() as session:
        live = await token_of(session, short, Moment(NOON + HOUR - 1))
        assert live is not None
        assert (live.role, live.label, live.created_at, live.expires_at) == (
            Role.SUPERVISOR,
            "board",
            NOON,
            NOON + HOUR,
        )
        assert await token_of(session, short, Moment(NOON + HOUR)) is None
        assert await token_of(session, lasting, Moment(NOON * 2)) is not None
        assert await token_of(session, "guess", NOON) is None
    assert await database.write(lambda session: revoke_tokens(session, "board")) == 2
    async with database.reading() as session:
        assert await token_of(session, lasting, NOON) is None


async def test_a_token_has_a_role_of_people(database: Database) -> None:
    with pytest.raises(UserRefused, match="cannot have the role unit; valid: agent, supervisor, admin"):
        await database.write(lambda session: open_token(session, role=Role.UNIT, label="x", now=NOON, expires_at=None))


async def test_what_is_over_is_forgotten(database: Database) -> None:
    await opened(database)
    await database.write(
        lambda session: open_token(session, role=Role.ADMIN, label="old", now=NOON, expires_at=Moment(NOON + 1))
    )
    lasting = await database.write(
        lambda session: open_token(session, role=Role.ADMIN, label="lasting", now=NOON, expires_at=None)
    )
    await database.write(lambda session: forget_expired(session, Moment(NOON + HOUR)))
    async with database.reading() as session:
        assert (await session.scalars(select(LogInSession.user_id))).all() == []
        assert (await session.scalars(select(Token.label))).all() == ["lasting"]
        assert await token_of(session, lasting, NOON) is not None
