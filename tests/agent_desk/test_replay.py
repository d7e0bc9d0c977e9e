"""`jietong replay`: the same facts give the same floor, and nothing outside hears of it."""

import asyncio
from pathlib import Path

import pytest

from agent_desk import journal as journal_module
from agent_desk.cli import main
from agent_desk.compose import Plan
from agent_desk.segments import segments
from agent_desk.snapshots import snapshot_files
from tests.acd.playbook import T0
from tests.agent_desk.journals import Keeping, calls


def _told(directory: Path, *spells: tuple[int, int]) -> Keeping:
    async def tell() -> Keeping:
        for first, count in spells:
            async with Keeping(directory).running() as floor:
                floor.feed(*calls(first, count))
                await floor.until_durable()
        return floor

    return asyncio.run(tell())


def _asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, str], str]:
    status = main(["replay", *arguments])
    said = capsys.readouterr()
    lines = (line.split(maxsplit=1) for line in said.out.splitlines())
    return status, {line[0]: line[1] for line in lines if len(line) == 2}, said.err


def test_the_whole_journal_of_the_installation_is_folded(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    _told(plan.journal, (1, 10), (11, 10))
    before = sorted(path.read_bytes() for path in plan.journal.iterdir())
    status, said, err = _asked(capsys)
    assert (status, err) == (0, "")
    assert said["facts"] == "1 to 40"
    assert said["began"] == "with   the empty floor"
    assert said["today"].startswith("offered 20 ")
    assert "lost 20" in said["today"]
    assert len(said["state"]) == 64
    assert _asked(capsys)[1] == said, "two replays agree"
    assert sorted(path.read_bytes() for path in plan.journal.iterdir()) == before, "it writes nothing"


@pytest.mark.parametrize(("until", "last"), [("7", "7"), ("40", "40"), ("99", "40"), (str(T0 + 3_500), "6")])
def test_it_stops_where_it_is_told(plan: Plan, until: str, last: str, capsys: pytest.CaptureFixture[str]) -> None:
    _told(plan.journal, (1, 20))
    status, said, _ = _asked(capsys, "--until", until)
    assert (status, said["facts"]) == (0, f"1 to {last}")


def test_it_begins_with_the_snapshot_before_a_moment_and_comes_to_the_same(
    plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    _told(plan.journal, (1, 10), (11, 10), (21, 10), (31, 10))
    assert [int(path.stem) for path in snapshot_files(plan.journal)] == [40, 80]
    _, all_of_it, _ = _asked(capsys)
    _, later, _ = _asked(capsys, "--from", str(T0 + 30_000))
    assert (later["began"], later["facts"]) == ("with   snapshot 40", "41 to 80")
    assert later["state"] == all_of_it["state"]
    _, earlier, _ = _asked(capsys, "--from", "2020-01-01")
    assert earlier["facts"] == "1 to 80"
    status, _, err = _asked(capsys, "--from", str(T0 + 30_000), "--until", "12")
    assert status == 2
    assert "begins after fact 40" in err


def test_one_segment_and_another_directory_can_be_named(
    plan: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "SEGMENT_BYTES", 2_000)
    _told(tmp_path / "other", *((first, 5) for first in range(1, 30, 5)))
    first, second = segments(tmp_path / "other")[:2]
    assert _asked(capsys, str(first))[1]["facts"] == f"1 to {int(second.stem) - 1}"
    status, said, _ = _asked(capsys, str(second))
    assert (status, said["facts"].split()[0]) == (0, str(int(second.stem)))
    assert _asked(capsys, str(tmp_path / "other"))[1]["facts"] == "1 to 60"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "holds no journal"),
        (["nowhere.journal"], "is not there"),
        (["--until", "noon"], "--until: 'noon' is no time"),
        (["--from", "noon"], "--from: 'noon' is no time"),
    ],
)
def test_what_cannot_be_replayed_is_one_sentence(
    arguments: list[str], why: str, plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said, err = _asked(capsys, *arguments)
    assert (status, said, err.count("\n")) == (2, {}, 1)
    assert why in err


def test_damage_is_one_sentence_that_names_its_place(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    _told(plan.journal, (1, 10))
    (segment,) = segments(plan.journal)
    segment.write_bytes(segment.read_bytes().replace(b"jt1-5.1", b"jt1-6.1"))
    status, _, err = _asked(capsys)
    assert status == 2
    assert "line 9: damaged" in err
