"""An agent in the tests of transfers: a desk over a websocket that comes back by itself, and a SIP telephone."""

import asyncio
import contextlib
from collections.abc import Callable

import httpx
from websockets.exceptions import WebSocketException

from acd.agent import Presence
from agent_desk.demo.desk_client import DeskClient, DeskRefused
from agent_desk.demo.telephone import RegistrationRefused
from tests.live.transfer_parties import Exchange

REGISTERED_SECONDS = 3_600
BACK_SECONDS = 0.3
_ATTEMPTS = 5
_IDLE = (Presence.ACW, Presence.NOT_READY)
_GONE = (DeskRefused, RegistrationRefused, OSError, httpx.TransportError, WebSocketException, TimeoutError)


class AgentAtDesk:
    """One agent.

    Args:
        web: `host:port` of the product.
        eager: whether the agent is ready whenever that is possible; not: `ready` asks for a call.

    """

    def __init__(self, web: str, user: str, password: str, exchange: Exchange, *, eager: bool) -> None:
        self.user, self.eager = user, eager
        self._password, self._exchange = password, exchange
        self.desk = DeskClient(web)
        self.refused: list[str] = []
        self._signed_in = False
        self._phone = ("", "")

    async def come(self, log_ins: asyncio.Semaphore) -> None:
        """Log in, and register the telephone; on a busy machine that may take more than one attempt."""
        for left in reversed(range(_ATTEMPTS)):
            try:
                async with log_ins:
                    await self.desk.log_in(self.user, self._password)
                    phone = await self.desk.hand_out_phone()
                self._phone = (phone.endpoint, phone.password)
                await self.register()
            except _GONE as gone:
                self.refused.append(repr(gone))
                if not left:
                    raise
            else:
                return

    async def register(self, seconds: int = REGISTERED_SECONDS) -> None:
        """Let the telephone be found; 0 seconds: no longer."""
        await self._exchange.register(*self._phone, seconds)

    async def keep(self) -> None:
        """Stay at work until cancelled, through every loss of the product."""
        while True:
            try:
                await self.desk.open()
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self.desk.follow())
                    if not self._signed_in:
                        await self.desk.sign_in()
                        self._signed_in = True
                    await self._keep_ready()
            except* _GONE as gone:
                self.refused.append(repr(gone.exceptions[0]))
            await asyncio.sleep(BACK_SECONDS)

    async def _keep_ready(self) -> None:
        while not self.desk.lost:
            if await self.desk.until(lambda: self.eager and self.desk.presence in _IDLE, 5) and not self.desk.lost:
                with contextlib.suppress(DeskRefused):  # the floor moved on meanwhile
                    await self.desk.ready()
                    await self.desk.until(lambda: self.desk.presence not in _IDLE, 2)

    async def sees(self, what: str, true: Callable[[], bool], seconds: float) -> None:
        """Wait until the desk shows something, also through a loss of the product."""
        give_up = asyncio.get_running_loop().time() + seconds
        while not await self.desk.until(true, 0.2):
            assert asyncio.get_running_loop().time() < give_up, (
                f"{self.user}'s desk never showed {what}; it shows {self.desk.me} {self.desk.call}"
            )
            if self.desk.lost:
                await asyncio.sleep(0.05)

    async def go_idle(self, seconds: float = 20) -> None:
        """Wait until the agent has nothing to do with a call any more."""
        await self.sees("no call", lambda: self.desk.presence not in (Presence.RINGING, Presence.TALKING), seconds)

    async def pause(self) -> None:
        """Be not ready once the call and what comes after it are over."""
        self.eager = False
        busy = (Presence.RINGING, Presence.TALKING, Presence.ACW)
        await self.sees("no call", lambda: self.desk.presence not in busy, 20)
        if self.desk.presence is Presence.READY:
            await self.desk.not_ready("break")

    async def close(self) -> None:
        """Leave."""
        await self.desk.close()
