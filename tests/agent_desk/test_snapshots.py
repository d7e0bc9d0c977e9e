"""Snapshots: whole or not there, passed over when they cannot be believed, and what they make superfluous."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from acd.names import Millis, Moment
from acd.state import PERIODS_KEPT, Policy, State
from agent_desk import snapshots as snapshots_module
from agent_desk.snapshots import (
    DAY_MS,
    Snapshot,
    SnapshotInvalid,
    forget_old,
    good_snapshots,
    read_snapshot,
    snapshot_files,
    to_begin_from,
    write_snapshot,
)
from tests.acd.playbook import C1, POLICY, T0, Story, call_over
from tests.agent_desk.test_segments import segment

NOW = Moment(T0)


def snapshot(number: int, at: int = T0, policy: Policy = POLICY, **more: int | bool) -> Snapshot:
    state = State(now=Moment(at), policy=policy)
    return Snapshot(number=number, state=state, **{"recorded": 0, **more})  # type: ignore[arg-type]


def kept(directory: Path, *numbers: int, age_days: float = 0.0) -> None:
    """Write snapshots last touched so long before NOW."""
    for number in numbers:
        write_snapshot(directory, snapshot(number))
        age(snapshot_files(directory)[-1], age_days)


def age(path: Path, days: float) -> None:
    seconds = NOW / 1000 - days * 86_400
    os.utime(path, (seconds, seconds))


def names(directory: Path) -> list[str]:
    return sorted(f"{int(path.stem)}{path.suffix}" for path in directory.iterdir())


def begun(directory: Path, *, recorded: int = 0, end: int = 100, policy: Policy = POLICY) -> int | None:
    one = to_begin_from(directory, recorded=recorded, end=end, policy=policy)
    return None if one is None else one.number


def test_a_snapshot_comes_back_with_what_the_core_has_not(tmp_path: Path) -> None:
    story = Story()
    story.waiting(C1)
    effects = tuple((7, effect) for effect in story.tell(call_over(C1, story.then())))
    whole = Snapshot(number=7, state=story.state, recorded=3, effects=effects, bridge=True)  # type: ignore[arg-type]
    write_snapshot(tmp_path, whole)
    (path,) = tmp_path.iterdir()
    assert read_snapshot(path) == whole
    assert effects
    assert path.stat().st_mode & 0o077 == 0


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots_module.os, "fsync", refuse)
    with pytest.raises(OSError, match="No space"):
        write_snapshot(tmp_path, snapshot(1))
    assert names(tmp_path) == []


@pytest.mark.parametrize("place", [0, 70, -1])
def test_a_damaged_one_is_passed_over_with_an_error(
    tmp_path: Path, place: int, caplog: pytest.LogCaptureFixture
) -> None:
    kept(tmp_path, 4, 8)
    newest = snapshot_files(tmp_path)[-1]
    data = bytearray(newest.read_bytes())
    data[place] ^= 1
    newest.write_bytes(data)
    assert [one.number for one in good_snapshots(tmp_path)] == [4]
    assert begun(tmp_path) == 4
    assert any(record.levelname == "ERROR" and "damaged" in record.__dict__["why"] for record in caplog.records)


def test_one_of_another_format_is_refused(tmp_path: Path) -> None:
    write_snapshot(tmp_path, replace(snapshot(1), format=99))
    with pytest.raises(SnapshotInvalid, match="format 99"):
        read_snapshot(snapshot_files(tmp_path)[0])


def test_one_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "1.snapshot"
    path.write_bytes(b"")
    with pytest.raises(SnapshotInvalid):
        read_snapshot(path)


def test_the_newest_is_begun_from(tmp_path: Path) -> None:
    assert begun(tmp_path) is None
    kept(tmp_path, 4, 8)
    assert begun(tmp_path) == 8


def test_a_database_that_is_older_needs_an_older_snapshot(tmp_path: Path) -> None:
    write_snapshot(tmp_path, snapshot(4, recorded=2))
    write_snapshot(tmp_path, snapshot(8, recorded=7))
    assert begun(tmp_path, recorded=7) == 8
    assert begun(tmp_path, recorded=6) == 4
    assert begun(tmp_path, recorded=1) is None


def test_one_beyond_the_journals_end_is_not_believed_unless_it_stands_for_facts_not_kept(tmp_path: Path) -> None:
    kept(tmp_path, 4, 8)
    assert begun(tmp_path, end=6) == 4
    write_snapshot(tmp_path, snapshot(9, bridge=True))
    assert begun(tmp_path, end=6) == 9


def test_another_grid_of_intervals_wants_one_older_than_all_that_is_counted(tmp_path: Path) -> None:
    hourly = replace(POLICY, interval=Millis(3_600_000))
    kept(tmp_path, 8)
    assert begun(tmp_path, policy=hourly) is None
    write_snapshot(tmp_path, snapshot(4, T0 - PERIODS_KEPT - 1))
    assert begun(tmp_path, policy=hourly) == 4
    assert begun(tmp_path, policy=replace(POLICY, acw=Millis(1))) == 8, "no figure hangs on it"


def test_old_segments_go_when_nobody_needs_them(tmp_path: Path) -> None:
    for first in (1, 11, 21, 31):
        age(segment(tmp_path, *range(first, first + 10)), 40)
    kept(tmp_path, 25, 35, age_days=31)
    forget_old(tmp_path, recorded=40, keep_days=30, now=NOW)
    assert names(tmp_path) == ["21.journal", "25.snapshot", "31.journal", "35.snapshot"]


def test_segments_stay_for_their_days(tmp_path: Path) -> None:
    age(segment(tmp_path, *range(1, 11)), 31)
    age(segment(tmp_path, *range(11, 21)), 29)
    segment(tmp_path, *range(21, 31))
    kept(tmp_path, 25, 28)
    forget_old(tmp_path, recorded=40, keep_days=30, now=NOW)
    assert names(tmp_path) == ["11.journal", "21.journal", "25.snapshot", "28.snapshot"]


@pytest.mark.parametrize("other", ["none", "damaged", "of another format"])
def test_without_two_good_snapshots_every_segment_stays(tmp_path: Path, other: str) -> None:
    age(segment(tmp_path, *range(1, 11)), 99)
    age(segment(tmp_path, *range(11, 21)), 99)
    kept(tmp_path, 18)
    if other == "damaged":
        kept(tmp_path, 12)
        snapshot_files(tmp_path)[0].write_bytes(b"x")
    elif other == "of another format":
        write_snapshot(tmp_path, replace(snapshot(12), format=99))
    assert forget_old(tmp_path, recorded=40, keep_days=30, now=NOW) == []


def test_what_the_core_has_not_written_stays(tmp_path: Path) -> None:
    story = Story()
    story.waiting(C1)
    effects = tuple((9, effect) for effect in story.tell(call_over(C1, story.then())))
    age(segment(tmp_path, *range(1, 11)), 99)
    age(segment(tmp_path, *range(11, 31)), 99)
    write_snapshot(tmp_path, replace(snapshot(15), effects=effects))
    write_snapshot(tmp_path, snapshot(25))
    assert forget_old(tmp_path, recorded=8, keep_days=30, now=NOW) == []
    assert [path.name for path in forget_old(tmp_path, recorded=9, keep_days=30, now=NOW)] == [
        "000000000000001.journal"
    ]


def test_of_old_snapshots_one_a_day_stays_and_those_that_bridge(tmp_path: Path) -> None:
    segment(tmp_path, *range(1, 11))
    segment(tmp_path, *range(13, 31))
    kept(tmp_path, 5, 6, age_days=3)
    kept(tmp_path, 12, 14, 16, age_days=2)
    kept(tmp_path, 20, 22, 24)
    forget_old(tmp_path, recorded=40, keep_days=30, now=NOW)
    left = [int(path.stem) for path in snapshot_files(tmp_path)]
    assert left == [6, 12, 16, 20, 22, 24]
    assert DAY_MS == 86_400_000


def test_what_a_crash_left_of_a_snapshot_is_swept_up(tmp_path: Path) -> None:
    for name, days in (("1.part", 2), ("2.part", 0)):
        (tmp_path / name).touch()
        age(tmp_path / name, days)
    forget_old(tmp_path, recorded=0, keep_days=30, now=NOW)
    assert names(tmp_path) == ["2.part"]
