"""Writes the effects of the rules into calls and tickets, in journal order, each exactly once.

    recorder = Recorder(database.writing)
    await recorder.position()            # effects up to here are written: replay re-emits only what comes after
    await recorder.run(queue)            # until a None comes out of the queue; everything before it is written then
    recorder.state                       # position, backlog, last error, rejects

Put every effect of one sequence number into the queue without awaiting in between: a number is written as a whole.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncSession

from acd.effects import CoreEffect, OpenTicket, WriteAccess
from core import ledger
from core.book import EffectRefused
from core.book_rows import load_book, write_book
from core.database import Sessions, undisturbed
from core.lifecycle import Role
from core.tables import RecorderPosition, RecorderReject

log = logging.getLogger(__name__)

Numbered: TypeAlias = tuple[int, CoreEffect]
"""An effect with the journal's sequence number of the event that caused it."""
CoreQueue: TypeAlias = "asyncio.Queue[Numbered | None]"
"""What `Recorder.run` reads; None is the end."""

BATCH: Final = 500
"""Effects in one transaction, at most (but a sequence number is never cut)."""
FIRST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 5.0
"""Seconds between attempts while the database cannot be written."""
_DATA_STATES = ("22", "23")
"""PostgreSQL's classes of errors that the data themselves cause."""


class RecorderState(Struct, frozen=True, kw_only=True):
    """How the recorder does; for health checks and metrics."""

    position: int
    """The last sequence number written by this recorder; 0 before the first."""
    backlog: int
    """Effects waiting to be written."""
    written: int
    """Effects written since the start, rejects included."""
    rejected: int
    """Effects put into `recorder_rejects` since the start; anything but 0 is an alarm."""
    failures: int
    """Attempts that have failed in a row; 0: all is well."""
    last_error: str | None
    """Why the attempt under way is repeated; None when all is well."""


class Recorder:
    """The only writer of calls; one runs at a time, and a second does no harm."""

    def __init__(
        self,
        sessions: Sessions,
        *,
        batch: int = BATCH,
        first_pause: float = FIRST_PAUSE,
        longest_pause: float = LONGEST_PAUSE,
    ) -> None:
        self._sessions = sessions
        self._batch = batch
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._position = 0
        self._written = 0
        self._rejected = 0
        self._failures = 0
        self._last_error: str | None = None
        self._moved = asyncio.Event()
        """Set when the position moves, and another takes its place."""
        self._waiting: Callable[[], int] = lambda: 0

    @property
    def state(self) -> RecorderState:
        """Return how the recorder does now."""
        return RecorderState(
            position=self._position,
            backlog=self._waiting(),
            written=self._written,
            rejected=self._rejected,
            failures=self._failures,
            last_error=self._last_error,
        )

    async def position(self) -> int:
        """Return the last sequence number whose effects are written; 0 if there is none.

        Raises:
            sqlalchemy.exc.SQLAlchemyError, OSError: the database cannot be read.
        """
        async with self._sessions() as session:
            stored = await session.scalar(select(RecorderPosition.last_seq))
            self._position = stored if stored is not None else 0
            return self._position

    async def apply(self, batch: Sequence[Numbered]) -> None:
        """Write effects in one transaction; those up to the stored position are skipped.

        An effect that the tables refuse goes to `recorder_rejects` and the others are written.

        Args:
            batch: in rising order, and with all effects of each sequence number it holds.

        Raises:
            sqlalchemy.exc.SQLAlchemyError, OSError: the database cannot be written; nothing was.
        """
        if batch:
            await undisturbed(self._apply(batch))

    async def _apply(self, batch: Sequence[Numbered]) -> None:
        async with self._sessions() as session, session.begin():
            last = await lock_position(session)
            fresh = sorted((item for item in batch if item[0] > last), key=_turn)
            rejects = await _write(session, fresh) if fresh else 0
            if fresh:
                last = fresh[-1][0]
                await session.execute(update(RecorderPosition).values(last_seq=last))
        self._position = last
        self._written += len(fresh)
        self._rejected += rejects
        self._moved.set()
        self._moved = asyncio.Event()

    async def reached(self, number: int) -> None:
        """Wait until the effects up to sequence number `number` are written by this recorder."""
        while self._position < number:
            await self._moved.wait()

    async def run(self, queue: CoreQueue) -> None:
        """Write what comes out of `queue` until a None does, and everything before it is written.

        While the database cannot be written, the same batch is tried again and again: nothing is dropped or
        put in another order. Cancelling is safe: what is not written has not moved the position.
        """
        held: list[Numbered] = []
        self._waiting = lambda: len(held) + queue.qsize()
        ended = False
        while not ended:
            if not held:
                first = await queue.get()
                if first is None:
                    return
                held.append(first)
            rest, ended = _take(queue, held, self._batch)
            await self._apply_at_last(held)
            held[:] = rest
        if held:
            await self._apply_at_last(held)
            held.clear()

    async def _apply_at_last(self, batch: Sequence[Numbered]) -> None:
        """Apply a batch, however many attempts it takes."""
        pause = self._first_pause
        while True:
            try:
                await self.apply(batch)
            except Exception as error:
                # Whatever it is, giving up would lose calls: try on, and let the state tell.
                self._failures += 1
                self._last_error = f"{type(error).__name__}: {error}".partition("\n")[0]
                log.warning("the recorder cannot write", extra={"error": self._last_error, "next_try_s": pause})
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._longest_pause)
            else:
                self._failures = 0
                self._last_error = None
                return


def _take(queue: CoreQueue, held: list[Numbered], limit: int) -> tuple[list[Numbered], bool]:
    """Move what waits in `queue` into `held`, up to `limit` but never cutting a sequence number.

    Returns:
        What was taken too much and belongs to the next batch, and whether the end was met.
    """
    while not queue.empty():
        item = queue.get_nowait()
        if item is None:
            return [], True
        if len(held) >= limit and item[0] != held[-1][0]:
            return [item], False
        held.append(item)
    return [], False


def _turn(item: Numbered) -> tuple[int, bool]:
    """Opening goes first within a sequence number: a finished call's record must find its ticket."""
    return item[0], not isinstance(item[1], OpenTicket)


async def lock_position(session: AsyncSession) -> int:
    """Return the stored position; another who writes tickets now waits until our transaction ends."""
    statement = update(RecorderPosition).values(last_seq=RecorderPosition.last_seq).returning(RecorderPosition.last_seq)
    return (await session.execute(statement)).scalar_one()


async def _write(session: AsyncSession, batch: Sequence[Numbered]) -> int:
    """Write a batch and return how many effects were rejected.

    When the database refuses, the batch is halved until the effect it refuses stands alone.
    """
    try:
        async with session.begin_nested():
            return await _write_rows(session, batch)
    except (StatementError, ValueError, OverflowError, TypeError) as error:
        if not _is_about_data(error):
            raise
        if len(batch) == 1:
            seq, effect = batch[0]
            await _reject(session, [(seq, effect, f"{type(error).__name__}: {error}".partition("\n")[0])])
            return 1
    middle = len(batch) // 2
    return await _write(session, batch[:middle]) + await _write(session, batch[middle:])


def _is_about_data(error: Exception) -> bool:
    """Whether trying again cannot help, because the effect itself cannot be stored."""
    if isinstance(error, IntegrityError | DataError):
        return True
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return isinstance(state, str) and state.startswith(_DATA_STATES)
    return True


async def _write_rows(session: AsyncSession, batch: Sequence[Numbered]) -> int:
    for_book = [(seq, effect) for seq, effect in batch if not isinstance(effect, WriteAccess)]
    for _, effect in batch:
        if isinstance(effect, WriteAccess):
            await _note_access(session, effect)
    book = await load_book(session, [effect for _, effect in for_book])
    rejects: list[tuple[int, CoreEffect, str]] = []
    for seq, effect in for_book:
        try:
            book.apply(effect)
        except EffectRefused as error:
            rejects.append((seq, effect, str(error)))
    await write_book(session, book)
    await _reject(session, rejects)
    return len(rejects)


async def _note_access(session: AsyncSession, effect: WriteAccess) -> None:
    """Add a line to the ledger; only supervisors may do what is noted this way."""
    await ledger.append(
        session,
        at=effect.at,
        actor=effect.actor,
        role=Role.SUPERVISOR,
        action=effect.action,
        subject=effect.subject,
        detail=effect.detail,
    )


async def _reject(session: AsyncSession, rejects: Sequence[tuple[int, CoreEffect, str]]) -> None:
    if not rejects:
        return
    for seq, _, error in rejects:
        log.error("an effect was rejected", extra={"seq": seq, "error": error})
    rows = [{"seq": seq, "effect": as_json(effect), "error": _storable(error)} for seq, effect, error in rejects]
    await session.execute(insert(RecorderReject), rows)


def as_json(effect: CoreEffect) -> str:
    """Return an effect as JSON, or as Python writes it when JSON cannot hold it."""
    try:
        return msgspec.json.encode(effect).decode()
    except (ValueError, OverflowError):
        return ascii(effect)


def _storable(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode().replace("\0", "\\0")


async def count_rejects(session: AsyncSession) -> int:
    """Return how many effects were ever rejected."""
    return await session.scalar(select(func.count()).select_from(RecorderReject)) or 0
