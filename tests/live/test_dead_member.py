"""A free member whom a real app_queue does not ring: found beside a waiting caller, put in anew, rung, and alarmed."""

import asyncio
import socket
from typing import Any

import pytest

from acd.agent import Presence
from acd.events import CallQueued, MemberAdded, MemberRemoved
from agent_desk.clock import SteadyClock
from agent_desk.demo.desk_client import DeskClient
from agent_desk.demo.media import Media
from agent_desk.demo.product import AGENTS_HOST, CITIZENS_HOST
from agent_desk.demo.sip_call import SipCall
from agent_desk.demo.telephone import Telephones
from agent_desk.journal import Journal
from tests.live.demo_play import as_the_demo_sees_it, in_a_thread_of_its_own, until
from tests.live.product import Product

pytestmark = pytest.mark.live

AGENT, PHONE = "6001", "PJSIP/6001-sip"
ABSENT = "PJSIP/6002-web"
"""A telephone that is not registered: app_queue is told to look at this one instead of the agent's own."""


def test_a_free_member_who_is_not_rung_is_put_in_anew_and_rung() -> None:
    product = Product(
        JIETONG_SIP_RTP_FIRST="24000", JIETONG_SIP_RTP_LAST="24499", JIETONG_FLOOR_DEAD_MEMBER_SECONDS="3"
    )
    try:
        product.start()
        in_a_thread_of_its_own(_story(product))
        facts = [fact for _, fact in Journal(product.directory / "journal").read()]
    finally:
        product.close()
    queued = next(place for place, fact in enumerate(facts) if isinstance(fact, CallQueued))
    kinds = [type(fact) for fact in facts[queued:] if isinstance(fact, MemberAdded | MemberRemoved)]
    half = len(kinds) // 2
    assert kinds == [MemberRemoved] * half + [MemberAdded] * half
    assert half, "the membership was not renewed"


async def _story(product: Product) -> None:
    found = as_the_demo_sees_it(product)
    media, clock = Media(AGENTS_HOST, speak=False, echo=False), SteadyClock()
    agents, citizens = (Telephones(found.sip, media.address, clock.now) for _ in range(2))
    desk, shown = DeskClient(found.web), list[Presence]()
    try:
        await agents.open(AGENTS_HOST)
        await citizens.open(CITIZENS_HOST)
        await desk.log_in(AGENT, product.password())
        await desk.open()
        async with asyncio.TaskGroup() as tasks:
            following = tasks.create_task(desk.follow())
            phone = await desk.hand_out_phone()
            await agents.register(phone.endpoint, phone.password, 600)
            agents.rung[phone.endpoint] = SipCall.accept
            await desk.sign_in()
            await desk.ready()
            await asyncio.to_thread(_misled, product, _tile(product)["queues"])
            # Seen by us again, as telephones that change their state are; by app_queue not.
            await agents.register(phone.endpoint, phone.password, 0)
            await agents.register(phone.endpoint, phone.password, 600)
            await until(lambda: (_tile(product)["presence"], _tile(product)["device"]) == ("ready", "NOT_INUSE"), 10)
            call = citizens.call("13800000001", "12345")
            assert await desk.until(lambda: _noted(desk, shown) is Presence.TALKING, 60), "the caller waits for ever"
            assert set(shown) <= {Presence.READY, Presence.RINGING, Presence.TALKING}, "the agent was shown otherwise"
            call.hang_up()
            await call.over
            following.cancel()
    finally:
        await desk.close()
        for one in (agents, citizens, media):
            one.close()


def _noted(desk: DeskClient, shown: list[Presence]) -> Presence:
    shown.append(desk.presence)
    return desk.presence


def _misled(product: Product, queues: list[str]) -> None:
    """Let app_queue take the telephone for another that is absent: it then never rings it, however free it is."""
    for queue in queues:
        _console(product, f"queue remove member {PHONE} from {queue}")
        _console(product, f"queue add member {PHONE} to {queue} penalty 0 as {AGENT} state_interface {ABSENT}")


def _console(product: Product, command: str) -> str:
    with socket.socket(socket.AF_UNIX) as channel:
        channel.settimeout(10)
        channel.connect(str(product.directory / "pbx" / "asterisk" / "run" / "asterisk.ctl"))
        channel.sendall(command.encode() + b"\0")
        channel.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: channel.recv(65536), b"")).decode(errors="replace")


def _tile(product: Product) -> dict[str, Any]:
    tiles: dict[str, dict[str, Any]] = product.board()["agents"]
    return tiles.get(AGENT, {"presence": "out", "device": "", "queues": []})
