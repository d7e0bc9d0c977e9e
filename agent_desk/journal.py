"""The local journal: every fact in the order it was folded, append-only, checksummed, committed in groups.

A line is `crc32 seq event`: eight hex digits over the rest of the line, the sequence number, the event as JSON.
A torn last line (power cut) is cut off on opening; a bad line anywhere else is an error that names its place.
"""

import asyncio
import logging
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from acd.events import AnyEvent

log = logging.getLogger(__name__)

GROUP_SECONDS = 0.02
"""Facts of this long are committed together; a fact is durable after at most this and one fsync."""
SEGMENT_BYTES = 64 << 20
RETRY_SECONDS = 1.0
"""Between two attempts to write on a disk that refuses."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(AnyEvent)


class JournalError(Exception):
    """The journal cannot be read; the message names file and line."""


class Journal:
    """One directory of segments, named by their first sequence number.

    Args:
        directory: created when missing, mode 0700: the journal holds callers' numbers.

    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file: int | None = None
        self._size = 0
        self._pending: list[bytes] = []
        self._wake = asyncio.Event()
        self._writing: asyncio.Future[None] | None = None
        self._group: list[bytes] = []
        """What is being written."""
        self.last = 0
        """The newest sequence number given out."""
        self.durable = 0
        """The newest sequence number on disk."""
        self.error: str | None = None
        """Why nothing can be written just now; None: all is well."""
        self.on_durable: Callable[[int], None] = lambda _: None

    def read(self) -> Iterator[tuple[int, AnyEvent]]:
        """Yield every fact with its number, oldest first, and take up the numbering after the last.

        Raises:
            JournalError: a line is damaged that is not the torn end of the newest segment.

        """
        segments = sorted(self._directory.glob("*.journal"))
        for segment in segments:
            with segment.open("rb") as file:
                good = 0
                for number, line in enumerate(file, start=1):
                    try:
                        entry = _entry(line)
                    except msgspec.ValidationError as error:
                        raise JournalError(f"{segment}, line {number}: no fact of this version: {error}") from error
                    if entry is None:
                        if segment is segments[-1] and not file.read(1):
                            _cut(segment, good, number)
                            break
                        raise JournalError(f"{segment}, line {number}: damaged; `jietong doctor` tells what to do")
                    good += len(line)
                    self.last = self.durable = entry[0]
                    yield entry

    def append(self, event: AnyEvent) -> int:
        """Take a fact; return its number. It is on disk when `on_durable` has been told that number."""
        self.last += 1
        body = b"%d %s" % (self.last, _encoder.encode(event))
        self._pending.append(b"%08x %s\n" % (zlib.crc32(body), body))
        self._wake.set()
        return self.last

    async def run(self) -> None:
        """Commit in groups until cancelled; then commit what is left."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                await self._commit()
                await asyncio.sleep(GROUP_SECONDS)
        finally:
            await self._close()

    async def _commit(self) -> None:
        self._group, self._pending, last = self._pending, [], self.last
        # A name of its own: cancelled, we must not touch the file before this thread has left it.
        self._writing = asyncio.ensure_future(asyncio.to_thread(self._write, b"".join(self._group)))
        try:
            await asyncio.shield(self._writing)
        except OSError as error:
            # Disk full or gone: calls go on; the lines are kept and tried again.
            if self.error is None:
                log.error("the journal cannot be written", extra={"why": str(error)})
            self.error = str(error)
            self._pending = self._group + self._pending
            self._wake.set()
            await asyncio.sleep(RETRY_SECONDS)
            return
        self.error = None
        self.durable = last
        self.on_durable(last)

    async def _close(self) -> None:
        lines = self._pending
        if self._writing is not None and not self._writing.done():
            await asyncio.wait({self._writing})
            if self._writing.exception() is not None:
                lines = self._group + lines
        try:
            if lines:
                self._write(b"".join(lines))
        except OSError as error:
            log.error("the newest facts are lost", extra={"why": str(error), "facts": len(lines)})
        self._pending = []
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _write(self, data: bytes) -> None:
        """Write one group; of an attempt that failed the next takes back what came onto the disk."""
        if self._file is None or self._size >= SEGMENT_BYTES:
            self._open(self.durable + 1)
        assert self._file is not None
        if os.fstat(self._file).st_size != self._size:
            os.ftruncate(self._file, self._size)
        written = 0
        while written < len(data):
            written += os.write(self._file, data[written:])
        os.fdatasync(self._file)
        self._size += len(data)

    def _open(self, first: int) -> None:
        if self._file is not None:
            os.close(self._file)
        segments = sorted(self._directory.glob("*.journal"))
        newest = segments[-1] if segments else None
        if newest is None or newest.stat().st_size >= SEGMENT_BYTES:
            newest = self._directory / f"{first:015d}.journal"
        self._file = os.open(newest, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._size = os.fstat(self._file).st_size


def _entry(line: bytes) -> tuple[int, AnyEvent] | None:
    checksum, _, body = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(body):
        return None
    number, _, event = body.partition(b" ")
    return int(number), _decoder.decode(event)


def _cut(segment: Path, good: int, number: int) -> None:
    log.warning("the journal's torn last line is cut off", extra={"file": str(segment), "line": number})
    os.truncate(segment, good)
