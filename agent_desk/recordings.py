"""Recordings are kept for as many days as the settings say, then removed."""

import asyncio
import shutil
from pathlib import Path

from acd.figures import DAY
from acd.names import Moment
from acd.turn import civil


async def forget_old_recordings(directory: Path, keep_days: int, now: Moment) -> None:
    """Remove the day folders (`YYYYMMDD`) older than `keep_days` days."""
    year, month, date = civil(now // DAY - keep_days)
    oldest = f"{year:04d}{month:02d}{date:02d}"
    await asyncio.to_thread(_remove, directory, oldest)


def _remove(directory: Path, oldest: str) -> None:
    if not directory.is_dir():
        return
    for day in directory.iterdir():
        if day.is_dir() and day.name.isdigit() and len(day.name) == 8 and day.name < oldest:
            shutil.rmtree(day)
