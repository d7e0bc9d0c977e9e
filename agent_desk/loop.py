"""The one loop: facts from the inbox in order, and a Tick when a deadline passes."""

import asyncio
import logging
from collections.abc import Callable
from itertools import count

from acd.events import AnyEvent, Tick
from acd.fold import next_deadline
from acd.names import Moment
from agent_desk.runtime import Runtime

log = logging.getLogger(__name__)

TURN_FACTS = 50
"""Of a long backlog so many are folded before everything else has its turn: under a millisecond or two."""


class Inbox:
    """Where every fact waits for its turn."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[tuple[AnyEvent, bool]] = asyncio.Queue()
        self.refused = 0
        """Facts that `fold` could not take: a defect of ours, shown in /metrics."""

    def tell(self, event: AnyEvent) -> None:
        """Put a fact behind the others."""
        self._queue.put_nowait((event, False))

    def tell_missed(self, event: AnyEvent) -> None:
        """Put a fact behind the others that happened while nobody listened."""
        self._queue.put_nowait((event, True))

    @property
    def waiting(self) -> int:
        """Facts not folded yet."""
        return self._queue.qsize()

    async def run(self, runtime: Runtime, now: Callable[[], Moment]) -> None:
        """Feed the runtime until cancelled."""
        for number in count(1):
            if number % TURN_FACTS == 0:
                await asyncio.sleep(0)
            event, missed = await self._next(next_deadline(runtime.state), now)
            try:
                runtime.feed(event, missed=missed)
            except Exception:
                # The floor must live on; the fact stands in the log with its trace.
                self.refused += 1
                log.exception("a fact could not be folded", extra={"kind": type(event).__name__, "pii": repr(event)})

    async def _next(self, due: Moment | None, now: Callable[[], Moment]) -> tuple[AnyEvent, bool]:
        if not self._queue.empty():
            return self._queue.get_nowait()
        try:
            async with asyncio.timeout(None if due is None else max(0.0, (due - now()) / 1000)):
                return await self._queue.get()
        except TimeoutError:
            return Tick(at=now()), False
