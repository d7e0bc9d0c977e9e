"""The outside of the demo: it rings, answers with a tone, is engaged or silent, as it was told."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agent_desk.demo.carrier import Carrier, Manners
from agent_desk.demo.media import Media
from agent_desk.demo.sip_call import EndedBy, SipCall
from agent_desk.demo.telephone import Telephones
from tests.agent_desk.demo.switchboard import free_port, now, soon

QUICK = (0.01, 0.02)


class Outside:
    """An Asterisk's side of the trunk, and what the carrier said."""

    def __init__(self, telephones: Telephones, media: Media, said: list[str]) -> None:
        self.said = said
        self._telephones = telephones
        self.media = media

    def dial(self, number: str) -> SipCall:
        return self._telephones.call("13800000001", number)


@asynccontextmanager
async def outside(manners: Manners) -> AsyncIterator[Outside]:
    said: list[str] = []
    ours, theirs = free_port(), free_port()
    media = Media("127.0.0.1", speak=True, echo=False)
    telephones = Telephones(("127.0.0.4", theirs), media.address, now)
    await telephones.open("127.0.0.1", ours)
    carrier = Carrier(("127.0.0.1", ours), ("110", "119"), now=now, say=said.append, manners=manners)
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(carrier.run("127.0.0.4", theirs)), tasks.create_task(media.run())]
            yield Outside(telephones, media, said)
            for task in running:
                task.cancel()
    finally:
        telephones.close()


async def test_a_number_outside_rings_answers_and_gives_a_tone() -> None:
    async with outside(Manners(ring_seconds=QUICK)) as there:
        call = there.dial("110")
        await soon(call.up)
        heard = asyncio.Event()
        assert call.remote_media is not None
        there.media.add(call.remote_media, heard.set)
        async with asyncio.timeout(5):
            await heard.wait()
            call.hang_up()
            assert (await call.over).by is EndedBy.US
            while len(there.said) < 3:  # noqa: ASYNC110 # a plain list
                await asyncio.sleep(0.01)
    assert [line.split()[2:] for line in there.said] == [
        ["110", "振铃", "rings"],
        ["110", "接听", "answers"],
        ["110", "结束", "over"],
    ]


@pytest.mark.parametrize("number", ["119", "120"])
async def test_who_is_engaged_or_not_there_refuses(number: str) -> None:
    async with outside(Manners(ring_seconds=QUICK, busy=frozenset({"119"}))) as there:
        call = there.dial(number)
        async with asyncio.timeout(5):
            ending = await call.over
        assert (ending.by, ending.status) == (EndedBy.REFUSED, 486)


async def test_where_nobody_answers_it_rings_until_the_caller_leaves() -> None:
    async with outside(Manners(ring_seconds=QUICK, silent=frozenset({"110"}))) as there:
        silent, other = there.dial("110"), there.dial("119")
        await soon(other.up)
        assert not silent.up.done()
        silent.hang_up()
        async with asyncio.timeout(5):
            assert (await silent.over).by is EndedBy.US
        assert not any("110 接听" in line for line in there.said)


async def test_an_address_that_is_taken_is_an_error() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.4", 0))
        host, port = taken.getsockname()
        with pytest.raises(OSError, match="in use"):
            await Carrier(("127.0.0.1", 9), (), now=now, say=lambda _: None).run(host, port)
