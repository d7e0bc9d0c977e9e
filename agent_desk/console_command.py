"""The command `jietong console`: one command on the console of our Asterisk, which a shell outside cannot reach."""

import argparse
import sys

from agent_desk.clock import SteadyClock
from agent_desk.command_errors import OUTSIDE, CommandRefused, sentence_of
from agent_desk.compose import Plan, read_plan
from agent_desk.core_work import with_core
from agent_desk.local_ledger import note_locally
from core.database import Database
from telephony.pbx_root import find_asterisk
from telephony.private_pbx import PrivatePbx


def run_console(arguments: argparse.Namespace) -> int:
    """Print what our Asterisk answers; it can show numbers and pass words, so the ledger says who asked what."""
    plan, command = read_plan(), " ".join(arguments.words)
    pbx = _ours(plan)
    _note(plan, command)
    print(pbx.cli(command), end="")
    return 0


def _ours(plan: Plan) -> PrivatePbx:
    if not plan.settings.pbx.managed:
        raise CommandRefused("pbx.managed is false: the console is where that Asterisk was started.")
    installation = find_asterisk(plan.pbx_root)
    pbx = None if installation is None else PrivatePbx(installation, plan.pbx())
    if pbx is None or pbx.pid is None:
        raise CommandRefused(f"no Asterisk of ours runs in {plan.settings.pbx_directory}: start it with `make run`.")
    if not pbx.running:
        raise CommandRefused(f"our Asterisk (process {pbx.pid}) does not let us in, or hangs: try it as root.")
    return pbx


def _note(plan: Plan, command: str) -> None:
    async def write(database: Database) -> None:
        await note_locally(database, SteadyClock().now(), "console", command)

    try:
        with_core(plan, write)
    except OUTSIDE as error:
        # The console is needed most when other things are down.
        print(f"jietong: not in the access ledger: {sentence_of(error)}", file=sys.stderr)
