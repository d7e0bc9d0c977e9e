"""What `jietong demo agents`, `jietong demo callers` and `jietong demo sub-centre` do."""

import argparse
import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan, read_plan
from agent_desk.demo.agent import Habits, Tally
from agent_desk.demo.agents import Floor, keep_floor
from agent_desk.demo.caller import Rung
from agent_desk.demo.callers import Crowd, count, in_words, ring_in
from agent_desk.demo.carrier import Manners
from agent_desk.demo.citizens import Demand
from agent_desk.demo.product import find_product
from agent_desk.demo.sub_centre import numbers_of
from agent_desk.demo.sub_centre_command import Scene, keep_sub_centre

N = TypeVar("N", int, float)


def add_demo(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add what `demo` can do to the command's verbs."""
    demo = verbs.add_parser("demo", help="a live floor: agents and citizens made of software")
    kinds = demo.add_subparsers(required=True, metavar="WHO")
    agents = kinds.add_parser("agents", help="agents who sign in, answer by SIP, write tickets; until Ctrl-C")
    agents.add_argument("--count", type=_whole, default=8, help="how many (8)")
    agents.add_argument("--first", type=_whole, help="number of the first; default: the first seat")
    agents.add_argument("--talk", type=_seconds, default=30.0, help="seconds of talk, on average (30)")
    agents.add_argument("--acw", type=_seconds, default=5.0, help="seconds of after-call work, on average (5)")
    agents.add_argument("--miss", type=_share, default=0.0, help="share of rings not answered (0.0)")
    agents.add_argument("--breaks", type=_share, default=0.0, help="share of calls followed by a break (0.0)")
    agents.add_argument("--minutes", type=_seconds, help="stop after so long; default: on Ctrl-C")
    agents.add_argument("--password", help="of the log-ins; default: the demo's")
    agents.add_argument("--port", type=_port, default=0, help="UDP port of the telephones (any)")
    agents.set_defaults(work=demo_agents)

    callers = kinds.add_parser("callers", help="citizens who ring in at random; ends by itself")
    callers.add_argument("--rate", type=_rate, default=0.2, help="calls a second (0.2)")
    callers.add_argument("--minutes", type=_seconds, default=10.0, help="how long citizens ring in (10)")
    callers.add_argument("--calls", type=_whole, help="no more calls than this")
    callers.add_argument("--numbers", default="", help="12345,12333,...; default: 12345 and a few lines")
    callers.add_argument("--abandon-greeting", type=_share, default=0.0, help="share who leave during the greeting")
    callers.add_argument("--abandon-waiting", type=_share, default=0.05, help="share who leave the queue soon (0.05)")
    callers.add_argument("--abandon-ringing", type=_share, default=0.03, help="share who leave while it rings (0.03)")
    callers.add_argument("--patience", type=_seconds, default=90.0, help="seconds anybody waits (90)")
    callers.add_argument("--talk", type=_seconds, default=60.0, help="seconds after which citizens hang up (60)")
    callers.add_argument("--results", type=Path, help="write each call as one JSON object a line into this file")
    callers.set_defaults(work=demo_callers)
    centre = kinds.add_parser(
        "sub-centre", help="a second hotline as the sub-centre, and 110 and the like outside; until Ctrl-C"
    )
    centre.add_argument("--agents", type=_some, default=3, help="how many work there (3)")
    centre.add_argument("--talk", type=_seconds, default=30.0, help="seconds of talk, on average (30)")
    centre.add_argument("--acw", type=_seconds, default=5.0, help="seconds of after-call work, on average (5)")
    centre.add_argument("--miss", type=_share, default=0.0, help="share of rings not answered there (0.0)")
    centre.add_argument("--busy", default="", help="numbers outside that are engaged: 119,122")
    centre.add_argument("--silent", default="", help="numbers outside where nobody answers")
    centre.set_defaults(work=demo_sub_centre)
    for parser in (agents, callers, centre):
        parser.add_argument("--seed", type=_whole, default=1, help="same seed, same behaviour (1)")
        parser.add_argument("--no-media", action="store_true", help="no voice: costs less")


def demo_agents(arguments: argparse.Namespace) -> int:
    """Keep demo agents at work until Ctrl-C or the time is over."""
    plan, tally = read_plan(), Tally()
    habits = Habits(talk=arguments.talk, miss=arguments.miss, acw=arguments.acw, breaks=arguments.breaks)

    async def work() -> None:
        product = await find_product(plan)
        floor = Floor(
            logins=_logins(plan, arguments),
            habits=habits,
            port=arguments.port,
            media=not arguments.no_media,
            seed=arguments.seed,
        )
        try:
            await keep_floor(product, floor, tally, _say)
        except OSError as error:
            raise CommandRefused(f"--port {arguments.port}: cannot be had ({error.strerror}).") from error

    minutes: float | None = arguments.minutes
    _until_told(work(), None if minutes is None else minutes * 60)
    return 0


def demo_callers(arguments: argparse.Namespace) -> int:
    """Ring in until the time is over; print the citizens' own count."""
    plan = read_plan()
    rung: list[Rung] = []

    async def work() -> None:
        product = await find_product(plan)
        registered = tuple(entry.number for entry in product.catalogue.numbers)
        crowd = Crowd(demand=_demand(arguments, registered), media=not arguments.no_media, seed=arguments.seed)
        await ring_in(product, crowd, rung, _say)

    try:
        _until_told(work(), None)
    finally:
        if rung:
            _say(in_words(count(rung)))
        if arguments.results is not None:
            lines = b"".join(msgspec.json.encode(one) + b"\n" for one in rung)
            arguments.results.write_bytes(lines)
    return 0


def demo_sub_centre(arguments: argparse.Namespace) -> int:
    """Keep a second hotline and the outside until Ctrl-C."""
    plan = read_plan()
    outside = numbers_of(plan, "carrier")
    busy, silent = (_numbers(option, getattr(arguments, option), outside) for option in ("busy", "silent"))
    scene = Scene(
        agents=arguments.agents,
        habits=Habits(talk=arguments.talk, miss=arguments.miss, acw=arguments.acw),
        manners=Manners(busy=busy, silent=silent),
        media=not arguments.no_media,
        seed=arguments.seed,
    )
    _until_told(keep_sub_centre(plan, scene, _say), None)
    return 0


def _numbers(option: str, text: str, there: tuple[str, ...]) -> frozenset[str]:
    numbers = frozenset(text.split(",")) if text else frozenset[str]()
    strangers = sorted(numbers - set(there))
    if strangers:
        raise CommandRefused(f"--{option} {strangers[0]}: not outside; valid are {', '.join(there)}.")
    return numbers


def _demand(arguments: argparse.Namespace, registered: tuple[str, ...]) -> Demand:
    numbers = tuple(arguments.numbers.split(",")) if arguments.numbers else registered[:1] + registered[1::6]
    unknown = [number for number in numbers if number not in registered]
    if unknown:
        raise CommandRefused(f"--numbers {unknown[0]}: not registered; valid are {', '.join(registered)}.")
    return Demand(
        rate=arguments.rate,
        seconds=arguments.minutes * 60,
        abandon_greeting=arguments.abandon_greeting,
        abandon_waiting=arguments.abandon_waiting,
        abandon_ringing=arguments.abandon_ringing,
        patience=arguments.patience,
        talk=arguments.talk,
        numbers=numbers,
        most=arguments.calls,
    )


def _logins(plan: Plan, arguments: argparse.Namespace) -> tuple[tuple[str, str], ...]:
    known = {user: password for user, password, role in plan.demo_logins() if role == "agent"}
    first = plan.settings.seats.first if arguments.first is None else arguments.first
    wanted = [str(number) for number in range(first, first + arguments.count)]
    strangers = [user for user in wanted if user not in known]
    if strangers:
        valid = f"{min(known)} to {max(known)}"
        raise CommandRefused(f"--count {arguments.count}: {strangers[0]} has no demo log-in; valid are {valid}.")
    return tuple((user, arguments.password or known[user]) for user in wanted)


def _until_told(work: Coroutine[Any, Any, None], seconds: float | None) -> None:
    """Run `work` until it ends, Ctrl-C, SIGTERM or the time is over; it is cancelled and may tidy up."""

    async def run() -> None:
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            async with asyncio.timeout(seconds):
                await work

    asyncio.run(run())


def _say(text: str) -> None:
    print(text, flush=True)


def _whole(text: str) -> int:
    return _number(text, int, 0, 10**9, "a whole number")


def _some(text: str) -> int:
    return _number(text, int, 1, 5_000, "a whole number from 1 to 5000")


def _port(text: str) -> int:
    return _number(text, int, 0, 65_535, "a port, 0 to 65535")


def _seconds(text: str) -> float:
    return _number(text, float, 0.0, 86_400.0, "a number from 0 to 86400")


def _share(text: str) -> float:
    return _number(text, float, 0.0, 1.0, "a share from 0 to 1")


def _rate(text: str) -> float:
    return _number(text, float, 0.001, 1_000.0, "a number of calls a second, 0.001 to 1000")


def _number(text: str, kind: Callable[[str], N], least: N, most: N, valid: str) -> N:
    try:
        value = kind(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not {valid}") from error
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not {valid}")
    return value
