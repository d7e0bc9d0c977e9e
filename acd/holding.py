"""Agents who put the citizen on hold: for how long, and who does so. That it is not silence, `acd.steering` sees to."""

from msgspec.structs import replace

from acd.call import Call
from acd.events import CallHeld, CallRetrieved
from acd.names import LegId, Millis, Moment, citizens_leg
from acd.rooms import hears_citizen, only_holders
from acd.steering import steer
from acd.transfer import Place
from acd.turn import Turn


def held(turn: Turn, fact: CallHeld) -> None:
    """Begin a hold, if it is one of ours who holds; it counts as the citizen's if they heard the citizen."""
    call = turn.call(fact.call)
    if call is None or call.ended_at is not None or fact.leg not in _ours(call):
        return
    before, call = call, replace(call, holding=call.holding | {fact.leg})
    spoke = any(talk.leg == fact.leg for talk in call.talks) if call.rooms is None else hears_citizen(call, fact.leg)
    if spoke and call.held_since is None:
        call = replace(call, held_since=fact.at, held_by=fact.leg)
    if call != before:
        turn.put_call(call)
        steer(turn, call)


def retrieved(turn: Turn, fact: CallRetrieved) -> None:
    """End a hold."""
    call = turn.call(fact.call)
    if call is None or call.ended_at is not None:
        return
    before, call = call, unheld(call, fact.at, fact.leg)
    if call != before:
        turn.put_call(call)
        steer(turn, call)


def unheld(call: Call, at: Moment, leg: LegId | None = None) -> Call:
    """End the hold of a leg.

    Args:
        leg: None: nobody holds any more.

    """
    call = replace(call, holding=frozenset() if leg is None else call.holding - {leg})
    if call.held_since is None or leg not in (None, call.held_by):
        return call
    return replace(call, held_since=None, held_by=None, hold_ms=Millis(call.hold_ms + max(0, at - call.held_since)))


def fetched(call: Call, place: Place, at: Moment) -> Call:
    """End a hold that ended unheard: the dialplan has fetched the citizen from the music, and nobody asked it to."""
    unasked = call.place is Place.MUSIC and place is Place.ROOM and citizens_leg(call.id) not in call.moving
    return unheld(call, at) if unasked and only_holders(call) is not None else call


def _ours(call: Call) -> set[LegId]:
    """The legs of agents; lines outside have music of their own."""
    thirds = {one.third for one in call.transfers if one.third is not None and one.third_agent is not None}
    return {one.leg for one in call.talks} | {one.leg for one in call.pickups} | thirds
