"""A journal that is only read: its facts, the snapshots between them, and the floor they fold to."""

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from acd.events import AnyEvent
from acd.names import Moment
from acd.state import Policy, State
from agent_desk.runtime import Runtime
from agent_desk.segments import JournalError, Numbered, facts, first_of, segments
from agent_desk.snapshots import Snapshot, SnapshotInvalid, good_snapshots, read_snapshot, snapshot_files


class Until(Struct, frozen=True, kw_only=True):
    """Where a replay stops: after a number, or before the first fact newer than a moment; by default at the end."""

    number: int = sys.maxsize
    at: Moment = Moment(sys.maxsize)


class Recorded:
    """A journal that is only read: what a Runtime needs to fold it.

    Args:
        files: segments, oldest first.
        start: what the facts before them folded to; None: the empty floor.

    """

    def __init__(self, files: list[Path], start: Snapshot | None, until: Until) -> None:
        self._files = files
        self._start = start
        self._until = until
        self.on_durable: Callable[[int], None] = lambda _: None
        self.on_stuck: Callable[[], None] = lambda: None
        self.error: str | None = None
        self.take: Callable[[], Snapshot] | None = None
        self.first = 0
        """Number of the first fact folded; 0: none was."""
        self.last = 0 if start is None else start.number

    def history(self, recorded: int, policy: Policy) -> Iterator[Snapshot | Numbered]:
        """Yield the start, the facts, and the snapshots that stand for facts which were not kept.

        Raises:
            JournalError: a line is damaged, facts are missing, or a snapshot that stands for some is.

        """
        if self._start is not None:
            yield self._start
        bridges = {int(path.stem): path for path in snapshot_files(self._files[0].parent)} if self._files else {}
        for number, event in facts(self._files, after=self.last, bridged=bridges):
            if number > self._until.number or event.at > self._until.at:
                return
            if self.first and number != self.last + 1:
                yield _bridge(bridges[number - 1])
            self.first, self.last = self.first or number, number
            yield number, event

    def append(self, event: AnyEvent) -> int:
        """Refuse: a replay is told nothing new."""
        raise JournalError(f"a replay keeps no new fact: {type(event).__name__}")


def _bridge(path: Path) -> Snapshot:
    try:
        return read_snapshot(path)
    except SnapshotInvalid as error:
        raise JournalError(f"{error} It stands for facts that are in no segment: restore it from a backup.") from error


def refold(journal: Recorded, policy: Policy) -> State:
    """Return the floor at the end of a journal; nothing outside is told of it.

    Raises:
        JournalError: as `Recorded.history`.

    """
    runtime = Runtime(
        State(policy=policy),
        journal,
        pbx=lambda _: None,
        core=lambda _number, _effect: None,
        desk=lambda _: None,
        changed=lambda: None,
    )
    runtime.replay(recorded=sys.maxsize)
    return runtime.state


def whole(directory: Path) -> tuple[list[Path], Snapshot | None]:
    """Return the segments of a journal, and the oldest snapshot when they begin later than with fact 1."""
    files = segments(directory)
    if not files:
        raise JournalError(f"{directory}: holds no journal; name a segment (*.journal) or a journal's directory.")
    if first_of(files[0]) == 1:
        return files, None
    for path in snapshot_files(directory):
        if int(path.stem) >= first_of(files[0]) - 1:
            with suppress(SnapshotInvalid):  # any later one does too
                return files, read_snapshot(path)
    return files, None


def one_segment(file: Path) -> tuple[list[Path], Snapshot | None]:
    """Return a segment, and the snapshot that ends where it begins if there is one."""
    before = [path for path in snapshot_files(file.parent) if int(path.stem) == first_of(file) - 1]
    return [file], _bridge(before[0]) if before else None


def since(directory: Path, at: Moment) -> tuple[list[Path], Snapshot | None]:
    """Return the segments and the newest snapshot before a moment; none so old: everything."""
    files, oldest = whole(directory)
    before = (one for one in good_snapshots(directory) if one.state.now <= at)
    return files, next(before, oldest)
