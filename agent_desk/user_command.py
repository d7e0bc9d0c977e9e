"""The command `jietong user`: people who may log in are added, given new passwords, closed and opened again."""

import argparse
import sys

from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import AgentId
from agent_desk.clock import SteadyClock
from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan, read_plan
from agent_desk.core_work import with_core
from agent_desk.local_ledger import note_locally
from core.database import Database
from core.lifecycle import Role
from core.log_in import hash_password
from core.people import Person, UserRefused, add_user, person_by_name, set_password, update_user
from core.sessions import revoke_tokens

_SHORTEST = 10
"""Characters of a password."""


def run_user(arguments: argparse.Namespace) -> int:
    """Do what was asked with one person; new passwords are the first line of standard input."""
    plan, now = read_plan(), SteadyClock().now()
    kept = arguments.password or arguments.close or arguments.reopen
    if kept and (arguments.name, arguments.role, arguments.agent) != (None, None, None):
        raise CommandRefused("--password, --close and --reopen leave name, role and agent as they are: give only one.")
    user: str = arguments.user
    added = None if kept else _new_person(plan, arguments)
    hashed = "" if arguments.close else hash_password(_password())

    async def work(database: Database) -> None:
        async with database.writing() as session, session.begin():
            if added is not None:
                await add_user(
                    session, user=user, name=added.name, role=added.role, agent=added.agent, password_hash=hashed
                )
                action, said = "add_user", ""
            elif arguments.close:
                action, said = "close_user", await _close(session, user)
            elif arguments.reopen:
                action, said = "reopen_user", await _reopen(session, user, hashed)
            else:
                action, said = "set_password", await _renew(session, user, hashed)
        await note_locally(database, now, action, user)
        if said:
            print(said)

    with_core(plan, work)
    return 0


def _new_person(plan: Plan, arguments: argparse.Namespace) -> Person:
    if arguments.name is None or arguments.role is None:
        raise CommandRefused(
            "a new person needs --name and --role; for one who is there: --password, --close or --reopen."
        )
    seats = plan.settings.seats
    agent = None if arguments.agent is None else AgentId(arguments.agent)
    if agent is not None and agent not in {str(seat) for seat in range(seats.first, seats.first + seats.count)}:
        last = seats.first + seats.count - 1
        raise CommandRefused(f"--agent {agent} is no seat: valid are {seats.first} to {last} (settings, [seats]).")
    return Person(
        user=arguments.user,
        name=arguments.name,
        role=Role(arguments.role),
        agent=agent,
        disabled=False,
        locked_until=None,
    )


def _password() -> str:
    password = sys.stdin.readline().rstrip("\n")
    if len(password) < _SHORTEST:
        raise CommandRefused(f"the password on standard input has fewer than {_SHORTEST} characters.")
    return password


async def _close(session: AsyncSession, user: str) -> str:
    """End a person's log-in at once, and tokens that bear their name. Their calls keep the agent number."""
    one = await _there(session, user)
    await update_user(session, user, name=one.name, role=one.role, agent=one.agent, disabled=True)
    tokens = await revoke_tokens(session, user)
    return f"{user} 已停用 is closed; 作废令牌 tokens of this name ended: {tokens}"


async def _reopen(session: AsyncSession, user: str, hashed: str) -> str:
    one = await _there(session, user)
    if not one.disabled:
        raise UserRefused(f"user {user} is not closed: --password gives a new password.")
    await update_user(session, user, name=one.name, role=one.role, agent=one.agent, disabled=False)
    await set_password(session, user, hashed)
    return f"{user} 已恢复 may log in again"


async def _renew(session: AsyncSession, user: str, hashed: str) -> str:
    if (await _there(session, user)).disabled:
        raise UserRefused(f"user {user} is closed: --reopen lets them log in again, with a new password.")
    await set_password(session, user, hashed)
    return f"{user} 口令已更换 has the new password, and is logged out everywhere"


async def _there(session: AsyncSession, user: str) -> Person:
    one = await person_by_name(session, user)
    if one is None:
        raise UserRefused(f"there is no user {user}: add them with --name and --role.")
    return one
