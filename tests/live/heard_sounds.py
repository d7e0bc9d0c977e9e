"""Which of our sounds somebody hears: Asterisk plays a file packet by packet, so a packet tells where it is from."""

import wave
from pathlib import Path

from agent_desk.demo.media import SAMPLES
from tests.live.transfer_voice import Ear

_SILENT = 64
"""Samples no louder than this are in every sound."""


class Sound:
    """One file of ours as a telephone line carries it.

    Args:
        file: 8,000 samples a second of 16 bits.

    """

    def __init__(self, file: Path) -> None:
        with wave.open(str(file)) as opened:
            samples = memoryview(opened.readframes(opened.getnframes())).cast("h").tolist()
        pieces = [samples[at : at + SAMPLES] for at in range(0, len(samples) - SAMPLES + 1, SAMPLES)]
        self._packets = {bytes(map(a_law, piece)) for piece in pieces if max(map(abs, piece)) > _SILENT}

    def moments(self, ear: Ear, since: int) -> list[int]:
        """Return when somebody heard a piece of it, after a moment."""
        assert ear.tape is not None, "nobody has kept what was heard"
        return [at for at, packet in ear.tape if at > since and packet in self._packets]

    def share(self, ear: Ear, since: int) -> float:
        """Return how much of it somebody heard after a moment: 0 to 1."""
        assert ear.tape is not None, "nobody has kept what was heard"
        heard = {packet for at, packet in ear.tape if at > since and packet in self._packets}
        return len(heard) / len(self._packets)


def a_law(sample: int) -> int:
    """Return a sample as one A-law byte (ITU-T G.711), as Asterisk has it."""
    sample >>= 3
    sign = 0xD5
    if sample < 0:
        sample, sign = -sample - 1, 0x55
    exponent = max(0, sample.bit_length() - 5)
    step = (sample >> 1 if exponent < 2 else sample >> exponent) & 0x0F
    return ((exponent << 4) | step) ^ sign
