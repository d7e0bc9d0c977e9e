"""Compares Asterisk's clock with ours by a beat sent and heard: its stamp lies between, or the clocks differ."""

from acd.names import Millis, Moment

APART_MS = 1_000
"""Less is not told: stamps are taken a little before or after the moments compared."""


def ahead(at: Moment, *, sent: Moment, received: Moment) -> Millis:
    """Return by how much Asterisk's clock is ahead of ours (negative: behind); 0 where the beat's way explains it.

    Args:
        at: Asterisk's stamp on the beat.
        sent, received: by our clock.

    """
    if at < sent - APART_MS:
        return Millis(at - sent)
    if at > received + APART_MS:
        return Millis(at - received)
    return Millis(0)
