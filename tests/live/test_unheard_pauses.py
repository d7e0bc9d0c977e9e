"""Our own process is dead while an agent goes to eat and comes back: the day's figures have no hole."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from acd.agent import Presence
from agent_desk.demo.desk_client import DeskClient
from tests.live.demo_play import in_a_thread_of_its_own, until
from tests.live.product import Product

pytestmark = pytest.mark.live

AGENT, PHONE = "6001", "PJSIP/6001-sip"
AWAY = 4.0
"""Seconds; queue_log has whole ones."""


def test_a_pause_that_nobody_heard_is_in_the_agents_day() -> None:
    product = Product(JIETONG_SIP_RTP_FIRST="24500", JIETONG_SIP_RTP_LAST="24999")
    try:
        product.start()
        in_a_thread_of_its_own(_story(product))
    finally:
        product.close()


async def _story(product: Product) -> None:
    async with _at_the_desk(product) as desk:
        await desk.sign_in()
        await desk.ready()
    await until(lambda: product.board()["agents"][AGENT]["presence"] == "ready", 10)
    await asyncio.to_thread(_unheard, product)
    async with _at_the_desk(product) as desk:
        assert await desk.until(lambda: desk.presence is Presence.READY, 20)
        assert desk.me is not None
        spent = desk.me.not_ready_ms_today
        assert abs(spent["meal"] - AWAY * 1000) <= 1_000, spent


def _unheard(product: Product) -> None:
    product.kill()
    _console(product, f"queue pause member {PHONE} queue hotline reason meal")
    time.sleep(AWAY)  # the length of the pause is what is measured
    _console(product, f"queue unpause member {PHONE} queue hotline")
    product.start()


@asynccontextmanager
async def _at_the_desk(product: Product) -> AsyncIterator[DeskClient]:
    desk = DeskClient(product.web.removeprefix("http://"))
    try:
        await desk.log_in(AGENT, product.password())
        await desk.open()
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(desk.follow())
            yield desk
            following.cancel()
    finally:
        await desk.close()


def _console(product: Product, command: str) -> None:
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(10)
        channel.connect(str(product.directory / "pbx" / "asterisk" / "run" / "asterisk.ctl"))
        channel.sendall(command.encode() + b"\0")
        channel.shutdown(socket.SHUT_WR)
        while channel.recv(65536):
            pass
