"""The command `jietong callbacks`: who is owed a call back, and the note that a caller was reached."""

import argparse
import sys
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from acd.names import Millis, Moment, TicketId
from agent_desk.clock import SteadyClock
from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan, read_plan
from agent_desk.core_work import with_core
from agent_desk.local_ledger import local_actor, note_locally
from agent_desk.local_time import local_time
from core.callbacks import OwedCallback, callbacks_owed, note_called_back
from core.callers import mask
from core.database import Database
from core.tickets import ticket_by_id


def run_callbacks(arguments: argparse.Namespace) -> int:
    """Print who is owed a call back, the longest waiting first; or note that one was reached."""
    plan, now = read_plan(), SteadyClock().now()
    if arguments.done is not None:
        if arguments.full or arguments.json:
            raise CommandRefused("--done notes one call back: it goes with neither --full nor --json.")
        _note_reached(plan, TicketId(arguments.done), now)
        return 0
    found = _owed(plan, now, full=arguments.full)
    if arguments.json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        print("\n".join(in_words(found, plan.policy().utc_offset) or ["没有待回拨的来电 nobody is owed a call back"]))
    return 0


def in_words(owed: Iterable[OwedCallback], utc_offset: Millis) -> list[str]:
    """Return a line for each: ticket, caller, what they had dialled, since when, and why."""
    return [
        f"工单 ticket {one.ticket_id}: {one.caller}, 拨打 dialled {one.number},"
        f" {local_time(one.since, utc_offset):%Y-%m-%d %H:%M} 起应予回拨 owed since:"
        f" {'接听后再等待时离开 lost after a talk' if one.after_talk else '未接听 never answered'}"
        for one in owed
    ]


def _owed(plan: Plan, now: Moment, *, full: bool) -> list[OwedCallback]:
    async def read(database: Database) -> list[OwedCallback]:
        # Noted first, as with `jietong calls`: whoever reads our output has seen numbers before its end.
        await note_locally(database, now, "callbacks", "full" if full else "masked")
        async with database.reading() as session:
            found = await callbacks_owed(session)
        return found if full else [replace(one, caller=mask(one.caller)) for one in found]

    return with_core(plan, read)


def _note_reached(plan: Plan, ticket: TicketId, now: Moment) -> None:
    async def write(database: Database) -> None:
        actor = local_actor()
        if not await database.write(lambda session: note_called_back(session, ticket, actor=actor, at=now)):
            async with database.reading() as session:
                there = await ticket_by_id(session, ticket)
            why = "there is no such ticket" if there is None else f"no call back is owed ({there.callback})"
            raise CommandRefused(f"ticket {ticket}: {why}; `jietong callbacks` lists those that are.")
        await note_locally(database, now, "called_back", ticket)

    with_core(plan, write)
    print(f"工单 ticket {ticket}: 已回拨 the caller was reached")
