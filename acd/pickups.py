"""A colleague picks up a call that rings elsewhere (代答): the dialplan brings both into the call's room.

What rings, and who may take it, the dialplan judges (asterisk/extensions/pickup.conf): no program of ours is needed.
"""

from msgspec.structs import replace

from acd import on_calls
from acd.agent import Presence
from acd.call import Call, Pickup, queue_now
from acd.events import AgentAnswered, CallPickedUp, LegJoined
from acd.names import Moment, citizens_leg
from acd.rooms import hears_citizen, is_old, opened
from acd.steering import put
from acd.transfer_ends import passed_on
from acd.turn import Turn


def picked_up(turn: Turn, fact: CallPickedUp) -> None:
    """Begin to keep account of who is where: the citizen is about to leave app_queue."""
    call = turn.call(fact.call)
    if call is None or call.ended_at is not None or any(one.leg == fact.leg for one in call.pickups):
        return
    call = replace(call, pickups=(*call.pickups, Pickup(agent=fact.agent, leg=fact.leg)))
    if not is_old(call, citizens_leg(call.id), fact.at):
        call = opened(call)
    turn.put_call(call)


def taken_up(call: Call, fact: LegJoined) -> Call:
    """Begin to keep account after all: an agent answered as the colleague's leg was on its way to the room."""
    mine = any(one.leg == fact.leg for one in call.pickups) and not is_old(call, fact.leg, fact.at)
    return opened(call) if mine else call


def answered_if_together(turn: Turn, call: Call, at: Moment) -> None:
    """Count the answer of a colleague who hears the citizen for the first time."""
    for one in call.pickups:
        if not hears_citizen(call, one.leg) or any(talk.leg == one.leg for talk in call.talks):
            continue
        now = turn.call(call.id)
        assert now is not None, "who hears a citizen is on a call"
        put(turn, passed_on(turn, now, at))
        agent = turn.agent(one.agent)
        if agent is not None and agent.presence is Presence.NOT_READY:
            # Who was not ready is so again afterwards: one call picked up is no wish for more.
            turn.put_agent(replace(agent, next_reason=agent.paused))
        fact = AgentAnswered(at=at, call=call.id, agent=one.agent, leg=one.leg, queue=queue_now(call))
        on_calls.answered(turn, fact)
