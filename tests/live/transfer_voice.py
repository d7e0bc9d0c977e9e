"""Voice of everybody in the tests of transfers: each speaks a tone, and whose tone is heard when is measured.

The moment of a packet is the kernel's, so a test process that had to wait for a core measures no gap of its own.
"""

import asyncio
import math
import socket
import struct
import time
from collections.abc import Iterator
from enum import IntEnum
from operator import mul

from agent_desk.demo.media import PACKET_SECONDS, SAMPLES
from agent_desk.demo.sdp import Address
from tests.live.standstill import LATE_SECONDS, apart_ms, note

HEARD_MS = 250
"""Two packets of one tone so near to each other belong to one spell; somebody silent for so long is not heard."""
_SHORTEST_MS = 60
_SO_TIMESTAMPNS = 35
_TIMESPEC = struct.Struct("=qq")
_HEADER = struct.Struct("!BBHII")
_LOUD = 8_000
_LOOKED_AT = SAMPLES // 2
_BATCH = 256


class Role(IntEnum):
    """Who speaks; the value is the tone in hertz, whole waves of which fill half a packet."""

    CITIZEN = 1_200
    AGENT = 1_800
    THIRD = 2_400


Spell = tuple[int, int]
"""First and last moment, milliseconds since the epoch."""


class Ear:
    """What one party has received."""

    def __init__(self, ssrc: int, role: Role) -> None:
        self.ssrc = ssrc
        self.role = role
        self.sent = 0
        self.packets: list[int] = []
        """When each came."""
        self.tape: list[tuple[int, bytes]] | None = None
        """What came and when, from the moment on at which somebody wants it kept."""
        self._heard: dict[Role, list[int]] = {other: [] for other in Role}

    def take(self, payload: bytes, at: int) -> None:
        """Note a packet's moment and, of every other one, whose tones are in it: telling tones apart costs much."""
        self.packets.append(at)
        if self.tape is not None:
            self.tape.append((at, payload))
        if len(self.packets) % 2:
            return
        samples = [_LINEAR[byte] for byte in payload[:_LOOKED_AT]]
        for other, (sine, cosine) in _WAVES.items():
            if other is not self.role:
                along, across = sum(map(mul, samples, sine)), sum(map(mul, samples, cosine))
                if along * along + across * across > _THRESHOLD:
                    self._heard[other].append(at)

    def hears(self, now: int, within_ms: int = HEARD_MS) -> set[Role]:
        """Return whom this party hears now, or has heard just before."""
        return {role for role, moments in self._heard.items() if moments and moments[-1] > now - within_ms}

    def spells(self, role: Role) -> list[Spell]:
        """Return when somebody was heard."""
        return [spell for spell in _joined(self._heard[role]) if spell[1] - spell[0] > _SHORTEST_MS]

    def longest_gap_ms(self, since: int, until: int) -> int:
        """Return for how long nothing at all came, without what the machine stood still meanwhile."""
        moments = [since, *(at for at in self.packets if since < at < until), until]
        return max(apart_ms(later, earlier) for earlier, later in zip(moments, moments[1:], strict=False))


class Voice:
    """One port of voice for all parties; Asterisk's port tells to whom a packet belongs."""

    def __init__(self, host: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._socket.bind((host, 0))
        self._ears: dict[Address, Ear] = {}
        self._count = 0

    @property
    def address(self) -> Address:
        """Where everybody wants their audio."""
        host, port = self._socket.getsockname()
        return host, port

    def begin(self, remote: Address, role: Role) -> Ear:
        """Speak to a leg of Asterisk's, and listen."""
        self._count += 1
        ear = self._ears[remote] = Ear(self._count, role)
        return ear

    def end(self, remote: Address, ear: Ear) -> None:
        """Be silent; the port may have been given to another leg meanwhile."""
        if self._ears.get(remote) is ear:
            del self._ears[remote]

    async def run(self) -> None:
        """Speak and listen until cancelled."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._socket.fileno(), self._readable)
        try:
            due = loop.time()
            while True:
                self._speak()
                late = loop.time() - due
                if late > LATE_SECONDS:
                    at = time.time_ns() // 1_000_000
                    note(at - round(late * 1000), at)
                due = max(due + PACKET_SECONDS, loop.time() - 0.2)
                await asyncio.sleep(max(0.0, due - loop.time()))
        finally:
            loop.remove_reader(self._socket.fileno())
            self._socket.close()

    def _speak(self) -> None:
        for remote, ear in self._ears.items():
            number = ear.sent
            ear.sent += 1
            header = _HEADER.pack(0x80, 8, number & 0xFFFF, (number * SAMPLES) & 0xFFFFFFFF, ear.ssrc)
            try:
                self._socket.sendto(header + TONES[ear.role], remote)
            except OSError:
                continue  # the leg's port is gone, which its BYE tells

    def _readable(self) -> None:
        for _ in range(_BATCH):
            try:
                packet, more, _, remote = self._socket.recvmsg(2048, 64)
            except OSError:
                return
            ear = self._ears.get(remote)
            if ear is not None and len(packet) == 12 + SAMPLES:
                seconds, nanoseconds = _TIMESPEC.unpack(more[0][2])
                ear.take(packet[12:], seconds * 1000 + nanoseconds // 1_000_000)


def _joined(moments: list[int]) -> Iterator[Spell]:
    start: int | None = None
    last = 0
    for at in moments:
        if start is None:
            start = at
        elif at - last > HEARD_MS and apart_ms(at, last) > HEARD_MS:
            yield start, last
            start = at
        last = at
    if start is not None:
        yield start, last


def _linear(coded: int) -> int:
    """Return one A-law byte as a sample (ITU-T G.711)."""
    coded ^= 0x55
    exponent, mantissa = (coded >> 4) & 7, coded & 0x0F
    size = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return size if coded & 0x80 else -size


_LINEAR = [_linear(coded) for coded in range(256)]
_NEAREST = {sample: coded for coded, sample in enumerate(_LINEAR)}


def sine(hertz: int, samples: int) -> Iterator[float]:
    """Return a tone as everybody speaks it: samples of 16 bits, 8,000 a second."""
    return (_LOUD * math.sin(2 * math.pi * hertz * n / 8000) for n in range(samples))


def _tone(hertz: int) -> bytes:
    wave = sine(hertz, SAMPLES)
    return bytes(_NEAREST[min(_NEAREST, key=lambda known: abs(known - sample))] for sample in wave)


TONES = {role: _tone(role) for role in Role}
"""A packet of each one's voice."""
_WAVES = {
    role: tuple([f(2 * math.pi * role * n / 8000) for n in range(_LOOKED_AT)] for f in (math.sin, math.cos))
    for role in Role
}
_THRESHOLD = (0.3 * _LOUD * _LOOKED_AT / 2) ** 2
