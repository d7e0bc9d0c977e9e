"""The link to one Asterisk: connect, log in, read the snapshot, then facts in order; the only file with panoramisk.

panoramisk opens the connection and hands actions over; framing, answers, time-outs, heartbeat and back-off are ours,
because of its defects P1 to P11 (docs/decisions/0001-panoramisk-stays-confined.md). A wrong password ends `run`;
anything else leads to a new connection after a jittered, growing pause. Nothing is ever sent twice.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

import panoramisk
from msgspec import Struct

from acd.effects import PbxEffect
from acd.events import ActionFailed, AnyEvent, PbxLost
from acd.names import Moment, RequestId
from telephony.actions import Headers, actions, heartbeat
from telephony.ami_protocol import AmiError, AmiMessage
from telephony.snapshot import CHANNELS, CORE_STATUS, QUEUE_STATUS, snapshot
from telephony.started import started_at
from telephony.wire import ActionRefused, AmiWire, LinkDown

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.5
DEAD_AFTER_SECONDS = 5.0
"""Without the echo of a heartbeat for so long the link is dead, whatever TCP thinks."""
ANSWER_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


class AmiSettings(Struct, frozen=True, kw_only=True):
    """Where Asterisk's manager is and who we are there."""

    host: str
    port: int
    user: str
    secret: str


class AuthRefused(Exception):
    """Asterisk does not accept the user or the secret; trying again would only make it worse."""


class _Connection(panoramisk.Manager):  # type: ignore[misc] # panoramisk has no types
    """panoramisk's manager for one connection: it neither logs in, nor pings, nor reconnects, nor re-sends."""

    def connection_made(self, f: "asyncio.Future[tuple[object, AmiWire]]") -> None:
        if not f.cancelled() and f.exception() is None:
            self.protocol = f.result()[1]


async def _nothing_missed(_: Moment) -> None:
    """Stand in for logs that are not there to be read."""


class AmiLink:
    """One link, for the life of the process.

    Args:
        settings: where and who.
        tell: takes each fact in order; must not block and must not fail.
        now: our clock, for the facts that are ours (PbxLost) and the age of events.
        missed: tells what Asterisk's logs hold up to a moment; called on every connect, before the snapshot.

    """

    def __init__(
        self,
        settings: AmiSettings,
        *,
        tell: Callable[[AnyEvent], None],
        now: Callable[[], Moment],
        missed: Callable[[Moment], Awaitable[None]] = _nothing_missed,
    ) -> None:
        self._settings = settings
        self._tell = tell
        self._now = now
        self._missed = missed
        self._wire: AmiWire | None = None
        self._held: list[AnyEvent] | None = None
        self._heard_beat = 0.0
        self._echo: asyncio.Future[Moment] | None = None
        self.event_age_ms: int | None = None
        """Our clock against Asterisk's timestamp, of the newest event."""
        self.on_age: Callable[[int], None] = lambda _: None
        self.up = False
        self.refused = False
        """Asterisk does not accept our password; somebody must mend that."""
        self.why = "starting"

    async def run(self) -> None:
        """Keep the link up until cancelled, or until the password is refused."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._connected()
            except AuthRefused as refused:
                self._down(str(refused))
                self.refused = True
                log.error("the AMI refused us; the link stays down", extra={"why": str(refused)})
                return
            except (OSError, AmiError, LinkDown, TimeoutError, ActionRefused) as error:
                if self.up:
                    pause = FIRST_PAUSE
                self._down(str(error) or type(error).__name__)
            # Jitter, so that many bridges do not come back in step after an Asterisk restart.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, LONGEST_PAUSE)

    def perform(self, effect: PbxEffect) -> None:
        """Send the actions of an effect; what Asterisk refuses comes back as ActionFailed."""
        request = effect.request
        wire = self._wire
        if wire is None or not self.up:
            self._failed(request, self.why)
            return
        for headers in actions(effect):
            try:
                answer = wire.send(headers, ANSWER_SECONDS)
            except (AmiError, LinkDown) as error:
                self._failed(request, str(error))
                return
            answer.add_done_callback(partial(self._answered, headers[0][1], request))

    async def ask(self, headers: Headers) -> AmiMessage:
        """Send one action and wait for its answer.

        Raises:
            LinkDown: there is no link, or it broke before the answer.
            ActionRefused: Asterisk said no.
            TimeoutError: Asterisk said nothing.

        """
        if self._wire is None or not self.up:
            raise LinkDown(self.why)
        return await self._wire.send(headers, ANSWER_SECONDS)

    async def _connected(self) -> None:
        settings = self._settings
        connection = _Connection(
            host=settings.host,
            port=settings.port,
            protocol_factory=lambda: AmiWire(self._fact, self._beat),
        )
        async with asyncio.timeout(ANSWER_SECONDS):
            await connection.connect()
        wire: AmiWire = connection.protocol
        try:
            await self._log_in(wire)
            self._wire = wire
            self._held = []
            await self._read_snapshot(wire)
            await self._beat_until_lost(wire)
        finally:
            self._wire = None
            self._held = None
            wire.abort("closed by us")

    async def _log_in(self, wire: AmiWire) -> None:
        settings = self._settings
        try:
            await wire.send(
                (
                    ("Action", "Login"),
                    ("Username", settings.user),
                    ("Secret", settings.secret),
                    ("Events", "on"),
                ),
                ANSWER_SECONDS,
            )
        except ActionRefused as refused:
            raise AuthRefused(f"Asterisk refuses the AMI user {settings.user!r}: {refused}") from refused

    async def _read_snapshot(self, wire: AmiWire) -> None:
        """Read Asterisk's lists; facts that arrive meanwhile wait, so that none is undone by an older list."""
        status = await wire.send(CORE_STATUS, ANSWER_SECONDS)
        at = await self._time_there(wire)
        channels = await wire.collect(CHANNELS, "CoreShowChannelsComplete", ANSWER_SECONDS)
        queues = await wire.collect(QUEUE_STATUS, "QueueStatusComplete", ANSWER_SECONDS)
        await self._missed(at)
        self.up, self.why = True, ""
        held, self._held = self._held or [], None
        self._tell(snapshot(at, started_at(status), queues, channels))
        for fact in held:
            self._tell(fact)
        log.info("asterisk is heard", extra={"version": wire.version})

    async def _time_there(self, wire: AmiWire) -> Moment:
        """Return Asterisk's own time: its logs and events are stamped by it, and our clock may be another."""
        self._echo = asyncio.get_running_loop().create_future()
        await wire.send(heartbeat(0), ANSWER_SECONDS)
        async with asyncio.timeout(ANSWER_SECONDS):
            return await self._echo

    async def _beat_until_lost(self, wire: AmiWire) -> None:
        loop = asyncio.get_running_loop()
        self._heard_beat = loop.time()
        number = 0
        while not wire.lost.done():
            number += 1
            with suppress(ActionRefused):
                wire.send(heartbeat(number), ANSWER_SECONDS).add_done_callback(_seen)
            slept = loop.time()
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT_SECONDS):
                    await asyncio.shield(wire.lost)
            # What Asterisk said while this process itself stood still is not read yet: that is no silence of its.
            stalled = max(0.0, loop.time() - slept - BEAT_SECONDS)
            self._heard_beat = min(loop.time(), self._heard_beat + stalled)
            if loop.time() - self._heard_beat > DEAD_AFTER_SECONDS:
                raise LinkDown(f"no heartbeat from Asterisk for {DEAD_AFTER_SECONDS:g} s")
        raise LinkDown(wire.lost.result())

    def _beat(self, at: Moment) -> None:
        self._heard_beat = asyncio.get_running_loop().time()
        if self._echo is not None and not self._echo.done():
            self._echo.set_result(at)

    def _fact(self, event: AnyEvent) -> None:
        self.event_age_ms = max(0, self._now() - event.at)
        self.on_age(self.event_age_ms)
        if self._held is not None:
            self._held.append(event)
        elif self.up:
            self._tell(event)

    def _down(self, why: str) -> None:
        if self.up or self.why != why:
            log.warning("asterisk is not heard", extra={"why": why})
            self._tell(PbxLost(at=self._now(), why=why))
        self.up, self.why = False, why

    def _answered(self, action: str, request: RequestId | None, answer: "asyncio.Future[AmiMessage]") -> None:
        error = None if answer.cancelled() else answer.exception()
        if error is not None:
            log.warning("asterisk refused an action", extra={"action": action, "why": str(error)})
            self._failed(request, str(error))

    def _failed(self, request: RequestId | None, why: str) -> None:
        if request is not None:
            self._tell(ActionFailed(at=self._now(), request=request, why=why))


def _seen(answer: "asyncio.Future[AmiMessage]") -> None:
    if not answer.cancelled():
        answer.exception()  # a lost heartbeat is noticed by its missing echo
