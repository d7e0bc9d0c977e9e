"""Demo agents and citizens at work on a whole product, and the mirror: what was folded against what Asterisk holds."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec

from acd.events import PbxSnapshot
from acd.fold import fold
from acd.names import QueueName
from acd.state import Policy, State
from agent_desk.clock import SteadyClock
from agent_desk.demo.agent import Habits, Tally
from agent_desk.demo.agents import Floor, keep_floor
from agent_desk.demo.caller import Rung
from agent_desk.demo.callers import Crowd, ring_in
from agent_desk.demo.citizens import Demand
from agent_desk.demo.product import Product as Found
from agent_desk.journal import Journal
from agent_desk.wire_http import Catalogue
from telephony.session import AmiSettings, look
from tests.live.product import Product

T = TypeVar("T")


def in_a_thread_of_its_own(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own: Playwright's loop may be at home in the tests' thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def as_the_demo_sees_it(product: Product) -> Found:
    """Return the addresses and the catalogue of a running product."""
    reply = httpx.get(f"{product.web}/api/catalogue", trust_env=False)
    catalogue = msgspec.json.decode(reply.content, type=Catalogue)
    return Found(web=product.web.removeprefix("http://"), sip=("127.0.0.1", product.sip_port), catalogue=catalogue)


async def played(
    product: Product, demand: Demand, habits: Habits, agents: int, meanwhile: Callable[[], None] | None = None
) -> tuple[list[Rung], Tally]:
    """Let demo agents work and demo citizens ring until all is over; return what both sides counted.

    Args:
        meanwhile: something that happens to the product while calls run, in a thread.

    """
    found = as_the_demo_sees_it(product)
    rung: list[Rung] = []
    tally = Tally()
    logins = tuple((str(6001 + number), product.password()) for number in range(agents))

    async def quiet_floor() -> None:
        await keep_floor(found, Floor(logins=logins, habits=habits), tally, lambda _: None)

    async with asyncio.TaskGroup() as tasks:
        floor = tasks.create_task(quiet_floor())
        await until(lambda: tally.on_duty == agents, 60)
        fault = None if meanwhile is None else tasks.create_task(asyncio.to_thread(meanwhile))
        await ring_in(found, Crowd(demand=demand, seed=7), rung, lambda _: None)
        if fault is not None:
            await fault
        await until(lambda: not live(product), 20)
        floor.cancel()
    await until(lambda: not product.board()["agents"], 20)
    return rung, tally


async def until(true: Any, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110 # the product is another process
            await asyncio.sleep(0.1)


def live(product: Product) -> dict[str, Any]:
    calls: dict[str, Any] = product.board()["calls"]
    return calls


async def asked_anew(product: Product) -> PbxSnapshot:
    """Read Asterisk's lists over a session of our own."""
    settings = AmiSettings(
        host="127.0.0.1",
        port=int(product.environ["JIETONG_AMI_PORT"]),
        user="jietong",
        secret=(product.directory / "secrets" / "ami").read_text().strip(),
        installation="mirror",
    )
    return await look(settings, SteadyClock().now())


def folded(journal: Path) -> State:
    """Fold the journal of a product that has stopped writing."""

    async def read() -> State:
        state = State(policy=Policy(queues=(QueueName("hotline"),)))
        for _, fact in Journal(journal).read():
            state = fold(state, fact).state
        return state

    return in_a_thread_of_its_own(read())
