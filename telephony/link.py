"""The link to one Asterisk for the life of the process: come up, tell facts in order, perform wishes, come back.

A wrong password ends `run`; anything else leads to a new session after a jittered, growing pause. Nothing is ever sent
twice. Only one of several bridges is up; the others watch and take over (telephony/fence.py).
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from acd.effects import PbxEffect
from acd.events import ActionFailed, AnyEvent, PbxLost
from acd.names import Millis, Moment, RequestId
from telephony.actions import Headers, actions, heartbeat
from telephony.ami_protocol import AmiError, AmiMessage
from telephony.clocks import ahead
from telephony.fence import Fence
from telephony.register import beat_of, put_down, read_register, write_holder
from telephony.session import ANSWER_SECONDS, AmiSettings, AuthRefused, open_session, read_lists
from telephony.snapshot import as_of_before
from telephony.transfer_actions import CannotBeAsked
from telephony.translate import moment
from telephony.wire import ActionRefused, AmiWire, LinkDown

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
DEAD_AFTER_SECONDS = 4.0
"""Without the echo of a heartbeat for so long the link is dead, whatever TCP thinks."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 2.0
LATER_LOOKS = ((1.5, 1_000), (3.5, 4_000))
"""Pause and reach: soon, as an answer told after its call's end is too late; then past what was held back at first."""


async def _nothing_missed(_: Moment) -> None:
    """Stand in for logs that are not there to be read."""


class AmiLink:
    """One link.

    Args:
        settings: where and who.
        tell: takes each fact in order; must not block and must not fail.
        now: our clock, for the facts that are ours (PbxLost) and the age of events.
        missed: tells what Asterisk's logs hold up to a moment; called before a connect's snapshot, and a little later.
        room: whether one more fact can be taken. Without room the session is given up and the logs tell later.

    """

    def __init__(
        self,
        settings: AmiSettings,
        *,
        tell: Callable[[AnyEvent], None],
        now: Callable[[], Moment],
        missed: Callable[[Moment], Awaitable[None]] = _nothing_missed,
        room: Callable[[], bool] = lambda: True,
    ) -> None:
        self._settings = settings
        self._tell = tell
        self._now = now
        self._missed = missed
        self._room = room
        self._wire: AmiWire | None = None
        self._fence = Fence(settings.installation, secrets.token_hex(4))
        self._jitter = random.Random()  # this runs in a thread, and the module's own is everybody's
        self._held: list[AnyEvent] | None = None
        self._deferred: list[PbxEffect] = []
        """Wishes that wait until it is certain that we may write."""
        self._heard_beat = 0.0
        self._echo: asyncio.Future[Moment] | None = None
        """Gets Asterisk's time with the next echo of ours."""
        self.event_age_ms: int | None = None
        """Our clock against Asterisk's timestamp, of the newest event."""
        self.on_age: Callable[[int], None] = lambda _: None
        self.on_apart: Callable[[Millis], None] = lambda _: None
        """Told by how much Asterisk's clock is ahead of ours, when the way of a beat cannot explain it."""
        self.up = False
        self.refused = False
        """Asterisk does not accept our password; somebody must mend that."""
        self.rival: str | None = None
        """The bridge that we wait for."""
        self.watched_from: Moment | None = None
        """Asterisk's time when this process first heard it, holding it or not."""
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
            except (KeyError, ValueError) as error:
                log.exception("asterisk's lists make no sense")
                self._down(f"Asterisk's lists make no sense: {error!r}")
            # Jitter, so that many bridges do not come back in step after an Asterisk restart.
            await asyncio.sleep(pause * self._jitter.uniform(0.5, 1.0))
            pause = min(pause * 2, LONGEST_PAUSE)
            while not self._room():  # noqa: ASYNC110 # another thread makes room
                await asyncio.sleep(FIRST_PAUSE)

    def perform(self, effect: PbxEffect) -> None:
        """Send the actions of an effect; what Asterisk refuses comes back as ActionFailed."""
        if self._wire is None or not self.up:
            self._failed(effect.request, self.why)
        elif self._fence.may_write(_seconds()) and not self._deferred:  # no wish overtakes another
            self._send(self._wire, effect)
        else:
            self._deferred.append(effect)

    async def ask(self, headers: Headers) -> AmiMessage:
        """Send one action and wait for its answer.

        Raises:
            LinkDown: there is no link, or it broke before the answer.
            ActionRefused: Asterisk said no.
            TimeoutError: Asterisk said nothing.

        """
        wire = self._wire
        if wire is None or not self.up:
            raise LinkDown(self.why)
        async with asyncio.timeout(ANSWER_SECONDS):
            while not self._fence.may_write(_seconds()):
                await self._next_echo()
        return await wire.send(headers, ANSWER_SECONDS)  # on this session or not at all

    # --- one session ---

    async def _connected(self) -> None:
        self._echo = None
        wire = await open_session(self._settings, self._fact, self._beat)
        coming: asyncio.Future[None] | None = None
        try:
            await self._begin_to_listen(wire)
            self._wire = wire
            coming = asyncio.ensure_future(self._come_up(wire))
            await self._beat_until_lost(wire, coming)
        finally:
            if coming is not None:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)
            self._wire, self._held = None, None
            wire.abort("closed by us")
            deferred, self._deferred = self._deferred, []
            for effect in deferred:
                self._failed(effect.request, "the link broke before it could be asked")

    async def _begin_to_listen(self, wire: AmiWire) -> None:
        if self._fence.installation not in (await read_register(wire)).installations:
            await put_down(wire, self._fence.installation)
        asked = _seconds()
        self._fence.listen(await read_register(wire), asked)

    async def _come_up(self, wire: AmiWire) -> None:
        """Wait for our turn, read Asterisk's logs and lists, and look into the logs again."""
        await self._until_ours(wire)
        await write_holder(wire, self._fence.bridge, self._fence.token)
        at = await self._up_to_date(wire)
        log.info("asterisk is heard", extra={"version": wire.version, "token": self._fence.token})
        for pause, reaches_ms in LATER_LOOKS:
            await asyncio.sleep(pause)
            await self._missed(Moment(at + reaches_ms))

    async def _until_ours(self, wire: AmiWire) -> None:
        while True:
            at = await self._time_there(wire)
            self.watched_from = self.watched_from or at
            if self._fence.may_write(_seconds()):
                self.rival = None
                return
            other = self._fence.holder if not self._fence.ours else ""
            self.rival = other or None
            self._down(f"another bridge holds Asterisk: {other}" if other else "listening for other bridges")
            await asyncio.sleep(min(BEAT_SECONDS, max(0.05, self._fence.wait(_seconds()))))

    async def _up_to_date(self, wire: AmiWire) -> Moment:
        """Read Asterisk's lists; facts that arrive meanwhile wait, so that none is undone by an older list."""
        self._held = []
        at = await self._time_there(wire)
        seen = await read_lists(wire, at)
        await self._missed(at)
        self.up, self.why = True, ""
        held, self._held = self._held or [], None
        self._tell(as_of_before(seen, held))
        for fact in held:
            self._tell(fact)
        return at

    async def _time_there(self, wire: AmiWire) -> Moment:
        """Return Asterisk's own time: its logs and events are stamped by it, and our clock may be another."""
        self._send_beat(wire)
        async with asyncio.timeout(ANSWER_SECONDS):
            return await self._next_echo()

    def _next_echo(self) -> "asyncio.Future[Moment]":
        if self._echo is None or self._echo.done():
            self._echo = asyncio.get_running_loop().create_future()
        return asyncio.shield(self._echo)

    async def _beat_until_lost(self, wire: AmiWire, coming: "asyncio.Future[None]") -> None:
        self._heard_beat = _seconds()
        while not wire.lost.done():
            with suppress(ActionRefused):
                self._send_beat(wire)
            slept = _seconds()
            awaited: set[asyncio.Future[Any]] = {wire.lost} if coming.done() else {wire.lost, coming}
            await asyncio.wait(awaited, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                coming.result()  # what it could not do ends the session
            # What Asterisk said while this process itself stood still is not read yet: that is no silence of its.
            stalled = max(0.0, _seconds() - slept - BEAT_SECONDS)
            self._heard_beat = min(_seconds(), self._heard_beat + stalled)
            if _seconds() - self._heard_beat > DEAD_AFTER_SECONDS:
                raise LinkDown(f"no heartbeat from Asterisk for {DEAD_AFTER_SECONDS:g} s")
        raise LinkDown(wire.lost.result())

    # --- what Asterisk says ---

    def _beat(self, message: AmiMessage) -> None:
        at, heard = moment(message), _seconds()
        held = self._fence.ours
        sent = self._fence.hear(beat_of(message), heard)
        if held and not self._fence.ours and self._wire is not None:
            self._wire.abort(f"another bridge has taken over: {self._fence.holder}")
            return
        if sent is None:
            return
        self._heard_beat = heard
        received = self._now()
        apart = ahead(at, sent=Moment(received - int((heard - sent) * 1000)), received=received)
        if apart:
            self.on_apart(apart)
        if self._echo is not None and not self._echo.done():
            self._echo.set_result(at)
        if self._deferred and self._wire is not None and self._fence.may_write(heard):
            deferred, self._deferred = self._deferred, []
            for effect in deferred:
                self._send(self._wire, effect)

    def _fact(self, event: AnyEvent) -> None:
        if self._held is None and not self.up:
            return  # the logs will tell it
        self.event_age_ms = max(0, self._now() - event.at)
        self.on_age(self.event_age_ms)
        if not self._room() and self._wire is not None:
            self._wire.abort("overload: more facts wait than can be taken; Asterisk's logs will tell what is missed")
        elif self._held is not None:
            self._held.append(event)
        else:
            self._tell(event)

    # --- what goes wrong ---

    def _down(self, why: str) -> None:
        if self.up or self.why != why:
            log.warning("asterisk is not heard", extra={"why": why})
            self._tell(PbxLost(at=self._now(), why=why))
        self.up, self.why = False, why

    def _send_beat(self, wire: AmiWire) -> None:
        answer = wire.send(heartbeat(self._fence.beat(_seconds())), ANSWER_SECONDS)
        answer.add_done_callback(lambda sent: sent.cancelled() or sent.exception())  # missed by its missing echo

    def _send(self, wire: AmiWire, effect: PbxEffect) -> None:
        try:
            for headers in actions(effect, self._settings.dial):
                answer = wire.send(headers, ANSWER_SECONDS)
                answer.add_done_callback(partial(self._answered, headers[0][1], effect.request))
        except (AmiError, CannotBeAsked, LinkDown) as error:
            self._failed(effect.request, str(error))

    def _answered(self, action: str, request: RequestId | None, answer: "asyncio.Future[AmiMessage]") -> None:
        error = None if answer.cancelled() else answer.exception()
        if error is not None:
            log.warning("asterisk refused an action", extra={"action": action, "why": str(error)})
            self._failed(request, str(error))

    def _failed(self, request: RequestId | None, why: str) -> None:
        if request is not None:
            self._tell(ActionFailed(at=self._now(), request=request, why=why))


def _seconds() -> float:
    return asyncio.get_running_loop().time()
