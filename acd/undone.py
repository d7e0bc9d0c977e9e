"""What becomes of wishes that Asterisk refused, and of those whose end a gap swallowed."""

from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from acd import supervision
from acd.call import Call
from acd.names import AgentId, CallId, LegId, Moment, RingResult
from acd.rooms import current
from acd.steering import put, steer
from acd.transfer import Place
from acd.transfer_ends import finished, let_go, send_away
from acd.turn import Turn


def take_up(turn: Turn, alive: AbstractSet[LegId], at: Moment) -> None:
    """After a gap: end what was never begun, and ask again for what may not have been done.

    Args:
        alive: every channel there is.

    """
    for _, call in sorted(turn.state.calls.items()):
        if call.ended_at is None:
            let_go(turn, call)
            send_away(turn, call, alive)
        if call.ended_at is None and call.rooms is not None:
            call = supervision.unmade(turn, replace(call, moving=frozenset()), at)
            transfer = current(call)
            begun = transfer is None or transfer.rung_at is not None or transfer.third in alive
            if transfer is not None and not begun and call.place not in (Place.BLIND, Place.STEP):
                call = finished(call, replace(transfer, result=RingResult.UNREACHABLE), at)
            put(turn, call)
            steer(turn, call)


def came_to_nothing(turn: Turn, agent_id: AgentId, at: Moment) -> None:
    """Asterisk refused a transfer or never began it: the citizen stays with the agent, or comes back."""
    agent = turn.agent(agent_id)
    call = None if agent is None or agent.call is None else _live(turn, agent.call)
    transfer = None if call is None else current(call)
    if call is None or transfer is None or transfer.by != agent_id or transfer.rung_at is not None:
        return
    call = finished(call, replace(transfer, result=RingResult.UNREACHABLE), at)
    call = replace(call, moving=frozenset())
    put(turn, call)
    steer(turn, call)


def command_refused(turn: Turn, agent_id: AgentId, *, leave: bool, moved: bool) -> None:
    """Forget what was asked with a command, so that it may be asked again.

    Args:
        leave: the agent wanted to leave, and stays: what was refused must not come true later, unasked.
        moved: legs were to be moved; who is on the way for another reason still comes.

    """
    agent = turn.agent(agent_id)
    call = None if agent is None or agent.call is None else _live(turn, agent.call)
    if call is not None:
        transfer = current(call)
        moved = moved or (transfer is not None and transfer.third is None)  # the citizen was to be taken back
        call = replace(call, leaving=call.leaving and not leave, moving=frozenset() if moved else call.moving)
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
