"""Who was with whom, by the bridges themselves: the account by which the floor's own is judged."""

from typing import TypeAlias

from acd.effects import Segment
from acd.names import LegId, Moment

Spell: TypeAlias = tuple[LegId, bool, Moment, Moment | None]
"""Whose, with the citizen or without, from when, until when."""


class Spells:
    """Begins and ends spells as legs come and go."""

    def __init__(self, citizen: LegId) -> None:
        self.citizen = citizen
        self.other_side: LegId | None = None
        """The leg rung last for a transfer: when it is with somebody but the citizen, it is consulted."""
        self.open: dict[tuple[LegId, bool], Moment] = {}
        self.ended: list[Spell] = []
        self.is_over = False

    def account(self, now: Moment, bridges: dict[LegId, str]) -> None:
        """Compare who is together now with who was."""
        if self.is_over:
            return
        with_citizen = bridges.get(self.citizen)
        together = {
            (leg, bridge == with_citizen)
            for leg, bridge in bridges.items()
            if leg != self.citizen and (bridge == with_citizen or self._is_consulted(leg, bridges))
        }
        for one in sorted(self.open.keys() - together):
            self.ended.append((*one, self.open.pop(one), now))
        for one in together - self.open.keys():
            self.open[one] = now

    def over(self, now: Moment) -> None:
        """The citizen is gone: what the others still say to each other is no part of the call."""
        self.account(now, {})
        self.is_over = True

    def all(self) -> list[Spell]:
        still: list[Spell] = [(leg, with_citizen, at, None) for (leg, with_citizen), at in self.open.items()]
        return joined_up([*self.ended, *still])

    def _is_consulted(self, leg: LegId, bridges: dict[LegId, str]) -> bool:
        return leg == self.other_side and any(bridges[leg] == there for one, there in bridges.items() if one != leg)


def told_of(segments: tuple[Segment, ...]) -> list[Spell]:
    """The floor's account in the same form."""
    return joined_up([(one.leg, one.with_citizen, one.start, one.end) for one in segments])


def joined_up(spells: list[Spell]) -> list[Spell]:
    """Spells that follow without a gap are one, and what took no time is none."""
    found: list[Spell] = []
    for leg, with_citizen, start, end in sorted(spells, key=lambda one: (one[0], one[1], one[2], one[3] or one[2])):
        last = found[-1] if found else None
        if last is not None and last[:2] == (leg, with_citizen) and last[3] == start:
            found[-1] = (leg, with_citizen, last[2], end)
        elif end is None or end > start:
            found.append((leg, with_citizen, start, end))
    return sorted(found, key=lambda one: (one[2], one[0], one[1]))
