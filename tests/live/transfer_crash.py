"""A program killed in the middle of many plays at once, and started again for all of them, or not at all."""

import asyncio
from collections.abc import Callable


class Crash:
    """The program is killed once every play that takes part has come to its step, and started again likewise.

    Args:
        kill, start: do it; without `start` it stays dead.

    """

    def __init__(self, kill: Callable[[], None], start: Callable[[], None] | None = None) -> None:
        self._kill, self._start = kill, start
        self._plays: set[str] = set()
        self._awaited: set[str] = set()
        self._nobody = asyncio.Event()
        self.struck, self._started = asyncio.Event(), asyncio.Event()

    def enter(self, play: str) -> None:
        """Take part; before `run`."""
        self._plays.add(play)
        self._awaited.add(play)

    async def finish(self, play: str) -> None:
        """Take part no longer: the play is over; wait until the program runs again, if it ever will."""
        self._plays.discard(play)
        self._come(play)
        if self._start is not None:
            await self._started.wait()

    async def killed(self, play: str) -> None:
        """Come to the step, and wait for the others and for the end of the program."""
        self._come(play)
        await self.struck.wait()

    async def started_again(self, play: str) -> None:
        """Want it started again, and wait for the others and until it is well."""
        self._come(play)
        await self._started.wait()

    async def run(self) -> None:
        """Kill and start."""
        await self._all()
        await asyncio.to_thread(self._kill)
        self._awaited = set(self._plays)
        self.struck.set()
        if self._start is None:
            return
        await self._all()
        await asyncio.to_thread(self._start)
        self._started.set()

    def _come(self, play: str) -> None:
        self._awaited.discard(play)
        if not self._awaited:
            self._nobody.set()

    async def _all(self) -> None:
        self._nobody.clear()
        if self._awaited:
            await self._nobody.wait()
