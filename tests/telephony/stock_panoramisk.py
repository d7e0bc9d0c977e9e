"""panoramisk as it comes, and what its tests share."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import panoramisk
import pytest

from acd.effects import HangUpLeg
from acd.names import LegId, RequestId
from telephony import link as link_module
from tests.fakes import FakeAsterisk

HANG_UP = HangUpLeg(leg=LegId("jt1-1.2"), request=RequestId("r1"))


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make our link's seconds hundredths: what is tested is the order of things."""
    monkeypatch.setattr(link_module, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(link_module, "DEAD_AFTER_SECONDS", 0.3)
    monkeypatch.setattr(link_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(link_module, "LONGEST_PAUSE", 0.05)


@asynccontextmanager
async def stock(
    fake: FakeAsterisk, *, secret: str = "secret", ping: float = 60, kind: type[Any] = panoramisk.Manager
) -> AsyncIterator[Any]:
    """The library as it comes, logged in, its whole seconds shortened."""
    manager = kind(host="127.0.0.1", port=fake.port, username="u", secret=secret, ping_delay=60)
    manager.reconnect_timeout, manager.ping_delay, manager.ping_interval = 0.02, ping, ping
    await manager.connect()
    await fake.until_heard("Login")
    await until(lambda: manager.authenticated_future is None)
    try:
        yield manager
    finally:
        manager.connect = lambda: None  # a reconnect under way
        manager.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 # the library tells nobody
            await asyncio.sleep(0.005)


def count(fake: FakeAsterisk, action: str) -> int:
    return sum(one["Action"] == action for one in fake.heard)
