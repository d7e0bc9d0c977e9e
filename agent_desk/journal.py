"""The local journal: every fact in the order it was folded, append-only, checksummed, committed in groups.

    journal = Journal(directory)
    for entry in journal.history(recorded, policy): ...   # a snapshot, and the facts after it
    journal.append(event)                                 # from then on; `run` brings them to the disk

While the disk refuses, facts wait in memory up to a limit. Beyond it the floor goes on, its facts are counted and not
kept, and the first thing written when room returns is a snapshot that stands for them (docs/decisions/0016).
"""

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

from acd.events import AnyEvent
from acd.state import Policy
from agent_desk.segments import JournalError as JournalError
from agent_desk.segments import Numbered, facts, last_number, line_of, must_reach_back, segment_name, segments
from agent_desk.snapshots import Snapshot, sync_directory, to_begin_from, write_snapshot

log = logging.getLogger(__name__)

GROUP_SECONDS = 0.02
"""Facts of this long are committed together; a fact is durable after at most this and one fsync."""
GROUP_BYTES = 1 << 20
"""Written at once at most, so that a long backlog does not go to a full disk again and again."""
SEGMENT_BYTES = 64 << 20
RETRY_SECONDS = 1.0
"""Between two attempts to write on a disk that refuses."""
MEMORY_BYTES = 64 << 20
"""Of facts that wait for the disk: some hours of a large city."""
SNAPSHOT_FACTS = 50_000
"""After so many a snapshot is made: they are folded in about a second."""
SNAPSHOT_SECONDS = 86_400.0


class Journal:
    """One directory of segments, named by their first sequence number, and the snapshots made of them.

    Args:
        directory: created when missing, mode 0700: the journal holds callers' numbers.
        memory_bytes: of facts that wait for the disk, at most.

    """

    def __init__(self, directory: Path, *, memory_bytes: int = MEMORY_BYTES) -> None:
        self._directory = directory
        self._memory = memory_bytes
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file: int | None = None
        self._size = 0
        self._anew = False
        """Whether the next group begins a segment, whatever the last one's size."""
        self._pending: deque[bytes] = deque()
        self._group: list[bytes] = []
        """What is being written; on disk once `durable` is `_group_last`."""
        self._group_last = 0
        self._bytes = 0
        """In `_pending` and `_group`."""
        self._full = False
        """Facts are not kept any more; the next snapshot stands for them."""
        self._bridge: Snapshot | None = None
        """To be written before what is in `_pending`."""
        self._wake = asyncio.Event()
        self._writing: asyncio.Future[None] | None = None
        self._owed: Snapshot | None = None
        """A snapshot to be written when its last fact is on disk."""
        self._snapshot_number = 0
        self._snapshot_after = SNAPSHOT_FACTS
        self._snapshot_time = 0.0
        self._refusal: str | None = None
        self.last = 0
        """The newest sequence number given out."""
        self.durable = 0
        """The newest sequence number on disk."""
        self.unkept = 0
        """Facts that were folded and are in no segment; a snapshot stands for them once room returned."""
        self.on_durable: Callable[[int], None] = lambda _: None
        self.on_stuck: Callable[[], None] = lambda: None
        """Called when facts cannot be written for now: what waits for them to be on disk need not wait longer."""
        self.take: Callable[[], Snapshot] | None = None
        """Makes a snapshot of the floor after fact `last`; without it there are none, and memory has no limit."""

    @property
    def error(self) -> str | None:
        """Why nothing can be written just now; None: all is well."""
        if self._full:
            return f"{self._refusal or 'the disk is too slow'}; memory is full too, facts not kept: {self.unkept}"
        return self._refusal

    def read(self) -> Iterator[Numbered]:
        """Yield every fact with its number, oldest first, and take up the numbering after the last.

        Raises:
            JournalError: a line is damaged that is not the torn end of the newest segment, or facts are missing.

        """
        yield from self._facts(after=0)

    def history(self, recorded: int, policy: Policy) -> Iterator[Snapshot | Numbered]:
        """Yield what a restart folds: the newest good snapshot, if there is one, and the facts after it.

        Args:
            recorded: the last number whose ticket effects are written: none after it may be missing.
            policy: the present rules.

        Raises:
            JournalError: as `read`, or the facts after `recorded` are not all there.

        """
        end = last_number(self._directory)
        start = to_begin_from(self._directory, recorded=recorded, end=end, policy=policy)
        if start is None:
            must_reach_back(self._directory, recorded)
            yield from self._facts(after=0)
        else:
            self.last = self.durable = self._snapshot_number = start.number
            self._anew = start.number > end
            yield start
            yield from self._facts(after=start.number)
        if self.last > self._snapshot_number:
            self._snapshot_after = 1  # what was folded just now need not be folded again

    def append(self, event: AnyEvent) -> int:
        """Take a fact; return its number. It is on disk when `on_durable` has been told that number."""
        self.last += 1
        line = line_of(self.last, event)
        if self._full or (self.take is not None and self._bytes + len(line) > self._memory):
            self._leave_out()
        else:
            self._pending.append(line)
            self._bytes += len(line)
        self._wake.set()
        return self.last

    async def run(self) -> None:
        """Commit in groups until cancelled; then commit what is left."""
        self._snapshot_time = asyncio.get_running_loop().time()
        try:
            while True:
                if not (self._pending or self._full or self._bridge):
                    await self._wake.wait()
                self._wake.clear()
                await self._commit()
                await asyncio.sleep(GROUP_SECONDS)
        finally:
            await self._close()

    # --- reading ---

    def _facts(self, after: int) -> Iterator[Numbered]:
        for number, event in facts(segments(self._directory), after=after, mend=True):
            self.last = self.durable = number
            yield number, event

    # --- writing: on the loop ---

    async def _commit(self) -> None:
        """Write the next group, and a snapshot when one is due; what the disk refuses is kept and tried again."""
        self._owed = self._due()
        try:
            if self._bridge is not None:
                await self._commit_bridge(self._bridge)
            await self._commit_group()
        except OSError as error:
            # Disk full or gone: calls go on.
            if self._refusal is None:
                log.error("the journal cannot be written", extra={"why": str(error)})
            self._refusal = str(error)
            self.on_stuck()
            self._pending.extendleft(reversed(self._group))
            self._group = []
            self._owed, self._snapshot_after = None, 1
            await asyncio.sleep(RETRY_SECONDS)
            return
        self._refusal = None
        if self._owed is not None:
            await self._in_thread(self._write_owed)
            self._owed = None
        if self._full and not self._pending and self.take is not None:
            self._bridge, self._full = replace(self.take(), bridge=True), False

    def _due(self) -> Snapshot | None:
        """Return a snapshot of now when it is time for one and the next group holds everything up to now."""
        if self.take is None or not self._pending or self._full or self._bridge or self._bytes > GROUP_BYTES:
            return None
        now = asyncio.get_running_loop().time()
        if (
            self.last - self._snapshot_number < self._snapshot_after
            and self._size < SEGMENT_BYTES
            and now - self._snapshot_time < SNAPSHOT_SECONDS
        ):
            return None
        self._snapshot_number, self._snapshot_after, self._snapshot_time = self.last, SNAPSHOT_FACTS, now
        return self.take()

    async def _commit_group(self) -> None:
        size = 0
        while self._pending and size < GROUP_BYTES:
            self._group.append(self._pending.popleft())
            size += len(self._group[-1])
        if not self._group:
            return
        self._group_last = self.durable + len(self._group)
        data, last = b"".join(self._group), self._group_last
        await self._in_thread(lambda: self._write(data, last))
        self._group, self._bytes = [], self._bytes - size
        self.on_durable(last)

    async def _commit_bridge(self, bridge: Snapshot) -> None:
        log.warning("a snapshot stands for facts not kept", extra={"from": self.durable + 1, "to": bridge.number})
        await self._in_thread(lambda: self._write_bridge(bridge))
        self._snapshot_number, self._snapshot_after = bridge.number, SNAPSHOT_FACTS
        if self._bridge is bridge:
            self._bridge = None
        self.on_durable(bridge.number)

    async def _in_thread(self, work: Callable[[], None]) -> None:
        # A name of its own: cancelled, we must not touch the file before this thread has left it.
        self._writing = asyncio.ensure_future(asyncio.to_thread(work))
        await asyncio.shield(self._writing)

    def _leave_out(self) -> None:
        if not self._full:
            log.error("memory for facts is full: they are folded and not kept", extra={"from": self.last})
        self._full = True
        self.unkept += 1
        if self._bridge is not None:
            # It would stand for too little; the next one stands for what waits behind it too.
            self.unkept += len(self._pending)
            self._bytes -= sum(map(len, self._pending))
            self._pending.clear()
            self._bridge = None

    async def _close(self) -> None:
        if self._writing is not None:
            await asyncio.wait({self._writing})
            self._writing.exception()  # what it was about is still here
        lines = [*(self._group if self.durable < self._group_last else ()), *self._pending]
        try:
            if self._bridge is not None and self.durable < self._bridge.number:
                self._write_bridge(self._bridge)
            if lines:
                self._write(b"".join(lines), self.durable + len(lines))
            if self._full and self.take is not None:
                self._write_bridge(replace(self.take(), bridge=True))
        except OSError as error:
            log.error("the newest facts are lost", extra={"why": str(error), "facts": self.last - self.durable})
        self._write_owed()
        self._pending.clear()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    # --- writing: in a thread, and after the end of the loop's task ---

    def _write(self, data: bytes, last: int) -> None:
        """Write one group; of an attempt that failed the next takes back what came onto the disk."""
        if self._file is None or self._size >= SEGMENT_BYTES or self._anew:
            self._open(self.durable + 1)
        assert self._file is not None
        if os.fstat(self._file).st_size != self._size:
            os.ftruncate(self._file, self._size)
        written = 0
        while written < len(data):
            written += os.write(self._file, data[written:])
        os.fdatasync(self._file)
        self._size += len(data)
        self.durable = last

    def _write_owed(self) -> None:
        if self._owed is None or self._owed.number > self.durable:
            return
        try:
            write_snapshot(self._directory, self._owed)
        except OSError as error:
            # Without it a restart is slower, and nothing is lost.
            log.error("no snapshot can be written", extra={"why": str(error)})

    def _write_bridge(self, bridge: Snapshot) -> None:
        write_snapshot(self._directory, bridge)
        self.durable, self._anew = bridge.number, True

    def _open(self, first: int) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
        files = segments(self._directory)
        newest = files[-1] if files else None
        if newest is None or newest.stat().st_size >= SEGMENT_BYTES or self._anew:
            newest = self._directory / segment_name(first)
        self._file = os.open(newest, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._size = os.fstat(self._file).st_size
        self._anew = False
        sync_directory(self._directory)
