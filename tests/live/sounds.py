"""Speaks the prompts once for all the Asterisks of a test run: it takes longer than starting one."""

import atexit
import shutil
import tempfile
from pathlib import Path

_kept: list[Path] = []


def lend(base: Path) -> None:
    """Put what was spoken before below an Asterisk's directory; `telephony.prompts` makes only what is missing."""
    if _kept and not (base / "sounds").exists():
        shutil.copytree(_kept[0], base / "sounds")


def keep(base: Path) -> None:
    """Remember what was spoken for an Asterisk, if nothing is remembered yet."""
    if not _kept and (base / "sounds").exists():
        home = Path(tempfile.mkdtemp(prefix="jt-sounds-"))
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        shutil.copytree(base / "sounds", home / "sounds")
        _kept.append(home / "sounds")
