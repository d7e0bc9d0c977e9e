"""The floor of demo agents: comes up, comes back, and tells refusals in words."""

import asyncio
from pathlib import Path

import pytest

from agent_desk.demo.agent import Tally
from agent_desk.demo.agents import Floor, in_words, keep_floor
from agent_desk.demo.product import Product
from tests.agent_desk.demo.switchboard import Switchboard, free_port
from tests.agent_desk.served import served


async def test_the_floor_comes_up_and_signs_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = free_port(), free_port()
    said: list[str] = []
    async with served(tmp_path / "var", monkeypatch) as running, asyncio.TaskGroup() as tasks:
        switchboard = Switchboard(("127.0.0.1", ours), ("127.0.0.1", 9))
        await switchboard.open("127.0.0.1", theirs)
        product = Product(web=running.web, sip=("127.0.0.1", theirs), catalogue=running.house.catalogue)
        floor = Floor(logins=(("6001", running.plan.demo_password),), port=ours)
        tally = Tally()
        keeping = tasks.create_task(keep_floor(product, floor, tally, said.append))
        await running.performs("QueueAdd", len(running.queues))
        await running.performs("QueuePause")
        async with asyncio.timeout(10):
            while not any("on duty 1" in line for line in said):  # noqa: ASYNC110 # a plain list
                await asyncio.sleep(0.01)
        keeping.cancel()
        await running.performs("QueueRemove", len(running.queues))
        await asyncio.wait({keeping})
        assert "on duty 0" in said[-1]
        switchboard.close()


async def test_an_agent_who_is_turned_away_is_counted_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(tmp_path / "var", monkeypatch) as running, asyncio.TaskGroup() as tasks:
        product = Product(web=running.web, sip=("127.0.0.1", 9), catalogue=running.house.catalogue)
        tally = Tally()
        floor = Floor(logins=(("6001", "wrong password"),))
        keeping = tasks.create_task(keep_floor(product, floor, tally, lambda _: None))
        async with asyncio.timeout(10):
            while not tally.refused:  # noqa: ASYNC110 # a plain count
                await asyncio.sleep(0.01)
        keeping.cancel()
        assert "/api/login answered 401" in tally.why


def test_the_tally_is_one_line_in_both_languages() -> None:
    assert "接听 answered 3" in in_words(Tally(answered=3))
    assert "refused" not in in_words(Tally())
    assert "refused 2 (6001: no)" in in_words(Tally(refused=2, why="6001: no"))
