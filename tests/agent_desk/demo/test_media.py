"""Voice both ways through one port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent_desk.demo.media import SAMPLES, Media, tone


@asynccontextmanager
async def running(*medias: Media) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        going = [tasks.create_task(media.run()) for media in medias]
        yield
        for task in going:
            task.cancel()


async def test_the_own_tone_comes_back_from_an_agent() -> None:
    citizen, agent = Media("127.0.0.1", speak=True, echo=False), Media("127.0.0.1", speak=False, echo=True)
    heard = asyncio.Event()
    here = citizen.add(agent.address, heard.set)
    there = agent.add(citizen.address)
    async with running(citizen, agent):
        async with asyncio.timeout(5):
            await heard.wait()
    assert here.sent > 0
    assert here.received > 0
    assert there.received > 0


async def test_another_voice_is_not_taken_for_the_own_tone() -> None:
    one, other = Media("127.0.0.1", speak=True, echo=False), Media("127.0.0.1", speak=True, echo=False)
    other._tone = bytes(reversed(tone()))[1:] + b"\x00"
    heard: list[bool] = []
    stream = one.add(other.address, lambda: heard.append(True))
    other.add(one.address)
    async with running(one, other), asyncio.timeout(5):
        while stream.received < 5:  # noqa: ASYNC110 # packets tell nobody
            await asyncio.sleep(0.01)
    assert heard == []


async def test_a_leg_that_is_dropped_gets_nothing_more() -> None:
    one, other = Media("127.0.0.1", speak=True, echo=False), Media("127.0.0.1", speak=False, echo=False)
    stream = one.add(other.address)
    async with running(one), asyncio.timeout(5):
        while not stream.sent:  # noqa: ASYNC110 # packets tell nobody
            await asyncio.sleep(0.01)
        one.drop(other.address)
        sent = stream.sent
        await asyncio.sleep(0.05)
        assert stream.sent == sent
    other.close()


async def test_silence_is_broken_now_and_then() -> None:
    silent, other = Media("127.0.0.1", speak=False, echo=False), Media("127.0.0.1", speak=False, echo=False)
    stream = silent.add(other.address)
    async with running(silent, other), asyncio.timeout(5):
        while not stream.sent:  # noqa: ASYNC110 # packets tell nobody
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.06)
    assert stream.sent == 1


def test_the_tone_is_a_packet_of_loud_enough_alaw() -> None:
    assert len(tone()) == SAMPLES
    assert len(set(tone())) > 8
    assert tone()[:20] == tone()[20:40], "400 Hz: twenty samples a wave"
