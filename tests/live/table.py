"""How the table of faults is played: short in the ordinary run, at full length by `make faults`; one line for each row.

The variable is JIETONG_TEST_FAULTS: "full", or nothing.
"""

import os
from collections.abc import Callable
from typing import Any

from tests.live.faults import Play, Row, Size, play
from tests.live.hotline import Hotline

FULL = os.environ.get("JIETONG_TEST_FAULTS") == "full"
SIZE = Size(rate=10, before=15, after=15) if FULL else Size(rate=6, before=3, after=2)
AGENTS = 60 if FULL else 36
UNAFFECTED_SECONDS = 2.0
"""The longest gap on a board that a fault does not concern: looks are 0.2 s apart, and the machine is busy."""

TIMEOUT_SECONDS = 900 if FULL else 240


def lasting(full: float, short: float) -> float:
    """Return the fault's seconds in this run."""
    return full if FULL else short


def told(hotline: Hotline, name: str, strike: Callable[[Play], None], seconds: float, **options: Any) -> None:
    """Play a row, print its line, and refuse what is wrong."""
    played = play(hotline, Row(name=name, strike=strike, seconds=seconds, **options), SIZE)
    print(f"\n{played.line()}", flush=True)
    assert played.wrong == [], "\n".join(played.wrong[:20])
