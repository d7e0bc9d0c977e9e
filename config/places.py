"""Where settings and catalogues are read from: a copy beside the settings file wins over the shipped one."""

import os
from collections.abc import Mapping
from pathlib import Path

SHIPPED = Path(__file__).parent
"""Where the shipped settings and catalogues are: beside this module, so that a wheel carries them."""
CATALOGUES = (
    "numbers.toml",
    "queues.toml",
    "destinations.toml",
    "experts.toml",
    "calendar.toml",
    "states.toml",
    "prompts.toml",
    "demand.toml",
)


def settings_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the file `JIETONG_SETTINGS` names, or else the shipped one."""
    named = environ.get("JIETONG_SETTINGS")
    return Path(named) if named else SHIPPED / "jietong.toml"


def own_or_shipped(directory: Path, name: str) -> Path:
    """Return what is called `name` in `directory` if it is there, else what is shipped under that name."""
    own = directory / name
    return own if own.exists() else SHIPPED / name


def told_sources(directory: Path) -> str:
    """Return in words which catalogues are read from `directory`, that of the settings file."""
    if directory.resolve() == SHIPPED:
        return f"all of {SHIPPED}"
    own = [name for name in CATALOGUES if (directory / name).exists()]
    if not own:
        return f"none in {directory.resolve()}, all as shipped in {SHIPPED}"
    rest = len(CATALOGUES) - len(own)
    return f"{', '.join(own)} of {directory.resolve()}" + (f", {rest} as shipped in {SHIPPED}" if rest else "")
