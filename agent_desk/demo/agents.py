"""`jietong demo agents`: a floor of demo agents, kept at work until told to stop."""

import asyncio
from collections.abc import Callable
from random import Random

import httpx
from msgspec import Struct
from websockets.exceptions import WebSocketException

from agent_desk.clock import SteadyClock
from agent_desk.demo.agent import DemoAgent, Habits, Rings, Tally
from agent_desk.demo.desk_client import DeskRefused
from agent_desk.demo.media import Media
from agent_desk.demo.product import AGENTS_HOST, Product
from agent_desk.demo.telephone import RegistrationRefused, Telephones

REPORT_SECONDS = 10.0
LOG_INS_AT_ONCE = 4
_GONE = (DeskRefused, RegistrationRefused, OSError, httpx.TransportError, WebSocketException)
"""What ends a shift from outside; the agent comes back a moment later."""
_BACK_AFTER = (2.0, 5.0)


class Floor(Struct, frozen=True, kw_only=True):
    """Which agents are to work, and how."""

    logins: tuple[tuple[str, str], ...]
    """User and password of each."""
    habits: Habits = Habits()
    host: str = AGENTS_HOST
    """Address of their telephones."""
    port: int = 0
    """UDP port of their telephones; 0: any."""
    media: bool = True
    seed: int = 1


async def keep_floor(product: Product, floor: Floor, tally: Tally, say: Callable[[str], None]) -> None:
    """Keep the agents at work until cancelled; then all sign out.

    Args:
        tally: counts as they come.
        say: is told how it goes, now and then.

    Raises:
        OSError: the telephones' port cannot be had.

    """
    media = Media(floor.host, speak=False, echo=floor.media)
    telephones = Telephones(product.sip, media.address, SteadyClock().now)
    log_ins = asyncio.Semaphore(LOG_INS_AT_ONCE)

    async def employ(number: int, user: str, password: str) -> None:
        random, rings = Random(f"{floor.seed}-{number}"), Rings()
        while True:
            agent = DemoAgent(
                user,
                password,
                product=product,
                telephones=telephones,
                media=media,
                habits=floor.habits,
                random=random,
                tally=tally,
                log_ins=log_ins,
                rings=rings,
            )
            try:
                await agent.shift()
            except* _GONE as gone:
                tally.refused += 1
                tally.why = f"{user}: {_first(gone)}"
            await asyncio.sleep(random.uniform(*_BACK_AFTER))

    try:
        await telephones.open(floor.host, floor.port)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(media.run())
            try:
                async with asyncio.TaskGroup() as people:
                    people.create_task(_report(tally, len(floor.logins), say))
                    for number, (user, password) in enumerate(floor.logins):
                        people.create_task(employ(number, user, password))
            finally:
                say(in_words(tally))
    finally:
        telephones.close()
        media.close()


def in_words(tally: Tally) -> str:
    """Return one line for people."""
    line = (
        f"在岗 on duty {tally.on_duty}  接听 answered {tally.answered}  先挂 hung up first {tally.hung_up_by_agent}  "
        f"工单 tickets {tally.tickets}  未接 let ring {tally.let_ring}  来电先挂 caller left {tally.caller_left}"
    )
    return f"{line}  被拒 refused {tally.refused} ({tally.why})" if tally.refused else line


async def _report(tally: Tally, wanted: int, say: Callable[[str], None]) -> None:
    # Once soon, so that whoever started us sees the floor come up.
    for _ in range(50):
        if tally.on_duty >= wanted:
            break
        await asyncio.sleep(0.1)
    while True:
        say(in_words(tally))
        await asyncio.sleep(REPORT_SECONDS)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
