"""Tells the ticket core what was left out while it was away for long, from the journal (docs/decisions/0022)."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from acd.effects import CoreEffect
from acd.fold import fold
from acd.state import Policy, State
from agent_desk.recorded import Recorded, Until, whole
from agent_desk.runtime import Runtime
from agent_desk.segments import JournalError
from agent_desk.snapshots import Snapshot, SnapshotInvalid, read_snapshot, snapshot_files

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
PIECE = 100_000
"""Facts folded at once; a tenth or so of them have wishes."""
FEW = 20_000
"""When no more wishes wait for the core, it has caught up enough to be told more."""


class Telling:
    """Looks every second whether something was left out and the core can take more."""

    def __init__(self, runtime: Runtime, directory: Path, *, piece: int = PIECE, few: int = FEW) -> None:
        self._runtime = runtime
        self._directory = directory
        self._piece = piece
        self._few = few
        self._until: int | None = None
        """How far the last piece goes; what came after it is held by the runtime."""

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.once()

    async def once(self) -> None:
        """Tell one piece if it is time; a journal that cannot be read is tried again at the next look."""
        runtime = self._runtime
        after = runtime.left_out
        if after is None or runtime.waiting > self._few:
            return
        if self._until is None and runtime.on_disk - after <= self._piece:
            self._until = runtime.on_disk
            runtime.hold()
        until = self._until or after + self._piece
        policy = runtime.state.policy
        try:
            wishes = await asyncio.to_thread(lambda: list(wishes_of(self._directory, after, until, policy)))
        except (JournalError, OSError) as error:
            log.error("the journal cannot be read: the core waits on", extra={"why": str(error)})
            return
        runtime.tell_again(wishes, until)
        self._until = None
        log.info("told from the journal", extra={"after": after, "until": until, "wishes": len(wishes)})


def wishes_of(directory: Path, after: int, until: int, policy: Policy) -> Iterator[tuple[int, CoreEffect]]:
    """Yield the wishes of the facts after one number up to another, by folding what led to them.

    Raises:
        JournalError, OSError: the journal does not hold those facts, or cannot be read.

    """
    files, oldest = whole(directory)
    start = _newest_before(directory, after) or oldest
    state, number = State(policy=policy), 0
    for entry in Recorded(files, start, Until(number=until)).history(0, policy):
        if isinstance(entry, Snapshot):
            # One that stands for facts which are in no segment has their wishes too.
            yield from ((one, wish) for one, wish in entry.effects if max(after, number) < one <= until)
            state, number = replace(entry.state, policy=policy), entry.number
            continue
        number, event = entry
        step = fold(state, event)
        state = step.state
        if number > after:
            yield from ((number, one) for one in step.effects if isinstance(one, CoreEffect))


def _newest_before(directory: Path, number: int) -> Snapshot | None:
    for path in reversed(snapshot_files(directory)):
        if int(path.stem) <= number:
            try:
                return read_snapshot(path)
            except SnapshotInvalid as invalid:
                log.error("a snapshot is passed over", extra={"why": str(invalid)})
    return None
