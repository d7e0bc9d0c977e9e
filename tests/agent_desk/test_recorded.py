"""A journal that is only read comes to the floor that ran, whatever is missing at its beginning or in between."""

import asyncio
from pathlib import Path

import pytest

from agent_desk.recorded import Recorded, Until, refold, whole
from agent_desk.segments import JournalError, segments
from agent_desk.snapshots import snapshot_files
from agent_desk.state_codec import digest
from tests.acd.playbook import POLICY
from tests.agent_desk.journals import Keeping, calls
from tests.agent_desk.test_journal_snapshots import Disk, outage


def _told(directory: Path, *spells: tuple[int, int]) -> Keeping:
    async def tell() -> Keeping:
        for first, count in spells:
            async with Keeping(directory).running() as floor:
                floor.feed(*calls(first, count))
                await floor.until_durable()
        return floor

    return asyncio.run(tell())


def test_the_hash_is_that_of_the_floor_that_ran(tmp_path: Path) -> None:
    ran = _told(tmp_path, (1, 10), (11, 10), (21, 3))
    assert digest(refold(Recorded(*whole(tmp_path), Until()), POLICY)) == digest(ran.runtime.state)


def test_a_journal_whose_beginning_was_removed_begins_with_its_oldest_snapshot(tmp_path: Path) -> None:
    ran = _told(tmp_path, (1, 10), (11, 10), (21, 10))
    (segment,) = segments(tmp_path)
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.unlink()
    (tmp_path / "000000000000039.journal").write_bytes(b"".join(lines[38:]))
    files, start = whole(tmp_path)
    assert start is not None
    assert start.number == 40
    assert refold(Recorded(files, start, Until()), POLICY) == ran.runtime.state


def test_a_snapshot_stands_for_facts_that_were_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = asyncio.run(outage(tmp_path, Disk(monkeypatch)))
    journal = Recorded(*whole(tmp_path), Until())
    assert refold(journal, POLICY) == ran.runtime.state
    (bridge,) = snapshot_files(tmp_path)
    bridge.write_bytes(b"damaged")
    with pytest.raises(JournalError, match=r"damaged.* It stands for facts"):
        refold(Recorded(*whole(tmp_path), Until()), POLICY)


def test_a_replay_is_told_nothing_new() -> None:
    with pytest.raises(JournalError, match="keeps no new fact"):
        Recorded([], None, Until()).append(calls(1, 1)[0])
