"""Times at which the machine ran nothing: on a shared one for some tenths of a second, between any two clocks.

with watching():
    apart_ms(written_at, heard_at)  # without what stood still in between

On each core a process wakes up again and again, and notes when it was woken late.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

EVERY_SECONDS = 0.01
LATE_SECONDS = 0.04
"""Whoever is woken as late as this was kept waiting by more than another program's turn."""
_WATCH = f"""
import os, sys, time
parent, core, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
os.sched_setaffinity(0, {{core}})
with open(path, "a", buffering=1) as noted:
    noted.write("0 0\\n")
    while os.getppid() == parent:
        due = time.time() + {EVERY_SECONDS}
        time.sleep({EVERY_SECONDS})
        woken = time.time()
        if woken - due > {LATE_SECONDS}:
            noted.write(f"{{int(due * 1000)}} {{int(woken * 1000)}}\\n")
"""

Span = tuple[int, int]
"""First and last moment, milliseconds since the epoch."""


class Watch:
    """What the watching processes of one test run have noted.

    Args:
        directory: for their notes.

    """

    def __init__(self, directory: Path) -> None:
        self._notes = directory / "standstills"
        self._own: list[Span] = []
        self.processes = [
            subprocess.Popen([sys.executable, "-S", "-c", _WATCH, str(os.getpid()), str(core), str(self._notes)])
            for core in sorted(os.sched_getaffinity(0))
        ]
        give_up = time.monotonic() + 30
        while len(self._noted()) < len(self.processes):
            assert time.monotonic() < give_up, "nobody watches whether the machine stands still"
            time.sleep(0.01)

    def note(self, since: int, until: int) -> None:
        """Add a time at which a clock of the test itself stood still."""
        self._own.append((since, until))

    def spans(self) -> list[Span]:
        """Return all so far, none overlapping another, in order."""
        whole: list[Span] = []
        for start, end in sorted([*self._noted(), *self._own]):
            if whole and start <= whole[-1][1]:
                whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
            else:
                whole.append((start, end))
        return whole

    def close(self) -> None:
        """End the processes."""
        for process in self.processes:
            process.kill()
            process.wait(10)

    def _noted(self) -> list[Span]:
        if not self._notes.exists():
            return []
        lines = self._notes.read_text().split("\n")[:-1]  # the last may be half written
        return [(int(start), int(end)) for start, end in (line.split() for line in lines)]


_watch: list[Watch] = []


@contextlib.contextmanager
def watching() -> Iterator[Watch]:
    """Watch the machine meanwhile."""
    with tempfile.TemporaryDirectory(prefix="jt-") as directory:
        watch = Watch(Path(directory))
        _watch.append(watch)
        try:
            yield watch
        finally:
            _watch.remove(watch)
            watch.close()


def note(since: int, until: int) -> None:
    """Add a time, in milliseconds since the epoch, at which a clock of the test itself stood still."""
    for watch in _watch:
        watch.note(since, until)


def stood_still_ms(since: int, until: int) -> int:
    """Return how many of the milliseconds between two moments the machine stood still; 0 too if nobody watched."""
    spans = [span for watch in _watch[-1:] for span in watch.spans()]
    return sum(max(0, min(end, until) - max(start, since)) for start, end in spans)


def longest_ms(since: int) -> int:
    """Return the longest time since a moment for which the machine stood still."""
    return max((end - start for watch in _watch[-1:] for start, end in watch.spans() if end > since), default=0)


def apart_ms(one: int, other: int) -> int:
    """Return how far two moments are apart, without what the machine stood still between them."""
    return abs(one - other) - stood_still_ms(min(one, other), max(one, other))
