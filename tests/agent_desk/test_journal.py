"""The journal: every fact once and in order, whatever the power or the disk does."""

import asyncio
import os
import threading
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from acd.events import AnyEvent, Tick
from acd.names import Moment
from agent_desk import journal as journal_module
from agent_desk.journal import Journal, JournalError


def ticks(count: int, first: int = 1) -> list[AnyEvent]:
    return [Tick(at=Moment(number)) for number in range(first, first + count)]


class Durable:
    """Waits for the disk."""

    def __init__(self, journal: Journal) -> None:
        self.numbers: list[int] = []
        self._more = asyncio.Event()
        journal.on_durable = self._told

    def _told(self, number: int) -> None:
        self.numbers.append(number)
        self._more.set()

    async def until(self, number: int) -> None:
        async with asyncio.timeout(10):
            while not self.numbers or self.numbers[-1] < number:
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def running(journal: Journal) -> AsyncIterator[Durable]:
    durable = Durable(journal)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(journal.run())
        yield durable
        task.cancel()


async def written(directory: Path, events: list[AnyEvent]) -> Path:
    """Write events; return the segment's file."""
    journal = Journal(directory)
    list(journal.read())
    async with running(journal) as durable:
        for event in events:
            journal.append(event)
        await durable.until(journal.last)
    return segments(directory)[-1]


def segments(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.journal"))


def read(directory: Path) -> list[tuple[int, AnyEvent]]:
    return list(Journal(directory).read())


async def test_what_is_written_is_read_with_its_numbers(tmp_path: Path) -> None:
    await written(tmp_path, ticks(5))
    assert read(tmp_path) == list(enumerate(ticks(5), start=1))


async def test_the_numbering_goes_on_after_a_restart(tmp_path: Path) -> None:
    await written(tmp_path, ticks(3))
    await written(tmp_path, ticks(2, first=4))
    assert read(tmp_path) == list(enumerate(ticks(5), start=1))


async def test_it_tells_what_is_on_disk_only_when_it_is(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for event in ticks(3):
        journal.append(event)
    assert (journal.last, journal.durable) == (3, 0)
    async with running(journal) as durable:
        await durable.until(3)
        assert journal.durable == 3
        assert read(tmp_path)[-1][0] == 3


async def test_what_is_left_at_the_end_is_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    async with running(journal) as durable:
        journal.append(ticks(1)[0])
        await durable.until(1)
        journal.append(ticks(1, first=2)[0])
    assert read(tmp_path) == list(enumerate(ticks(2), start=1))


@pytest.mark.parametrize("cut", [1, 5, 12])
async def test_a_torn_last_line_is_cut_off(tmp_path: Path, cut: int, caplog: pytest.LogCaptureFixture) -> None:
    segment = await written(tmp_path, ticks(3))
    os.truncate(segment, segment.stat().st_size - cut)
    assert read(tmp_path) == list(enumerate(ticks(2), start=1))
    assert "torn" in caplog.text
    await written(tmp_path, ticks(1, first=9))
    assert [number for number, _ in read(tmp_path)] == [1, 2, 3]


async def test_a_damaged_line_in_the_middle_is_an_error_that_names_it(tmp_path: Path) -> None:
    segment = await written(tmp_path, ticks(3))
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(lines[0] + lines[1].replace(b"Tick", b"Tock") + lines[2])
    with pytest.raises(JournalError, match=r"line 2: damaged"):
        read(tmp_path)


async def test_a_torn_line_in_an_older_segment_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "SEGMENT_BYTES", 10)
    older = await written(tmp_path, ticks(1))
    await written(tmp_path, ticks(1, first=2))
    os.truncate(older, older.stat().st_size - 3)
    with pytest.raises(JournalError, match="line 1"):
        read(tmp_path)


async def test_a_full_segment_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "SEGMENT_BYTES", 10)
    for number in range(1, 4):
        await written(tmp_path, ticks(1, first=number))
    names = [path.name for path in segments(tmp_path)]
    assert names == ["000000000000001.journal", "000000000000002.journal", "000000000000003.journal"]
    assert read(tmp_path) == list(enumerate(ticks(3), start=1))


async def test_a_full_disk_loses_nothing_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, full = os.fdatasync, True

    def fdatasync(file: int) -> None:
        if full:
            raise OSError(28, "No space left on device")
        real(file)

    monkeypatch.setattr(journal_module.os, "fdatasync", fdatasync)
    monkeypatch.setattr(journal_module, "RETRY_SECONDS", 0.01)
    journal = Journal(tmp_path)
    async with running(journal) as durable:
        for event in ticks(3):
            journal.append(event)
        async with asyncio.timeout(10):
            while journal.error is None:  # noqa: ASYNC110 # told by nothing but itself
                await asyncio.sleep(0.01)
        assert "No space" in journal.error
        assert durable.numbers == []
        full = False
        await durable.until(3)
        assert journal.error is None
    assert read(tmp_path) == list(enumerate(ticks(3), start=1))


async def test_facts_of_a_moment_are_one_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(journal_module.os, "fdatasync", lambda file: (syncs.append(file), real(file))[1])
    await written(tmp_path, ticks(100))
    assert len(syncs) <= 2


async def test_others_cannot_read_it(tmp_path: Path) -> None:
    segment = await written(tmp_path / "journal", ticks(1))
    assert segment.parent.stat().st_mode & 0o077 == 0
    assert segment.stat().st_mode & 0o077 == 0


async def test_a_fact_of_a_newer_version_is_an_error_that_names_its_place(tmp_path: Path) -> None:
    segment = await written(tmp_path, ticks(2))
    line = b'3 {"type":"Invented","at":1}'
    with segment.open("ab") as file:
        file.write(b"%08x %s\n" % (zlib.crc32(line), line))
    with pytest.raises(JournalError, match="line 3"):
        read(tmp_path)


async def test_half_a_group_is_taken_back_before_the_next_attempt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, attempts = os.write, 0

    def write(file: int, data: bytes) -> int:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            return real(file, data[:7])
        if attempts == 2:
            raise OSError(28, "No space left on device")
        return real(file, data)

    monkeypatch.setattr(journal_module.os, "write", write)
    monkeypatch.setattr(journal_module, "RETRY_SECONDS", 0.01)
    await written(tmp_path, ticks(3))
    assert read(tmp_path) == list(enumerate(ticks(3), start=1))


async def test_it_ends_only_when_the_disk_has_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, at_disk, go_on = os.fdatasync, threading.Event(), threading.Event()

    def fdatasync(file: int) -> None:
        at_disk.set()
        go_on.wait(5)
        real(file)

    monkeypatch.setattr(journal_module.os, "fdatasync", fdatasync)
    journal = Journal(tmp_path)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(journal.run())
        journal.append(ticks(1)[0])
        await asyncio.to_thread(at_disk.wait, 5)
        journal.append(ticks(1, first=2)[0])
        task.cancel()
        asyncio.get_running_loop().call_later(0.05, go_on.set)
    assert read(tmp_path) == list(enumerate(ticks(2), start=1))


async def test_a_disk_that_refuses_to_the_end_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fdatasync(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(journal_module.os, "fdatasync", fdatasync)
    journal = Journal(tmp_path)
    async with running(journal):
        journal.append(ticks(1)[0])
        async with asyncio.timeout(10):
            while journal.error is None:  # noqa: ASYNC110 # told by nothing but itself
                await asyncio.sleep(0.01)
    assert "the newest facts are lost" in caplog.text
