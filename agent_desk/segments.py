"""The journal's files as they are read: segments of lines, checked by checksum and number, damage named by its place.

A line is `crc32 seq event`: eight hex digits over the rest of the line, the sequence number, the event as JSON.
"""

import logging
import os
import zlib
from collections.abc import Container, Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec

from acd.events import AnyEvent
from acd.names import CallId, Moment

log = logging.getLogger(__name__)

Numbered: TypeAlias = tuple[int, AnyEvent]

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(AnyEvent)


class JournalError(Exception):
    """The journal cannot be read; the message names file and line."""


def line_of(number: int, event: AnyEvent) -> bytes:
    """Return the line that keeps a fact."""
    body = b"%d %s" % (number, _encoder.encode(event))
    return b"%08x %s\n" % (zlib.crc32(body), body)


def segments(directory: Path) -> list[Path]:
    """Return the segments, oldest first."""
    return sorted(directory.glob("*.journal"))


def segment_name(first: int) -> str:
    """Return the name of the segment that begins with fact `first`."""
    return f"{first:015d}.journal"


def first_of(segment: Path) -> int:
    """Return the number of the fact a segment begins with.

    Raises:
        JournalError: the name is not one of ours.

    """
    try:
        return int(segment.stem)
    except ValueError as error:
        raise JournalError(f"{segment}: is no segment of the journal, whose names are its first numbers.") from error


def last_number(directory: Path) -> int:
    """Return the newest number that is whole on disk, without reading much; 0: the journal is empty."""
    for segment in reversed(segments(directory)):
        with segment.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            window = 1 << 16
            while True:
                file.seek(max(0, size - window))
                # The first piece may begin in the middle of a line; its checksum then tells so.
                for line in reversed(file.read().splitlines(keepends=True)):
                    body = _body(line)
                    if body is not None:
                        return int(body.partition(b" ")[0])
                if window >= size:
                    break
                window *= 16
    return 0


def must_reach_back(directory: Path, recorded: int) -> None:
    """Refuse to fold without a snapshot when facts are gone that the ticket core does not have.

    Raises:
        JournalError: the oldest fact kept is not the one after `recorded`, nor one before.

    """
    files = segments(directory)
    first = first_of(files[0]) if files else 1
    if first > recorded + 1:
        raise JournalError(
            f"{directory}: begins with fact {first}, and no snapshot before it can be used, but the database "
            f"holds facts only up to {recorded}: put a newer database back, or the journal's older files."
        )
    if first > 1:
        log.error("no snapshot can be used: the floor is folded from the oldest fact kept", extra={"first": first})


def facts(files: list[Path], *, after: int = 0, bridged: Container[int] = (), mend: bool = False) -> Iterator[Numbered]:
    """Yield the facts after number `after`, oldest first.

    Args:
        files: segments, oldest first; the first may begin anywhere.
        after: the number of the last fact that is not wanted.
        bridged: numbers up to which a snapshot stands for facts that are not there.
        mend: cut off what a power cut left of the last line, as who writes the journal must.

    Raises:
        JournalError: a line is damaged that is not the torn end of the newest segment, or facts are missing.

    """
    starts = [place for place, segment in enumerate(files) if first_of(segment) <= after + 1]
    before: int | None = None
    for segment in files[starts[-1] if starts else 0 :]:
        for place, number, event in _lines(segment, after, torn=segment is files[-1], mend=mend):
            wanted = before + 1 if before is not None else after + 1 if 0 < after < number else number
            if number != wanted and number - 1 not in bridged:
                raise JournalError(
                    f"{segment}, line {place}: fact {number} follows fact {wanted - 1}; those between are missing: put "
                    f"the files back that hold them, or the snapshot {number - 1} if the disk was full then."
                )
            before = number
            if event is not None:
                yield number, event


def facts_of_call(directory: Path, call: CallId, begin: Moment, end: Moment) -> Iterator[AnyEvent]:
    """Yield the facts that name a call, in journal order, from the segments that reach into [begin, end].

    Only lines that hold the call's id are read; a damaged one is left out: who folds the journal names it.
    """
    name = _encoder.encode(call)
    files = segments(directory)
    starts = [_first_moment(segment) for segment in files]
    for place, (segment, start) in enumerate(zip(files, starts, strict=True)):
        following = starts[place + 1] if place + 1 < len(starts) else None
        if (start is not None and start > end) or (following is not None and following < begin):
            continue
        with segment.open("rb") as file:
            for line in file:
                if name in line and (body := _body(line)) is not None:
                    fact = _decoder.decode(body.partition(b" ")[2])
                    if getattr(fact, "call", None) == call:
                        yield fact


def _first_moment(segment: Path) -> Moment | None:
    with segment.open("rb") as file:
        body = _body(file.readline())
    return None if body is None else _decoder.decode(body.partition(b" ")[2]).at


def _lines(segment: Path, after: int, *, torn: bool, mend: bool) -> Iterator[tuple[int, int, AnyEvent | None]]:
    """Yield place, number and fact of each line; of those not after `after` the fact is left unread."""
    good = 0
    with segment.open("rb") as file:
        for place, line in enumerate(file, start=1):
            body = _body(line)
            if body is None:
                if torn and not file.read(1):
                    if mend:
                        _cut(segment, good, place)
                    return
                raise JournalError(f"{segment}, line {place}: damaged; `jietong doctor` tells what to do")
            good += len(line)
            number, _, event = body.partition(b" ")
            try:
                yield place, int(number), _decoder.decode(event) if int(number) > after else None
            except msgspec.ValidationError as error:
                raise JournalError(f"{segment}, line {place}: no fact of this version: {error}") from error


def _body(line: bytes) -> bytes | None:
    """Return a line without its checksum; None when it is not whole."""
    checksum, _, body = line.rstrip(b"\n").partition(b" ")
    return body if line.endswith(b"\n") and checksum == b"%08x" % zlib.crc32(body) else None


def _cut(segment: Path, good: int, place: int) -> None:
    log.warning("the journal's torn last line is cut off", extra={"file": str(segment), "line": place})
    os.truncate(segment, good)
