"""How a transfer ends: completed, dropped, come to nothing, or broken off with what it was part of."""

from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from acd.agent import Presence
from acd.call import Call, with_citizen
from acd.effects import HangUpLeg
from acd.figures import Handed
from acd.names import LegId, Moment, Party, QueueName, RingResult
from acd.rooms import current
from acd.steering import count
from acd.transfer import Place, Transfer, TransferMode
from acd.turn import Turn


def taken_back(call: Call, before: Place | None, at: Moment) -> Call:
    """End a step of the IVR that the citizen comes back from without having said anything."""
    transfer = current(call)
    if transfer is None or transfer.mode is not TransferMode.SUSPEND or before is not Place.STEP:
        return call
    return finished(call, transfer, at)


def changed(call: Call, transfer: Transfer) -> Call:
    changed = tuple(transfer if one.number == transfer.number else one for one in call.transfers)
    return replace(call, transfers=changed)


def finished(call: Call, transfer: Transfer, at: Moment, *, completed: bool = False) -> Call:
    at = max(at, transfer.asked_at)  # asked by our clock, told by Asterisk's
    done = replace(transfer, ended_at=transfer.ended_at or at, completed_at=at if completed else transfer.completed_at)
    return replace(changed(call, done), leaving=False)


def completed(turn: Turn, call: Call, transfer: Transfer, at: Moment) -> Call:
    """The agent is gone and the call goes on, unless it is the citizen who hung up: else that is yet to be seen."""
    if call.ended_by is Party.CALLER:
        return finished(call, transfer, at)
    count(turn, transfer, Handed(completed=1))
    return replace(finished(call, transfer, at, completed=True), ended_by=None)


def gone_on(call: Call) -> Call:
    """Forget that an agent hung up if the citizen hears somebody else, or may yet, as the other side rings."""
    last = current(call)
    rings = last is not None and last.rung_at is not None and last.result is None
    if call.ended_by is not Party.AGENT or call.ended_at is not None or not (rings or with_citizen(call)):
        return call
    return replace(call, ended_by=None)


def broken_off(turn: Turn, call: Call, at: Moment) -> Call:
    """End what is under way, and hang up the other side unless the agent still speaks with it."""
    transfer = call.transfers[-1] if call.transfers else None
    if transfer is None:
        return call
    agent = turn.agent(transfer.by)
    consulted = transfer.answered_at is not None and agent is not None and agent.leg == transfer.by_leg
    under_way = transfer.ended_at is None or transfer.answered_at is not None
    if transfer.third is not None and under_way and transfer.third_left_at is None and not consulted:
        turn.do(HangUpLeg(leg=transfer.third))
    return call if transfer.ended_at is not None else finished(call, transfer, at)


def never_begun(call: Call) -> Call:
    """Note that a released call, which is back before anybody was rung for it, came to no ring."""
    last = current(call)
    if last is None or last.mode is not TransferMode.RELEASE or last.rung_at is not None or last.result is not None:
        return call
    return changed(call, replace(last, result=RingResult.UNREACHABLE))


def passed_on(turn: Turn, call: Call, at: Moment) -> Call:
    """Count a call that was released to a queue as answered there: an agent has the citizen, by whatever way."""
    last = call.transfers[-1] if call.transfers else None
    waited = last is not None and last.third is None and last.result is None and last.ended_at is not None
    if last is None or not waited or last.mode is not TransferMode.RELEASE:
        return call
    done = replace(last, answered_at=at, completed_at=at, result=RingResult.ANSWERED)
    count(turn, done, Handed(answered=1, completed=1))
    turn.change(line_answered=turn.state.line_answered.set(last.to, at))
    return changed(call, done)


def let_go(turn: Turn, call: Call) -> None:
    """Hang up who released the call and is there still: Asterisk does so only to those in app_queue's bridge."""
    for one in call.transfers:
        agent = turn.agent(one.by)
        away = one is call.transfers[-1] and call.place in (Place.BLIND, Place.QUEUE)
        done = one.mode is TransferMode.RELEASE and (away or one.answered_at is not None or one.third is not None)
        if done and agent is not None and agent.leg == one.by_leg and agent.presence is Presence.TALKING:
            turn.do(HangUpLeg(leg=one.by_leg, lost=True))


def send_away(turn: Turn, call: Call, alive: AbstractSet[LegId]) -> None:
    """Hang up other sides that wait for nobody: else the citizen finds a stranger in the room, now or later."""
    for one in call.transfers:
        over = one.ended_at is not None and (call.rooms is None or _answered_in_vain(one, one.ended_at))
        if over and one.third is not None and one.third in alive and call.place is not Place.BLIND:
            turn.do(HangUpLeg(leg=one.third))


def _answered_in_vain(transfer: Transfer, ended_at: Moment) -> bool:
    """Whether the other side, if it is on the line, is so for a transfer that was over before it answered."""
    answered_at = transfer.answered_at
    return answered_at is None or (transfer.completed_at is None and ended_at < answered_at)


def begun_after_all(call: Call) -> Call:
    """Take up again a released call that was given up, or overtaken by its return to the queue: it is done now."""
    last = call.transfers[-1]
    if last.mode is not TransferMode.RELEASE or last.third is not None or last.answered_at is not None:
        return call
    return changed(call, replace(last, ended_at=None, result=None))


def queue_of(turn: Turn, call: Call) -> QueueName | None:
    """The queue that the newest transfer leads to; it may have been given up before Asterisk said that it was done."""
    to = call.transfers[-1].to if call.transfers else None
    return next((one.queue for one in turn.state.policy.destinations if one.key == to), None)
