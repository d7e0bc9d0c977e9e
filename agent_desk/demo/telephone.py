"""Many SIP telephones on one UDP socket: they register, place calls and are rung."""

import asyncio
import secrets
from collections.abc import Callable

from acd.names import Moment
from agent_desk.demo.digest import authorization, challenge_of
from agent_desk.demo.sdp import Address
from agent_desk.demo.sip_call import SipCall, in_dialog
from agent_desk.demo.sip_message import Headers, SipRequest, SipResponse, response, user_of
from agent_desk.demo.transactions import Transactions


class RegistrationRefused(Exception):
    """The registrar does not want this telephone."""


class Telephones:
    """The telephones of one side of the demo.

    Args:
        server: Asterisk's SIP address.
        media: where all of them want their audio.
        now: our clock.

    """

    def __init__(self, server: Address, media: Address, now: Callable[[], Moment]) -> None:
        self._server = server
        self._media = media
        self._now = now
        self._calls: dict[str, SipCall] = {}
        self._registered: dict[str, tuple[str, int]] = {}
        self._transactions = Transactions(server, self._asked)
        self.rung: dict[str, Callable[[SipCall], None]] = {}
        """By user name: who is told of a call; a telephone without an entry is busy."""

    async def open(self, host: str, port: int = 0) -> None:
        """Take our address.

        Raises:
            OSError: it cannot be had.

        """
        await self._transactions.open(host, port)

    def close(self) -> None:
        """Let go of the address."""
        self._transactions.close()

    @property
    def address(self) -> Address:
        """Our own SIP address."""
        return self._transactions.address

    def call(self, caller: str, number: str) -> SipCall:
        """Place a call from one of our numbers."""
        call = self._new_call()
        call.place(caller, f"sip:{number}@{self._server[0]}:{self._server[1]}")
        self._calls[call.call_id] = call
        return call

    async def register(self, user: str, password: str, seconds: int) -> None:
        """Register a telephone for so long; 0: no longer.

        Raises:
            RegistrationRefused: the registrar said no, or nothing.

        """
        answer = await self._register(user, seconds, ())
        if answer.status == 401:
            uri = f"sip:{self._server[0]}"
            fields = challenge_of(answer)
            proof = authorization(
                fields, user=user, password=password, method="REGISTER", uri=uri, cnonce=secrets.token_hex(8)
            )
            answer = await self._register(user, seconds, (("Authorization", proof),))
        if answer.status != 200:
            raise RegistrationRefused(f"{user}: the registrar answered {answer.status} {answer.reason}")

    async def _register(self, user: str, seconds: int, proof: Headers) -> SipResponse:
        host, port = self._transactions.address
        call_id, number = self._registered.get(user, (f"{secrets.token_hex(8)}@{host}", 0))
        self._registered[user] = call_id, number + 1
        address = f"<sip:{user}@{self._server[0]}>"
        headers = (
            self._transactions.via(),
            ("Max-Forwards", "70"),
            ("From", f"{address};tag={secrets.token_hex(4)}"),
            ("To", address),
            ("Call-ID", call_id),
            ("CSeq", f"{number + 1} REGISTER"),
            ("Contact", f"<sip:{user}@{host}:{port}>"),
            ("Expires", str(seconds)),
            *proof,
        )
        answer: asyncio.Future[SipResponse] = asyncio.get_running_loop().create_future()

        def heard(response: SipResponse) -> None:
            if response.status >= 200 and not answer.done():
                answer.set_result(response)

        self._transactions.send(SipRequest(method="REGISTER", uri=f"sip:{self._server[0]}", headers=headers), heard)
        return await answer

    def _asked(self, request: SipRequest) -> None:
        call = self._calls.get(request.call_id)
        if call is not None:
            call.asked(request)
        elif request.method == "INVITE" and not in_dialog(request):
            self._rung(request)
        elif request.method == "OPTIONS":
            self._refuse(request, 200, "OK")
        elif request.method != "ACK":
            self._refuse(request, 481, "Call/Transaction Does Not Exist")

    def _rung(self, invite: SipRequest) -> None:
        tell = self.rung.get(user_of(invite.uri))
        if tell is None:
            self._refuse(invite, 486, "Busy Here")
            return
        call = self._new_call()
        call.take(invite)
        self._calls[call.call_id] = call
        tell(call)

    def _refuse(self, request: SipRequest, status: int, reason: str) -> None:
        tag = secrets.token_hex(4)
        self._transactions.answer(request, response(request, status, reason, tag=tag))

    def _new_call(self) -> SipCall:
        return SipCall(self._transactions, self._media, self._now, self._forget)

    def _forget(self, call: SipCall) -> None:
        self._calls.pop(call.call_id, None)
