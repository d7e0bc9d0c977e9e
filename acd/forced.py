"""Supervisors who make agents ready or not ready, or sign them out: judged, asked of Asterisk, noted once it is so."""

from msgspec.structs import replace

from acd import put_back
from acd.agent import Agent, Presence
from acd.effects import PauseMember, RemoveMember, ResumeMember, WriteAccess
from acd.events import ForceAsked
from acd.forcing import FORCED_REASON, Forced, ForcedState
from acd.names import AgentId
from acd.refusal import Refusal
from acd.state import Wish
from acd.turn import Turn

_ON_A_CALL = (Presence.RINGING, Presence.TALKING)


def asked(turn: Turn, wish: ForceAsked) -> Refusal | Wish | None:
    """Judge what a supervisor wants of an agent, note it in the ledger, and ask Asterisk for it.

    Returns:
        Why not; what is awaited; or None: it is so already, or will be after the call under way.

    """
    if wish.target == wish.agent:
        return Refusal.USE_YOUR_DESK
    target = turn.agent(wish.target)
    interface = None if target is None else target.interface
    if target is None or target.presence is Presence.OUT or interface is None:
        return Refusal.NOT_SIGNED_IN_THERE
    if wish.to is ForcedState.READY and target.presence is Presence.READY:
        return None
    busy = target.presence in _ON_A_CALL
    if busy and wish.to is ForcedState.SIGN_OUT:
        return Refusal.TALKS_NOW
    turn.do(WriteAccess(at=wish.at, actor=wish.user, action=f"force_{wish.to}", subject=wish.target, detail=wish.why))
    act = Forced(to=wish.to, by=wish.by, why=wish.why, at=wish.at)
    if wish.to is ForcedState.NOT_READY:
        target = replace(target, forced=act)  # now: whenever it comes to be, their name is known
    if busy:
        after = FORCED_REASON if wish.to is ForcedState.NOT_READY else None
        turn.put_agent(replace(target, next_reason=after))
        return None
    turn.put_agent(target)
    _do(turn, wish, target, interface)
    return Wish(agent=wish.agent, kind="force", deadline=wish.at, reason=wish.to, target=wish.target, forced=act)


def settle(turn: Turn, target: AgentId) -> None:
    """Accept what has become true of this agent."""
    for request, wish in sorted(turn.state.wishes.items()):
        agent = turn.agent(target)
        if wish.forced is None or wish.target != target or agent is None or not _true(agent, wish.forced.to):
            continue
        turn.put_agent(replace(agent, forced=replace(wish.forced, since=agent.since)))
        turn.accept(wish.agent, request)


def shown(agent: Agent) -> Forced | None:
    """Return by whom the agent was made what they are, or will be after the call; None: by nobody."""
    act, paused = agent.forced, agent.paused if agent.presence is Presence.NOT_READY else agent.next_reason
    if act is None:
        return None
    if act.to is ForcedState.NOT_READY:
        return act if paused == FORCED_REASON else None
    at_rest = Presence.READY if act.to is ForcedState.READY else Presence.OUT
    return act if agent.presence is at_rest and agent.since == act.since else None


def _do(turn: Turn, wish: ForceAsked, target: Agent, interface: str) -> None:
    match wish.to:
        case ForcedState.READY:
            turn.put_agent(replace(target, next_reason=None))
            turn.do(ResumeMember(agent=target.id, interface=interface, request=wish.request))
        case ForcedState.NOT_READY:
            turn.do(PauseMember(agent=target.id, interface=interface, reason=FORCED_REASON, request=wish.request))
        case ForcedState.SIGN_OUT:
            put_back.forget(turn, target.id)
            queues = tuple(sorted(target.queues))
            turn.do(RemoveMember(agent=target.id, interface=interface, queues=queues, request=wish.request))


def _true(agent: Agent, to: ForcedState) -> bool:
    """As of an agent's own wish: a call that rings meanwhile does not undo it."""
    match to:
        case ForcedState.READY:
            return agent.presence is not Presence.ACW and agent.paused is None
        case ForcedState.NOT_READY:
            return agent.presence is not Presence.ACW and agent.paused == FORCED_REASON
        case ForcedState.SIGN_OUT:
            return agent.presence is Presence.OUT
