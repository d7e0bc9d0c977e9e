"""The only clock: wall time at the start plus steady time since, so that a stepped system clock changes no duration.

The floor has one time, and it is Asterisk's: when beats show that Asterisk's clock is another than ours, ours is moved.
"""

import logging
import time

from acd.names import Millis, Moment

log = logging.getLogger(__name__)


class SteadyClock:
    """Our time as Moments; may be read and moved from any thread."""

    def __init__(self) -> None:
        self._offset = time.time_ns() // 1_000_000 - time.monotonic_ns() // 1_000_000
        self.moved_ms = Millis(0)
        """By how much in all; anything but 0 says that this machine's clock and Asterisk's disagree."""

    def now(self) -> Moment:
        """Milliseconds since the epoch; goes back only when Asterisk's clock does."""
        return Moment(self._offset + time.monotonic_ns() // 1_000_000)

    def move(self, by: Millis) -> None:
        """Go along with Asterisk's clock, which is ahead of ours by so much."""
        self._offset += by
        self.moved_ms = Millis(self.moved_ms + by)
        log.error("asterisk's clock is another than ours: we go by Asterisk's", extra={"ahead_ms": by})
