"""A house whose journal lies on a small file system that fills up; run by test_full_disk in a namespace of its own."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from acd.names import Moment
from agent_desk.house import House
from agent_desk.recorded import Recorded, Until, refold, whole
from agent_desk.segments import segments
from agent_desk.state_codec import digest
from core.calls import calls_since
from tests.agent_desk.a_house import a_client, a_house, a_plan, told
from tests.agent_desk.journals import calls

BEFORE, WHILE, AFTER = 100, 4_900, 100
"""Calls; two facts each. Those while the disk is full are more than the megabyte of memory holds."""


async def play(data: Path) -> dict[str, Any]:
    """Fill the journal's disk, let calls go on, make room again; return what was seen."""
    plan = a_plan(data, pytest.MonkeyPatch(), JIETONG_JOURNAL_MEMORY_MB="1")
    filler, seen = plan.journal / "filler", dict[str, Any]()
    async with a_house(plan) as house, a_client(house) as client, asyncio.TaskGroup() as tasks:
        tasks.create_task(house.recorder.run(house.core_queue))
        writing = tasks.create_task(house.journal.run())
        await _told(house, 1, BEFORE)
        await _until(lambda: house.journal.durable == house.journal.last)
        (segment,) = segments(plan.journal)
        first = segment.read_bytes()
        _fill(filler)
        await _told(house, BEFORE + 1, WHILE)
        await _until(lambda: "No space" in str(house.journal.error) and house.journal.unkept > 0)
        seen["full"] = await _health(client)
        seen["unkept"] = house.journal.unkept
        seen["in memory"] = house.journal._bytes
        seen["floor"] = next(iter(house.runtime.state.days.values())).all.lost
        filler.unlink()
        await _until(lambda: house.journal.error is None and house.journal.durable == house.journal.last)
        await _told(house, BEFORE + WHILE + 1, AFTER)
        await _until(lambda: house.journal.durable == house.journal.last)
        seen["room"] = await _health(client)
        writing.cancel()
        house.core_queue.put_nowait(None)
        seen["unharmed"] = segment.read_bytes().startswith(first)
        seen["ran"] = digest(house.runtime.state)
    seen["replayed"] = digest(refold(Recorded(*whole(plan.journal), Until()), plan.policy()))
    async with a_house(plan) as again:
        seen["restarted"] = digest(again.runtime.state)
        async with again.database.reading() as session:
            seen["calls"] = len({line.call_id async for line in calls_since(session, Moment(0))})
    return seen


async def _told(house: House, first: int, count: int) -> None:
    for start in range(first, first + count, 50):
        told(house, *calls(start, 50))
        await asyncio.sleep(0)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 8, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


async def _until(true: Any) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 # a disk tells nobody
            await asyncio.sleep(0.02)


async def _health(client: httpx.AsyncClient) -> dict[str, Any]:
    parts: dict[str, Any] = (await client.get("/healthz")).json()["parts"]
    return dict(parts["journal"])


if __name__ == "__main__":
    print(json.dumps(asyncio.run(play(Path(sys.argv[1])))))
