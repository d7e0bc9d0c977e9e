"""Logging in: the password is checked outside any transaction, so that a slow hash holds no lock of the database."""

import asyncio
from enum import StrEnum
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from acd.names import Moment
from core.database import Database
from core.people import Person, credentials_of, note_failure, note_success

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
    kept = _nobodys_hash(hasher) if found is None else found.password_hash
    right = await asyncio.to_thread(_matches, hasher, kept, password)
    if found is None:
        return LogInRefusal.WRONG
    new_hash = None
    if right and hasher.check_needs_rehash(kept):
        new_hash = await asyncio.to_thread(hasher.hash, password)
    async with database.writing() as session, session.begin():
        if right and await note_success(session, user, now, old_hash=kept, new_hash=new_hash):
            return found.person
        if not right:
            await note_failure(session, user, now)
        again = await credentials_of(session, user)
    locked_until = None if again is None else again.person.locked_until
    locked = locked_until is not None and locked_until > now
    return LogInRefusal.LOCKED if locked else LogInRefusal.WRONG


def _matches(hasher: PasswordHasher, kept: str, password: str) -> bool:
    try:
        return hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=4)
def _nobodys_hash(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody's password")
