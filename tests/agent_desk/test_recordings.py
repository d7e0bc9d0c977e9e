"""Recordings are kept for the days of the settings."""

from pathlib import Path

from acd.names import Moment
from agent_desk.recordings import forget_old_recordings

NOON = Moment(1_795_233_600_000)
"""2026-11-21 in China."""


def _names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


async def test_only_day_folders_older_than_the_limit_go(tmp_path: Path) -> None:
    for name in ("20260524", "20260525", "20261121", "notes", "1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "call.wav").touch()
    await forget_old_recordings(tmp_path, 180, NOON)
    assert _names(tmp_path) == ["1", "20260525", "20261121", "notes"]


async def test_no_recordings_at_all_is_no_error(tmp_path: Path) -> None:
    await forget_old_recordings(tmp_path / "none", 180, NOON)
