"""The demo's log-ins: one for each of the first seats, a supervisor and an administrator, all with one password;
and their end, when an installation leaves the demo."""

import asyncio

from acd.names import AgentId
from core.database import Database
from core.lifecycle import Role
from core.log_in import hash_password
from core.people import add_user, credentials_of, disable_who_share, people, set_password

SUPERVISOR, ADMIN = "supervisor", "admin"


async def make_demo_people(
    database: Database, *, first_seat: int, count: int, seats: int, password: str, renew: bool
) -> None:
    """Add the demo users that are missing.

    Args:
        count: log-ins of agents.
        seats: positions there are; the supervisor gets the last, unless an agent has it.
        renew: the password is new: give it to those who exist already too.

    """
    wanted: dict[str, tuple[str, Role, AgentId | None]] = {
        str(seat): (f"坐席{seat}", Role.AGENT, AgentId(str(seat))) for seat in range(first_seat, first_seat + count)
    }
    spare = AgentId(str(first_seat + seats - 1)) if seats > count else None
    wanted[SUPERVISOR] = ("值班长", Role.SUPERVISOR, spare)
    wanted[ADMIN] = ("管理员", Role.ADMIN, None)
    async with database.reading() as session:
        known = await people(session)
    there, held = {person.user for person in known}, {person.agent for person in known} - {None}
    missing = {user for user, (_, _, agent) in wanted.items() if user not in there and agent not in held}
    if not missing and not renew:
        return
    hashed = await asyncio.to_thread(hash_password, password)
    async with database.writing() as session, session.begin():
        for user in sorted(missing):
            name, role, agent = wanted[user]
            await add_user(session, user=user, name=name, role=role, agent=agent, password_hash=hashed)
        for user in sorted(wanted.keys() & there) if renew else ():
            await set_password(session, user, hashed)


async def retire_demo_people(database: Database) -> int:
    """Disable the demo's users, known by the one password they share; return how many there were.

    A user who was given a password of their own is no demo user any more and stays.
    """
    async with database.writing() as session, session.begin():
        shared = await credentials_of(session, ADMIN)
        return 0 if shared is None else await disable_who_share(session, shared.password_hash)
