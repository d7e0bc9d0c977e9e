"""Asterisk is killed: members, pauses and reasons are afterwards as before, though it remembers them itself or not."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import pytest

from acd.agent import Presence
from agent_desk.clock import SteadyClock
from agent_desk.demo.desk_client import DeskClient
from agent_desk.demo.media import Media
from agent_desk.demo.product import AGENTS_HOST, CITIZENS_HOST
from agent_desk.demo.sip_call import SipCall
from agent_desk.demo.telephone import Telephones
from tests.live.demo_play import as_the_demo_sees_it, asked_anew, in_a_thread_of_its_own, until
from tests.live.product import Product

pytestmark = pytest.mark.live

Member: TypeAlias = tuple[str, str, bool, str]
"""Agent, queue, paused, reason."""
WRITING, READY, MEAL, BREAK = "6001", "6002", "6003", "6004"


def test_members_pauses_and_reasons_return_with_asterisk() -> None:
    product = Product(JIETONG_SIP_RTP_FIRST="25500", JIETONG_SIP_RTP_LAST="25999", JIETONG_FLOOR_ACW_SECONDS="600")
    try:
        product.start()
        in_a_thread_of_its_own(_both_deaths(product))
    finally:
        product.close()


async def _both_deaths(product: Product) -> None:
    async with _on_duty(product) as desks:
        before, shown = await _members(product), _board(product)
        assert {agent: tile[:2] for agent, tile in shown.items()} == {
            WRITING: (Presence.ACW, None),
            READY: (Presence.READY, None),
            MEAL: (Presence.NOT_READY, "meal"),
            BREAK: (Presence.NOT_READY, "break"),
        }
        assert {(agent, paused, reason) for agent, _, paused, reason in before} == {
            (WRITING, True, "acw"),
            (READY, False, ""),
            (MEAL, True, "meal"),
            (BREAK, True, "break"),
        }
        for forgets in (False, True):
            await _killed(product, forgets=forgets)
            await until(lambda: _link(product) == "up", 30)
            await _same_members(product, before, f"forgets={forgets}")
            assert _board(product) == shown, "since when each agent is what they are has not moved either"
        await desks[MEAL].ready()
        assert await desks[MEAL].until(lambda: desks[MEAL].presence is Presence.READY, 5), "buttons work as before"


async def _same_members(product: Product, before: list[Member], when: str) -> None:
    """Wait until Asterisk holds the members it held before."""
    for _ in range(100):
        after = await _members(product)
        if after == before:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{when}: {after} instead of {before}")


async def _killed(product: Product, *, forgets: bool) -> None:
    """Kill Asterisk; its database of members may be lost with it, as in a power cut."""
    base = product.directory / "pbx" / "asterisk"
    os.kill(int((base / "run" / "pbx.pid").read_text().split()[0]), signal.SIGKILL)
    if forgets:
        (path,) = base.rglob("astdb.sqlite3")
        with sqlite3.connect(path) as database:
            gone = database.execute("DELETE FROM astdb WHERE key LIKE '/Queue/PersistentMembers/%'")
            assert gone.rowcount > 0, "there was nothing to forget"
        database.close()
    await until(lambda: _link(product) == "lost", 10)


@asynccontextmanager
async def _on_duty(product: Product) -> AsyncIterator[dict[str, DeskClient]]:
    """Four agents: ready, not ready with two reasons, and one who writes up a call."""
    found = as_the_demo_sees_it(product)
    media, clock = Media(AGENTS_HOST, speak=False, echo=False), SteadyClock()
    agents, citizens = (Telephones(found.sip, media.address, clock.now) for _ in range(2))
    desks: dict[str, DeskClient] = {}
    try:
        await agents.open(AGENTS_HOST)
        await citizens.open(CITIZENS_HOST)
        async with asyncio.TaskGroup() as tasks:
            following = []
            for user in (WRITING, READY, MEAL, BREAK):
                desk = desks[user] = DeskClient(found.web)
                await desk.log_in(user, product.password())
                await desk.open()
                following.append(tasks.create_task(desk.follow()))
                await _at_work(desk, agents)
                if user == WRITING:
                    await _one_call(desk, citizens)
            await desks[MEAL].not_ready("meal")
            await desks[BREAK].not_ready("break")
            yield desks
            for one in following:
                one.cancel()
    finally:
        for desk in desks.values():
            await desk.close()
        agents.close()
        citizens.close()
        media.close()


async def _at_work(desk: DeskClient, telephones: Telephones) -> None:
    phone = await desk.hand_out_phone()
    await telephones.register(phone.endpoint, phone.password, 600)
    telephones.rung[phone.endpoint] = SipCall.accept
    await desk.sign_in()
    await desk.ready()


async def _one_call(desk: DeskClient, citizens: Telephones) -> None:
    call = citizens.call("13800000001", "12345")
    assert await desk.until(lambda: desk.presence is Presence.TALKING, 60)
    call.hang_up()
    assert await desk.until(lambda: desk.presence is Presence.ACW, 10)
    await call.over


async def _members(product: Product) -> list[Member]:
    """Ask Asterisk itself."""
    seen = await asked_anew(product)
    return sorted((one.agent, one.queue, one.paused, one.reason) for one in seen.members)


def _board(product: Product) -> dict[str, tuple[str, str | None, int]]:
    tiles: dict[str, dict[str, Any]] = product.board()["agents"]
    return {agent: (tile["presence"], tile["reason"], tile["since"]) for agent, tile in tiles.items()}


def _link(product: Product) -> str:
    link: str = product.board()["system"]["system"]["pbx"]
    return link
