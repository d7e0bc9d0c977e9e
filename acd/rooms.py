"""Who hears whom on a call that is being handed on: read off who is in which bridge, as Asterisk tells it."""

from collections.abc import Iterator

from immutables import Map
from msgspec.structs import replace

from acd.call import Call, Talk
from acd.effects import Segment
from acd.names import LegId, Moment, citizens_leg
from acd.transfer import MODES, Place, Step, Transfer

_QUEUES_BRIDGE = "queue"
"""Stands for the bridge that app_queue made, of which nobody took note."""


def current(call: Call) -> Transfer | None:
    """The transfer under way; None: there is none."""
    last = call.transfers[-1] if call.transfers else None
    return last if last is not None and last.ended_at is None else None


def step_of(call: Call, transfer: Transfer) -> Step:
    """How far a transfer is, by who is in the room."""
    if transfer.third is None or transfer.answered_at is None:
        return Step.CALLING if MODES[transfer.mode].rings else Step.AWAY
    citizen, third = room_of(call, citizens_leg(call.id)), room_of(call, transfer.third)
    if citizen is not None and citizen == third:
        return Step.JOINED
    if third is None:
        return Step.CONSULTING if citizen is None else Step.SWAPPED
    return Step.CONSULTING


def room_of(call: Call, leg: LegId) -> str | None:
    """The bridge a leg is in; None: in none."""
    return None if call.rooms is None else call.rooms.get(leg)


def in_a_room(call: Call, leg: LegId) -> bool:
    """Whether a leg is in the call's room, or on the way there; not in app_queue's bridge."""
    return leg in call.moving or room_of(call, leg) not in (None, _QUEUES_BRIDGE)


def opened(call: Call) -> Call:
    """Begin to keep account: so far those who talk are in app_queue's bridge."""
    if call.rooms is not None:
        return call
    legs = [citizens_leg(call.id), *(talk.leg for talk in call.talks if talk.end is None)]
    return replace(call, rooms=Map(dict.fromkeys(legs, _QUEUES_BRIDGE)))


def is_old(call: Call, leg: LegId, at: Moment) -> bool:
    """Whether something newer is known of where a leg is: Asterisk's logs tell again what was heard before a gap."""
    return at < call.seen.get(leg, 0)


def entered(call: Call, leg: LegId, bridge: str, at: Moment) -> Call:
    """Bring a leg into a bridge: who is there already hears it from now on."""
    if call.rooms is None or call.rooms.get(leg) == bridge or is_old(call, leg, at):
        return call
    aside = call.aside and leg != citizens_leg(call.id)
    rooms, seen = call.rooms.set(leg, bridge), call.seen.set(leg, at)
    call = replace(call, rooms=rooms, seen=seen, moving=call.moving - {leg}, aside=aside)
    return _begun(_parted(call, at), at)


def gone_out(call: Call, leg: LegId, bridge: str | None, at: Moment) -> Call:
    """Take a leg out of a bridge.

    Args:
        bridge: None: whichever it is in, as the leg itself is gone.

    """
    if call.rooms is None or leg not in call.rooms:
        return call
    if bridge is not None and call.rooms[leg] not in (bridge, _QUEUES_BRIDGE):
        return call
    if bridge is not None and is_old(call, leg, at):
        return call
    call = replace(call, rooms=call.rooms.delete(leg), seen=call.seen.set(leg, at), moving=call.moving - {leg})
    return _begun(_parted(call, at, leg), at)


def _parted(call: Call, at: Moment, left: LegId | None = None) -> Call:
    """End the spells of those who are together no more."""
    citizen = citizens_leg(call.id)

    def over(leg: LegId) -> bool:
        here, there = room_of(call, leg), room_of(call, citizen)
        # One of whom nobody has said where they are is where app_queue put them.
        apart = here is not None and there is not None and here != there
        return left in (leg, citizen) or apart

    talks = tuple(_ended(talk, at) if talk.end is None and over(talk.leg) else talk for talk in call.talks)
    sides = tuple(_ended_side(side, at) if side.end is None and _over(call, side) else side for side in call.sides)
    return replace(call, talks=talks, sides=sides)


def _over(call: Call, side: Segment) -> bool:
    return side.with_citizen is not hears_citizen(call, side.leg) or (
        not side.with_citizen and not _consults(call, side.leg)
    )


def _begun(call: Call, at: Moment) -> Call:
    """Begin the spells of those who are together now."""
    for talk in _agents(call):
        if hears_citizen(call, talk.leg) and not any(one.leg == talk.leg and one.end is None for one in call.talks):
            start = _after_the_last(call, talk.leg, at)
            call = replace(call, talks=(*call.talks, Talk(agent=talk.agent, leg=talk.leg, start=start)))
    for transfer in call.transfers:
        third, agent = transfer.third, transfer.third_agent
        if third is None or _is_on_line(call, third):
            continue
        with_citizen, start = hears_citizen(call, third), _after_the_last(call, third, at)
        if with_citizen and agent is not None:
            call = replace(call, talks=(*call.talks, Talk(agent=agent, leg=third, start=start)))
        elif with_citizen or (transfer is call.transfers[-1] and _consults(call, third)):
            # Who was the other side of an earlier transfer, and now asks one of their own, is the one who consults.
            side = Segment(leg=third, to=transfer.to, agent=agent, with_citizen=with_citizen, start=start, end=None)
            call = replace(call, sides=(*call.sides, side))
    return call


def _after_the_last(call: Call, leg: LegId, at: Moment) -> Moment:
    """When a spell of `leg` may begin: a fact told late must not make it overlap with the one before."""
    ends = [(talk.leg, talk.end) for talk in call.talks] + [(side.leg, side.end) for side in call.sides]
    return max([at, *(end for whose, end in ends if whose == leg and end is not None)])


def _is_on_line(call: Call, leg: LegId) -> bool:
    talks = any(talk.leg == leg and talk.end is None for talk in call.talks)
    return talks or any(side.leg == leg and side.end is None for side in call.sides)


def _agents(call: Call) -> Iterator[Talk]:
    """Yield one talk of each leg on which an agent spoke."""
    yield from {talk.leg: talk for talk in call.talks}.values()


def hears_citizen(call: Call, leg: LegId) -> bool:
    """Whether a leg hears the citizen."""
    bridge = room_of(call, leg)
    return bridge is not None and bridge == room_of(call, citizens_leg(call.id))


def _consults(call: Call, third: LegId) -> bool:
    """Whether the other side is with somebody, and that is not the citizen."""
    bridge = room_of(call, third)
    if bridge is None or call.rooms is None or hears_citizen(call, third):
        return False
    return any(room == bridge and leg != third for leg, room in call.rooms.items())


def _ended(talk: Talk, at: Moment) -> Talk:
    return replace(talk, end=max(at, talk.start))


def _ended_side(side: Segment, at: Moment) -> Segment:
    return replace(side, end=max(at, side.start))


def closed(call: Call, at: Moment) -> Call:
    """End every spell of the other sides: the citizen is gone, or waits again."""
    sides = tuple(side if side.end is not None else _ended_side(side, at) for side in call.sides)
    return replace(call, sides=sides, moving=frozenset(), leaving=False, aside=False)


def staff(call: Call) -> list[LegId]:
    """The agents and other sides in the call's room, in an order that a replay repeats; supervisors are not meant."""
    legs = {one.leg for one in call.talks} | {one.leg for one in call.pickups}
    legs |= {one.third for one in call.transfers if one.third is not None}
    return sorted(leg for leg in legs if room_of(call, leg) not in (None, _QUEUES_BRIDGE))


def only_holders(call: Call) -> LegId | None:
    """One who holds, if nobody in the room does not: a citizen there would hear nothing; None: it is not so."""
    if call.rooms is None or not call.holding:
        return None
    staffed = [leg for leg in staff(call) if leg in call.holding]
    for leg in staffed:
        there = {one for one, bridge in call.rooms.items() if bridge == call.rooms[leg]}
        if there <= call.holding | {citizens_leg(call.id)}:
            return leg
    return None


def on_music(call: Call) -> bool:
    """Whether the citizen is on music, and not on the way from there."""
    return call.place is Place.MUSIC and citizens_leg(call.id) not in call.moving


def put_aside(call: Call, third: LegId) -> bool:
    """Whether the other side was in the room and is on music now, and not on the way from there."""
    been_in = any(side.leg == third for side in call.sides) or any(talk.leg == third for talk in call.talks)
    return been_in and room_of(call, third) is None and third not in call.moving
