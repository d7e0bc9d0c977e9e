"""What is at the other end of our trunks in the tests of transfers: telephones, or systems with telephones behind."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agent_desk.demo.sdp import Address
from agent_desk.demo.sip_call import SipCall
from config.lines import DEMO_CARRIER_HOST, DEMO_SUB_CENTRE_HOST
from tests.live.far_pbx import FarPbx
from tests.live.product import Product
from tests.live.transfer_parties import Exchange
from tests.live.transfer_voice import Voice
from tests.ports import free_port

HOTLINE = "127.0.0.1"
"""Where the hotline's own Asterisk is."""
_BEHIND = ("127.0.0.7", "127.0.0.8")
"""Where the telephones behind the carrier and behind the sub-centre are."""
_PORTS_EACH = 500


class Outside:
    """The carrier and the sub-centre.

    Args:
        product: the hotline.
        rtp_first: first of their thousand voice ports; None: they are no systems of their own, and nobody answers at
            the sub-centre.

    """

    def __init__(self, product: Product, rtp_first: int | None) -> None:
        self._hotline = (HOTLINE, product.sip_port)
        self._addresses: tuple[Address, Address] = (
            (DEMO_CARRIER_HOST, int(product.environ["JIETONG_DEMO_CARRIER_PORT"])),
            (DEMO_SUB_CENTRE_HOST, int(product.environ["JIETONG_DEMO_SUB_CENTRE_SIP_PORT"])),
        )
        self._behind = tuple((host, free_port(socket.SOCK_DGRAM)) for host in _BEHIND)
        self._root = Path(product.environ["JIETONG_PBX_ROOT"])
        self._rtp_first = rtp_first
        self._voice: Voice | None = None
        self.systems: tuple[FarPbx, ...] = ()
        self.telephones: list[Exchange] = []
        """Of the carrier, and then of the sub-centre."""

    def start(self) -> None:
        """Start the systems, if there are to be any."""
        if self._rtp_first is None:
            return
        self.systems = tuple(
            FarPbx(
                self._root,
                host=host,
                port=port,
                behind=self._behind[number],
                hotline=HOTLINE,
                rtp_first=self._rtp_first + number * _PORTS_EACH,
            )
            for number, (host, port) in enumerate(self._addresses)
        )
        with ThreadPoolExecutor(len(self.systems)) as pool:
            list(pool.map(FarPbx.start, self.systems))

    def close(self) -> None:
        """Stop the systems."""
        for system in self.systems:
            system.close()

    async def open(self, voice: Voice, told: Callable[[Exchange, SipCall], None]) -> None:
        """Connect the telephones; `told` hears of every call to one."""
        self._voice = voice
        for server, here in zip(self._addresses, self._behind, strict=True):
            exchange = Exchange(server if self.systems else self._hotline, voice, told)
            await exchange.open(*(here if self.systems else server))
            self.telephones.append(exchange)
        self.telephones[-1].gone = not self.systems

    def kill_sub_centre(self) -> None:
        """Kill the sub-centre's system as a power cut would."""
        self.systems[1].kill()

    async def deaf_sub_centre(self) -> Exchange:
        """Put something in the place of the killed system that is there, and answers no INVITE."""
        assert self._voice is not None, "nothing is open yet"
        exchange = Exchange(self._hotline, self._voice, lambda _, call: call.hang_up())
        exchange.deaf = True
        await exchange.open(*self._addresses[1])
        self.telephones.append(exchange)
        return exchange

    def nothing_left(self) -> bool:
        """Whether the systems that run have no channel any more."""
        return all("0 active channels" in system.pbx.cli("core show channels count") for system in self._running())

    def _running(self) -> list[FarPbx]:
        return [system for system in self.systems if system.pbx.running]
