"""The journal and its snapshots: a restart reads little and comes to the same floor, whatever the disk did."""

import asyncio
import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from acd.names import Millis
from agent_desk import journal as journal_module
from agent_desk.journal import Journal, JournalError
from agent_desk.segments import segments
from agent_desk.snapshots import read_snapshot, snapshot_files
from agent_desk.state_codec import digest
from tests.acd.playbook import POLICY
from tests.agent_desk.journals import Keeping, calls


def numbers(directory: Path) -> list[int]:
    return [int(path.stem) for path in snapshot_files(directory)]


async def told(directory: Path, first: int, count: int) -> Keeping:
    """Start, tell calls, and stop."""
    async with Keeping(directory).running() as floor:
        floor.feed(*calls(first, count))
        await floor.until_durable()
    return floor


async def test_a_start_that_folded_facts_leaves_a_snapshot_for_the_next(tmp_path: Path) -> None:
    await told(tmp_path, 1, 50)
    assert numbers(tmp_path) == []
    await told(tmp_path, 51, 1)
    assert numbers(tmp_path) == [102]
    again = Keeping(tmp_path)
    assert again.folded == 0
    assert again.journal.last == 102


async def test_a_restart_from_a_snapshot_comes_to_the_same_floor(tmp_path: Path) -> None:
    await told(tmp_path, 1, 30)
    await told(tmp_path, 31, 30)
    last = await told(tmp_path, 61, 30)
    short = Keeping(tmp_path)
    for path in snapshot_files(tmp_path):
        path.unlink()
    whole = Keeping(tmp_path)
    assert short.folded < whole.folded == 180
    assert short.runtime.state == whole.runtime.state == last.runtime.state
    assert digest(short.runtime.state) == digest(whole.runtime.state)


async def test_the_core_gets_the_same_from_a_snapshot_as_from_all_facts(tmp_path: Path) -> None:
    await told(tmp_path, 1, 5)
    await told(tmp_path, 6, 5)
    await told(tmp_path, 11, 5)
    short = [Keeping(tmp_path, recorded=recorded).core for recorded in range(31)]
    assert numbers(tmp_path)
    for path in snapshot_files(tmp_path):
        path.unlink()
    assert short == [Keeping(tmp_path, recorded=recorded).core for recorded in range(31)]


async def test_what_the_core_has_is_not_in_the_snapshot(tmp_path: Path) -> None:
    await told(tmp_path, 1, 5)
    async with Keeping(tmp_path, recorded=10).running() as floor:
        floor.feed(*calls(6, 5))
        await floor.until(lambda: bool(floor.core))
        floor.recorded = 20
        floor.feed(*calls(11, 1))
        await floor.until_durable()
        assert floor.runtime.snapshot().recorded == 20
        assert {number for number, _ in floor.runtime.snapshot().effects} == {22}


async def test_one_is_made_after_so_many_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "SNAPSHOT_FACTS", 20)
    async with Keeping(tmp_path).running() as floor:
        floor.journal._snapshot_after = 20
        for first in range(1, 101, 5):
            floor.feed(*calls(first, 5))
            await floor.until_durable()
        await floor.until(lambda: len(numbers(tmp_path)) == 10)
    assert numbers(tmp_path) == list(range(20, 201, 20))


async def test_one_is_made_at_every_change_of_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "SEGMENT_BYTES", 500)
    async with Keeping(tmp_path).running() as floor:
        for first in range(1, 11):
            floor.feed(*calls(first, 1))
            await floor.until_durable()
        await floor.until(lambda: len(numbers(tmp_path)) == len(segments(tmp_path)) - 1)
    assert len(segments(tmp_path)) > 2


async def test_one_is_made_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "SNAPSHOT_SECONDS", 0.0)
    async with Keeping(tmp_path).running() as floor:
        floor.feed(*calls(1, 1))
        await floor.until(lambda: numbers(tmp_path) == [2])


async def test_a_damaged_snapshot_costs_time_and_nothing_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for first in (1, 11, 21, 31):
        last = await told(tmp_path, first, 10)
    newest = snapshot_files(tmp_path)[-1]
    os.truncate(newest, newest.stat().st_size - 7)
    again = Keeping(tmp_path)
    assert numbers(tmp_path) == [40, 80]
    assert again.folded == 40
    assert again.runtime.state == last.runtime.state
    assert "a snapshot is passed over" in caplog.text


async def test_new_rules_hold_after_a_restart(tmp_path: Path) -> None:
    await told(tmp_path, 1, 5)
    await told(tmp_path, 6, 5)
    policy = replace(POLICY, acw=Millis(7_000), service_level=Millis(20_000))
    again = Keeping(tmp_path, policy=policy)
    assert again.folded == 0
    assert again.runtime.state.policy == policy


async def test_a_snapshot_that_cannot_be_written_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    await told(tmp_path, 1, 5)
    monkeypatch.setattr(journal_module, "write_snapshot", refuse)
    last = await told(tmp_path, 6, 5)
    assert last.journal.error is None
    assert "no snapshot can be written" in caplog.text
    assert Keeping(tmp_path).runtime.state == last.runtime.state


async def test_facts_the_core_needs_may_not_be_missing(tmp_path: Path) -> None:
    await told(tmp_path, 1, 5)
    (segment,) = segments(tmp_path)
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.unlink()
    (tmp_path / "000000000000005.journal").write_bytes(b"".join(lines[4:]))
    assert Keeping(tmp_path, recorded=4).folded == 6
    with pytest.raises(JournalError, match="begins with fact 5"):
        Keeping(tmp_path, recorded=3)


# --- memory is full too ---


class Disk:
    """Refuses to write while it is full."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        self._real = os.write
        monkeypatch.setattr(journal_module.os, "write", self._write)
        monkeypatch.setattr(journal_module, "RETRY_SECONDS", 0.01)

    def _write(self, file: int, data: bytes) -> int:
        if self.full:
            raise OSError(28, "No space left on device")
        return self._real(file, data)


async def outage(tmp_path: Path, disk: Disk, memory_bytes: int = 2_000) -> Keeping:
    """A disk full for longer than memory lasts; then there is room again, and calls go on."""
    async with Keeping(tmp_path, memory_bytes=memory_bytes).running() as floor:
        floor.feed(*calls(1, 5))
        await floor.until_durable()
        disk.full = True
        for first in range(6, 106, 5):
            floor.feed(*calls(first, 5))
            await asyncio.sleep(0)
        await floor.until(lambda: floor.journal.error is not None)
        assert floor.journal.unkept > 100
        assert floor.journal._bytes <= memory_bytes
        assert "memory is full" in str(floor.journal.error)
        assert [number for number, _ in floor.core if number > 10] == [], "the core is never ahead of the journal"
        disk.full = False
        await floor.until_durable()
        floor.feed(*calls(106, 5))
        await floor.until_durable()
        assert floor.journal.error is None
        await floor.until(lambda: floor.core[-1][0] == 220)
    return floor


async def test_beyond_memory_the_floor_goes_on_and_a_snapshot_stands_for_its_facts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    floor = await outage(tmp_path, Disk(monkeypatch))
    assert len({number for number, _ in floor.core}) == 110, "every call reached the core"
    assert numbers(tmp_path) == [210]
    assert "memory for facts is full" in caplog.text
    again = Keeping(tmp_path)
    assert again.folded == 10
    assert again.runtime.state == floor.runtime.state
    assert again.core == floor.core, "what the core had not is in the snapshot"


async def test_without_the_snapshot_that_stands_for_them_the_missing_facts_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await outage(tmp_path, Disk(monkeypatch))
    snapshot_files(tmp_path)[0].unlink()
    with pytest.raises(JournalError, match=r"fact 211 follows fact \d+; those between are missing"):
        Keeping(tmp_path)


async def test_a_crash_after_that_snapshot_goes_on_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    floor = await outage(tmp_path, Disk(monkeypatch))
    segments(tmp_path)[-1].unlink()
    async with Keeping(tmp_path).running() as again:
        assert again.journal.last == 210
        again.feed(*calls(106, 5))
        await again.until_durable()
    assert [path.name for path in segments(tmp_path)][-1] == "000000000000211.journal"
    assert Keeping(tmp_path).runtime.state == floor.runtime.state


async def test_memory_full_again_before_that_snapshot_is_written_makes_a_later_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    async with Keeping(tmp_path, memory_bytes=2_000).running() as floor:
        disk.full = True
        floor.feed(*calls(1, 20))
        monkeypatch.setattr(journal_module, "write_snapshot", _refuse)
        disk.full = False
        await floor.until(lambda: floor.journal._bridge is not None)
        floor.feed(*calls(21, 20))
        assert floor.journal._bridge is None
        assert floor.journal._bytes == 0
        monkeypatch.undo()
        await floor.until_durable()
    assert numbers(tmp_path)[-1] == 80
    assert Keeping(tmp_path).runtime.state == floor.runtime.state


def _refuse(*_: object) -> None:
    raise OSError(28, "No space left on device")


async def test_an_end_while_memory_is_full_loses_nothing_if_there_is_room_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    async with Keeping(tmp_path, memory_bytes=2_000).running() as floor:
        disk.full = True
        floor.feed(*calls(1, 20))
        await floor.until(lambda: "No space" in str(floor.journal.error))
        disk.full = False
    assert read_snapshot(snapshot_files(tmp_path)[-1]).bridge
    assert Keeping(tmp_path).runtime.state == floor.runtime.state


async def test_without_a_floor_to_take_a_snapshot_of_memory_has_no_limit(tmp_path: Path) -> None:
    journal = Journal(tmp_path, memory_bytes=1)
    for event in calls(1, 5):
        journal.append(event)
    assert journal.unkept == 0
