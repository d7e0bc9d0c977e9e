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
                    entry = _entry(line)
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
            if self._pending:
                self._write(b"".join(self._pending), self.last)
                self._pending = []
            if self._file is not None:
                os.close(self._file)
                self._file = None

    async def _commit(self) -> None:
        lines, last = self._pending, self.last
        self._pending = []
        try:
            await asyncio.to_thread(self._write, b"".join(lines), last)
        except OSError as error:
            # Disk full or gone: calls go on; keep the lines and try again.
            if self.error is None:
                log.error("the journal cannot be written", extra={"why": str(error)})
            self.error = str(error)
            self._pending = lines + self._pending
            self._wake.set()
            await asyncio.sleep(1)
            return
        self.error = None
        self.durable = last
        self.on_durable(last)

    def _write(self, data: bytes, last: int) -> None:
        if self._file is None or self._size >= SEGMENT_BYTES:
            self._open(self.durable + 1)
        assert self._file is not None
        start = self._size
        try:
            written = 0
            while written < len(data):
                written += os.write(self._file, data[written:])
            os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, start)  # never half a group
            raise
        self._size = start + len(data)

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
