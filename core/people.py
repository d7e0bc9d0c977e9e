"""Every query over the people who can log in; `core.log_in` checks their passwords, `core.sessions` remembers them."""

from typing import Final

from msgspec import Struct
from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import AgentId, Millis, Moment
from core.lifecycle import Role
from core.tables import USER_ROLES, LogInSession, User

FAILURES_TO_LOCK: Final = 5
"""Wrong passwords in a row after which a user is locked out."""
LOCKED_FOR: Final = Millis(5 * 60 * 1000)


class Person(Struct, frozen=True, kw_only=True):
    """A user, without anything secret."""

    user: str
    name: str
    role: Role
    agent: AgentId | None
    disabled: bool
    locked_until: Moment | None


class Credentials(Struct, frozen=True, kw_only=True):
    """A user with what a log-in is checked against."""

    person: Person
    password_hash: str


class UserRefused(ValueError):
    """A user that cannot be written; the text says why in one sentence."""


# --- users ---


async def add_user(
    session: AsyncSession, *, user: str, name: str, role: Role, agent: AgentId | None, password_hash: str
) -> None:
    """Add a user.

    Args:
        user: what is typed at the log-in.
        password_hash: from `core.log_in.hash_password`.

    Raises:
        UserRefused: the user exists, the role is no role of people, or an agent has no number or another's.
    """
    await _check_user(session, user, role, agent)
    if await person_by_name(session, user) is not None:
        raise UserRefused(f"there is a user {user} already")
    values = {"user_id": user, "name": name, "role": role, "agent": agent, "password_hash": password_hash}
    await session.execute(insert(User).values(**values, disabled=False, failed_attempts=0, locked_until=None))


async def update_user(
    session: AsyncSession, user: str, *, name: str, role: Role, agent: AgentId | None, disabled: bool
) -> None:
    """Change a user; one who is disabled is logged out everywhere.

    Raises:
        UserRefused: there is no such user, the role is no role of people, or the agent's number is another's.
    """
    await _check_user(session, user, role, agent)
    changed = await session.execute(
        update(User)
        .where(User.user_id == user)
        .values(name=name, role=role, agent=agent, disabled=disabled)
        .returning(User.user_id)
    )
    if changed.first() is None:
        raise UserRefused(f"there is no user {user}")
    if disabled:
        await _log_out_everywhere(session, user)


async def set_password(session: AsyncSession, user: str, password_hash: str) -> None:
    """Give a user another password: unlocks the user, and logs out everywhere.

    Raises:
        UserRefused: there is no such user.
    """
    changed = await session.execute(
        update(User)
        .where(User.user_id == user)
        .values(password_hash=password_hash, failed_attempts=0, locked_until=None)
        .returning(User.user_id)
    )
    if changed.first() is None:
        raise UserRefused(f"there is no user {user}")
    await _log_out_everywhere(session, user)


async def disable_who_share(session: AsyncSession, password_hash: str) -> int:
    """Disable every user whose kept password is exactly this one (the demo's users share it); return how many."""
    changed = await session.execute(
        update(User)
        .where(User.password_hash == password_hash, User.disabled.is_(False))
        .values(disabled=True)
        .returning(User.user_id)
    )
    users = list(changed.scalars())
    await session.execute(delete(LogInSession).where(LogInSession.user_id.in_(users)))
    return len(users)


async def _check_user(session: AsyncSession, user: str, role: Role, agent: AgentId | None) -> None:
    if not user.strip() or len(user) > 64:
        raise UserRefused(f"the user name {user[:70]!r} is not of 1 to 64 characters")
    if role not in USER_ROLES:
        raise UserRefused(f"user {user} cannot have the role {role}; valid: {', '.join(USER_ROLES)}")
    if role is Role.AGENT and not agent:
        raise UserRefused(f"user {user} is an agent and needs an agent number")
    if agent is None:
        return
    other = await session.scalar(select(User.user_id).where(User.agent == agent, User.user_id != user))
    if other is not None:
        raise UserRefused(f"agent number {agent} of user {user} is user {other}'s already")


async def _log_out_everywhere(session: AsyncSession, user: str) -> None:
    await session.execute(delete(LogInSession).where(LogInSession.user_id == user))


async def person_by_name(session: AsyncSession, user: str) -> Person | None:
    """Return a user; None if there is none of this name."""
    found = await credentials_of(session, user)
    return None if found is None else found.person


async def people(session: AsyncSession) -> list[Person]:
    """Return every user, by name."""
    return [person_of(row) for row in await session.scalars(select(User).order_by(User.user_id))]


# --- what a log-in needs; `core.log_in` puts it together ---


async def credentials_of(session: AsyncSession, user: str) -> Credentials | None:
    """Return what a log-in of `user` is checked against; None if there is no such user."""
    row = await session.scalar(select(User).where(User.user_id == user).execution_options(populate_existing=True))
    return None if row is None else Credentials(person=person_of(row), password_hash=row.password_hash)


async def note_failure(session: AsyncSession, user: str, now: Moment) -> None:
    """Count a wrong password; the fifth in a row locks the user for five minutes. Locked, nothing is counted."""
    counted = await session.execute(
        update(User)
        .where(User.user_id == user, _not_locked(now))
        .values(failed_attempts=User.failed_attempts + 1, locked_until=None)
        .returning(User.failed_attempts)
    )
    failures = counted.scalar_one_or_none()
    if failures is not None and failures >= FAILURES_TO_LOCK:
        await session.execute(
            update(User).where(User.user_id == user).values(failed_attempts=0, locked_until=now + LOCKED_FOR)
        )


async def note_success(
    session: AsyncSession, user: str, now: Moment, *, old_hash: str, new_hash: str | None = None
) -> bool:
    """Forget earlier failures, and write `new_hash` if given.

    Returns:
        False if the user was locked, disabled or given another password while the password was being checked.
    """
    values: dict[str, object] = {"failed_attempts": 0, "locked_until": None}
    if new_hash is not None:
        values["password_hash"] = new_hash
    changed = await session.execute(
        update(User)
        .where(User.user_id == user, User.disabled.is_(False), User.password_hash == old_hash, _not_locked(now))
        .values(**values)
        .returning(User.user_id)
    )
    return changed.first() is not None


def person_of(row: User) -> Person:
    """Return a row of users as a person."""
    return Person(
        user=row.user_id,
        name=row.name,
        role=Role(row.role),
        agent=None if row.agent is None else AgentId(row.agent),
        disabled=row.disabled,
        locked_until=None if row.locked_until is None else Moment(row.locked_until),
    )


def _not_locked(now: Moment) -> ColumnElement[bool]:
    return or_(User.locked_until.is_(None), User.locked_until <= now)
