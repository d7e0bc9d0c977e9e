"""What facts about transfers change: the transfer itself, who hears whom, and what must be done for the citizen.

The citizen's leg is sacred: whatever becomes of the other side, they are brought back to the agent; when the agent is
gone, to whoever is there. The same rules stand in the dialplan (asterisk/extensions/transfer.conf), for when no program
of ours runs; ours are quicker.
"""

from msgspec.structs import replace

from acd import on_calls, pickups, rooms
from acd.agent import MOVES, Presence
from acd.call import Call, waits_again
from acd.effects import HangUpLeg
from acd.events import (
    AgentAnswered,
    CallEnded,
    CallHanded,
    CallHandedOver,
    CallReturned,
    LegEnded,
    LegJoined,
    LegLeft,
    RingEnded,
    StepTold,
    ThirdRung,
)
from acd.figures import Handed
from acd.holding import fetched
from acd.names import CallId, LegId, Moment, RingResult, citizens_leg
from acd.rooms import current
from acd.steering import count, never_silent, put, steer
from acd.transfer import Place, Transfer, TransferMode
from acd.transfer_ends import (
    begun_after_all,
    broken_off,
    changed,
    completed,
    finished,
    gone_on,
    let_go,
    never_begun,
    passed_on,
    queue_of,
    taken_back,
)
from acd.turn import Turn


def handed_over(turn: Turn, fact: CallHandedOver) -> None:
    """Note which hotline passed the call on to us."""
    call = _live(turn, fact.call)
    if call is not None and not call.came_from:
        turn.put_call(replace(call, came_from=fact.by, reference=fact.reference))


def handed(turn: Turn, fact: CallHanded) -> None:
    """Note where a transfer put the citizen."""
    call = _live(turn, fact.call)
    moved_for_hold = call is not None and call.pickups and fact.place in (Place.ROOM, Place.MUSIC)
    if call is None or not (call.transfers or moved_for_hold):
        return
    citizen = citizens_leg(call.id)
    if rooms.is_old(call, citizen, fact.at) or (call.returned_at is not None and fact.at <= call.returned_at):
        return
    if call.place is fact.place and call.seen.get(citizen) == fact.at:
        return  # told again
    before = call.place
    call = fetched(rooms.opened(call), fact.place, fact.at)
    call = replace(call, seen=call.seen.set(citizen, fact.at), place=fact.place, moving=call.moving - {citizen})
    if fact.place is Place.ROOM:
        call = taken_back(call, before, fact.at)
    else:
        call = rooms.gone_out(call, citizen, None, fact.at)
    if fact.place is not Place.QUEUE:
        call = replace(call, returned_at=None)  # a move that was on its way fetched them out of the queue again
    if fact.place in (Place.BLIND, Place.QUEUE):
        call = begun_after_all(call)
    if call.transfers and rooms.in_a_room(call, call.transfers[-1].by_leg):
        let_go(turn, call)
    if fact.place is Place.QUEUE:
        to = queue_of(turn, call)
        elsewhere = to if to != call.queue else None
        call = replace(rooms.closed(call, fact.at), returned_at=fact.at, ended_by=None, passed_to=elsewhere)
        call = broken_off(turn, replace(call, rooms=None), fact.at)  # from here on it is a queue's call again
    put(turn, call)
    steer(turn, call)


def answered(turn: Turn, fact: AgentAnswered) -> None:
    """Note that an agent whom the queue found has the citizen: the call is a queue's call again."""
    call = _live(turn, fact.call)
    moved = call is not None and (call.transfers or call.pickups)
    if call is None or not moved or any(talk.leg == fact.leg for talk in call.talks):
        return
    if call.rooms is not None and rooms.is_old(call, citizens_leg(call.id), fact.at):
        return
    call = passed_on(turn, call, fact.at)
    if call.rooms is not None:  # nobody told us that the citizen went back
        call = broken_off(turn, replace(rooms.closed(call, fact.at), rooms=None), fact.at)
    put(turn, replace(call, place=None))


def third_rung(turn: Turn, fact: ThirdRung) -> None:
    """Note that the other side rings; an agent of ours who is rung shows it."""
    call = turn.call(fact.call)
    if call is None:
        return
    transfer = _of_third(call, fact.leg) or current(call)
    if transfer is None or transfer.rung_at is not None or transfer.third not in (None, fact.leg):
        return
    if transfer.third is None and transfer.mode is not TransferMode.RELEASE:
        return  # nobody is rung for it
    if transfer.ended_at is not None:
        put(turn, changed(call, replace(transfer, rung_at=fact.at)))
        turn.do(HangUpLeg(leg=fact.leg))  # too late: nobody waits for an answer any more
        return
    transfer = replace(transfer, third=fact.leg, third_agent=fact.agent or transfer.third_agent, rung_at=fact.at)
    put(turn, changed(call, transfer))
    agent = turn.agent(transfer.third_agent) if transfer.result is None else None
    if agent is not None and agent.presence in (Presence.READY, Presence.NOT_READY, Presence.ACW):
        turn.move(agent, Presence.RINGING, fact.at, call=call.id, leg=fact.leg, until=None)


def ring_ended(turn: Turn, fact: RingEnded) -> None:
    """Note how the ring at the other side ended; if nobody answered, the citizen comes back to the agent."""
    call = turn.call(fact.call)
    transfer = None if call is None else _of_third(call, fact.leg)
    if call is None or transfer is None or transfer.result is not None:
        return
    transfer = replace(transfer, result=fact.result)
    agent = turn.agent(transfer.third_agent)
    if fact.result is RingResult.ANSWERED:
        by = turn.agent(transfer.by)
        transfer = replace(transfer, answered_at=fact.at)
        count(turn, transfer, Handed(answered=1))
        call = changed(call, transfer)
        if transfer.ended_at is None and (by is None or by.leg != transfer.by_leg):
            call = completed(turn, call, transfer, fact.at)
        put(turn, call)
        turn.change(line_answered=turn.state.line_answered.set(transfer.to, fact.at))
        if agent is not None and AgentAnswered in MOVES[agent.presence]:
            agent = turn.move(agent, Presence.TALKING, fact.at, call=call.id, leg=fact.leg, until=None, misses=0)
            turn.put_agent(replace(agent, day=replace(agent.day, answered=agent.day.answered + 1)))
        if call.ended_at is None:
            # Asterisk tells of answers and of bridges by different ways: it may be in the room already.
            steer(turn, call)
        return
    if agent is not None and agent.presence is Presence.RINGING and agent.leg == fact.leg:
        on_calls.rang_out(turn, agent, fact.at)
    call = finished(call, transfer, fact.at)
    put(turn, call)
    if call.ended_at is None:
        steer(turn, call)


def joined(turn: Turn, fact: LegJoined) -> None:
    """Note who came into a bridge, and let an agent go who was to leave as soon as the others are together."""
    call = _live(turn, fact.call)
    if call is not None:
        call = pickups.taken_up(call, fact)
    if call is None or call.rooms is None:
        return
    before = call
    call = rooms.entered(call, fact.leg, fact.bridge, fact.at)
    if call == before:
        return
    if fact.leg == citizens_leg(call.id) and call.place is not Place.BLIND:
        call = replace(taken_back(call, call.place, fact.at), place=Place.ROOM)
    call = gone_on(call)
    put(turn, call)
    pickups.answered_if_together(turn, call, fact.at)
    steer(turn, turn.call(call.id) or call)


def left(turn: Turn, fact: LegLeft) -> None:
    """Note who left a bridge."""
    call = _live(turn, fact.call)
    if call is not None and call.rooms is not None:
        call = rooms.gone_out(call, fact.leg, fact.bridge, fact.at)
        put(turn, call)
        never_silent(turn, call)


def step_told(turn: Turn, fact: StepTold) -> None:
    """Note what the citizen keyed in; the dialplan takes them back into the room."""
    call = _live(turn, fact.call)
    if call is None:
        return
    transfer = current(call)
    mine = transfer is not None and transfer.mode is TransferMode.SUSPEND and transfer.to == fact.step
    if (fact.step, fact.answer) in call.answers and not (mine and _is_in_step(call, fact.at)):
        return
    call = replace(call, answers=(*call.answers, (fact.step, fact.answer)))
    if transfer is not None and mine:
        call = finished(call, transfer, fact.at, completed=True)
        count(turn, transfer, Handed(answered=1, completed=1))
    put(turn, call)


def leg_ended(turn: Turn, fact: LegEnded) -> None:
    """Take a leg out of the call: what it leaves behind is put right."""
    call = turn.call(fact.call)
    if call is None or fact.leg == citizens_leg(fact.call) or not (call.transfers or call.pickups):
        return  # the citizen's own end is told by CallEnded
    before = call
    call = rooms.gone_out(call, fact.leg, None, fact.at)
    call = replace(call, moving=call.moving - {fact.leg})
    third = _of_third(call, fact.leg)
    if third is not None:
        agent = turn.agent(third.third_agent)
        if agent is not None and agent.leg == fact.leg and agent.presence is Presence.TALKING:
            on_calls.after_call(turn, agent, fact.at)
        elif agent is not None and agent.leg == fact.leg and agent.presence is Presence.RINGING:
            on_calls.rang_out(turn, agent, fact.at)  # its DialEnd never came
        if third.answered_at is not None and third.third_left_at is None:
            third = replace(third, third_left_at=fact.at)
        elif third.rung_at is None and third.result is None and third.ended_at is None:
            third = replace(third, result=RingResult.UNREACHABLE)  # it never came to a ring
        call = changed(call, third) if third.ended_at is not None else finished(call, third, fact.at)
    transfer = current(call)
    if transfer is not None and transfer.by_leg == fact.leg and transfer.answered_at is not None:
        # One who still rings is the citizen's hope: they wait for the answer on music, says the dialplan.
        call = completed(turn, call, transfer, fact.at)
    call = gone_on(call)
    if call != before:
        put(turn, call)
        if call.ended_at is None:
            steer(turn, call)


def returned(turn: Turn, fact: CallReturned) -> None:
    """The dialplan took the citizen back to the queue: whatever was under way is over."""
    call = turn.call(fact.call)
    if call is not None and (waits_again(call) or not call.talks) and call.rooms is not None:
        call = rooms.closed(replace(never_begun(call), place=None, rooms=None), fact.at)
        put(turn, broken_off(turn, call, fact.at))


def call_over(turn: Turn, fact: CallEnded) -> None:
    """The citizen is gone: end the spells, and stop ringing for them."""
    call = _live(turn, fact.call)
    if call is not None and (call.transfers or call.pickups):
        call = replace(rooms.closed(call, fact.at), rooms=None)  # what goes on without the citizen is no part of it
        put(turn, broken_off(turn, call, fact.at))


def _live(turn: Turn, call_id: CallId) -> Call | None:
    call = turn.call(call_id)
    return None if call is None or call.ended_at is not None else call


def _of_third(call: Call, leg: LegId) -> Transfer | None:
    return next((one for one in reversed(call.transfers) if one.third == leg), None)


def _is_in_step(call: Call, at: Moment) -> bool:
    return call.place is Place.STEP and not rooms.is_old(call, citizens_leg(call.id), at)
