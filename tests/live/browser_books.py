"""What must be written of a call at whose end of the line a browser died: until Asterisk missed it, it was there."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from typing_extensions import override

from acd.names import CallId, Moment, citizens_leg, third_leg
from tests.live.browser_play import AtBrowser, BrowserPlay
from tests.live.transfer_books import Books, differences
from tests.live.transfer_voice import Ear, Role, Spell

BROWSERS_BOUND_MS = 500
"""A browser's voice comes later than a telephone's, and stutters when the cores are busy."""
_AT_THE_DEATH_MS = 600
"""A spell whose end is so near was ended by the death; every other one had ended by itself."""


_STUTTER_MS = 600


class Channels:
    """What Asterisk's own log says of channels.

    Args:
        file: CEL, as asterisk/cel_custom.conf has it.

    """

    def __init__(self, file: Path) -> None:
        with file.open(newline="") as opened:
            self._rows = [row for row in csv.reader(opened) if len(row) > 5]

    def ended(self, endpoint: str) -> Moment:
        """When the last channel of a telephone was gone."""
        return max(self._when("HANGUP", lambda row: row[5].startswith(f"PJSIP/{endpoint}-")))

    def entered(self, channel: str, since: Moment) -> list[Moment]:
        """When a channel came into bridges after a moment."""
        return [at for at in self._when("BRIDGE_ENTER", lambda row: row[2] == channel) if at > since]

    def _when(self, kind: str, meant: Callable[[list[str]], bool]) -> Iterator[Moment]:
        return (Moment(int(float(row[1]) * 1000)) for row in self._rows if row[0] == kind and meant(row))


class UntilMissed(Ear):
    """An ear that would have heard a dead browser until Asterisk missed it.

    Args:
        ear: what was heard.
        role: who died.
        silent_at: since when nothing was heard.
        missed_at: when Asterisk ended the leg.
        met: when the dead one was in one bridge with this one, without ever having been heard there.

    """

    def __init__(self, ear: Ear, role: Role, silent_at: Moment, missed_at: Moment, met: list[Spell]) -> None:
        super().__init__(ear.ssrc, ear.role)
        self._ear, self._dead = ear, role
        self._silent_at, self._missed_at, self._met = silent_at, missed_at, met

    @override
    def spells(self, role: Role) -> list[Spell]:
        heard = self._ear.spells(role)
        if role is not self._dead:
            return heard
        return sorted([*map(self._until_missed, _without_gaps(heard)), *self._met])

    def _until_missed(self, spell: Spell) -> Spell:
        start, end = spell
        return (start, max(end, self._missed_at)) if abs(end - self._silent_at) <= _AT_THE_DEATH_MS else spell


def _without_gaps(heard: list[Spell]) -> list[Spell]:
    """Join spells: a browser that has to wait for a core stutters."""
    whole: list[Spell] = []
    for start, end in heard:
        if whole and start - whole[-1][1] <= _STUTTER_MS:
            whole[-1] = (whole[-1][0], end)
        else:
            whole.append((start, end))
    return whole


def differences_after_a_death(play: BrowserPlay, books: Books, log: Path, bound_ms: int) -> list[str]:
    """Return what is written otherwise than it was; an empty list: nothing."""
    call, role = books.ended(play.caller), play.dies_as
    if call is None or role is None:
        return differences(play, books, bound_ms)
    channels, call_id = Channels(log), CallId(call["call_id"])
    silent_at = Moment(0) if play.apart else play.silent_at or play.strike.at
    missed_at = channels.ended(f"{play.seat.user}-web")
    legs = {Role.CITIZEN: citizens_leg(call_id), Role.THIRD: third_leg(call_id, 1)} if play.meets_the_dead else {}
    heard = [(party, party.ear) for party in play.parties]
    for party, ear in heard:
        if isinstance(party, AtBrowser):
            party.dead = False  # as far as Asterisk knew; nothing need be forgiven
        elif ear is not None:
            came = channels.entered(legs[party.role], play.strike.at) if party.role in legs else []
            met: list[Spell] = [(at, missed_at) for at in came[:1] if at < missed_at]
            over = party.call.over
            until = min(missed_at, over.result().at) if over.done() else missed_at
            party.ear = UntilMissed(ear, role, silent_at, until, met)
    found = differences(play, books, bound_ms)
    for party, ear in heard:
        party.ear = ear
    return found
