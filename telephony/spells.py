"""Who was on the line with whom, by CEL's rows of who entered and left which bridge. Pure."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from acd.names import AgentId, LegId, Millis, Moment


class Move(Struct, frozen=True, kw_only=True):
    """A leg entered a bridge, or left it; `bridge` None: it ended, wherever it was."""

    at: Moment
    leg: LegId
    bridge: str | None
    enters: bool = False
    place: str


class Spell(Struct, frozen=True, kw_only=True):
    """Somebody on the line for some time."""

    leg: LegId
    agent: AgentId | None
    """None: the other side of a transfer, outside."""
    with_citizen: bool
    """False: the other side of a transfer with an agent, without the citizen (咨询)."""
    start: Moment
    end: Moment
    place: str
    """Where its beginning is written."""


def spells(
    moves: Iterable[Move], citizen: LegId, found: dict[LegId, AgentId], others: dict[LegId, AgentId | None], end: Moment
) -> list[Spell]:
    """Return who was on the line when, by the beginnings.

    Args:
        moves: in the order of their rows.
        found: legs of agents whom the queue found; without the citizen they are on the line with nobody.
        others: legs of the other sides of transfers, in the order in which they were rung.
        end: the citizen's leg ended; who speaks on without them is no longer in the call.

    """
    where: dict[LegId, str] = {}
    begun: dict[LegId, tuple[bool, Move]] = {}
    told: list[Spell] = []

    def finish(leg: LegId, at: Moment) -> None:
        with_citizen, move = begun.pop(leg)
        agent, start = found.get(leg) or others.get(leg), move.at
        end = max(start, at)
        told.append(Spell(leg=leg, agent=agent, with_citizen=with_citizen, start=start, end=end, place=move.place))

    for move in moves:
        if move.at > end:
            break
        if move.enters and move.bridge is not None:
            where[move.leg] = move.bridge
        elif move.bridge in (None, where.get(move.leg)):
            where.pop(move.leg, None)
        for leg in (*found, *others):
            now = _together(leg, where, citizen, others)
            before = begun.get(leg)
            if before is not None and before[0] is not now:
                finish(leg, move.at)
            if now is not None and leg not in begun:
                begun[leg] = now, move
    for leg in tuple(begun):
        finish(leg, end)
    return sorted(told, key=lambda one: (one.start, one.leg))


def _together(leg: LegId, where: dict[LegId, str], citizen: LegId, others: Iterable[LegId]) -> bool | None:
    """Whether a leg hears the citizen (True), or as the other side somebody else (False); None: nobody."""
    bridge = where.get(leg)
    if bridge is None:
        return None
    if where.get(citizen) == bridge:
        return True
    beside = any(one != leg and there == bridge for one, there in where.items())
    # Who was the other side once, and now asks one of their own, is the one who consults.
    newest = [one for one in others if where.get(one) == bridge][-1:]
    return False if beside and newest == [leg] else None


def talk_ms(found: Iterable[Spell]) -> Millis:
    """Time of our agents with the citizen, experts whom a transfer brought in too."""
    return Millis(sum(one.end - one.start for one in found if one.agent is not None and one.with_citizen))


def consult_ms(found: Iterable[Spell]) -> Millis:
    """Time of the other sides without the citizen."""
    return Millis(sum(one.end - one.start for one in found if not one.with_citizen))


def conference_ms(found: Iterable[Spell]) -> Millis:
    """Time in which two or more were with the citizen."""
    return Millis(sum(later - earlier for earlier, later, present in _stretches(found) if present >= 2))


def _stretches(found: Iterable[Spell]) -> Iterator[tuple[Moment, Moment, int]]:
    """Yield the stretches between any two turns, and how many were with the citizen in each."""
    beside = [one for one in found if one.with_citizen]
    turns = sorted({at for one in beside for at in (one.start, one.end)})
    for earlier, later in zip(turns, turns[1:], strict=False):
        yield earlier, later, sum(one.start <= earlier and later <= one.end for one in beside)
