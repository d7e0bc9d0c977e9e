"""Reads what was missed from Asterisk's own logs, from a given moment on: CEL for calls, queue_log for members."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from acd.events import AnyEvent
from acd.names import AgentId, CallId, Moment
from telephony.cel import facts, is_time, moment_of, rows
from telephony.member_rows import member_facts

log = logging.getLogger(__name__)

SLACK_MS = 60_000
"""How much earlier than the last fact heard we begin to read: AMI and CEL are written by different threads."""
_NO_ROOM_SECONDS = 0.05
_ATTEMPTS = 5
_STEP = 1 << 16
"""A binary search over a file stops at so many bytes."""


class Logs(Struct, frozen=True, kw_only=True):
    """Where Asterisk writes."""

    cel: Path
    queue_log: Path


def missed(logs: Logs, since: Moment, until: Moment) -> list[AnyEvent]:
    """Return the facts of Asterisk's logs from shortly before `since` up to `until`, by their own times.

    Rotated files (`.1`, `.2`, ...) are read too where they reach into the time. Telling facts twice is harmless.
    Of queue_log's whole seconds each stands for its beginning, so a member's fact comes before the calls' it led to.

    Raises:
        OSError: a log cannot be read.

    """
    start = Moment(since - SLACK_MS)
    found = [row for row in rows(_lines(logs.cel, start, b'","', 1)) if start <= row.at <= until]
    found.sort(key=lambda row: row.at)
    of_queues = _lines(logs.queue_log, start, b"|", 0)
    told = [*member_facts(of_queues, since, until), *facts(found, _no_answers(of_queues))]
    told.sort(key=lambda fact: fact.at)
    return told


async def tell_missed(
    logs: Logs,
    since: Moment,
    until: Moment,
    tell: Callable[[AnyEvent], None],
    room: Callable[[], bool] = lambda: True,
) -> None:
    """Tell what was missed; without anything ever heard there is nothing to have missed.

    Args:
        room: whether one more fact can be taken; without room the telling waits.

    A log that cannot be read is an error in our log: the snapshot still tells how things stand.
    """
    if not since:
        return
    try:
        found = await asyncio.to_thread(missed, logs, since, until)
    except OSError as error:
        log.error("asterisk's logs cannot be read: what was missed stays unknown", extra={"why": str(error)})
        return
    for fact in found:
        while not room():  # noqa: ASYNC110 # another thread makes room
            await asyncio.sleep(_NO_ROOM_SECONDS)
        tell(fact)
    log.info("asterisk's logs are read", extra={"since": since, "until": until, "facts": len(found)})


def _no_answers(lines: Iterable[str]) -> dict[tuple[CallId, AgentId], list[Moment]]:
    ends: dict[tuple[CallId, AgentId], list[Moment]] = {}
    for line in lines:
        fields = line.split("|")
        if len(fields) > 4 and fields[4] == "RINGNOANSWER" and fields[0].isdigit():
            key = CallId(fields[1]), AgentId(fields[3])
            ends.setdefault(key, []).append(Moment(int(fields[0]) * 1000))
    return ends


def _lines(path: Path, start: Moment, separator: bytes, field: int) -> list[str]:
    """Return the lines from about `start` on; a log that is rotated or cut while it is read is read again."""
    for _ in range(_ATTEMPTS):
        files = _with_rotated(path, start)
        try:
            lines = [line for file, _, _ in files for line in _lines_since(file, start, separator, field)]
        except FileNotFoundError:
            continue
        after = _with_rotated(path, start)
        same = [one[:2] for one in files] == [one[:2] for one in after]
        if same and all(size <= later for (_, _, size), (_, _, later) in zip(files, after, strict=True)):
            return lines
    raise OSError(f"{path} was rotated {_ATTEMPTS} times while it was read")


def _with_rotated(path: Path, start: Moment) -> list[tuple[Path, int, int]]:
    """Return the log and its rotated files that were written to after `start`: oldest first, with inode and size."""
    rotated = [one for one in path.parent.glob(f"{path.name}.*") if one.suffix[1:].isdigit()]
    rotated.sort(key=lambda one: int(one.suffix[1:]), reverse=True)
    found: list[tuple[Path, int, int]] = []
    for one in (*rotated, path):
        with suppress(FileNotFoundError):
            stat = one.stat()
            if one == path or stat.st_mtime * 1000 >= start:
                found.append((one, stat.st_ino, stat.st_size))
    return found


def _lines_since(path: Path, start: Moment, separator: bytes, field: int) -> Iterator[str]:
    """Yield whole lines from about `start` on; the time is the `field`-th of the line's fields."""
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while high - low > _STEP:
            middle = (low + high) // 2
            file.seek(middle)
            file.readline()
            at = _time(file.readline(), separator, field)
            if at is None or at >= start:
                high = middle
            else:
                low = middle
        file.seek(low)
        if low:
            file.readline()
        for line in file:
            if line.endswith(b"\n"):
                yield line.decode("utf-8", "replace")


def _time(line: bytes, separator: bytes, field: int) -> Moment | None:
    fields = line.split(separator, field + 1)
    if len(fields) <= field:
        return None
    text = fields[field].strip(b'"').decode("ascii", "replace")
    return moment_of(text) if is_time(text) else None
