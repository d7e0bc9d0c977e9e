"""What a desk shows of handing a call on: the transfer under way, how the last one ended, who passed the call here."""

from acd.call import Call, queue_now
from acd.names import AgentId, LegId, Moment, citizens_leg
from acd.rooms import current, room_of, step_of
from acd.state import Policy
from acd.transfer import COMMANDS, Command, Step, Transfer
from agent_desk.wire_transfers import Handing, Hears, LastTransfer, Passed, TransferView


def transfer_view(call: Call, agent: AgentId) -> TransferView | None:
    """Return the transfer that this agent has under way; None: there is none."""
    transfer = current(call)
    if transfer is None or transfer.by != agent:
        return None
    step = step_of(call, transfer)
    return TransferView(
        number=transfer.number,
        mode=transfer.mode,
        to=transfer.to,
        step=step,
        since=_since(call, transfer, step),
        asked_at=transfer.asked_at,
        rung_at=transfer.rung_at,
        answered_at=transfer.answered_at,
        third_agent=transfer.third_agent,
        hears=_hears(call, transfer),
        commands=tuple(command for command in Command if command in COMMANDS[step]),
    )


def last_transfer(call: Call, agent: AgentId) -> LastTransfer | None:
    """Return how this agent's newest transfer of the call ended; None: there was none, or it is under way."""
    mine = [transfer for transfer in call.transfers if transfer.by == agent]
    if not mine or mine[-1].ended_at is None:
        return None
    last = mine[-1]
    return LastTransfer(
        number=last.number,
        mode=last.mode,
        to=last.to,
        result=last.result,
        completed=last.completed_at is not None,
        answer=next((said for step, said in reversed(call.answers) if step == last.to), None),
        ended_at=mine[-1].ended_at,
    )


def passed(call: Call, agent: AgentId, policy: Policy) -> Passed | None:
    """Return who passed the call on to this agent; None: it came by itself."""
    here = next((one for one in reversed(call.transfers) if _came_here(call, one, agent, policy)), None)
    if here is None:
        return None
    return Passed(by=here.by, mode=here.mode, hears=_hears(call, here), alone=here.ended_at is not None)


def handing(call: Call) -> Handing | None:
    """Return what a board shows of a transfer under way; None: there is none."""
    transfer = current(call)
    return None if transfer is None else Handing(to=transfer.to, step=step_of(call, transfer))


def _came_here(call: Call, transfer: Transfer, agent: AgentId, policy: Policy) -> bool:
    if transfer.by == agent:
        return False
    if transfer.third_agent == agent:
        return True
    queue = next((one.queue for one in policy.destinations if one.key == transfer.to), None)
    return transfer.third_agent is None and queue is not None and queue == queue_now(call)


def _since(call: Call, transfer: Transfer, step: Step) -> Moment:
    """When the step began, by the facts that made it so."""
    if step is Step.CALLING:
        return transfer.rung_at or transfer.asked_at
    if step is Step.AWAY:
        return transfer.asked_at
    if step is Step.SWAPPED:
        began = [talk.start for talk in call.talks if talk.leg == transfer.by_leg and talk.end is None]
    else:
        began = [side.start for side in call.sides if side.leg == transfer.third and side.end is None]
    return max(began, default=transfer.answered_at or transfer.asked_at)


def _hears(call: Call, transfer: Transfer) -> tuple[Hears, ...]:
    legs: dict[Hears, tuple[LegId, LegId | None]] = {
        Hears.CITIZEN_AGENT: (citizens_leg(call.id), transfer.by_leg),
        Hears.AGENT_OTHER: (transfer.by_leg, transfer.third),
        Hears.CITIZEN_OTHER: (citizens_leg(call.id), transfer.third),
    }
    return tuple(pair for pair, (one, other) in legs.items() if other is not None and _together(call, one, other))


def _together(call: Call, one: LegId, other: LegId) -> bool:
    room = room_of(call, one)
    return room is not None and room == room_of(call, other)
