"""Every query over log-in sessions and the bearer tokens of programs; only hashes of their secrets are kept."""

import hashlib
import secrets
from typing import Final

from msgspec import Struct
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import Millis, Moment
from core.lifecycle import Role
from core.people import Person, UserRefused, person_of
from core.tables import USER_ROLES, LogInSession, Token, User

_SECRET_BYTES: Final = 32


class OpenedSession(Struct, frozen=True, kw_only=True):
    """A new log-in session: the only time its cookie is known."""

    cookie: str
    csrf: str
    expires_at: Moment


class LiveSession(Struct, frozen=True, kw_only=True):
    """Whose a session cookie is."""

    person: Person
    csrf: str
    expires_at: Moment
    last_seen_at: Moment


class LiveToken(Struct, frozen=True, kw_only=True):
    """What a bearer token allows."""

    role: Role
    label: str
    created_at: Moment
    expires_at: Moment | None


# --- log-in sessions ---


async def open_session(session: AsyncSession, user: str, *, now: Moment, lifetime: Millis) -> OpenedSession:
    """Open a log-in session of a user."""
    cookie, csrf = secrets.token_urlsafe(_SECRET_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
    expires_at = Moment(now + lifetime)
    await session.execute(
        insert(LogInSession).values(
            token_hash=_hash(cookie),
            user_id=user,
            csrf=csrf,
            created_at=now,
            expires_at=expires_at,
            last_seen_at=now,
        )
    )
    return OpenedSession(cookie=cookie, csrf=csrf, expires_at=expires_at)


async def session_of(session: AsyncSession, cookie: str, now: Moment) -> LiveSession | None:
    """Return whose a cookie is; None if it is nobody's, over, or the user is disabled."""
    query = (
        select(LogInSession, User)
        .join(User, User.user_id == LogInSession.user_id)
        .where(LogInSession.token_hash == _hash(cookie), LogInSession.expires_at > now, User.disabled.is_(False))
        .execution_options(populate_existing=True)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        return None
    row, user = found
    return LiveSession(
        person=person_of(user),
        csrf=row.csrf,
        expires_at=Moment(row.expires_at),
        last_seen_at=Moment(row.last_seen_at),
    )


async def note_seen(session: AsyncSession, cookie: str, now: Moment) -> None:
    """Note that a session was used; call it seldom, for example when it was last noted a minute ago."""
    await session.execute(update(LogInSession).where(LogInSession.token_hash == _hash(cookie)).values(last_seen_at=now))


async def close_session(session: AsyncSession, cookie: str) -> None:
    """Log out. Twice is the same as once."""
    await session.execute(delete(LogInSession).where(LogInSession.token_hash == _hash(cookie)))


async def close_sessions_of(session: AsyncSession, user: str) -> None:
    """Log a user out everywhere."""
    await session.execute(delete(LogInSession).where(LogInSession.user_id == user))


async def forget_expired(session: AsyncSession, now: Moment) -> None:
    """Remove sessions and tokens that are over."""
    await session.execute(delete(LogInSession).where(LogInSession.expires_at <= now))
    await session.execute(delete(Token).where(Token.expires_at <= now))


# --- bearer tokens ---


async def open_token(session: AsyncSession, *, role: Role, label: str, now: Moment, expires_at: Moment | None) -> str:
    """Make a bearer token and return it: the only time it is known. `expires_at` None: it never expires.

    Raises:
        UserRefused: the role is no role of people.
    """
    if role not in USER_ROLES:
        raise UserRefused(f"a token cannot have the role {role}; valid: {', '.join(USER_ROLES)}")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    values = {"token_hash": _hash(secret), "role": role, "label": label}
    await session.execute(insert(Token).values(**values, created_at=now, expires_at=expires_at))
    return secret


async def token_of(session: AsyncSession, secret: str, now: Moment) -> LiveToken | None:
    """Return what a bearer token allows; None if it is none or over."""
    row = await session.scalar(
        select(Token).where(Token.token_hash == _hash(secret), or_(Token.expires_at.is_(None), Token.expires_at > now))
    )
    if row is None:
        return None
    expires_at = None if row.expires_at is None else Moment(row.expires_at)
    return LiveToken(role=Role(row.role), label=row.label, created_at=Moment(row.created_at), expires_at=expires_at)


async def revoke_tokens(session: AsyncSession, label: str) -> int:
    """Remove every token of a label and return how many there were."""
    gone = await session.execute(delete(Token).where(Token.label == label).returning(Token.token_hash))
    return len(gone.all())


def _hash(secret: str) -> str:
    # The secrets are 256 random bits: nothing to guess, so a fast hash is enough.
    return hashlib.sha256(secret.encode()).hexdigest()
