"""A ticket core that is away for long: memory is bounded, and afterwards it is told everything, once and in order."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from acd.effects import CoreEffect
from acd.state import Policy
from agent_desk import telling as telling_module
from agent_desk.segments import segments
from agent_desk.snapshots import forget_old, read_snapshot, snapshot_files
from agent_desk.telling import Telling, wishes_of
from tests.acd.playbook import POLICY
from tests.agent_desk.journals import Keeping, calls

MOST = 20


def telling(floor: Keeping, directory: Path, piece: int = 1_000) -> Telling:
    return Telling(floor.runtime, directory, piece=piece, few=MOST // 2)


def written(floor: Keeping) -> None:
    """Let the core have written all it was handed."""
    if floor.core:
        floor.recorded = floor.core[-1][0]
    floor.journal.on_durable(floor.runtime.on_disk)  # the runtime looks how far the core is


async def caught_up(floor: Keeping, again: Telling) -> int:
    """Write and tell until nothing is left out; return in how many pieces."""
    for pieces in range(1_000):
        if floor.runtime.left_out is None:
            return pieces
        written(floor)
        await again.once()
    raise AssertionError("it never caught up")


async def all_wishes(directory: Path, count: int) -> list[tuple[int, CoreEffect]]:
    """What a core that was never away is handed."""
    async with Keeping(directory).running() as floor:
        floor.feed(*calls(1, count))
        await floor.until_durable()
    return floor.core


async def test_while_the_core_is_away_memory_is_bounded_and_nothing_is_lost(tmp_path: Path) -> None:
    expected = await all_wishes(tmp_path / "never-away", 200)
    async with Keeping(tmp_path / "away", most_waiting=MOST).running() as floor:
        floor.feed(*calls(1, 150))
        await floor.until_durable()
        assert MOST <= floor.runtime.waiting <= MOST + 2
        assert len(floor.core) == floor.runtime.waiting
        assert floor.runtime.left_out == floor.core[-1][0]
        again = telling(floor, tmp_path / "away")
        await again.once()
        assert len(floor.core) == floor.runtime.waiting, "nothing is told before the core can take it"
        assert await caught_up(floor, again) == 1
        floor.feed(*calls(151, 50))
        await floor.until_durable()
        await caught_up(floor, again)
    assert floor.core == expected


async def test_a_long_absence_is_told_in_pieces_and_calls_go_on_meanwhile(tmp_path: Path) -> None:
    expected = await all_wishes(tmp_path / "never-away", 130)
    async with Keeping(tmp_path / "away", most_waiting=MOST).running() as floor:
        floor.feed(*calls(1, 100))
        await floor.until_durable()
        again = telling(floor, tmp_path / "away", piece=40)
        for first in range(101, 131, 10):
            floor.feed(*calls(first, 10))
            await floor.until_durable()
            written(floor)
            await again.once()
        assert await caught_up(floor, again) > 1
        written(floor)
    assert floor.core == expected


async def test_what_comes_while_the_last_piece_is_read_waits_and_follows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = await all_wishes(tmp_path / "never-away", 60)
    async with Keeping(tmp_path / "away", most_waiting=MOST).running() as floor:
        floor.feed(*calls(1, 50))
        await floor.until_durable()
        again = telling(floor, tmp_path / "away")
        written(floor)

        began, go_on, read = threading.Event(), threading.Event(), telling_module.wishes_of

        def slowly(directory: Path, after: int, until: int, policy: Policy) -> Iterator[tuple[int, CoreEffect]]:
            began.set()
            assert go_on.wait(10)
            return read(directory, after, until, policy)

        monkeypatch.setattr(telling_module, "wishes_of", slowly)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(again.once())
            assert await asyncio.to_thread(began.wait, 10)
            floor.feed(*calls(51, 10))
            await floor.until_durable()
            go_on.set()
        await caught_up(floor, again)
    assert floor.core == expected


async def test_a_restart_goes_on_telling_where_the_core_is(tmp_path: Path) -> None:
    expected = await all_wishes(tmp_path / "never-away", 90)
    away = tmp_path / "away"
    async with Keeping(away, most_waiting=MOST).running() as first:
        first.feed(*calls(1, 40))
        await first.until_durable()
    async with Keeping(away, most_waiting=MOST).running() as second:  # it folded facts: its first commit has a snapshot
        second.feed(*calls(41, 20))
        await second.until_durable()
    (newest,) = snapshot_files(away)
    assert read_snapshot(newest).told is not None
    assert forget_old(away, recorded=0, keep_days=0, now=10**15) == [], "what is to be told stays"
    written_so_far = expected[9][0]
    async with Keeping(away, recorded=written_so_far, most_waiting=MOST).running() as third:
        third.feed(*calls(61, 30))
        await third.until_durable()
        await caught_up(third, telling(third, away))
    assert third.core == expected[10:]


async def test_a_journal_that_cannot_be_read_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    expected = await all_wishes(tmp_path / "never-away", 50)
    away = tmp_path / "away"
    async with Keeping(away, most_waiting=MOST).running() as floor:
        floor.feed(*calls(1, 50))
        await floor.until_durable()
        written(floor)
        again = telling(floor, away)
        (segment,) = segments(away)
        good = segment.read_bytes()
        segment.write_bytes(good.replace(b"jt1-5.1", b"jt1-6.1"))
        await again.once()
        assert "the journal cannot be read" in caplog.text
        assert floor.runtime.left_out is not None
        segment.write_bytes(good)
        await caught_up(floor, again)
    assert floor.core == expected


async def test_the_wishes_between_two_numbers(tmp_path: Path) -> None:
    expected = await all_wishes(tmp_path, 30)
    assert list(wishes_of(tmp_path, 20, 40, POLICY)) == [one for one in expected if 20 < one[0] <= 40]
