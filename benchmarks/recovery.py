"""How long until all is well again: after 10,000 calls that nobody heard, and after a restart with 100,000 facts.

The missed calls stand in Asterisk's own logs as a real Asterisk writes them (`missed_calls.py`). They go the way of a
running product: read in a thread, folded one by one, journalled to disk, written into SQLite. Meanwhile a task that
wants its turn every 5 ms notes how long the loop let it wait: that long desks and the AMI wait too.
"""

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from missed_calls import write_logs

from acd.events import AnyEvent
from acd.names import Moment, QueueName
from acd.state import Policy, State
from agent_desk.house import to_core
from agent_desk.journal import Journal
from agent_desk.loop import Inbox
from agent_desk.runtime import Runtime
from core.database import Database, DatabaseSettings, migrate, open_database
from core.recorder import CoreQueue, Recorder
from telephony.backfill import Logs, tell_missed

CALLS, A_SECOND = 10_000, 20
FACTS = 100_000
LIMIT_LIVE, LIMIT_TURN, LIMIT_REPLAY = 20.0, 0.25, 10.0
"""Seconds: until the floor is right again, for the loop's longest turn meanwhile, for the restart."""
POLICY = Policy(queues=(QueueName("hotline"),))


def nothing(*_: Any) -> None:
    """Do nothing."""


class Turns:
    """How long the loop lets a task wait that would have a turn every 5 ms."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        """Note the longest wait until cancelled."""
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.005)
            self.longest = max(self.longest, time.monotonic() - began - 0.005)


class Platform:
    """Inbox, floor, journal and recorder as `compose` puts them together, without telephones and desks."""

    def __init__(self, directory: Path, database: Database) -> None:
        self.inbox, self.journal = Inbox(), Journal(directory / "journal")
        self.recorder = Recorder(database.writing)
        self._queue: CoreQueue = asyncio.Queue()
        self.runtime = Runtime(
            State(policy=POLICY),
            self.journal,
            pbx=nothing,
            core=to_core(self._queue),
            desk=nothing,
            changed=nothing,
            recorded=lambda: self.recorder.state.position,
        )
        self.runtime.replay(0)

    def start(self, tasks: asyncio.TaskGroup) -> list[asyncio.Task[Any]]:
        """Keep everything going."""
        works = (self.inbox.run(self.runtime, lambda: Moment(0)), self.journal.run(), self.recorder.run(self._queue))
        return [tasks.create_task(work) for work in works]


async def until(holds: Callable[[], bool]) -> None:
    """Return soon after `holds()` has become true."""
    while not holds():  # noqa: ASYNC110 - what is measured must not be made to tell when it is ready
        await asyncio.sleep(0.01)


async def missed_calls(directory: Path) -> bool:
    """Print how long the logs of the missed calls take; return whether within the limits."""
    logs = Logs(cel=directory / "cel" / "Master.csv", queue_log=directory / "queue_log")
    first, last = write_logs(logs.cel, logs.queue_log, calls=CALLS, a_second=A_SECOND)
    settings = DatabaseSettings(url=f"sqlite:///{directory / 'core.sqlite'}")
    await migrate(settings)
    database, turns, told = open_database(settings), Turns(), 0
    platform = Platform(directory, database)

    def tell(event: AnyEvent) -> None:
        nonlocal told
        told += 1
        platform.inbox.tell_missed(event)

    async with asyncio.TaskGroup() as tasks:
        running = [*platform.start(tasks), tasks.create_task(turns.watch())]
        began, cpu = time.monotonic(), time.process_time()
        await tell_missed(logs, Moment(int(first * 1000)), Moment(int(last * 1000) + 1), tell)
        read = time.monotonic() - began
        await until(lambda: not platform.inbox.waiting)
        live = time.monotonic() - began
        await until(lambda: platform.journal.durable == platform.journal.last)
        await until(lambda: not platform.recorder.state.backlog)
        written, cpu = time.monotonic() - began, time.process_time() - cpu
        for task in running:
            task.cancel()
    async with database.reading() as session:
        rows = (await session.connection()).exec_driver_sql
        counted = (await rows("SELECT count(*) FROM calls WHERE ended_at IS NOT NULL")).scalar()
    await database.close()
    print(f"{CALLS} missed calls, {told} facts: logs read after {read:.2f} s, the floor is right after {live:.2f} s,")
    print(f"  {counted} calls are in the database after {written:.2f} s; {cpu:.2f} s of CPU")
    print(f"  the loop's longest turn: {turns.longest * 1000:.0f} ms (limit {LIMIT_TURN * 1000:.0f} ms)")
    return counted == CALLS and live <= LIMIT_LIVE and turns.longest <= LIMIT_TURN


def restart(directory: Path) -> bool:
    """Print how long it takes to fold a journal anew, without the help of a snapshot; return whether in time."""
    for snapshot in (directory / "journal").glob("*.snapshot"):
        snapshot.unlink()
    runtime = Runtime(
        State(policy=POLICY), Journal(directory / "journal"), pbx=nothing, core=nothing, desk=nothing, changed=nothing
    )
    began = time.monotonic()
    count = runtime.replay(0)
    took = (time.monotonic() - began) * FACTS / count
    print(f"a restart without a snapshot: {took:.2f} s for {FACTS} facts (limit {LIMIT_REPLAY:g} s)")
    return took <= LIMIT_REPLAY


async def main() -> int:
    """Measure both, print, and judge."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as name:
        held = await missed_calls(Path(name))
        return int(not (restart(Path(name)) and held))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
