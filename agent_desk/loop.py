"""The one loop: facts from the inbox in order, and a Tick when a deadline passes."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from itertools import count

from acd.events import AnyEvent, Heard, PbxSnapshot, Tick
from acd.fold import next_deadline
from acd.names import Moment
from agent_desk.runtime import Runtime

log = logging.getLogger(__name__)

LIMIT = 100_000
"""Facts that may wait: about a minute of folding, and some 100 MB. Beyond it Asterisk's reader stops reading."""
TURN_FACTS = 50
"""Of a long backlog so many are folded before everything else has its turn: under a millisecond or two."""


class Inbox:
    """Where every fact waits for its turn; facts may be told from any thread.

    Args:
        limit: facts that may wait before there is no room for Asterisk's any more; others are always taken.

    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self._facts: deque[tuple[AnyEvent, bool]] = deque()
        self._arrived = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._signalled = False
        self.heard_at = Moment(0)
        """Up to here all of Asterisk's is told, folded or not. Logs told from earlier on would count pauses twice."""
        self.refused = 0
        """Facts that `fold` could not take: a defect of ours, shown in /metrics."""

    def tell(self, event: AnyEvent) -> None:
        """Put a fact behind the others."""
        self._put(event, missed=False)

    def tell_missed(self, event: AnyEvent) -> None:
        """Put a fact behind the others that happened while nobody listened."""
        self._put(event, missed=True)

    @property
    def waiting(self) -> int:
        """Facts not folded yet."""
        return len(self._facts)

    def room(self) -> bool:
        """Tell whether one more fact of Asterisk's can be taken."""
        return len(self._facts) < self.limit

    def room_for_missed(self) -> bool:
        """Tell whether one more fact of the logs can be taken: half the room is kept for what happens meanwhile."""
        return len(self._facts) * 2 < self.limit

    async def run(self, runtime: Runtime, now: Callable[[], Moment]) -> None:
        """Feed the runtime until cancelled."""
        self._loop = asyncio.get_running_loop()
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

    def _put(self, event: AnyEvent, *, missed: bool) -> None:
        self._facts.append((event, missed))
        if isinstance(event, Heard | PbxSnapshot) and event.at > self.heard_at:
            self.heard_at = event.at
        # One wake-up serves all facts that come before the loop gets to it.
        if self._loop is not None and not self._signalled:
            self._signalled = True
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._signalled = False
        self._arrived.set()

    async def _next(self, due: Moment | None, now: Callable[[], Moment]) -> tuple[AnyEvent, bool]:
        while not self._facts:
            self._arrived.clear()
            try:
                async with asyncio.timeout(None if due is None else max(0.0, (due - now()) / 1000)):
                    await self._arrived.wait()
            except TimeoutError:
                return Tick(at=now()), False
        return self._facts.popleft()
