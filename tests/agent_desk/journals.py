"""A journal at work with a floor behind it, for tests: what it is told, what it keeps, and when the disk has it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from acd.effects import CoreEffect
from acd.events import AnyEvent, CallEnded, CallOffered
from acd.names import CallId, Moment, QueueName
from acd.state import Policy, State
from agent_desk.journal import Journal
from agent_desk.runtime import MOST_WAITING, Runtime
from tests.acd.playbook import POLICY, T0


class Keeping:
    """A floor and its journal.

    Args:
        recorded: how far the ticket core is.

    """

    def __init__(
        self,
        directory: Path,
        *,
        recorded: int = 0,
        memory_bytes: int = 64 << 20,
        policy: Policy = POLICY,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.journal = Journal(directory, memory_bytes=memory_bytes)
        self.core: list[tuple[int, CoreEffect]] = []
        self.recorded = recorded
        self.runtime = Runtime(
            State(policy=policy),
            self.journal,
            pbx=lambda _: None,
            core=lambda number, effect: self.core.append((number, effect)),
            desk=lambda _: None,
            changed=lambda: None,
            recorded=lambda: self.recorded,
            most_waiting=most_waiting,
        )
        self.folded = self.runtime.replay(recorded)
        """Facts read at the start."""

    def feed(self, *events: AnyEvent) -> None:
        """Tell facts."""
        for event in events:
            self.runtime.feed(event)

    async def until(self, true: Callable[[], bool], seconds: float = 10) -> None:
        """Wait for something that nobody tells."""
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 # a condition of a file or of a thread
                await asyncio.sleep(0.01)

    async def until_durable(self) -> None:
        """Wait until all told so far is on disk."""
        last = self.journal.last
        await self.until(lambda: self.runtime.on_disk >= last)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Keeping"]:
        """Let the journal write."""
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.journal.run())
            yield self
            task.cancel()


def calls(first: int, count: int) -> list[AnyEvent]:
    """Return facts of `count` lost calls, two each."""
    facts: list[AnyEvent] = []
    for number in range(first, first + count):
        at, call = Moment(T0 + number * 1_000), CallId(f"jt1-{number}.1")
        facts.append(
            CallOffered(at=at, call=call, node="jt1", number="12345", queue=QueueName("general"), caller="13800000001")
        )
        facts.append(CallEnded(at=Moment(at + 500), call=call, cause=16))
    return facts
