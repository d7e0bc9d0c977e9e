"""The command `jietong audit`: reads settings, waits until what happened is written, and prints what was found."""

import argparse
import asyncio
import sys
import time

from acd.names import Millis, Moment
from agent_desk.audit import Period, Report, audit
from agent_desk.clock import SteadyClock
from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan, open_core, read_plan
from agent_desk.time_option import moment_option
from telephony.backfill import Logs

SETTLE_MS = 1_500
"""What happened so long ago stands in Asterisk's logs, and in our tables too."""
_LONGEST_TOLERANCE_MS = 60_000


def run_audit(arguments: argparse.Namespace) -> int:
    """Compare; exit status 0 only when the books are equal and balance, 1 when not."""
    plan, now = read_plan(), SteadyClock().now()
    if not 0 <= arguments.tolerance_ms <= _LONGEST_TOLERANCE_MS:
        raise CommandRefused(f"--tolerance-ms {arguments.tolerance_ms}: valid is 0 to {_LONGEST_TOLERANCE_MS}.")
    period = _period(plan, arguments, now)
    # Calls that end from now on are open to this audit; what is just being written must not look lost.
    time.sleep(max(0, period.until + SETTLE_MS - now) / 1000)
    report = asyncio.run(_audited(plan, period))
    if arguments.json:
        sys.stdout.buffer.write(report.json() + b"\n")
    else:
        print("\n".join(report.lines()))
    return 0 if report.equal else 1


def _period(plan: Plan, arguments: argparse.Namespace, now: Moment) -> Period:
    policy = plan.policy()
    since = moment_option("--since", arguments.since, now=now, utc_offset=policy.utc_offset)
    until = now
    if arguments.until is not None:
        until = min(now, moment_option("--until", arguments.until, now=now, utc_offset=policy.utc_offset))
    if since >= until:
        raise CommandRefused(f"--since {arguments.since} is not before --until or now: nothing lies between.")
    return Period(
        since=since,
        until=until,
        tolerance=Millis(arguments.tolerance_ms),
        interval=policy.interval,
        service_level=policy.service_level,
        utc_offset=policy.utc_offset,
    )


async def _audited(plan: Plan, period: Period) -> Report:
    log = plan.pbx().base / "log"
    logs = Logs(cel=log / "cel-custom" / "Master.csv", queue_log=log / "queue_log")
    database = await open_core(plan)
    try:
        async with database.reading() as session:
            return await audit(period, logs, session)
    except OSError as error:
        raise CommandRefused(
            f"Asterisk's log {error.filename} cannot be read ({error.strerror}): it is written from the first "
            "call on, in data.directory of the product that takes the calls."
        ) from error
    finally:
        await database.close()
