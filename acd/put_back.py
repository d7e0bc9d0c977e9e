"""Members whom Asterisk is to put back: meanwhile agents stay what they were, and what it says of them is doubted."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from msgspec.structs import replace

from acd.agent import ACW_REASON, Agent, Presence
from acd.effects import AddMember, PauseMember, RemoveMember, ResumeMember
from acd.events import MemberAdded, MemberPaused, MemberRemoved, MemberResumed
from acd.names import AgentId, Moment
from acd.state import Doubt, Return
from acd.turn import Turn


def renew(turn: Turn, agent: Agent, at: Moment) -> None:
    """Take an agent out of every queue and put them in again: app_queue then forgets what it wrongly remembers."""
    if agent.interface is None:
        return
    queues = tuple(sorted(agent.queues))
    turn.do(
        RemoveMember(agent=agent.id, interface=agent.interface, queues=queues),
        AddMember(agent=agent.id, interface=agent.interface, queues=queues, reason=_reason(agent)),
    )
    _await(turn, agent.id, Return(until=Moment(at + turn.state.policy.patience), awaited=agent.queues))


def restore(turn: Turn, agent: Agent, at: Moment, doubts: Sequence[Doubt]) -> None:
    """Make Asterisk's members as the floor remembers them; `doubts` is how they are instead."""
    before = turn.state.returning.get(agent.id)
    if agent.interface is None or (before is not None and before.doubts == tuple(doubts)):
        return  # asked already
    missing = tuple(sorted(doubt.queue for doubt in doubts if isinstance(doubt, MemberRemoved)))
    if missing:
        turn.do(AddMember(agent=agent.id, interface=agent.interface, queues=missing, reason=_reason(agent)))
    if len(missing) < len(doubts):
        _pause_as_it_was(turn, agent)
    until = Moment(at + turn.state.policy.patience)
    _await(turn, agent.id, Return(until=until, awaited=frozenset(missing), doubts=tuple(doubts)))


def ask_what_was_not_asked(turn: Turn, members: AbstractSet[AgentId], at: Moment) -> None:
    """Ask for pauses that nobody could ask for when they were due: the call ended in a gap, or with Asterisk itself.

    Facts told by the logs perform nothing, so who came to after-call work by them would be rung in it, and who wanted
    to be not ready after the call would stay ready.
    """
    asked = {effect.agent for effect in turn.effects if isinstance(effect, PauseMember)}
    for agent_id in sorted(members - asked):
        agent = turn.agent(agent_id)
        if agent is None or agent.interface is None or agent.paused is not None:
            continue
        if agent.presence is Presence.ACW and agent.until is not None and agent.until > at:
            _pause_as_it_was(turn, agent)
        elif agent.presence is Presence.READY and agent.next_reason is not None:
            turn.do(PauseMember(agent=agent_id, interface=agent.interface, reason=agent.next_reason))


def added(turn: Turn, fact: MemberAdded) -> bool:
    """Take a member back; False: this one is not waited for."""
    one, agent = turn.state.returning.get(fact.agent), turn.agent(fact.agent)
    if one is None or agent is None or fact.queue not in one.awaited:
        return False
    left = tuple(doubt for doubt in one.doubts if not (isinstance(doubt, MemberRemoved) and doubt.queue == fact.queue))
    _set(turn, fact.agent, replace(one, awaited=one.awaited - {fact.queue}, doubts=left))
    if fact.interface not in ("", agent.interface):
        return False  # another telephone, and none of ours
    reason = fact.reason if fact.paused else None
    if reason != _reason(agent):
        # A pause or its end crossed our request on the way.
        _pause_as_it_was(turn, agent)
    elif reason != agent.paused:
        turn.put_agent(replace(agent, paused=reason))
    return True


def removed(turn: Turn, fact: MemberRemoved) -> bool:
    """Doubt a removal that we asked for ourselves; False: it is none of those."""
    one = turn.state.returning.get(fact.agent)
    if one is None:
        return False
    if fact.queue not in one.awaited:
        # Somebody else took it away: what was doubted there must not be believed of a later membership.
        _set(turn, fact.agent, replace(one, doubts=tuple(doubt for doubt in one.doubts if doubt.queue != fact.queue)))
        return False
    if all(not isinstance(doubt, MemberRemoved) or doubt.queue != fact.queue for doubt in one.doubts):
        _set(turn, fact.agent, replace(one, doubts=(*one.doubts, fact)))
    return True


def pause_told(turn: Turn, agent: AgentId) -> None:
    """Forget what was doubted about an agent's pause: Asterisk tells how it is."""
    one = turn.state.returning.get(agent)
    if one is not None:
        left = tuple(doubt for doubt in one.doubts if isinstance(doubt, MemberRemoved))
        _set(turn, agent, replace(one, doubts=left))


def forget(turn: Turn, agent: AgentId) -> None:
    """Doubt nothing any more: the agent asked to leave."""
    if agent in turn.state.returning:
        turn.change(returning=turn.state.returning.delete(agent))


def overdue(turn: Turn, at: Moment) -> list[MemberRemoved | MemberPaused | MemberResumed]:
    """Return what must be believed now, and doubt it no more; nothing while Asterisk is not heard."""
    if not turn.state.pbx.up:
        return []
    late = sorted((agent, one) for agent, one in turn.state.returning.items() if one.until <= at)
    for agent, _ in late:
        forget(turn, agent)
    return [doubt for _, one in late for doubt in one.doubts]


def _reason(agent: Agent) -> str | None:
    """Why app_queue should not ring the agent; None: it should."""
    return ACW_REASON if agent.presence is Presence.ACW else agent.paused


def _pause_as_it_was(turn: Turn, agent: Agent) -> None:
    assert agent.interface is not None
    reason = _reason(agent)
    if reason is None:
        turn.do(ResumeMember(agent=agent.id, interface=agent.interface))
    else:
        turn.do(PauseMember(agent=agent.id, interface=agent.interface, reason=reason))


def _await(turn: Turn, agent: AgentId, one: Return) -> None:
    turn.change(returning=turn.state.returning.set(agent, one))
    turn.look_by(one.until)


def _set(turn: Turn, agent: AgentId, one: Return) -> None:
    if not one.awaited and not one.doubts:
        forget(turn, agent)
    elif one != turn.state.returning[agent]:
        turn.change(returning=turn.state.returning.set(agent, one))
