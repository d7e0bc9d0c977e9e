"""Logging in: the password is checked outside any transaction, so that a slow hash holds no lock of the database."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import Moment
from core.database import Database
from core.people import Person, credentials_of, note_failure, note_success, person_by_name

_CHECKERS: Final = ThreadPoolExecutor(2, "log-in")
"""Their own threads, and few: a flood of log-ins must not keep the journal from its disk, nor take all cores."""

HASHER: Final = PasswordHasher()
"""argon2id with the library's parameters; hashes made with others are renewed at the next log-in."""


class LogInRefusal(StrEnum):
    """Why a log-in was refused. Tell a stranger WRONG and LOCKED only: which users exist is nobody's business."""

    WRONG = "wrong"
    """No such user, another password, or the user is disabled."""
    LOCKED = "locked"
    """Too many wrong passwords; `Person.locked_until` says until when."""


def hash_password(password: str, hasher: PasswordHasher = HASHER) -> str:
    """Return what is kept of a password. Takes some 50 ms of one core: run it in a thread.

    One hash may serve several users that share a password, as the demo's agents do.
    """
    return hasher.hash(password)


async def log_in(
    database: Database, user: str, password: str, now: Moment, hasher: PasswordHasher = HASHER
) -> Person | LogInRefusal:
    """Check a log-in and count it; the fifth wrong password in a row locks the user for five minutes.

    An unknown user takes as long as a known one. Runs its own transactions.
    """
    async with database.reading() as session:
        found = await credentials_of(session, user)
    threads = asyncio.get_running_loop().run_in_executor
    kept = await threads(_CHECKERS, _nobodys_hash, hasher) if found is None else found.password_hash
    right = await threads(_CHECKERS, _matches, hasher, kept, password)
    if found is None:
        return LogInRefusal.WRONG
    new_hash = None
    if right and hasher.check_needs_rehash(kept):
        new_hash = await threads(_CHECKERS, hasher.hash, password)
    person = found.person

    async def outcome(session: AsyncSession) -> Person | LogInRefusal:
        if right and await note_success(session, user, now, old_hash=kept, new_hash=new_hash):
            return person
        if not right:
            await note_failure(session, user, now)
        after = await person_by_name(session, user)
        locked_until = None if after is None else after.locked_until
        return LogInRefusal.WRONG if locked_until is None or locked_until <= now else LogInRefusal.LOCKED

    return await database.write(outcome)


def _matches(hasher: PasswordHasher, kept: str, password: str) -> bool:
    try:
        return hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=4)
def _nobodys_hash(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody's password")
