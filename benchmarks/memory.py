"""Memory over a million calls: facts, floor, journal on disk with its snapshots, recorder into SQLite.

1,000 agents take 5.4 calls a second for two days of the floor's own time, so that everything that is kept for hours is
full, and forgotten again, within the first 100,000 calls. From then on memory may grow by 5 %. It is read each time the
floor has just forgotten the calls that ended hours ago, when everything told is written: what must be kept is the same
then. Old parts of the journal are removed as the running product does. `--calls N` makes it shorter; `--sink` leaves
out the database: what the recorder would write is taken as written.
"""

import argparse
import asyncio
import gc
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from typing import Any

from fold import CYCLE_MS, QUEUES, T0, agent_of, member, story

from acd.effects import CoreEffect, PauseMember, PbxEffect, ResumeMember
from acd.events import AnyEvent, CallEnded, MemberPaused, MemberResumed, PbxSnapshot, Tick
from acd.fold import next_deadline
from acd.names import AgentId, Moment
from acd.state import Policy, State
from agent_desk.house import to_core
from agent_desk.journal import Journal
from agent_desk.memory import steady_allocator
from agent_desk.runtime import Runtime
from agent_desk.snapshots import forget_old
from core.database import DatabaseSettings, migrate, open_database
from core.recorder import Recorder

AGENTS = 1_000
STEP = 100_000
LIMIT = 1.05
BEHIND = 20_000
"""Facts not on disk yet, and effects not written yet, for which the next facts wait."""
SETTLE_SECONDS = 1.0
"""For a snapshot that is just being written."""


class Written:
    """Stands for a database that takes everything at once."""

    def __init__(self) -> None:
        self.position = 0

    def take(self, number: int, _effect: CoreEffect) -> None:
        """Take an effect as written."""
        self.position = number


class Play:
    """Agents who take one call after another, fed to a runtime; Asterisk is played by answering the effects."""

    def __init__(self, journal: Journal, core: Callable[[int, CoreEffect], None], recorded: Callable[[], int]) -> None:
        self._later: list[tuple[int, int, AnyEvent]] = []
        self._serial = count()
        self.calls = 0
        """Ended so far."""
        self.runtime = Runtime(
            State(policy=Policy(queues=QUEUES)),
            journal,
            pbx=self._obey,
            core=core,
            desk=lambda _: None,
            changed=lambda: None,
            recorded=recorded,
        )
        self.runtime.replay(0)
        self._open()

    def feed(self, facts: int) -> None:
        """Feed so many facts."""
        for _ in range(facts):
            due = next_deadline(self.runtime.state)
            if due is not None and due < self._later[0][0]:
                self.runtime.feed(Tick(at=due))
                continue
            event = heappop(self._later)[2]
            self.runtime.feed(event)
            if isinstance(event, CallEnded):
                self.calls += 1
                self._call(agent_of(event.call), event.at + CYCLE_MS - 125_000)

    def _open(self) -> None:
        self.runtime.feed(PbxSnapshot(at=T0, started_at=Moment(T0 - 1), members=(), legs=()))
        for place in range(AGENTS):
            agent = AgentId(str(10_000 + place))
            for queue in QUEUES:
                self.runtime.feed(member(agent, queue))
            self._call(agent, T0 + 1 + CYCLE_MS * place // AGENTS)

    def _call(self, agent: AgentId, at: int) -> None:
        number = next(self._serial)
        for event in story(agent, number, at):
            heappush(self._later, (event.at, next(self._serial), event))

    def _obey(self, effect: PbxEffect) -> None:
        if not isinstance(effect, PauseMember | ResumeMember):
            return
        soon = Moment(self.runtime.state.now + 3)
        for queue in QUEUES:
            fact: AnyEvent
            if isinstance(effect, PauseMember):
                fact = MemberPaused(at=soon, agent=effect.agent, queue=queue, reason=effect.reason)
            else:
                fact = MemberResumed(at=soon, agent=effect.agent, queue=queue)
            heappush(self._later, (soon, next(self._serial), fact))


def resident_mb() -> float:
    """Return this process's resident memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def run(play: Play, journal: Journal, directory: Path, calls: int, waiting: Callable[[], int]) -> float:
    """Feed all calls, print memory at each step, and return how it grew after the first."""
    first, now, began = 0.0, 0.0, time.monotonic()
    turned = play.runtime.state.ended_turned
    print(f"{'calls':>10}{'facts':>12}{'MB':>8}{'growth':>9}{'calls/s':>9}")
    for step in range(STEP, calls + 1, STEP):
        while play.calls < step:
            play.feed(500)
            await asyncio.sleep(0)
            behind = BEHIND
            if turned != play.runtime.state.ended_turned:
                turned, behind = play.runtime.state.ended_turned, 0
            while journal.last - journal.durable > behind or waiting() > behind:  # noqa: ASYNC110 - from outside
                await asyncio.sleep(0.005)
            if not behind:
                await asyncio.sleep(SETTLE_SECONDS)
                gc.collect()
                now = resident_mb()
        recorded = play.runtime.snapshot().recorded
        await asyncio.to_thread(forget_old, directory, recorded=recorded, keep_days=0, now=Moment(1 << 60))
        first = first or now
        speed, growth = step / (time.monotonic() - began), (now / first - 1) * 100
        print(f"{step:>10,}{journal.last:>12,}{now:>8.1f}{growth:>+8.1f} %{speed:>8,.0f}", flush=True)
    return now / first


async def measure(directory: Path, calls: int, *, sink: bool) -> float:
    """Put the parts together, run, and return how memory grew."""
    journal, queue = Journal(directory), asyncio.Queue[Any]()
    settings = DatabaseSettings(url=f"sqlite:///{directory / 'core.sqlite'}")
    await migrate(settings)
    database, written = open_database(settings), Written()
    recorder = Recorder(database.writing)
    if sink:
        play = Play(journal, written.take, lambda: written.position)
    else:
        play = Play(journal, to_core(queue), lambda: recorder.state.position)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(journal.run()), tasks.create_task(recorder.run(queue))]
        growth = await run(play, journal, directory, calls, lambda: recorder.state.backlog)
        for task in running:
            task.cancel()
    await database.close()
    return growth


def main() -> int:
    """Measure, print, and judge the growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--sink", action="store_true")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    steady_allocator()
    with tempfile.TemporaryDirectory() as name:
        growth = asyncio.run(measure(Path(name), given.calls, sink=given.sink))
    print(f"growth after the first {STEP:,} calls: {(growth - 1) * 100:+.1f} % (limit {(LIMIT - 1) * 100:+.0f} %)")
    return int(growth > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
