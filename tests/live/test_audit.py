"""The audit on a real Asterisk: citizens leave in every stage, agents answer and miss, and the books are equal."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest

from agent_desk.clock import SteadyClock
from agent_desk.demo.agent import Habits, Tally
from agent_desk.demo.agents import Floor, keep_floor
from agent_desk.demo.caller import Rung
from agent_desk.demo.callers import Crowd, count, ring_in
from agent_desk.demo.citizens import Demand
from agent_desk.demo.product import Product as Found
from agent_desk.wire_http import Catalogue
from tests.live.demo_play import in_a_thread_of_its_own
from tests.live.product import CHECKOUT, Product

pytestmark = pytest.mark.live

CALLS, AGENTS = 12, 3


def test_after_a_busy_minute_the_books_are_equal(product: Product) -> None:
    since = SteadyClock().now()
    rung: list[Rung] = []
    in_a_thread_of_its_own(_played(product, _found(product), rung))
    status, report = _audit(product, since)
    assert (status, report["equal"], report["differences"]) == (0, True, [])
    assert (report["calls"], report["open"]) == (CALLS, [])
    assert report["instants"] > 2 * CALLS, "both books' own moments"
    counted = count(rung)
    assert counted.talked > 0
    assert counted.left > 0
    assert _said(product, since) == f"equal: {CALLS} calls, books balance at {report['instants']} instants"


def _found(product: Product) -> Found:
    """The product as the demo sees it."""
    reply = httpx.get(f"{product.web}/api/catalogue", trust_env=False)
    catalogue = msgspec.json.decode(reply.content, type=Catalogue)
    return Found(web=product.web.removeprefix("http://"), sip=("127.0.0.1", product.sip_port), catalogue=catalogue)


async def _played(product: Product, found: Found, rung: list[Rung]) -> None:
    demand = Demand(
        rate=2.0,
        abandon_greeting=0.15,
        abandon_waiting=0.15,
        abandon_ringing=0.1,
        patience=60.0,
        talk=2.0,
        numbers=("12345", "12333"),
        returning=0.0,
        most=CALLS,
    )
    tally, logins = Tally(), tuple((str(6001 + number), product.password()) for number in range(AGENTS))
    floor = Floor(logins=logins, habits=Habits(talk=2.0, miss=0.0, acw=0.2))
    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(keep_floor(found, floor, tally, lambda _: None))
        await _until(lambda: tally.on_duty == AGENTS, 30)
        await ring_in(found, Crowd(demand=demand, seed=3), rung, lambda _: None)
        await _until(lambda: not product.board()["calls"], 30)
        keeping.cancel()
    await _until(lambda: not product.board()["agents"], 20)


async def _until(true: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110 # the product is another process
            await asyncio.sleep(0.1)


def _audit(product: Product, since: int) -> tuple[int, dict[str, Any]]:
    """Exit status and report of the command as people run it."""
    command = [sys.executable, "-m", "agent_desk", "audit", "--since", str(since), "--json"]
    done = subprocess.run(command, cwd=CHECKOUT, env=product.environ, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def _said(product: Product, since: int) -> str:
    return product.command("audit", "--since", str(since)).strip()
