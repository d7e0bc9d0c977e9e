"""A hotline whose citizens, agents and other side are SIPp's, with voice that is counted: every call is handed on.

SIPp rings, answers and hangs up by its own clocks, and counts; desks ask for the transfers. Citizens speak from a file,
whoever answers sends back what they hear, and what comes to each side is counted by a socket of the test.
"""

import socket
import struct
from pathlib import Path

from typing_extensions import override

from acd.agent import Presence
from acd.names import DestinationKey
from acd.transfer import TransferMode
from agent_desk.demo.desk_client import DeskClient, DeskRefused
from agent_desk.demo.media import SAMPLES
from config.lines import DEMO_CARRIER_HOST
from tests.live.crowd import Callers, Load, Telephones
from tests.live.desks import Desks
from tests.live.far_pbx import FarPbx
from tests.live.faults import slowness
from tests.live.hotline import Hotline
from tests.live.sipp import TRUNK, Ear
from tests.live.transfer_outside import HOTLINE
from tests.live.transfer_voice import TONES, Role
from tests.ports import free_port

BEHIND = "127.0.0.7"
"""Where the telephones behind the carrier are."""
TO, MODE = DestinationKey("electricity"), TransferMode.SUCCESS
PACKET_MS = 20
_IDLE = (Presence.ACW, Presence.NOT_READY)
_RINGS_MS, _TALKS_MS = 300, (2_000, 3_000)
"""Of the other side."""
_AGENT_STAYS_MS = (60_000,)
"""Longer than any talk: the agent is let go when the other side answers."""
_VOICE_SECONDS = 30
_HOME = socket.inet_aton("127.0.0.1")


class Sink(Ear):
    """Counts what comes, and is silent."""

    @override
    def _listen(self) -> None:
        while self._socket.recvfrom(2048)[0]:
            self.heard += 1


class HandingDesks(Desks):
    """Desks whose agents hand every call on as soon as they talk."""

    @override
    async def _keep_ready(self, desk: DeskClient) -> None:
        handed = ""
        while not desk.lost:
            await desk.until(lambda: desk.presence in (*_IDLE, Presence.TALKING), 60)
            call = "" if desk.call is None else desk.call.call
            try:
                if desk.presence in _IDLE:
                    await desk.ready()
                    await desk.until(lambda: desk.presence not in _IDLE, 2)
                elif desk.presence is Presence.TALKING and call != handed:
                    await desk.transfer(TO, MODE)
                    handed = call
                    await desk.until(lambda: desk.presence is not Presence.TALKING, 30)
            except DeskRefused as refused:
                self.refused.append(str(refused))


class SippHotline(Hotline):
    """The hotline, and a carrier that is an Asterisk of its own with SIPp's telephones behind it.

    Args:
        agents: how many hand calls on.
        rtp_first: first of the thousand voice ports that are the hotline's; the carrier's are the next five hundred.

    """

    def __init__(self, *, agents: int, rtp_first: int) -> None:
        port = free_port(socket.SOCK_DGRAM)
        super().__init__(agents=agents, rtp_first=rtp_first, JIETONG_DEMO_CARRIER_PORT=str(port))
        self.citizens_ear = Sink()
        self.agents_ear, self.others_ear = Ear(), Ear()
        for ear in (self.citizens_ear, self.agents_ear, self.others_ear):
            self._stack.callback(ear.close)
        behind = (BEHIND, free_port(socket.SOCK_DGRAM))
        root = Path(self.product.environ["JIETONG_PBX_ROOT"])
        self.carrier = FarPbx(
            root, host=DEMO_CARRIER_HOST, port=port, behind=behind, hotline=HOTLINE, rtp_first=rtp_first + 1_000
        )
        self._stack.callback(self.carrier.close)
        self.others = Telephones(
            behind[1], rings_ms=_RINGS_MS, talks_ms=_TALKS_MS, host=BEHIND, media=(TRUNK, self.others_ear.port)
        )
        self._stack.callback(self.others.close)

    @override
    def open(self) -> None:
        self.carrier.start()
        self.start_pbx()
        self._stack.callback(self._stop_platform)
        self.product.start()
        port, password = free_port(socket.SOCK_DGRAM), self.product.password()
        logins = tuple((str(6001 + number), password) for number in range(self.agents))
        web = self.product.web.removeprefix("http://")
        self.desks = HandingDesks(web, self.product.sip_port, logins, port)
        self._stack.callback(self.desks.close)
        self.desks.register()
        ear = (TRUNK, self.agents_ear.port)
        self.telephones = Telephones(port, rings_ms=_RINGS_MS, talks_ms=_AGENT_STAYS_MS, media=ear)
        self._stack.callback(self.telephones.close)
        self.desks.begin()
        self.product.until(lambda: self.desks.all_ready, 60 * slowness(), f"ready ({self.desks.refused[-3:]})")

    def citizens(self, *, rate: float, calls: int) -> Callers:
        """Let citizens who speak ring in."""
        voice = self.product.directory / "voice.pcap"
        voice.write_bytes(_capture(_VOICE_SECONDS))
        load = Load(rate=rate, calls=calls, prefix="139")
        begun = Callers(self.product.sip_port, load, media=(TRUNK, self.citizens_ear.port), speaks=voice)
        self._stack.callback(begun.close)
        return begun


def _capture(seconds: int) -> bytes:
    """Return a capture file of a tone: of each packet SIPp takes what is in the UDP datagram, and when."""
    frames = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)]
    for number in range(seconds * 1_000 // PACKET_MS):
        rtp = struct.pack("!BBHII", 0x80, 8, number, number * SAMPLES, 1) + TONES[Role.CITIZEN]
        udp = struct.pack("!HHHH", 6_000, 6_000, 8 + len(rtp), 0) + rtp
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), number, 0, 64, 17, 0, _HOME, _HOME) + udp
        ethernet = bytes(12) + b"\x08\x00" + ip
        at = divmod(number * PACKET_MS * 1_000, 1_000_000)
        frames.append(struct.pack("<IIII", *at, len(ethernet), len(ethernet)) + ethernet)
    return b"".join(frames)
