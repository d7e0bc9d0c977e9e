"""Hundreds of three-party transfers at two a second, anybody gone at any step, our process killed in the middle."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from tests.live.faults import slowness
from tests.live.transfer_books import BOUND_MS, Books, differences
from tests.live.transfer_floor import Floor
from tests.live.transfer_load import Handed
from tests.live.transfer_run import books_are_equal, nothing_left

pytestmark = pytest.mark.live

FULL = os.environ.get("JIETONG_TEST_FAULTS") == "full"
CALLS, RATE = (300, 2.0) if FULL else (40, 2.0)
AGENTS = 40
SEED = 20261122
_WRITTEN_SECONDS = 20.0


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    with Floor(agents=AGENTS, rtp_first=12000) as floor:
        yield floor


async def all_played(floor: Floor) -> list[Handed]:
    """Let citizens ring in, and kill our process when half of them have; it is started again at once."""
    random = Random(SEED)
    plays = [Handed(floor, Random(random.random())) for _ in range(CALLS)]
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as tasks:
        for number, play in enumerate(plays):
            await asyncio.sleep(max(0.0, began + number / RATE - loop.time()))
            tasks.create_task(play.play())
            if number == CALLS // 2:
                tasks.create_task(asyncio.to_thread(_killed, floor))
    return plays


def _killed(floor: Floor) -> None:
    floor.product.kill()
    floor.product.start()


async def written(floor: Floor, plays: list[Handed], bound_ms: int) -> list[str]:
    """Return what is written otherwise than it was."""
    books = Books(floor.product.directory)
    give_up = asyncio.get_running_loop().time() + _WRITTEN_SECONDS
    while True:
        wrong = [what for play in plays for what in await asyncio.to_thread(differences, play, books, bound_ms)]
        if not wrong or asyncio.get_running_loop().time() > give_up:
            return wrong
        await asyncio.sleep(0.5)


@pytest.mark.timeout(1_200 if FULL else 300)
def test_no_citizen_is_lost_and_everything_is_written_as_it_was(floor: Floor) -> None:
    slow = slowness()
    plays = floor.do(all_played(floor), CALLS / RATE + 240)
    slow = max(slow, slowness())
    bound = round(BOUND_MS * slow)
    chances = Counter(play.chance.name for play in plays)
    print(
        f"\n{CALLS} calls handed on, {RATE:g} a second, bound {bound} ms, programs a core {slow:.1f}: {chances}",
        flush=True,
    )
    lost = [what for play in plays for what in play.unexplained()]
    assert lost == []
    wrong = floor.do(written(floor, plays, bound), 120)
    assert wrong == []
    nothing_left(floor)
    books_are_equal(floor, bound)
