"""Asterisk is started again when it has died, and not given up."""

import asyncio

import pytest

from agent_desk import pbx_watch
from agent_desk.pbx_watch import keep_running
from telephony.pbx_root import PbxError


class Pbx:
    """One that dies when told, and refuses to start a number of times."""

    def __init__(self, *, refusals: int = 0) -> None:
        self.process: int | None = 1
        self.starts = self.looks = 0
        self._refusals = refusals
        self.up, self.looked_at = asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()

    @property
    def pid(self) -> int | None:
        self.looks += 1
        if self.looks == 5:
            self.looked_at.set()
        return self.process

    def start(self) -> None:
        self.starts += 1
        if self.starts <= self._refusals:
            raise PbxError("a port is in use")
        self.process = 2
        self._loop.call_soon_threadsafe(self.up.set)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pbx_watch, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(pbx_watch, "FIRST_PAUSE", 0.001)


async def watched(pbx: Pbx) -> None:
    """Watch until it has been started."""
    async with asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(keep_running(pbx))
        async with asyncio.timeout(5):
            await pbx.up.wait()
        watch.cancel()


async def test_a_dead_asterisk_is_started_again() -> None:
    pbx = Pbx()
    pbx.process = None
    await watched(pbx)
    assert (pbx.starts, pbx.process) == (1, 2)


async def test_one_that_cannot_be_started_is_tried_again() -> None:
    pbx = Pbx(refusals=3)
    pbx.process = None
    await watched(pbx)
    assert pbx.starts == 4


async def test_a_living_one_is_left_alone() -> None:
    pbx = Pbx()
    async with asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(keep_running(pbx))
        async with asyncio.timeout(5):
            await pbx.looked_at.wait()
        watch.cancel()
    assert pbx.starts == 0
