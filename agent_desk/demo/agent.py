"""One demo agent: signs in as people do, answers by SIP, talks, writes a ticket, and is ready again."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeAlias

from msgspec import Struct

from acd.agent import AWAY_REASON, Presence
from acd.call import Stage
from agent_desk.demo.desk_client import DeskClient, DeskRefused
from agent_desk.demo.matters import matter
from agent_desk.demo.media import Media
from agent_desk.demo.product import Product
from agent_desk.demo.sip_call import EndedBy, SipCall
from agent_desk.demo.telephone import RegistrationRefused, Telephones

REGISTERED_SECONDS = 120
PICK_UP_SECONDS = (1.0, 2.0)
AWAY_SECONDS = (2.0, 5.0)
BREAK_SECONDS = (10.0, 30.0)
FLOOR_SECONDS = 10.0
"""How long the floor may take to show what has happened on the telephone."""
_BUSY = (Presence.RINGING, Presence.TALKING)

Rings: TypeAlias = asyncio.Queue[SipCall | None]
"""Calls that ring; None: look whether the product is still there."""


class Habits(Struct, frozen=True, kw_only=True):
    """How demo agents work; times in seconds, shares of calls."""

    talk: float = 30.0
    miss: float = 0.0
    acw: float = 5.0
    breaks: float = 0.0
    """Share of calls after which an agent takes a short break."""


class Tally(Struct):
    """What the demo agents did."""

    on_duty: int = 0
    answered: int = 0
    hung_up_by_agent: int = 0
    let_ring: int = 0
    caller_left: int = 0
    """Rings that ended before the agent answered or was to miss it."""
    tickets: int = 0
    set_away: int = 0
    breaks: int = 0
    refused: int = 0
    """Requests the product refused."""
    why: str = ""
    """The latest refusal."""


class DemoAgent:
    """An agent at work.

    Args:
        telephones, media: shared by all.
        rings: where this agent's telephone rings; it outlives a shift, for Asterisk rings on while the product is away.
        log_ins: how many may log in at once; each costs the product a password check.

    """

    def __init__(
        self,
        user: str,
        password: str,
        *,
        product: Product,
        telephones: Telephones,
        media: Media,
        habits: Habits,
        random: Random,
        tally: Tally,
        log_ins: asyncio.Semaphore,
        rings: Rings,
    ) -> None:
        self._user, self._password = user, password
        self._product = product
        self._telephones = telephones
        self._media = media
        self._habits = habits
        self._random = random
        self._tally = tally
        self._log_ins = log_ins
        self._desk = DeskClient(product.web)
        self._rings = rings
        self._endpoint = self._phone_password = ""
        self._on_duty = False

    async def shift(self) -> None:
        """Work until cancelled, then sign out; or until the product is gone, but talk to the end.

        Raises:
            DeskRefused, RegistrationRefused, OSError, httpx.TransportError,
            websockets.exceptions.WebSocketException: the product does not let us, or is not there.

        """
        try:
            async with self._log_ins:
                await self._desk.log_in(self._user, self._password)
                await self._desk.open()
            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(self._listen())
                try:
                    await self._begin()
                    async with asyncio.TaskGroup() as work:
                        registering = work.create_task(self._stay_registered())
                        await self._work()
                        registering.cancel()
                finally:
                    await self._end()
                    listening.cancel()
        finally:
            await self._desk.close()

    async def _listen(self) -> None:
        await self._desk.follow()
        self._rings.put_nowait(None)

    async def _begin(self) -> None:
        phone = await self._desk.hand_out_phone()
        self._endpoint, self._phone_password = phone.endpoint, phone.password
        await self._telephones.register(self._endpoint, self._phone_password, REGISTERED_SECONDS)
        self._telephones.rung[self._endpoint] = self._rings.put_nowait
        await self._desk.sign_in()
        await self._desk.ready()
        self._on_duty = True
        self._tally.on_duty += 1

    async def _end(self) -> None:
        """Leave the floor tidy; to a product that is gone the agent comes back."""
        if not self._on_duty:
            return
        self._on_duty = False
        self._tally.on_duty -= 1
        if self._desk.lost:
            return
        del self._telephones.rung[self._endpoint]
        while not self._rings.empty():
            call = self._rings.get_nowait()
            if call is not None:
                call.hang_up()
        try:
            async with asyncio.timeout(2 * FLOOR_SECONDS):
                await self._sign_out()
                await self._telephones.register(self._endpoint, self._phone_password, 0)
        except (TimeoutError, DeskRefused, RegistrationRefused, OSError) as error:
            self._refused(error)

    async def _sign_out(self) -> None:
        """Sign out, after the call under way or the ring that came in the same moment."""
        while True:
            await self._desk.until(lambda: self._desk.presence not in _BUSY, FLOOR_SECONDS)
            try:
                return await self._desk.sign_out()
            except DeskRefused:
                if self._desk.presence not in _BUSY:
                    raise

    async def _stay_registered(self) -> None:
        while True:
            await asyncio.sleep(REGISTERED_SECONDS * self._random.uniform(0.4, 0.6))
            await self._telephones.register(self._endpoint, self._phone_password, REGISTERED_SECONDS)

    async def _work(self) -> None:
        while not self._desk.lost:
            call = await self._rings.get()
            if call is None:
                continue
            try:
                if self._random.random() < self._habits.miss:
                    await self._let_ring(call)
                else:
                    await self._take(call)
            finally:
                call.hang_up()

    async def _let_ring(self, call: SipCall) -> None:
        await call.over
        self._tally.let_ring += 1
        await self._desk.until(lambda: self._desk.presence is not Presence.RINGING, FLOOR_SECONDS)
        # One miss too many, and the floor pauses us a moment later.
        away = await self._desk.until(self._is_away, 1.0)
        if away:
            self._tally.set_away += 1
            await asyncio.sleep(self._random.uniform(*AWAY_SECONDS))
            await self._ask(self._desk.ready)

    async def _take(self, call: SipCall) -> None:
        await _over_within(call, self._random.uniform(*PICK_UP_SECONDS))
        call.accept()
        if not call.up.done() or call.up.cancelled():
            self._tally.caller_left += 1
            return
        self._tally.answered += 1
        await self._talk(call)
        await self._after_call()

    async def _talk(self, call: SipCall) -> None:
        talk = self._habits.talk * self._random.uniform(0.5, 1.5)
        if call.remote_media is not None:
            self._media.add(call.remote_media)
        try:
            await _over_within(call, talk / 2)
            if self._random.random() < 0.5:
                await self._save()
            await _over_within(call, talk / 2)
            call.hang_up()
            ending = await call.over
            self._tally.hung_up_by_agent += ending.by is EndedBy.US
        finally:
            call.hang_up()
            if call.remote_media is not None:
                self._media.drop(call.remote_media)

    async def _after_call(self) -> None:
        if self._desk.lost:
            return
        await self._desk.until(lambda: self._desk.presence not in _BUSY, FLOOR_SECONDS)
        if self._desk.call is not None and not self._desk.call.saved:
            await self._save()
        acw = self._habits.acw * self._random.uniform(0.6, 1.4)
        await self._desk.until(lambda: self._desk.presence is not Presence.ACW, acw)
        if self._random.random() < self._habits.breaks and self._product.catalogue.not_ready:
            reason = self._product.catalogue.not_ready[0].key
            if await self._ask(lambda: self._desk.not_ready(reason)):
                self._tally.breaks += 1
                await asyncio.sleep(self._random.uniform(*BREAK_SECONDS))
        if self._desk.presence in (Presence.ACW, Presence.NOT_READY):
            await self._ask(self._desk.ready)

    async def _save(self) -> None:
        def there() -> bool:
            return self._desk.call is not None and self._desk.call.stage in (Stage.TALKING, Stage.ENDED)

        await self._desk.until(there, 1.0)
        call = self._desk.call
        if call is None or call.answered_at is None:
            return
        form = matter(self._random, self._product.catalogue)
        if await self._ask(lambda: self._desk.save(call.call, form)):
            self._tally.tickets += 1

    def _is_away(self) -> bool:
        me = self._desk.me
        return me is not None and me.presence is Presence.NOT_READY and me.reason == AWAY_REASON

    async def _ask(self, request: Callable[[], Awaitable[None]]) -> bool:
        """Ask for something that may be refused because the floor moved on meanwhile."""
        try:
            await request()
        except DeskRefused as refused:
            self._refused(refused)
            return False
        return True

    def _refused(self, error: Exception) -> None:
        self._tally.refused += 1
        self._tally.why = f"{self._user}: {error}"


async def _over_within(call: SipCall, seconds: float) -> bool:
    """Wait until the call is over, at most so long."""
    done, _ = await asyncio.wait({call.over}, timeout=seconds)
    return bool(done)
