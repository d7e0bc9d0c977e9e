"""What is written of a call that was handed on, beside what its people heard: every difference is one sentence."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

from acd.transfer import TransferMode
from tests.live.standstill import apart_ms, stood_still_ms
from tests.live.transfer_play import Play
from tests.live.transfer_voice import Role, Spell

BOUND_MS = 200
_SURELY_HEARD_MS, _SURELY_SPOKEN_MS = 400, 250
"""Of a spell so long something was heard, or written; the way through a conference takes some packets' time."""
_GAPS_MS = (300, 600)
"""A shorter gap is a leg on its way from one bridge to the other, a longer one a step of its own."""

Row = dict[str, Any]


class Books:
    """One product's database, read only."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "jietong.sqlite"

    def rows(self, statement: str, *values: object) -> list[Row]:
        """Return what a SELECT finds."""
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=10)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(statement, values)]

    def ended(self, caller: str) -> Row | None:
        """Return a caller's call once its end is written."""
        found = self.rows("SELECT * FROM calls WHERE caller = ? AND ended_at IS NOT NULL", caller)
        return found[0] if found else None


def differences(play: Play, books: Books, bound_ms: int) -> list[str]:
    """Return what is written otherwise than it was, by the people's own clocks; an empty list: nothing."""
    call = books.ended(play.caller)
    if call is None:
        return [f"{play.caller}: no end of the call is written"]
    segments = books.rows("SELECT * FROM call_segments WHERE call_id = ? ORDER BY started_at", call["call_id"])
    transfers = books.rows("SELECT * FROM call_transfers WHERE call_id = ? ORDER BY number", call["call_id"])
    events = books.rows(
        "SELECT what FROM ticket_events WHERE ticket_id = ? AND kind = 'transferred' ORDER BY id", call["ticket_id"]
    )
    found = [*_ends(play, call, bound_ms), *_spells(play, segments, bound_ms), *_sums(play, call, bound_ms)]
    found += [f"transfer {one['number']} has no end" for one in transfers if one["ended_at"] is None]
    if play.foreseen:
        found += [*_transfers(play, transfers), *_history(play, [event["what"] for event in events])]
    return [f"{play.caller}: {what}" for what in found]


def _ends(play: Play, call: Row, bound_ms: int) -> Iterator[str]:
    if apart_ms(call["ended_at"], play.ending.at) > bound_ms:
        yield f"ended_at is {call['ended_at']}, the citizen's line ended at {play.ending.at}"
    agents = [party.agent for party in play.parties if party.agent and party.ear is not None]
    if (call["answered_at"] is not None) is not bool(agents):
        yield f"answered_at is {call['answered_at']}, and {agents} spoke"


def _spells(play: Play, segments: list[Row], bound_ms: int) -> Iterator[str]:
    for what, heard, with_citizen, third in (
        ("the agents with the citizen", with_the_citizen(play, Role.AGENT), True, False),
        ("the other side with the citizen", with_the_citizen(play, Role.THIRD), True, True),
        ("the other side with the agent alone", consulting(play), False, True),
    ):
        ours = [
            (segment["started_at"], segment["ended_at"])
            for segment in segments
            if bool(segment["with_citizen"]) is with_citizen and (segment["destination"] is not None) is third
        ]
        if any(end is None for _, end in ours):
            yield f"{what}: a segment has no end: {ours}"
            continue
        died = any(party.dead for party in play.parties if (party.role is Role.THIRD) is third)
        # What is just a gap for one clock may be none for the other.
        ways = [
            list(_apart(what, _joined(ours, mine), _joined(heard, theirs), bound_ms, died=died))
            for mine, theirs in product(_GAPS_MS, repeat=2)
        ]
        yield from min(ways, key=len)


def _apart(what: str, ours: list[Spell], heard: list[Spell], bound_ms: int, *, died: bool) -> Iterator[str]:
    """Compare; what is too short to be sure of need not be there.

    Args:
        died: the last spell ended unheard, when Asterisk noticed it.

    """

    def same(mine: Spell, theirs: Spell) -> bool:
        ends_unheard = died and mine == ours[-1] and theirs == heard[-1]
        ends_apart = apart_ms(mine[1], theirs[1])
        return apart_ms(mine[0], theirs[0]) <= bound_ms and (ends_apart <= bound_ms or ends_unheard)

    unheard = [mine for mine in ours if _lasts(mine, _SURELY_HEARD_MS) and not any(same(mine, one) for one in heard)]
    unwritten = [one for one in heard if _lasts(one, _SURELY_SPOKEN_MS) and not any(same(mine, one) for mine in ours)]
    if unheard or unwritten:
        yield f"{what}: written {ours}, heard {heard}; unheard {unheard}, unwritten {unwritten}"


def _lasts(spell: Spell, at_least_ms: int) -> bool:
    return spell[1] - spell[0] >= at_least_ms


def _sums(play: Play, call: Row, bound_ms: int) -> Iterator[str]:
    if any(party.dead for party in play.parties):
        return  # for Asterisk they were on the line until it missed their voice
    bound = bound_ms * (1 + len(play.written)) + stood_still_ms(play.began_at, play.ending.at)
    alone = _length(consulting(play))
    if abs(call["consult_ms"] - alone) > bound:
        yield f"consult_ms is {call['consult_ms']}, heard for {alone}"
    together = _length(_both(with_the_citizen(play, Role.AGENT), with_the_citizen(play, Role.THIRD)))
    if abs(call["conference_ms"] - together) > bound:
        yield f"conference_ms is {call['conference_ms']}, heard for {together}"


def _transfers(play: Play, transfers: list[Row]) -> Iterator[str]:
    written = [(one["mode"], one["destination"], one["agent"], one["third_agent"]) for one in transfers]
    wanted = [(one.mode, one.to, one.by, one.third_agent) for one in play.written]
    if written != wanted:
        yield f"transfers are {written}, expected {wanted}"


def _history(play: Play, told: list[str]) -> Iterator[str]:
    wanted = [
        f"{one.mode} {one.to} {one.outcome}" + ("" if one.third_agent is None else f" agent={one.third_agent}")
        for one in play.written
    ]
    if told != wanted:
        yield f"the ticket's history tells {told}, expected {wanted}"


def counts_written(books: Books) -> Counter[tuple[str, str]]:
    """Return how many transfers to each line were asked for, answered and completed, by the rows of all calls."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in books.rows("SELECT mode, destination, answered_at, completed_at FROM call_transfers"):
        completed = one["completed_at"] is not None
        # Nobody answers in a step of the IVR but the citizen, who comes back.
        answered = completed if one["mode"] == TransferMode.SUSPEND else one["answered_at"] is not None
        for what, is_so in (("asked", True), ("answered", answered), ("completed", completed)):
            counts[one["destination"], what] += is_so
    return +counts


def with_the_citizen(play: Play, role: Role) -> list[Spell]:
    """When the citizen heard somebody."""
    return [] if play.citizen.ear is None else play.citizen.ear.spells(role)


def consulting(play: Play) -> list[Spell]:
    """When an agent heard the other side and the citizen did not; after the citizen's end it is no part of the call."""
    heard = [
        (start, min(end, play.ending.at))
        for party in play.parties
        if party.role is Role.AGENT and party.ear is not None
        for start, end in party.ear.spells(Role.THIRD)
        if start < play.ending.at
    ]
    return _without(sorted(heard), with_the_citizen(play, Role.THIRD))


def _without(spells: list[Spell], others: list[Spell]) -> list[Spell]:
    left = spells
    for start, end in others:
        cut = [((a, min(b, start)), (max(a, end), b)) for a, b in left]
        left = [(a, b) for pair in cut for a, b in pair if b > a]
    return left


def _both(spells: list[Spell], others: list[Spell]) -> list[Spell]:
    return [(max(a, c), min(b, d)) for a, b in spells for c, d in others if min(b, d) > max(a, c)]


def _joined(spells: list[Spell], over_ms: int) -> list[Spell]:
    """Return spells as an ear tells them apart: joined over gaps that are none."""
    joined: list[Spell] = []
    for start, end in sorted(spells):
        if joined and start - joined[-1][1] <= over_ms:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _length(spells: list[Spell]) -> int:
    return sum(end - start for start, end in spells)
