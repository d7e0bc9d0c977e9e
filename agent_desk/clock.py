"""The only clock: wall time at the start plus steady time since, so that a stepped system clock changes no duration."""

import time

from acd.names import Moment


class SteadyClock:
    """Our time as Moments."""

    def __init__(self) -> None:
        self._offset = time.time_ns() // 1_000_000 - time.monotonic_ns() // 1_000_000

    def now(self) -> Moment:
        """Milliseconds since the epoch, never going back."""
        return Moment(self._offset + time.monotonic_ns() // 1_000_000)
