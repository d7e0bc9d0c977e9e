"""Asks the lines of the directory that are not ours how they stand, and tells the floor what is new."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Protocol

import httpx
import msgspec
from msgspec import Meta, Struct

from acd.events import LineTold
from acd.names import DestinationKey, Moment

log = logging.getLogger(__name__)

ASK_SECONDS = 2.0
ANSWER_SECONDS = 1.5
"""A line that takes longer is not reachable."""
LONGEST_PAUSE = 10.0
"""Between two questions to a line that does not answer."""
TELL_MS = 10_000
"""A line that answers is told at least so often, so that everybody sees that it still does."""
_LONGEST_ANSWER = 10_000
"""Bytes."""
NOT_CONNECTED = "not connected: its trunk has no address"
_Count = Annotated[int, Meta(ge=0, le=1_000_000)]


class LineState(Struct, frozen=True, kw_only=True):
    """How a line stands, as its own platform tells; any platform may offer it (see config/destinations.toml)."""

    open: bool
    """Whether it takes calls now."""
    ready: _Count | None = None
    """Agents who could take one at once; null: not known."""
    waiting: _Count | None = None
    """Callers who wait there; null: not known."""
    at: Moment
    """When that was so, by its own clock."""


class Line(Protocol):
    """What must be known of a line: `config.lines.Watched`."""

    @property
    def key(self) -> DestinationKey:
        """Its name in the directory."""

    @property
    def url(self) -> str:
        """Where it tells; empty: nowhere."""

    @property
    def token_file(self) -> Path | None:
        """Where the bearer token is that it wants."""

    @property
    def connected(self) -> bool:
        """Whether a trunk leads there."""

    @property
    def optional(self) -> bool:
        """Whether it may be that nobody has started it: that it was there before our restart means nothing."""


class LineWatch:
    """The watch over all lines.

    Args:
        lines: those that are not ours.
        tell: takes what is new.
        now: our clock.
        known: what was told last of each line, before a restart too.

    """

    def __init__(
        self,
        lines: Sequence[Line],
        tell: Callable[[LineTold], None],
        now: Callable[[], Moment],
        known: Callable[[], Mapping[DestinationKey, LineTold]],
    ) -> None:
        self._lines = lines
        self._known = known
        self._tell = tell
        self._now = now

    async def run(self) -> None:
        """Ask until cancelled; each line by itself, so that one that is slow delays no other."""
        for line in self._lines:
            if not line.connected and not line.url:
                self._tell(LineTold(at=self._now(), key=line.key, reachable=False, why=NOT_CONNECTED))
        # A connection is made anew for each question: one that is dead shows at once, not a time-out later.
        limits = httpx.Limits(max_keepalive_connections=0)
        async with (
            httpx.AsyncClient(trust_env=False, timeout=ANSWER_SECONDS, limits=limits) as client,
            asyncio.TaskGroup() as tasks,
        ):
            for line in self._lines:
                if line.url:
                    tasks.create_task(self._follow(client, line))

    async def _follow(self, client: httpx.AsyncClient, line: Line) -> None:
        told: LineTold | None = None
        remembered = None if line.optional else self._known().get(line.key)
        before = None if remembered is None else remembered.told_at
        said_at, pause = Moment(0), ASK_SECONDS
        while True:
            try:
                state, why = await _asked(client, line)
            except Exception:
                # The floor must live on whatever an address or an answer does to the client; the log has the trace.
                log.exception("a line cannot be asked", extra={"line": line.key})
                state, why = None, "its platform cannot be asked: see the log"
            fresh = self._fact(line, state, why, before, said_at)
            if told is None or _new(fresh, told):
                _log(fresh, told)
                self._tell(fresh)
                told = fresh
            before, said_at = fresh.told_at, said_at if state is None else state.at
            pause = ASK_SECONDS if state is not None else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    def _fact(self, line: Line, state: LineState | None, why: str, before: Moment | None, said_at: Moment) -> LineTold:
        """Return how a line stands.

        Args:
            before: when its platform told something new last.
            said_at: what it called that moment.

        """
        now = self._now()
        if state is None:
            return LineTold(at=now, key=line.key, reachable=False, why=why, told_at=before)
        # Whose clock stands still has told nothing new, however often the same is sent.
        told_at = before if before is not None and state.at == said_at else now
        return LineTold(
            at=now,
            key=line.key,
            reachable=line.connected,
            why="" if line.connected else NOT_CONNECTED,
            open=state.open,
            ready=state.ready,
            waiting=state.waiting,
            told_at=told_at,
        )


def _new(fresh: LineTold, told: LineTold) -> bool:
    if (fresh.reachable, fresh.why, fresh.open, fresh.ready, fresh.waiting) != (
        told.reachable,
        told.why,
        told.open,
        told.ready,
        told.waiting,
    ):
        return True
    return fresh.told_at != told.told_at and fresh.at - told.at >= TELL_MS


def _log(fresh: LineTold, told: LineTold | None) -> None:
    if told is None or (fresh.reachable, fresh.why, fresh.open) != (told.reachable, told.why, told.open):
        level = logging.INFO if fresh.reachable else logging.WARNING
        stands = "away" if not fresh.reachable else "there" if fresh.open else "closed"
        log.log(level, "a line is %s", stands, extra={"line": fresh.key, "why": fresh.why})


async def _asked(client: httpx.AsyncClient, line: Line) -> tuple[LineState | None, str]:
    """Return the state, or None and why there is none. What a platform answers besides is never repeated to people."""
    try:
        headers = {b"Accept": b"application/json", b"Accept-Encoding": b"identity"} | _authorization(line.token_file)
        async with asyncio.timeout(ANSWER_SECONDS), client.stream("GET", line.url, headers=headers) as reply:
            if reply.status_code != 200:
                return None, f"its platform answers {reply.status_code}"
            return msgspec.json.decode(await _body(reply), type=LineState), ""
    except (TimeoutError, httpx.TimeoutException):
        return None, f"its platform gives no answer within {ANSWER_SECONDS:g} s"
    except httpx.ConnectError:
        return None, "its platform is not there"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return None, f"its platform cannot be asked ({type(error).__name__})"
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return None, f"its platform answers what is no line's state ({error})"[:200]
    except OSError as error:
        return None, f"the token file cannot be read ({error.strerror})"


def _authorization(token_file: Path | None) -> dict[bytes, bytes]:
    """Read it each time: a token is replaced without a restart.

    Raises:
        OSError: it cannot be read.

    """
    return {} if token_file is None else {b"Authorization": b"Bearer " + token_file.read_bytes().strip()}


async def _body(reply: httpx.Response) -> bytes:
    body = b""
    async for chunk in reply.aiter_raw():
        body += chunk
        if len(body) > _LONGEST_ANSWER:
            return b""  # no line's state is so long
    return body
