"""What facts about transfers change: the transfer itself, who hears whom, and what must be done for the citizen.

The citizen's leg is sacred: whatever becomes of the other side, they are brought back to the agent; when the agent is
gone, to whoever is there. The same rules stand in the dialplan (asterisk/extensions/transfer.conf), for when no program
of ours runs; ours are quicker.
"""

from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from acd import on_calls, rooms
from acd.agent import MOVES, Presence
from acd.call import Call, waits_again
from acd.effects import HangUpLeg
from acd.events import (
    AgentAnswered,
    CallEnded,
    CallHanded,
    CallReturned,
    LegEnded,
    LegJoined,
    LegLeft,
    RingEnded,
    StepTold,
    ThirdRung,
)
from acd.figures import Handed
from acd.names import AgentId, CallId, LegId, Moment, QueueName, RingResult, citizens_leg
from acd.rooms import current
from acd.steering import count, put, steer
from acd.transfer import Place, Transfer, TransferMode
from acd.turn import Turn


def handed(turn: Turn, fact: CallHanded) -> None:
    """Note where a transfer put the citizen."""
    call = _live(turn, fact.call)
    if call is None:
        return
    citizen = citizens_leg(call.id)
    if rooms.is_old(call, citizen, fact.at) or (call.returned_at is not None and fact.at <= call.returned_at):
        return
    if call.place is fact.place and call.seen.get(citizen) == fact.at:
        return  # told again
    call = rooms.opened(call)
    call = replace(call, seen=call.seen.set(citizen, fact.at), place=fact.place, moving=call.moving - {citizen})
    transfer = current(call)
    if fact.place is not Place.ROOM:
        call = rooms.gone_out(call, citizen, None, fact.at)
    if fact.place is Place.QUEUE:
        to = None if transfer is None else _queue_of(turn, transfer)
        elsewhere = to if to != call.queue else None
        call = replace(rooms.closed(call, fact.at), returned_at=fact.at, ended_by=None, passed_to=elsewhere)
        call = replace(call, rooms=None)  # from here on it is a queue's call again
        if transfer is not None:
            call = _completed(turn, call, transfer, fact.at)
    put(turn, call)
    steer(turn, call)


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
        put(turn, _with(call, replace(transfer, rung_at=fact.at)))
        turn.do(HangUpLeg(leg=fact.leg))  # too late: nobody waits for an answer any more
        return
    transfer = replace(transfer, third=fact.leg, third_agent=fact.agent or transfer.third_agent, rung_at=fact.at)
    put(turn, _with(call, transfer))
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
        call = _with(call, transfer)
        if transfer.ended_at is None and (by is None or by.leg != transfer.by_leg):
            call = _completed(turn, call, transfer, fact.at)
        put(turn, call)
        turn.change(line_answered=turn.state.line_answered.set(transfer.to, fact.at))
        if agent is not None and AgentAnswered in MOVES[agent.presence]:
            agent = turn.move(agent, Presence.TALKING, fact.at, call=call.id, leg=fact.leg, until=None, misses=0)
            turn.put_agent(replace(agent, day=replace(agent.day, answered=agent.day.answered + 1)))
        return
    if agent is not None and agent.presence is Presence.RINGING and agent.leg == fact.leg:
        on_calls.rang_out(turn, agent, fact.at)
    call = _finished(call, transfer, fact.at)
    put(turn, call)
    if call.ended_at is None:
        steer(turn, call)


def joined(turn: Turn, fact: LegJoined) -> None:
    """Note who came into a bridge, and let an agent go who was to leave as soon as the others are together."""
    call = _live(turn, fact.call)
    if call is None or call.rooms is None:
        return
    before = call
    call = rooms.entered(call, fact.leg, fact.bridge, fact.at)
    if call == before:
        return
    if fact.leg == citizens_leg(call.id) and call.place is not Place.BLIND:
        transfer = current(call)
        if transfer is not None and transfer.mode is TransferMode.SUSPEND and call.place is Place.STEP:
            call = _finished(call, transfer, fact.at)  # taken back, or the step broke off
        call = replace(call, place=Place.ROOM)
    put(turn, call)
    steer(turn, call)


def left(turn: Turn, fact: LegLeft) -> None:
    """Note who left a bridge."""
    call = _live(turn, fact.call)
    if call is not None and call.rooms is not None:
        put(turn, rooms.gone_out(call, fact.leg, fact.bridge, fact.at))


def step_told(turn: Turn, fact: StepTold) -> None:
    """Note what the citizen keyed in; the dialplan takes them back into the room."""
    call = _live(turn, fact.call)
    if call is None:
        return
    transfer = current(call)
    mine = transfer is not None and transfer.to == fact.step
    if (fact.step, fact.answer) in call.answers and not (mine and _is_in_step(call, fact.at)):
        return
    call = replace(call, answers=(*call.answers, (fact.step, fact.answer)))
    if transfer is not None and mine:
        call = _finished(call, transfer, fact.at, completed=True)
        count(turn, transfer, Handed(answered=1, completed=1))
    put(turn, call)


def leg_ended(turn: Turn, fact: LegEnded) -> None:
    """Take a leg out of the call: what it leaves behind is put right."""
    call = turn.call(fact.call)
    if call is None or not call.transfers:
        return
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
        call = _with(call, third) if third.ended_at is not None else _finished(call, third, fact.at)
    transfer = current(call)
    if transfer is not None and transfer.by_leg == fact.leg:
        if transfer.answered_at is not None:
            call = _completed(turn, call, transfer, fact.at)
        elif rooms.room_of(call, citizens_leg(call.id)) is not None and transfer.third is not None:
            turn.do(HangUpLeg(leg=transfer.third))  # the citizen falls out of the room: nobody waits for an answer
    if call != before:
        put(turn, call)
        if call.ended_at is None:
            steer(turn, call)


def returned(turn: Turn, fact: CallReturned) -> None:
    """The dialplan took the citizen back to the queue: whatever was under way is over."""
    call = turn.call(fact.call)
    if call is not None and waits_again(call) and call.rooms is not None:
        call = rooms.closed(replace(call, place=None, rooms=None), fact.at)
        put(turn, _broken_off(turn, call, fact.at))


def call_over(turn: Turn, fact: CallEnded) -> None:
    """The citizen is gone: end the spells, and stop ringing for them."""
    call = _live(turn, fact.call)
    if call is not None and call.transfers:
        call = replace(rooms.closed(call, fact.at), rooms=None)  # what goes on without the citizen is no part of it
        put(turn, _broken_off(turn, call, fact.at))


def take_up(turn: Turn, alive: AbstractSet[LegId], at: Moment) -> None:
    """After a gap: end what was never begun, and ask again for what may not have been done.

    Args:
        alive: every channel there is.

    """
    for _, call in sorted(turn.state.calls.items()):
        if call.ended_at is None and call.rooms is not None:
            call = replace(call, moving=frozenset())
            transfer = current(call)
            begun = transfer is None or transfer.rung_at is not None or transfer.third in alive
            if transfer is not None and not begun and call.place not in (Place.BLIND, Place.STEP):
                call = _finished(call, replace(transfer, result=RingResult.UNREACHABLE), at)
            put(turn, call)
            steer(turn, call)


def came_to_nothing(turn: Turn, agent_id: AgentId, at: Moment) -> None:
    """Asterisk refused a transfer or never began it: the citizen stays with the agent, or comes back."""
    agent = turn.agent(agent_id)
    call = None if agent is None or agent.call is None else _live(turn, agent.call)
    transfer = None if call is None else current(call)
    if call is None or transfer is None or transfer.by != agent_id or transfer.rung_at is not None:
        return
    call = _finished(call, replace(transfer, result=RingResult.UNREACHABLE), at)
    put(turn, call)
    steer(turn, call)


def stays(turn: Turn, agent_id: AgentId) -> None:
    """Let an agent stay whose leave was refused: what was refused must not come true later, unasked."""
    agent = turn.agent(agent_id)
    call = None if agent is None or agent.call is None else _live(turn, agent.call)
    if call is not None and call.leaving:
        put(turn, replace(call, leaving=False))


def _live(turn: Turn, call_id: CallId) -> Call | None:
    call = turn.call(call_id)
    return None if call is None or call.ended_at is not None else call


def _of_third(call: Call, leg: LegId) -> Transfer | None:
    return next((one for one in reversed(call.transfers) if one.third == leg), None)


def _is_in_step(call: Call, at: Moment) -> bool:
    return call.place is Place.STEP and not rooms.is_old(call, citizens_leg(call.id), at)


def _with(call: Call, transfer: Transfer) -> Call:
    changed = tuple(transfer if one.number == transfer.number else one for one in call.transfers)
    return replace(call, transfers=changed)


def _finished(call: Call, transfer: Transfer, at: Moment, *, completed: bool = False) -> Call:
    at = max(at, transfer.asked_at)  # asked by our clock, told by Asterisk's
    done = replace(transfer, ended_at=transfer.ended_at or at, completed_at=at if completed else transfer.completed_at)
    return replace(_with(call, done), leaving=False)


def _completed(turn: Turn, call: Call, transfer: Transfer, at: Moment) -> Call:
    """The agent is gone and the call goes on: who hung up is yet to be seen."""
    count(turn, transfer, Handed(completed=1))
    return replace(_finished(call, transfer, at, completed=True), ended_by=None)


def _broken_off(turn: Turn, call: Call, at: Moment) -> Call:
    """End what is under way, and hang up the other side unless the agent still speaks with it."""
    transfer = call.transfers[-1] if call.transfers else None
    if transfer is None:
        return call
    agent = turn.agent(transfer.by)
    consulted = transfer.answered_at is not None and agent is not None and agent.leg == transfer.by_leg
    under_way = transfer.ended_at is None or transfer.answered_at is not None
    if transfer.third is not None and under_way and transfer.third_left_at is None and not consulted:
        turn.do(HangUpLeg(leg=transfer.third))
    return call if transfer.ended_at is not None else _finished(call, transfer, at)


def _queue_of(turn: Turn, transfer: Transfer) -> QueueName | None:
    return next((one.queue for one in turn.state.policy.destinations if one.key == transfer.to), None)
