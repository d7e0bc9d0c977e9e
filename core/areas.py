"""Where a caller's number is from: a table made once from phonenumbers' metadata, and read in a moment.

phonenumbers' own tables of the whole world take seconds and 50 MB to load, in which nothing else could run. China's
prefixes are taken out of them once, by a process of its own (`python -m core.areas FILE`), and kept in a file.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Final

import msgspec
import phonenumbers

from core.callers import normalise

log = logging.getLogger(__name__)

_CHINA: Final = "86"
_LONGEST: Final = 7
"""Digits after the country code that a prefix of the tables has at most; the test looks."""
_NOWHERE: Final = ("", "")
_OUTSIDE_THE_PLAN: Final = {"HK": ("香港", "Hong Kong"), "MO": ("澳门", "Macao"), "TW": ("台湾", "Taiwan")}
"""China's places with country codes of their own."""


class AreaTable(msgspec.Struct, frozen=True):
    """China's prefixes and their places."""

    places: tuple[tuple[str, str], ...] = ()
    """Chinese and English name."""
    prefixes: dict[str, int] = {}
    """National digits to an index into `places`."""

    def area(self, number: str) -> tuple[str, str]:
        """Return where a number is from in Chinese and English; two empty strings if that cannot be told."""
        key = normalise(number)
        if key.startswith("+"):
            return _abroad(key)
        digits = key.lstrip("0")
        if len(digits) < 9 or not digits.isdigit():
            return _NOWHERE
        for length in range(min(_LONGEST, len(digits)), 1, -1):
            place = self.prefixes.get(digits[:length])
            if place is not None:
                return self.places[place]
        return _NOWHERE


async def load_areas(directory: Path) -> AreaTable:
    """Return the table, made when it is missing; an empty one, and a line in the log, if it cannot be made.

    Args:
        directory: where the file is kept; another version of phonenumbers makes another file.

    """
    path = directory / f"areas-{phonenumbers.__version__}.json"
    if not path.exists():
        child = await asyncio.create_subprocess_exec(sys.executable, "-m", "core.areas", str(path))
        if await child.wait() != 0:
            log.error("the table of areas could not be made", extra={"file": str(path)})
            return AreaTable()
    return msgspec.json.decode(await asyncio.to_thread(path.read_bytes), type=AreaTable)


def china() -> AreaTable:
    """Take China out of phonenumbers' tables. Takes seconds."""
    from phonenumbers.geodata import GEOCODE_DATA

    places: dict[tuple[str, str], int] = {}
    prefixes: dict[str, int] = {}
    for prefix, names in GEOCODE_DATA.items():
        digits = str(prefix).removeprefix("+")
        if digits.startswith(_CHINA) and ("zh" in names or "en" in names):
            place = (names.get("zh", names.get("en", "")), names.get("en", ""))
            prefixes[digits.removeprefix(_CHINA)] = places.setdefault(place, len(places))
    return AreaTable(places=tuple(places), prefixes=prefixes)


def _abroad(key: str) -> tuple[str, str]:
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(key))
    except phonenumbers.NumberParseException:
        return _NOWHERE
    return _OUTSIDE_THE_PLAN.get(region, (f"境外 {region}", f"Abroad {region}")) if region else _NOWHERE


def _main(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(msgspec.json.encode(china()))
    fresh.replace(path)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
