"""Segments as they are read: every fact with its number, and each damage named by its place."""

import os
from pathlib import Path

import pytest

from acd.events import AnyEvent, CallEnded, Tick
from acd.names import CallId, Moment
from agent_desk.segments import (
    JournalError,
    facts,
    facts_of_call,
    last_number,
    line_of,
    must_reach_back,
    segment_name,
    segments,
)


def tick(number: int) -> AnyEvent:
    return Tick(at=Moment(number))


def segment(directory: Path, *numbers: int) -> Path:
    """Write a segment of ticks."""
    path = directory / segment_name(numbers[0])
    path.write_bytes(b"".join(line_of(number, tick(number)) for number in numbers))
    return path


def read(directory: Path, after: int = 0, bridged: tuple[int, ...] = ()) -> list[int]:
    return [number for number, _ in facts(segments(directory), after=after, bridged=bridged)]


@pytest.mark.parametrize(("after", "numbers"), [(0, [1, 2, 3, 4, 5]), (1, [2, 3, 4, 5]), (3, [4, 5]), (5, [])])
def test_facts_after_a_number_are_read(tmp_path: Path, after: int, numbers: list[int]) -> None:
    segment(tmp_path, 1, 2, 3)
    segment(tmp_path, 4, 5)
    assert read(tmp_path, after) == numbers


def test_segments_wholly_before_the_number_are_not_opened(tmp_path: Path) -> None:
    segment(tmp_path, 1, 2, 3).write_bytes(b"damaged\n")
    segment(tmp_path, 4, 5)
    assert read(tmp_path, 3) == [4, 5]


def test_damage_before_the_number_in_the_same_segment_is_named(tmp_path: Path) -> None:
    path = segment(tmp_path, 1, 2, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"0" * 20 + b"\n" + b"".join(lines[1:]))
    with pytest.raises(JournalError, match="line 1: damaged"):
        read(tmp_path, 2)


@pytest.mark.parametrize("after", [0, 1, 3, 4])
def test_facts_that_are_missing_are_named(tmp_path: Path, after: int) -> None:
    segment(tmp_path, 1, 2, 3)
    segment(tmp_path, 6, 7)
    with pytest.raises(JournalError, match=r"line 1: fact 6 follows fact \d; those between are missing"):
        read(tmp_path, after)


def test_a_snapshot_may_stand_for_facts_that_are_missing(tmp_path: Path) -> None:
    segment(tmp_path, 1, 2, 3)
    segment(tmp_path, 6, 7)
    assert read(tmp_path, bridged=(5,)) == [1, 2, 3, 6, 7]
    assert read(tmp_path, after=5) == [6, 7]


def test_the_beginning_may_be_gone(tmp_path: Path) -> None:
    segment(tmp_path, 4, 5)
    assert read(tmp_path) == [4, 5]
    must_reach_back(tmp_path, recorded=3)
    with pytest.raises(JournalError, match="begins with fact 4, .* only up to 2"):
        must_reach_back(tmp_path, recorded=2)


def test_a_reader_leaves_a_torn_end_alone(tmp_path: Path) -> None:
    path = segment(tmp_path, 1, 2)
    with path.open("ab") as file:
        file.write(line_of(3, tick(3))[:-4])
    size = path.stat().st_size
    assert read(tmp_path) == [1, 2]
    assert path.stat().st_size == size, "its writer may be about to write the rest"
    assert [number for number, _ in facts([path], mend=True)] == [1, 2]
    assert path.stat().st_size < size


def test_the_newest_number_is_found_from_the_end(tmp_path: Path) -> None:
    assert last_number(tmp_path) == 0
    path = segment(tmp_path, *range(1, 3_000))
    assert last_number(tmp_path) == 2_999
    os.truncate(path, path.stat().st_size - 3)
    assert last_number(tmp_path) == 2_998
    (tmp_path / segment_name(3_000)).touch()
    assert last_number(tmp_path) == 2_998


def test_a_file_of_another_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "copy-of.journal").write_bytes(b"")
    with pytest.raises(JournalError, match="is no segment"):
        read(tmp_path)


def ending(call: str, at: int) -> AnyEvent:
    return CallEnded(at=Moment(at), call=CallId(call), cause=16)


def of_call(directory: Path, call: str, begin: int = 0, end: int = 10_000) -> list[int]:
    return [fact.at for fact in facts_of_call(directory, CallId(call), Moment(begin), Moment(end))]


def kept(directory: Path, first: int, *events: AnyEvent) -> Path:
    path = directory / segment_name(first)
    path.write_bytes(b"".join(line_of(number, event) for number, event in enumerate(events, start=first)))
    return path


def test_the_facts_of_one_call_are_found_among_others(tmp_path: Path) -> None:
    kept(tmp_path, 1, tick(1), ending("jt1-1.1", 100), ending("jt1-1.10", 200))
    kept(tmp_path, 4, ending("jt1-1.1", 300), tick(400))
    assert of_call(tmp_path, "jt1-1.1") == [100, 300]
    assert of_call(tmp_path, "jt1-1.10") == [200]
    assert of_call(tmp_path, "jt1-1.100") == []
    assert of_call(tmp_path / "nowhere", "jt1-1.1") == []


def test_segments_of_another_time_are_not_read(tmp_path: Path) -> None:
    for first, at in ((1, 1_000), (3, 2_000), (5, 3_000)):
        kept(tmp_path, first, tick(at), ending("c", at + 500))
    assert of_call(tmp_path, "c", 2_001, 2_900) == [2_500], "the first ends before, the third begins after"
    assert of_call(tmp_path, "c", 1_900, 3_000) == [1_500, 2_500, 3_500]


def test_a_damaged_line_costs_only_itself(tmp_path: Path) -> None:
    path = kept(tmp_path, 1, ending("c", 100), ending("c", 200), ending("c", 300))
    path.write_bytes(path.read_bytes().replace(b"200", b"201"))
    assert of_call(tmp_path, "c") == [100, 300]
