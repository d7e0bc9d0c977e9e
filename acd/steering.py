"""What is asked of Asterisk so that the citizen of a call that is handed on is always with somebody."""

from msgspec.structs import replace

from acd import figures, rooms
from acd.agent import Presence
from acd.call import Call, record
from acd.effects import HangUpLeg, MoveLegs, Spot, WriteCall
from acd.figures import Handed
from acd.names import LegId, Moment, RequestId, RingResult, citizens_leg
from acd.rooms import room_of
from acd.state import Period
from acd.transfer import Place, Transfer, is_taken_over
from acd.turn import Turn


def steer(turn: Turn, call: Call) -> None:
    """Ask for what the citizen needs now, and is not asked for yet."""
    transfer = call.transfers[-1] if call.transfers else None
    if never_silent(turn, call) or transfer is None or call.rooms is None:
        return
    citizen, third = citizens_leg(call.id), transfer.third
    agent = turn.agent(transfer.by)
    agent_here = agent is not None and agent.leg == transfer.by_leg and agent.presence is Presence.TALKING
    if third is None or transfer.answered_at is None or transfer.third_left_at is not None:
        if agent_here and transfer.ended_at is not None and rooms.on_music(call):
            move(turn, call, Spot(leg=citizen, place=Place.ROOM, argument="citizen"))
        return
    if agent_here and not call.leaving:
        return
    with_whom = room_of(call, third)
    if with_whom is not None and with_whom == room_of(call, citizen):
        if agent_here:
            # Not with the citizen, should the other side be gone at the same moment.
            turn.do(HangUpLeg(leg=transfer.by_leg, lost=True))
    elif with_whom is not None and rooms.on_music(call):
        move(turn, call, Spot(leg=citizen, place=Place.ROOM, argument="citizen"))
    elif room_of(call, citizen) is not None and rooms.put_aside(call, third):
        move(turn, call, Spot(leg=third, place=Place.ROOM, argument="third"))


def never_silent(turn: Turn, call: Call) -> bool:
    """Bring a citizen to the music, and back: a room plays none, and who holds hears and says nothing.

    Returns:
        Whether the citizen is on hold, or on the way back: nothing else is to be done for them.

    """
    citizen, holder = citizens_leg(call.id), rooms.only_holders(call)
    if holder is not None:
        if rooms.hears_citizen(call, holder) and citizen not in call.moving:
            _send(turn, replace(call, aside=True), Spot(leg=citizen, place=Place.MUSIC, argument="held"), holder)
        return True
    if not (call.aside and rooms.on_music(call) and rooms.staff(call)):
        return False
    _send(turn, call, Spot(leg=citizen, place=Place.ROOM, argument="citizen"), None)
    return True


def _send(turn: Turn, call: Call, spot: Spot, holder: LegId | None) -> None:
    """Ask for a move because of a hold; the holder is the one with whom the citizen's talk is over if they hang up."""
    last = call.transfers[-1] if call.transfers else None
    there = last is not None and last.third_left_at is None and last.result in (None, RingResult.ANSWERED)
    third = last.third if last is not None and there and last.third != holder else None
    others = [leg for leg in rooms.staff(call) if leg not in (third, holder)]
    agent = holder or next(iter(others), None if last is None else last.by_leg)
    third = third or next((leg for leg in others if leg != agent), None)  # who holds as well
    turn.do(MoveLegs(call=call.id, spots=(spot,), agent=agent, third=third))
    put(turn, replace(call, moving=call.moving | {spot.leg}))


def move(turn: Turn, call: Call, *spots: Spot, position: int = 0, request: RequestId | None = None) -> None:
    """Ask Asterisk to move legs, and remember that they are on the way."""
    transfer = call.transfers[-1]
    turn.do(
        MoveLegs(
            call=call.id,
            spots=spots,
            agent=transfer.by_leg,
            third=transfer.third if transfer.third_left_at is None else None,
            position=position,
            request=request,
        )
    )
    put(turn, replace(call, moving=call.moving | {spot.leg for spot in spots}))


def count(turn: Turn, transfer: Transfer, more: Handed) -> None:
    """Count in the day on which the transfer was asked for; in a forgotten one only a new transfer counts.

    A call taken over is counted nowhere here: nobody was asked for, none was rung.
    """
    if is_taken_over(transfer.to):
        return
    day = figures.day_of(transfer.asked_at, turn.state.policy.utc_offset)
    if not more.asked and day not in turn.state.days:
        return
    period = turn.state.days.get(day, Period())
    before = period.handed.get(transfer.to, Handed())
    after = Handed(
        asked=before.asked + more.asked,
        answered=before.answered + more.answered,
        completed=before.completed + more.completed,
    )
    turn.change(days=turn.state.days.set(day, replace(period, handed=period.handed.set(transfer.to, after))))


def put(turn: Turn, call: Call) -> None:
    """Write a call back, let the agents' wishes be looked at, and the record follow what is settled."""
    before = turn.call(call.id)
    turn.put_call(call)
    if call.transfers:
        turn.touched[call.transfers[-1].by] = None
    if before is None or _settled(call) != _settled(before):
        turn.do(WriteCall(record=record(call)))


def _settled(call: Call) -> list[tuple[Moment | RingResult | None, ...]]:
    return [(one.answered_at, one.result, one.completed_at, one.ended_at) for one in call.transfers]
