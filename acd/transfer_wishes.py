"""What an agent's wish to hand a call on asks of Asterisk, and when it has come true."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from acd import rooms
from acd.agent import Agent, Presence
from acd.call import Call, Stage, queue_now, stage
from acd.directory import Destination, is_open
from acd.effects import CallThird, HangUpLeg, Spot
from acd.events import TransferAsked, TransferCommanded
from acd.figures import Handed
from acd.names import AgentId, QueueName, RequestId, citizens_leg, third_leg
from acd.refusal import Refusal
from acd.rooms import current, step_of
from acd.steering import count, move, steer
from acd.transfer import COMMANDS, MODES, Command, Place, Step, Transfer, TransferMode
from acd.turn import Turn

BEGUN: Final = "begun"
GONE: Final = "gone"
OVER: Final = "over"
_DEAD: Final = ("UNAVAILABLE", "INVALID")
"""A telephone that cannot be rung; its agent would be the one ready longest, again and again."""


class Wanted(Struct, frozen=True):
    """What a wish waits for: `until` is BEGUN, GONE, OVER or a step."""

    kind: str
    until: str


def asked(turn: Turn, agent: Agent, wish: TransferAsked | TransferCommanded) -> Refusal | Wanted:
    """Judge a wish, and ask Asterisk for it."""
    call = None if agent.call is None else turn.call(agent.call)
    if call is None or call.ended_at is not None or agent.presence is not Presence.TALKING or agent.leg is None:
        return Refusal.NOT_TALKING
    if isinstance(wish, TransferCommanded):
        return _commanded(turn, agent, call, wish)
    if call.held_since is not None:
        return Refusal.HELD
    if current(call) is not None or any(one.kind == "transfer" for one in _under_way(turn, agent.id)):
        return Refusal.TRANSFER_UNDER_WAY
    if not any(talk.leg == agent.leg and talk.end is None for talk in call.talks):
        return Refusal.NOT_TALKING
    to = next((one for one in turn.state.policy.destinations if one.key == wish.to), None)
    if to is None:
        return Refusal.NO_SUCH_DESTINATION
    if not to.connected:
        return Refusal.NOT_CONNECTED
    if wish.mode not in to.modes:
        return Refusal.MODE_NOT_ALLOWED
    if not is_open(to, wish.at, turn.state.policy.utc_offset):
        return Refusal.CLOSED_NOW
    return _begin(turn, agent, call, to, wish)


def has_come_to(until: str, agent: Agent, call: Call | None) -> bool:
    """Whether what a wish waits for is so."""
    last = None if call is None or not call.transfers else call.transfers[-1]
    if last is None or call is None or agent.presence is not Presence.TALKING or last.by != agent.id:
        return True  # the agent is off the call: no wish is open any more
    if until == BEGUN:
        return (
            last.rung_at is not None or last.result is not None or call.place in (Place.BLIND, Place.STEP, Place.QUEUE)
        )
    if until == OVER:
        return last.ended_at is not None and rooms.room_of(call, citizens_leg(call.id)) is not None
    if until == GONE:
        return False
    return step_of(call, last) == until


def _begin(turn: Turn, agent: Agent, call: Call, to: Destination, wish: TransferAsked) -> Refusal | Wanted:
    mode, number = MODES[wish.mode], len(call.transfers) + 1
    expert = _ready(turn, to.queue, agent.id) if mode.rings and to.queue is not None else None
    if mode.rings and to.queue is not None and expert is None:
        return Refusal.NOBODY_READY
    if not mode.rings and to.queue is not None and not _anybody(turn, to.queue, agent.id):
        return Refusal.NOBODY_READY  # app_queue would not let the citizen in
    assert agent.leg is not None, "who talks has a leg"
    transfer = Transfer(
        number=number,
        mode=wish.mode,
        to=to.key,
        by=agent.id,
        by_leg=agent.leg,
        asked_at=wish.at,
        third=third_leg(call.id, number) if mode.rings else None,
        third_agent=None if expert is None else expert.id,
    )
    call = replace(
        rooms.opened(call), transfers=(*call.transfers, transfer), leaving=mode.leaves_on_answer, ended_by=None
    )
    count(turn, transfer, Handed(asked=1))
    _move_for(turn, call, to, transfer, wish.request)
    if transfer.third is not None:
        turn.do(
            CallThird(
                call=call.id,
                leg=transfer.third,
                to=to.key,
                interface=None if expert is None else expert.interface,
                agent=agent.leg,
                ring=to.ring,
                caller=call.caller,
                number=call.number,
                request=wish.request,
            )
        )
    return Wanted("transfer", BEGUN)


def _move_for(turn: Turn, call: Call, to: Destination, transfer: Transfer, request: RequestId) -> None:
    """Send citizen and agent where they are while the other side rings."""
    citizen, in_room = citizens_leg(call.id), call.place is Place.ROOM
    match transfer.mode:
        case TransferMode.RELEASE if to.queue is not None:
            spot = Spot(leg=citizen, place=Place.QUEUE, argument=to.queue)
            move(turn, call, spot, position=_position(turn, call, to.queue), request=request)
        case TransferMode.RELEASE:
            move(turn, call, Spot(leg=citizen, place=Place.BLIND, argument=to.key), request=request)
        case TransferMode.SUSPEND:
            _with_agent(turn, call, transfer, Spot(leg=citizen, place=Place.STEP, argument=to.key), request)
        case TransferMode.ATTENDED:
            _with_agent(turn, call, transfer, Spot(leg=citizen, place=Place.MUSIC, argument="citizen"), request)
        case TransferMode.SUCCESS | TransferMode.CONFERENCE if not in_room:
            _with_agent(turn, call, transfer, Spot(leg=citizen, place=Place.ROOM, argument="citizen"), request)
        case TransferMode.SUCCESS | TransferMode.CONFERENCE:
            turn.put_call(call)


def _with_agent(turn: Turn, call: Call, transfer: Transfer, spot: Spot, request: RequestId) -> None:
    """Send the citizen somewhere, and the agent into the room unless they are there."""
    if call.place is Place.ROOM:
        move(turn, call, spot, request=request)
    else:
        staff = Spot(leg=transfer.by_leg, place=Place.ROOM, argument="staff")
        move(turn, call, spot, staff, request=request)


def _commanded(turn: Turn, agent: Agent, call: Call, wish: TransferCommanded) -> Refusal | Wanted:
    transfer = current(call)
    if transfer is None or transfer.by != agent.id:
        return Refusal.NO_TRANSFER
    step = step_of(call, transfer)
    if any(one.kind == "command" for one in _under_way(turn, agent.id)):
        return Refusal.NOT_IN_THIS_STEP  # one after the other: who drops the other side and leaves leaves nobody
    if wish.command not in COMMANDS[step] or transfer.mode is TransferMode.RELEASE:
        # Who released a call is on the way off the line: the citizen must not be brought back to them.
        return Refusal.NOT_IN_THIS_STEP
    citizen, third = citizens_leg(call.id), transfer.third
    if third is None:  # AWAY: the agent takes the citizen back from the IVR
        move(turn, call, Spot(leg=citizen, place=Place.ROOM, argument="citizen"), request=wish.request)
        return Wanted("command", OVER)
    citizen_in = Spot(leg=citizen, place=Place.ROOM, argument="citizen")
    third_in = Spot(leg=third, place=Place.ROOM, argument="third")
    missing = citizen_in if step is Step.CONSULTING else third_in
    match wish.command:
        case Command.DROP:
            # Not with the citizen, should the agent be gone at the same moment.
            turn.do(HangUpLeg(leg=third, lost=True, request=wish.request))
            return Wanted("command", OVER)
        case Command.MERGE:
            move(turn, call, missing, request=wish.request)
            return Wanted("command", Step.JOINED)
        case Command.SWAP if step is Step.CONSULTING:
            aside = Spot(leg=third, place=Place.MUSIC, argument="third")
            move(turn, call, citizen_in, aside, request=wish.request)
            return Wanted("command", Step.SWAPPED)
        case Command.SWAP:
            aside = Spot(leg=citizen, place=Place.MUSIC, argument="citizen")
            move(turn, call, third_in, aside, request=wish.request)
            return Wanted("command", Step.CONSULTING)
        case Command.COMPLETE:
            call = replace(call, leaving=True)
            turn.put_call(call)
            if step is Step.JOINED:
                steer(turn, call)
            else:
                move(turn, call, missing, request=wish.request)
            return Wanted("command", GONE)


def _under_way(turn: Turn, agent: AgentId) -> list[Wanted]:
    wishes = (turn.state.wishes[request] for request in turn.state.asked.get(agent, ()))
    return [Wanted(wish.kind, wish.reason) for wish in wishes]


def _anybody(turn: Turn, queue: QueueName, but: AgentId) -> bool:
    """Whether a citizen may wait in a queue for somebody."""
    return any(queue in agent.queues and agent.id != but for agent in turn.state.agents.values())


def _ready(turn: Turn, queue: QueueName, but: AgentId) -> Agent | None:
    """The agent of a queue who has been ready longest."""
    promised = {one.third_agent for call in turn.state.calls.values() if (one := current(call)) is not None}
    ready = (
        agent
        for agent in turn.state.agents.values()
        if agent.presence is Presence.READY
        and queue in agent.queues
        and agent.id != but
        and agent.id not in promised
        and agent.device not in _DEAD
    )
    return min(ready, key=lambda agent: (agent.since, agent.id), default=None)


def _position(turn: Turn, call: Call, queue: QueueName) -> int:
    """The place in a queue by the time the citizen has waited: behind those who were queued before them."""
    mine = call.queued_at or call.offered_at
    waiting = (
        one
        for one in turn.state.calls.values()
        if queue_now(one) == queue and stage(one) in (Stage.QUEUE, Stage.RINGING) and one.queued_at is not None
    )
    return 1 + sum(one.queued_at is not None and one.queued_at <= mine for one in waiting)
