"""Voice for many calls through one UDP port: the citizens speak a tone, the agents return what they hear.

Asterisk has a port of its own for every leg, so the sender's address tells which call a packet belongs to. A citizen
who hears the own tone again knows, without asking anybody, that an agent is on the line.
"""

import asyncio
import math
import socket
import struct
from collections.abc import Callable

from agent_desk.demo.sdp import Address

PACKET_SECONDS = 0.02
SAMPLES = 160
KEEP_ALIVE = 500
"""Packets between two of a silent leg: Asterisk ends a desk's leg without media for a minute."""
_HEADER = struct.Struct("!BBHII")
_BATCH = 256
"""Packets read before other work has its turn."""


class Stream:
    """What goes to and comes from one leg."""

    def __init__(self, number: int, heard_tone: Callable[[], None]) -> None:
        self.ssrc = number
        self.sent = 0
        self.received = 0
        self.heard_tone: Callable[[], None] | None = heard_tone
        """Called once, when our own tone comes back."""


class Media:
    """One port of voice; `open` before use, `run` speaks.

    Args:
        host: our address.
        speak: send the tone; otherwise only now and then a packet.
        echo: return every packet to its sender.

    """

    def __init__(self, host: str, *, speak: bool, echo: bool) -> None:
        self._speak = speak
        self._echo = echo
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        self._socket.bind((host, 0))
        self._streams: dict[Address, Stream] = {}
        self._tone = tone()
        self._legs = 0

    @property
    def address(self) -> Address:
        """Where we want our audio."""
        host, port = self._socket.getsockname()
        return host, port

    def add(self, remote: Address, heard_tone: Callable[[], None] = lambda: None) -> Stream:
        """Begin a leg; `heard_tone` is called once if our own tone comes back."""
        self._legs += 1
        stream = self._streams[remote] = Stream(self._legs, heard_tone)
        return stream

    def drop(self, remote: Address) -> None:
        """End a leg."""
        self._streams.pop(remote, None)

    async def run(self) -> None:
        """Send and receive until cancelled; then close."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._socket.fileno(), self._readable)
        try:
            due, count = loop.time(), 0
            while True:
                if self._speak or count % KEEP_ALIVE == 0:
                    self._send_all()
                count += 1
                due = max(due + PACKET_SECONDS, loop.time() - 0.2)  # a stall is not made up for by a burst
                await asyncio.sleep(max(0.0, due - loop.time()))
        finally:
            loop.remove_reader(self._socket.fileno())
            self.close()

    def close(self) -> None:
        """Give the port back; `run` does it by itself."""
        self._socket.close()

    def _send_all(self) -> None:
        for remote, stream in self._streams.items():
            number = stream.sent
            stream.sent += 1
            header = _HEADER.pack(0x80, 8, number & 0xFFFF, (number * SAMPLES) & 0xFFFFFFFF, stream.ssrc)
            self._give(header + self._tone, remote)

    def _readable(self) -> None:
        for _ in range(_BATCH):
            try:
                packet, remote = self._socket.recvfrom(2048)
            except OSError:
                return  # all read; or a leg's port is gone, which its BYE tells
            stream = self._streams.get(remote)
            if stream is None:
                continue
            stream.received += 1
            if self._echo:
                self._give(packet, remote)
            elif stream.heard_tone is not None and packet[12:] == self._tone:
                heard, stream.heard_tone = stream.heard_tone, None
                heard()

    def _give(self, packet: bytes, remote: Address) -> None:
        try:
            self._socket.sendto(packet, remote)
        except OSError:
            return  # a full buffer loses a packet, as a network does


def tone() -> bytes:
    """Return 20 ms of a 400 Hz tone, -12 dB, in A-law; whole waves, so that it can be repeated."""
    wave = (0.25 * math.sin(2 * math.pi * 400 * n / 8000) for n in range(SAMPLES))
    return bytes(_alaw(round(sample * 32767)) for sample in wave)


def _alaw(sample: int) -> int:
    """Return one 16-bit sample as A-law (ITU-T G.711)."""
    sign, size = (0x80, sample) if sample >= 0 else (0, -sample - 1)
    size >>= 3
    exponent = max(0, size.bit_length() - 5)
    coded = (exponent << 4) | ((size >> max(1, exponent)) & 0x0F)
    return (sign | coded) ^ 0x55
