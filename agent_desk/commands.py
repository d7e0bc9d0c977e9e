"""What each command does."""

import argparse
import asyncio
import sys
from datetime import date

import httpx
import msgspec

from acd.names import Moment
from agent_desk.clock import SteadyClock
from agent_desk.command_errors import CommandRefused
from agent_desk.compose import LOCAL_TOKEN, Plan, read_plan
from agent_desk.core_work import with_core
from agent_desk.house import House
from agent_desk.local_ledger import note_locally
from agent_desk.logs import log_to
from agent_desk.server import bind, serve, start_pbx, stop_pbx
from agent_desk.start_and_stop import only_one, stopped_by_signals
from agent_desk.time_option import moment_option
from core.calls import calls_since
from core.database import Database
from core.lifecycle import Role
from core.sessions import open_token
from core.working_days import day_at, year_without_days
from telephony.doctor import Check
from telephony.doctor import doctor as examine
from telephony.pbx_root import find_asterisk

_DAY = 86_400_000
_LONGEST_DAYS = 3_660
"""Of a token that is good for a time."""


def run(arguments: argparse.Namespace) -> int:
    """Start everything; on Ctrl-C stop everything, or all but Asterisk."""
    plan = read_plan()
    directory = plan.settings.data_directory
    waits = (lambda: _say(f"waits until the `jietong run` on {directory} ends")) if arguments.standby else None
    with stopped_by_signals(), only_one(directory, waits=waits), bind(*plan.web_address) as listening:
        log_to(directory / "log" / "jietong.log")
        pbx = start_pbx(plan, _say) if plan.settings.pbx.managed else None
        try:
            asyncio.run(serve(plan, listening, lambda house: _greet(plan, house), pbx))
        finally:
            if pbx is not None and not arguments.leave_asterisk:
                _say("Asterisk stops")
                stop_pbx(pbx)
    return 0


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def _greet(plan: Plan, house: House) -> None:
    host, port = plan.web_address
    home = f"http://{host}:{port}"
    sip, password = plan.settings.sip, plan.demo_password if house.demo else ""
    lines = ["", "接通 Jietong 12345 已就绪 is ready", ""]
    if house.link.refused:
        lines += [f"  !! {house.link.why}", ""]
    lines += [
        f"  坐席 desk            {home}/desk",
        f"  大屏 wallboard       {home}/wallboard",
        f"  班长 supervisor      {home}/floor",
    ]
    if house.demo:
        first, last = plan.settings.seats.first, plan.settings.seats.first + plan.settings.demo.agents - 1
        lines += [
            f"  市民电话 citizen     {home}/call",
            "",
            f"  演示登录 demo log-in 用户 user {first} ... {last}, supervisor, admin   密码 password {password}",
            f"  用SIPp打入 ring in    sipp -sn uac -i 127.0.0.2 -s 12345 -m 1 -d 20000 {sip.host}:{sip.port}",
            "  现场 a live floor    .venv/bin/jietong demo agents --count 8   and   .venv/bin/jietong demo callers",
            "  转接 hand calls on   .venv/bin/jietong demo sub-centre",
        ]
    lines += [
        "",
        f"  接口 API             {home}/docs   {home}/healthz   {home}/metrics",
        "  Ctrl-C 停止 stops all",
        "",
    ]
    print("\n".join(lines), flush=True)


def doctor(_: argparse.Namespace) -> int:
    """Check the installation; exit status 1 when something must be mended."""
    plan, now = read_plan(), SteadyClock().now()
    print(f"ok   {'catalogues':<22} {plan.catalogue_sources}")
    checks = examine(
        plan.pbx(), find_asterisk(plan.pbx_root), epoch_seconds=now // 1000, websocket=plan.settings.pbx.websocket
    )
    for check in (_calendar(plan, day_at(now, plan.policy().utc_offset)), *checks):
        word = "ok" if check.ok else "warn" if check.unsure else "FAIL"
        print(f"{word:<4} {check.name:<22} {check.seen}" + ("" if check.ok else f"  -> {check.mend}"))
    return 0 if all(check.ok or check.unsure for check in checks) else 1


def _calendar(plan: Plan, today: date) -> Check:
    year = year_without_days(plan.calendar, today)
    return Check(
        name="calendar",
        ok=year is None,
        seen="knows when offices work" if year is None else f"has no holiday in {year}: dates due count ordinary weeks",
        mend="" if year is None else "add its days to calendar.toml from the State Council's notice",
        unsure=True,
    )


def calls(arguments: argparse.Namespace) -> int:
    """Export calls; whole numbers of callers go out, so the ledger notes it."""
    plan, now = read_plan(), SteadyClock().now()
    offset, until = plan.policy().utc_offset, None
    since = moment_option("--since", arguments.since, now=now, utc_offset=offset)
    if arguments.until is not None:
        until = moment_option("--until", arguments.until, now=now, utc_offset=offset)

    async def export(database: Database) -> None:
        # Noted first: whoever reads our output may close it before the end, and has seen numbers by then.
        await note_locally(database, now, "export_calls", f"{since}..{until or now}")
        async with database.reading() as session:
            async for line in calls_since(session, since, until):
                sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
        sys.stdout.flush()

    with_core(plan, export)
    return 0


def board(arguments: argparse.Namespace) -> int:
    """Fetch the wallboard from the running product."""
    plan = read_plan()
    host, port = plan.web_address
    token_file = plan.secrets / LOCAL_TOKEN
    if not token_file.exists():
        raise CommandRefused("nothing runs here yet: start it with `make run`.")
    headers = {"Authorization": f"Bearer {token_file.read_text().strip()}"}
    try:
        reply = httpx.get(f"http://{host}:{port}/api/board", headers=headers, timeout=10, trust_env=False)
    except httpx.TransportError as error:
        raise CommandRefused(f"nothing answers at {host}:{port}: start it with `make run`.") from error
    if reply.status_code != 200:
        raise CommandRefused(f"{host}:{port} answered {reply.status_code}: {reply.text[:200]}")
    if arguments.json:
        print(reply.text)
        return 0
    view = reply.json()["view"]
    today = view["figures"]["today"]
    for alarm in view["alarms"].values():
        print(f"!! {alarm['level']:<8} {alarm['zh']}  {alarm['en']}  -> {alarm['do_zh']}  {alarm['do_en']}")
    counts = ("offered", "requested", "answered", "lost", "in_progress")
    print("  ".join(f"{name} {today[name]}" for name in counts))
    for rate in today["rates"]:
        shown = "--" if rate["percent"] is None else f"{rate['percent']} %"
        print(f"{rate['key']:<22} {shown:>9}   {rate['numerator']:,} / {rate['denominator']:,}")
    return 0


def token(arguments: argparse.Namespace) -> int:
    """Make a bearer token and print it; it is shown only this once."""
    now = SteadyClock().now()
    if not 0 <= arguments.days <= _LONGEST_DAYS:
        raise CommandRefused(f"--days {arguments.days}: valid is 0 (for ever) or 1 to {_LONGEST_DAYS}.")
    expires = Moment(now + arguments.days * _DAY) if arguments.days else None

    async def make(database: Database) -> None:
        async with database.writing() as session, session.begin():
            role = Role(arguments.role)
            print(await open_token(session, role=role, label=arguments.label, now=now, expires_at=expires))
        await note_locally(database, now, "make_token", f"{arguments.role} {arguments.label}")

    with_core(read_plan(), make)
    return 0
