"""SIP transactions over one UDP socket: requests are repeated until answered, repeated requests answered once."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable
from typing import Any

from typing_extensions import override

from agent_desk.demo.sdp import Address
from agent_desk.demo.sip_message import SipError, SipRequest, SipResponse, encode, parse

log = logging.getLogger(__name__)

FIRST_REPEAT, LONGEST_REPEAT = 0.5, 4.0
GIVE_UP_SECONDS = 16.0
"""Half of RFC 3261's: the other side is on this machine."""
TIMED_OUT = 408


class Transaction:
    """One request of ours and its answers."""

    def __init__(self, data: bytes, request: SipRequest, heard: Callable[[SipResponse], None]) -> None:
        self.data = data
        self.request = request
        self.heard = heard
        self.pause = FIRST_REPEAT
        self.provisional = False
        self.final = False
        self.timer: asyncio.TimerHandle | None = None


class Transactions(asyncio.DatagramProtocol):
    """Everything on one socket.

    Args:
        server: whom we send to.
        asked: called once for every request that is no repetition; it must answer by `answer` (except ACK).

    """

    def __init__(self, server: Address, asked: Callable[[SipRequest], None]) -> None:
        self._server = server
        self._asked = asked
        self._transport: asyncio.DatagramTransport | None = None
        self._ours: dict[tuple[str, str], Transaction] = {}
        self._theirs: dict[tuple[str, str], bytes | None] = {}
        self._old: deque[tuple[float, tuple[str, str]]] = deque()
        self.address: Address = ("", 0)
        """Our own, once open."""
        self.nonsense = 0
        """Datagrams that were no SIP."""

    async def open(self, host: str, port: int) -> None:
        """Take the socket; port 0: any free one.

        Raises:
            OSError: it cannot be had.

        """
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=(host, port))

    def close(self) -> None:
        """Give the socket back; what is not answered stays so."""
        for transaction in self._ours.values():
            if transaction.timer is not None:
                transaction.timer.cancel()
        self._ours.clear()
        if self._transport is not None:
            self._transport.close()

    def via(self) -> tuple[str, str]:
        """Return the Via header of a new request."""
        host, port = self.address
        return "Via", f"SIP/2.0/UDP {host}:{port};rport;branch=z9hG4bK{secrets.token_hex(8)}"

    def send(self, request: SipRequest, heard: Callable[[SipResponse], None]) -> None:
        """Send a request; `heard` gets every answer, or a 408 of our own when there is none."""
        transaction = Transaction(encode(request), request, heard)
        self._ours[request.branch, request.method] = transaction
        self._give(transaction.data)
        loop = asyncio.get_running_loop()
        transaction.timer = loop.call_later(FIRST_REPEAT, self._repeat, transaction, loop.time() + GIVE_UP_SECONDS)

    def send_ack(self, request: SipRequest) -> None:
        """Send an ACK, which nobody answers."""
        self._give(encode(request))

    def answer(self, request: SipRequest, response: SipResponse) -> None:
        """Answer a request, and give the same answer to its repetitions."""
        data = encode(response)
        self._theirs[request.branch, request.method] = data
        self._give(data)

    # --- asyncio.DatagramProtocol ---

    @override
    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        host, port = transport.get_extra_info("sockname")[:2]
        self.address = host, port

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        if addr[:2] != self._server or not data.strip():
            return
        try:
            message = parse(data)
            if isinstance(message, SipRequest):
                self._request(message)
            else:
                self._response(message)
        except SipError as error:
            self.nonsense += 1
            log.warning("a datagram makes no sense", extra={"why": str(error)})

    @override
    def error_received(self, exc: Exception) -> None:
        log.debug("the other side is not there", extra={"why": str(exc)})  # repetition or time-out follow

    # --- the two kinds ---

    def _request(self, request: SipRequest) -> None:
        key = request.branch, request.method
        self._forget_old()
        if request.method == "ACK":
            self._asked(request)
            return
        if key in self._theirs:
            known = self._theirs[key]
            if known is not None:
                self._give(known)
            return
        self._theirs[key] = None
        self._old.append((asyncio.get_running_loop().time() + 2 * GIVE_UP_SECONDS, key))
        self._asked(request)

    def _response(self, response: SipResponse) -> None:
        key = response.branch, response.cseq[1]
        transaction = self._ours.get(key)
        if transaction is None:
            return
        if response.status < 200:
            transaction.provisional = True
        else:
            if transaction.timer is not None:
                transaction.timer.cancel()
            invite = key[1] == "INVITE"
            if invite and response.status >= 300:
                self.send_ack(_ack(transaction.request, response))
            if not invite:
                del self._ours[key]
            elif not transaction.final:
                # A repeated final answer to an INVITE wants its ACK again.
                asyncio.get_running_loop().call_later(GIVE_UP_SECONDS, self._ours.pop, key, None)
            if transaction.final and response.status >= 300:
                return
            transaction.final = True
        transaction.heard(response)

    def _repeat(self, transaction: Transaction, give_up: float) -> None:
        loop, request = asyncio.get_running_loop(), transaction.request
        if transaction.provisional and request.method == "INVITE":
            return  # it rings: that may take as long as it likes
        if loop.time() >= give_up:
            self._ours.pop((request.branch, request.method), None)
            transaction.heard(
                SipResponse(status=TIMED_OUT, reason="Request Timeout", headers=(("CSeq", request.header("CSeq")),))
            )
            return
        self._give(transaction.data)
        transaction.pause = min(transaction.pause * 2, LONGEST_REPEAT)
        transaction.timer = loop.call_later(transaction.pause, self._repeat, transaction, give_up)

    def _give(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, self._server)

    def _forget_old(self) -> None:
        now = asyncio.get_running_loop().time()
        while self._old and self._old[0][0] < now:
            self._theirs.pop(self._old.popleft()[1], None)


def _ack(invite: SipRequest, refused: SipResponse) -> SipRequest:
    """Return the ACK of a refused INVITE: part of the same transaction."""
    return SipRequest(
        method="ACK",
        uri=invite.uri,
        headers=(
            ("Via", invite.header("Via")),
            ("Max-Forwards", "70"),
            ("From", invite.header("From")),
            ("To", refused.header("To")),
            ("Call-ID", invite.call_id),
            ("CSeq", f"{invite.cseq[0]} ACK"),
        ),
    )
