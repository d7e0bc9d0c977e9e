"""Snapshots beside the journal's segments: what all facts up to a number folded to, so that a restart reads few.

A file `<number>.snapshot` is one line with the SHA-256 of the rest, and the rest as JSON. It appears whole or not at
all. It is only ever a shortcut: a damaged one is reported and passed over.
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from acd.effects import CoreEffect
from acd.names import Moment
from acd.state import PERIODS_KEPT, Policy, State
from agent_desk.segments import first_of, segments
from agent_desk.state_codec import FORMAT, decode, encode

log = logging.getLogger(__name__)

DAY_MS = 86_400_000


class Snapshot(Struct, frozen=True, kw_only=True):
    """The floor after one fact, and what of it the ticket core did not have yet."""

    number: int
    """Of the last fact folded."""
    state: State
    recorded: int
    """How far the ticket core was."""
    effects: tuple[tuple[int, CoreEffect], ...] = ()
    """Wishes for the ticket core after `recorded`, each with its fact's number."""
    told: int | None = None
    """Wishes of facts after this number are not all in `effects`, and to be told from the journal; None: they are."""
    bridge: bool = False
    """Facts before this number are in no segment: memory was full while the disk was."""
    format: int = FORMAT


class _Effects(Struct, frozen=True, kw_only=True):
    """What is asked of a snapshot that is not folded on from: its state is skipped unread."""

    effects: tuple[tuple[int, msgspec.Raw], ...]
    format: int
    told: int | None = None


class SnapshotInvalid(Exception):
    """A snapshot cannot be used; the text says which and why."""


def snapshot_files(directory: Path) -> list[Path]:
    """Return the snapshots, oldest first."""
    return sorted(path for path in directory.glob("*.snapshot") if path.stem.isdecimal())


def write_snapshot(directory: Path, snapshot: Snapshot) -> None:
    """Write a snapshot; after a crash it is there whole or not at all.

    Raises:
        OSError: the disk does not take it; nothing is left behind.

    """
    body = encode(snapshot)
    path = directory / f"{snapshot.number:015d}.snapshot"
    part = path.with_suffix(".part")
    try:
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            # Not joined: the snapshot of a large floor is megabytes, and a copy of it would be as much again.
            for piece in (hashlib.sha256(body).hexdigest().encode() + b"\n", body):
                left = memoryview(piece)
                while left:
                    left = left[os.write(file, left) :]
            os.fsync(file)
        finally:
            os.close(file)
        part.replace(path)
        sync_directory(directory)
    finally:
        part.unlink(missing_ok=True)


def sync_directory(directory: Path) -> None:
    """Make the names of new files survive a power cut."""
    held = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def read_snapshot(path: Path) -> Snapshot:
    """Read one snapshot.

    Raises:
        SnapshotInvalid: it is damaged, of another format, or cannot be read.

    """
    body = _body(path)
    try:
        snapshot = decode(body, Snapshot)
    except msgspec.DecodeError as error:
        raise SnapshotInvalid(f"{path}: is of another version: {error}.") from error
    if snapshot.format != FORMAT:
        raise SnapshotInvalid(f"{path}: is of format {snapshot.format}, and this version reads {FORMAT}.")
    return snapshot


def _body(path: Path) -> bytes:
    try:
        checksum, _, body = path.read_bytes().partition(b"\n")
    except OSError as error:
        raise SnapshotInvalid(f"{path}: cannot be read: {error.strerror}.") from error
    if checksum != hashlib.sha256(body).hexdigest().encode():
        raise SnapshotInvalid(f"{path}: damaged: its checksum is another.")
    return body


def good_snapshots(directory: Path) -> Iterator[Snapshot]:
    """Yield the snapshots that can be read, newest first; what is passed over is an error in the log."""
    for path in reversed(snapshot_files(directory)):
        try:
            yield read_snapshot(path)
        except SnapshotInvalid as invalid:
            log.error("a snapshot is passed over", extra={"why": str(invalid)})


def to_begin_from(directory: Path, *, recorded: int, end: int, policy: Policy) -> Snapshot | None:
    """Return the newest snapshot that a restart may begin from; None: only all the facts can tell.

    Args:
        recorded: how far the ticket core is; wishes of facts before a snapshot's own mark are not in it.
        end: the newest number in the segments.
        policy: the present rules. Intervals and days counted on another grid would never balance again, so then one
            is wanted that is older than all that is counted.

    """
    newest: Moment | None = None
    for one in good_snapshots(directory):
        newest = newest or one.state.now
        regrouped = (one.state.policy.interval, one.state.policy.utc_offset) != (policy.interval, policy.utc_offset)
        if one.recorded > recorded:
            log.warning("a snapshot knows more than the database", extra={"snapshot": one.number, "recorded": recorded})
        elif one.number > end and not one.bridge:
            log.error("a snapshot lies beyond the journal's end", extra={"snapshot": one.number, "end": end})
        elif not regrouped or newest - one.state.now > PERIODS_KEPT:
            return one
    return None


def forget_old(directory: Path, *, recorded: int, keep_days: int, now: Moment) -> list[Path]:
    """Remove segments that no restart needs any more, and snapshots that have no use beside others; return them.

    A segment goes when it lies wholly before the snapshot before the last, the ticket core has everything of it, and
    nothing was written to it for `keep_days`. Snapshots stay while facts follow them: the last two, one a day, and
    those that stand for facts which are in no segment.

    Raises:
        OSError: a file cannot be removed.

    """
    kept = snapshot_files(directory)
    gone = [part for part in directory.glob("*.part") if part.stat().st_mtime * 1000 < now - DAY_MS]
    old = _superfluous(directory, kept, recorded=recorded, oldest=now - keep_days * DAY_MS)
    gone += old
    left = [segment for segment in segments(directory) if segment not in old]
    firsts = {first_of(segment) for segment in left}
    days: set[int] = set()
    for path in reversed(kept[:-2]):
        number, day = int(path.stem), int(path.stat().st_mtime * 1000) // DAY_MS
        useless = bool(left) and number < first_of(left[0]) - 1
        if useless or (day in days and number + 1 not in firsts):
            gone.append(path)
        days.add(day)
    for path in gone:
        path.unlink(missing_ok=True)  # what was half written may have become whole, or gone, meanwhile
        log.info("an old part of the journal is removed", extra={"file": str(path)})
    return gone


def _superfluous(directory: Path, kept: list[Path], *, recorded: int, oldest: int) -> list[Path]:
    """Return the segments that may go."""
    whole: list[tuple[int, _Effects]] = []
    for path in reversed(kept):
        with suppress(SnapshotInvalid, msgspec.DecodeError):  # the next start tells
            seen = msgspec.json.decode(_body(path), type=_Effects)
            if seen.format == FORMAT:
                whole.append((int(path.stem), seen))
        if len(whole) == 2:
            break
    else:
        return []
    before_last, seen = whole[1]
    if seen.told is not None or any(number > recorded for number, _ in seen.effects):
        return []
    gone = []
    files = segments(directory)
    for segment, follower in zip(files, files[1:], strict=False):
        if first_of(follower) > before_last + 1 or segment.stat().st_mtime * 1000 >= oldest:
            break
        gone.append(segment)
    return gone
