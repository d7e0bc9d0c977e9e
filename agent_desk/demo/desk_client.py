"""A desk without a page: logs in, follows the desk's view, asks and waits for the answer."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from acd.agent import Presence
from acd.events import TicketForm
from acd.names import AgentId, CallId, DestinationKey, Phone, RequestId
from acd.transfer import Command, TransferMode
from acd.watching import Watching
from agent_desk.auth import COOKIE, CSRF_HEADER
from agent_desk.demo.product import ANSWER_SECONDS
from agent_desk.hub import patch
from agent_desk.wire import (
    Accepted,
    AskExpert,
    Delta,
    DeskSnapshot,
    FromBrowser,
    HangUp,
    Help,
    NotReady,
    Ready,
    Refused,
    SaveTicket,
    SignIn,
    SignOut,
    SnapshotAsked,
    ToBrowser,
    Transfer,
    TransferCommand,
    Watch,
)
from agent_desk.wire_http import PhoneCredentials, Who
from agent_desk.wire_views import DeskCall, Me

log = logging.getLogger(__name__)

_decoder = msgspec.json.Decoder(ToBrowser)
T = TypeVar("T")


class DeskRefused(Exception):
    """The product said no; the text says to what and why."""


class DeskClient:
    """One agent's desk.

    Args:
        web: `host:port` of the product.

    """

    def __init__(self, web: str) -> None:
        self._web = web
        self._http = httpx.AsyncClient(base_url=f"http://{web}", trust_env=False, timeout=ANSWER_SECONDS)
        self._socket: ClientConnection | None = None
        self._view: dict[str, dict[str, Any]] = {}
        self._seq = 0
        self._answers: dict[RequestId, asyncio.Future[Accepted | Refused]] = {}
        self.lost = False
        """Whether the connection is gone."""
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []
        self.me: Me | None = None
        """The agent as the floor sees it; None before the first message and for one never signed in."""
        self.call: DeskCall | None = None

    async def log_in(self, user: str, password: str) -> None:
        """Log in.

        Raises:
            DeskRefused: a wrong password, for example.
            OSError, httpx.TransportError: the product is not there.

        """
        who = await self._post("/api/login", {"user": user, "password": password}, Who)
        self._http.headers[CSRF_HEADER] = who.csrf

    async def hand_out_phone(self) -> PhoneCredentials:
        """Ask for the SIP phone's password of this sign-in."""
        return await self._post("/api/desk/phone", {"phone": Phone.SIP.value}, PhoneCredentials)

    async def open(self) -> None:
        """Open the websocket, or a new one when it was lost; `follow` must run for anything to be heard."""
        if self._socket is not None:
            await self._socket.close()
        cookie = self._http.cookies[COOKIE]
        self._socket = await connect(
            f"ws://{self._web}/ws/desk", additional_headers={"Cookie": f"{COOKIE}={cookie}"}, proxy=None
        )
        self.lost = False

    async def close(self) -> None:
        """Leave."""
        if self._socket is not None:
            await self._socket.close()
        await self._http.aclose()

    async def follow(self) -> None:
        """Take messages until the connection is gone; then `lost` is set and whoever waits is told."""
        assert self._socket is not None
        try:
            async for message in self._socket:
                await self._heard(_decoder.decode(message))
        except WebSocketException as error:
            log.info("a desk is gone", extra={"why": str(error)})
        finally:
            self.lost = True
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(DeskRefused("the product is gone"))
            self._tell_waiting()

    async def sign_in(self) -> None:
        """Take part with the SIP phone."""
        await self._ask(lambda request: SignIn(request=request, phone=Phone.SIP))

    async def sign_out(self) -> None:
        """Stop taking part."""
        await self._ask(lambda request: SignOut(request=request))

    async def ready(self) -> None:
        """Ask for calls."""
        await self._ask(lambda request: Ready(request=request))

    async def not_ready(self, reason: str) -> None:
        """Ask for no calls."""
        await self._ask(lambda request: NotReady(request=request, reason=reason))

    async def transfer(self, to: DestinationKey, mode: TransferMode) -> None:
        """Ask to hand the call on; granted once it has begun."""
        await self._ask(lambda request: Transfer(request=request, to=to, mode=mode))

    async def command(self, command: Command) -> None:
        """Ask the transfer under way to go on in some way; granted once it has."""
        await self._ask(lambda request: TransferCommand(request=request, command=command))

    async def watch(self, target: AgentId, how: Watching, phone: Phone) -> None:
        """Ask to be on an agent's call in some way; granted once it is so."""
        await self._ask(lambda request: Watch(request=request, target=target, how=how, phone=phone))

    async def help(self, *, wanted: bool) -> None:
        """Ask for a supervisor's help, or take that back."""
        await self._ask(lambda request: Help(request=request, wanted=wanted))

    async def hang_up(self) -> None:
        """Ask for the call's end."""
        await self._ask(lambda request: HangUp(request=request))

    async def save(self, call: CallId, form: TicketForm) -> None:
        """Save the ticket of a call."""
        await self._ask(lambda request: SaveTicket(request=request, call=call, form=form))

    async def ask_expert(self, call: CallId, to: DestinationKey) -> None:
        """Ask for the written answer of a line's experts; granted once the ticket is with them."""
        await self._ask(lambda request: AskExpert(request=request, call=call, to=to))

    async def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is true of the desk; False: it did not become so in time, or the desk is lost."""
        if true() or self.lost:
            return true()
        became: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (true, became)
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(seconds):
                await became
        except TimeoutError:
            return False
        finally:
            self._waiting.remove(entry)
        return true()

    @property
    def presence(self) -> Presence:
        """What the floor says the agent is doing."""
        return Presence.OUT if self.me is None else self.me.presence

    async def _ask(self, message: Callable[[RequestId], FromBrowser]) -> None:
        """Send a request and wait for its answer.

        Raises:
            DeskRefused: no, or no answer.

        """
        assert self._socket is not None
        request = RequestId(secrets.token_hex(6))
        asked = message(request)
        answer = self._answers[request] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send(msgspec.json.encode(asked), text=True)
            async with asyncio.timeout(ANSWER_SECONDS):
                said = await answer
        except WebSocketException as error:
            raise DeskRefused(f"{type(asked).__name__}: the product is gone") from error
        except TimeoutError as error:
            raise DeskRefused(f"{type(asked).__name__}: no answer within {ANSWER_SECONDS:g} s") from error
        finally:
            del self._answers[request]
        if isinstance(said, Refused):
            raise DeskRefused(f"{type(asked).__name__}: {said.en} {said.detail}".strip())

    async def _heard(self, message: ToBrowser) -> None:
        match message:
            case DeskSnapshot():
                self._seq = message.seq
                self._look(msgspec.to_builtins(message.view))
            case Delta() if message.seq == self._seq + 1:
                self._seq = message.seq
                self._look(patch(self._view, message.changes))
            case Delta() if message.seq > self._seq:
                assert self._socket is not None
                await self._socket.send(msgspec.json.encode(SnapshotAsked()), text=True)
            case Accepted() | Refused():
                answer = self._answers.get(message.request)
                if answer is not None and not answer.done():
                    answer.set_result(message)
            case _:
                pass

    def _look(self, view: dict[str, dict[str, Any]]) -> None:
        old, self._view = self._view, view
        if view["me"] != old.get("me"):
            self.me = msgspec.convert(view["me"]["me"], Me) if view["me"] else None
        if view["call"] != old.get("call"):
            self.call = msgspec.convert(view["call"]["call"], DeskCall) if view["call"] else None
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        for true, became in self._waiting:
            if not became.done() and (self.lost or true()):
                became.set_result(None)

    async def _post(self, path: str, body: dict[str, str], kind: type[T]) -> T:
        reply = await self._http.post(path, json=body)
        if reply.status_code != 200:
            raise DeskRefused(f"{path} answered {reply.status_code}: {reply.text[:200]}")
        return msgspec.json.decode(reply.content, type=kind)
