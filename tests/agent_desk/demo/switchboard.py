"""The other side of the demo's telephones: a registrar, and somebody to ring and be rung by, on loopback."""

import asyncio
import hashlib
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from typing_extensions import override

from acd.names import Moment
from agent_desk.clock import SteadyClock
from agent_desk.demo.sdp import Address
from agent_desk.demo.sip_call import SipCall
from agent_desk.demo.sip_message import SipRequest, response
from agent_desk.demo.telephone import Telephones
from tests import ports

now = SteadyClock().now


class Switchboard(Telephones):
    """Asterisk's part, as far as one telephone socket needs it."""

    def __init__(self, server: Address, media: Address) -> None:
        super().__init__(server, media, now)
        self.passwords: dict[str, str] = {}
        """By user; an empty dict admits everybody."""
        self.registered: dict[str, int] = {}
        """Seconds asked for, by user."""

    @override
    def _asked(self, request: SipRequest) -> None:
        if request.method != "REGISTER":
            super()._asked(request)
            return
        user = request.header("To").partition("sip:")[2].partition("@")[0]
        more = (("WWW-Authenticate", 'Digest realm="asterisk", nonce="n1", algorithm=MD5, qop="auth"'),)
        given = request.optional("Authorization")
        if self.passwords and (given is None or not _proves(given, user, self.passwords.get(user, ""))):
            status, reason = (401, "Unauthorized") if given is None else (403, "Forbidden")
            self._transactions.answer(request, response(request, status, reason, tag="reg", more=more))
            return
        self.registered[user] = int(request.header("Expires"))
        self._transactions.answer(request, response(request, 200, "OK", tag="reg"))


def _proves(given: str, user: str, password: str) -> bool:
    fields = {name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]+))', given)}

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    one, two = md5(f"{user}:asterisk:{password}"), md5(f"REGISTER:{fields['uri']}")
    return fields["response"] == md5(f"{one}:n1:{fields['nc']}:{fields['cnonce']}:auth:{two}")


def free_port() -> int:
    """A UDP port that nobody holds or is about to."""
    return ports.free_port(socket.SOCK_DGRAM)


@asynccontextmanager
async def switched(host: str = "127.0.0.1") -> AsyncIterator[tuple[Telephones, Switchboard]]:
    """Telephones at `host` and their switchboard, both open."""
    ours, theirs = free_port(), free_port()
    switchboard = Switchboard((host, ours), ("127.0.0.1", 9))
    telephones = Telephones(("127.0.0.1", theirs), (host, 9), now)
    await switchboard.open("127.0.0.1", theirs)
    await telephones.open(host, ours)
    try:
        yield telephones, switchboard
    finally:
        telephones.close()
        switchboard.close()


async def rung(side: Telephones, user: str) -> "asyncio.Queue[SipCall]":
    """Let `user` be rung; calls come out of the queue."""
    calls: asyncio.Queue[SipCall] = asyncio.Queue()
    side.rung[user] = calls.put_nowait
    return calls


async def soon(future: "asyncio.Future[Moment]") -> Moment:
    """Wait for one answer, for a bounded time."""
    async with asyncio.timeout(5):
        return await asyncio.shield(future)
