"""Many agents' desks over real websockets, in a thread of their own; they come back by themselves, as browsers do."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from random import Random
from typing import Any

import httpx
from websockets.exceptions import WebSocketException

from acd.agent import Presence
from agent_desk.clock import SteadyClock
from agent_desk.demo.desk_client import DeskClient, DeskRefused
from agent_desk.demo.telephone import RegistrationRefused, Telephones
from tests.live.crowd import AGENTS_HOST

REGISTERED_SECONDS = 3_600
LOG_INS_AT_ONCE = 4
BACK_SECONDS = (0.2, 1.0)
"""How long a desk waits before it tries again: a browser's first pauses."""
_IDLE = (Presence.ACW, Presence.NOT_READY)
_GONE = (DeskRefused, RegistrationRefused, OSError, httpx.TransportError, WebSocketException, TimeoutError)


class Desks:
    """The desks of some agents, each with a SIP telephone at one common port.

    Args:
        web: `host:port` of the product.
        sip_port: Asterisk's.
        logins: user and password of each agent; the user is the seat.
        telephones_port: where all their telephones are.

    """

    def __init__(self, web: str, sip_port: int, logins: tuple[tuple[str, str], ...], telephones_port: int) -> None:
        self._web, self._sip_port, self._logins, self._port = web, sip_port, logins, telephones_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._desks: list[DeskClient] = []
        self._work: Future[None] | None = None
        self._signed_in: dict[DeskClient, bool] = {}
        self._leaving = False
        self.lost = 0
        """How often a desk was cut off."""
        self.refused: list[str] = []
        """Requests that were refused while the product was there."""

    def register(self) -> None:
        """Log every agent in, and register the telephones from the port where SIPp will answer them."""
        self._thread.start()
        self._do(self._register(), 120)

    def begin(self) -> None:
        """Sign every agent in, and keep all ready from then on."""
        self._work = asyncio.run_coroutine_threadsafe(self._keep_all(), self._loop)

    def end(self) -> None:
        """Sign every agent out."""
        self._do(self._sign_out(), 60)

    def close(self) -> None:
        """Cut everything off."""
        if self._thread.is_alive():
            self._do(self._close(), 30)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
        self._loop.close()

    @property
    def all_ready(self) -> bool:
        """Whether every agent's own desk shows READY."""
        return all(not desk.lost and desk.presence is Presence.READY for desk in self._desks)

    def _do(self, work: Coroutine[Any, Any, None], seconds: float) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    async def _register(self) -> None:
        log_ins = asyncio.Semaphore(LOG_INS_AT_ONCE)
        telephones = Telephones(("127.0.0.1", self._sip_port), (AGENTS_HOST, 9), SteadyClock().now)
        await telephones.open(AGENTS_HOST, self._port)

        async def come(user: str, password: str) -> None:
            desk = DeskClient(self._web)
            self._desks.append(desk)
            async with log_ins:
                await desk.log_in(user, password)
                phone = await desk.hand_out_phone()
                await telephones.register(phone.endpoint, phone.password, REGISTERED_SECONDS)

        try:
            async with asyncio.TaskGroup() as tasks:
                for user, password in self._logins:
                    tasks.create_task(come(user, password))
        finally:
            telephones.close()

    async def _keep_all(self) -> None:
        log_ins = asyncio.Semaphore(LOG_INS_AT_ONCE)
        async with asyncio.TaskGroup() as tasks:
            for number, desk in enumerate(self._desks):
                tasks.create_task(self._keep(desk, Random(number), log_ins))

    async def _keep(self, desk: DeskClient, random: Random, log_ins: asyncio.Semaphore) -> None:
        """Keep one desk connected and its agent at work; the log-in outlives the product, as a browser's does."""
        while not self._leaving:
            try:
                await desk.open()
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(desk.follow())
                    if not self._signed_in.get(desk):
                        async with log_ins:
                            await desk.sign_in()
                        self._signed_in[desk] = True
                    await self._keep_ready(desk)
                self.lost += 1
            except* _GONE as gone:
                self.refused.append(repr(gone.exceptions[0]))
            await asyncio.sleep(random.uniform(*BACK_SECONDS))

    async def _keep_ready(self, desk: DeskClient) -> None:
        while not desk.lost:
            if await desk.until(lambda: desk.presence in _IDLE, 60) and not desk.lost:
                try:
                    await desk.ready()
                    # The answer is quicker than the view: asked again meanwhile, it would be sixty times a call.
                    await desk.until(lambda: desk.presence not in _IDLE, 2)
                except DeskRefused as refused:
                    self.refused.append(str(refused))
                    await asyncio.sleep(0.5)

    async def _sign_out(self) -> None:
        self._leaving = True
        async with asyncio.TaskGroup() as tasks:
            for desk in self._desks:
                tasks.create_task(desk.sign_out())

    async def _close(self) -> None:
        self._leaving = True
        for desk in self._desks:
            await desk.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
