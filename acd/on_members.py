"""What facts about queue members and telephones change: who is signed in, ready, and reachable."""

from msgspec.structs import replace

from acd import put_back
from acd.agent import ACW_REASON, MOVES, OWN_REASONS, Agent, Presence
from acd.effects import HangUpLeg
from acd.events import (
    DeskSeen,
    DeviceChanged,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    MemberResumed,
    PhoneBack,
    PhoneGone,
)
from acd.names import AgentId, Millis, Moment, Phone, phone_of
from acd.state import new_agent
from acd.turn import Turn

PHONE_GRACE = Millis(1_500)
"""A browser's telephone that lost its connection for less keeps its talk."""
_ON_A_CALL = (Presence.RINGING, Presence.TALKING)


def added(turn: Turn, fact: MemberAdded) -> None:
    """Sign an agent in, or add one more queue."""
    agent = turn.agent(fact.agent) or new_agent(fact.agent, fact.agent, fact.at)
    phone = agent.phone
    if fact.interface:
        known = phone_of(fact.interface)
        if known is None or known[0] != fact.agent:
            return
        phone = known[1]
    if put_back.added(turn, fact) or (fact.queue in agent.queues and agent.phone is phone):
        return  # put back, or told twice: what became of the agent since then stands
    reason = fact.reason if fact.paused else None
    agent = _with_device(agent, fact.device, fact.at)
    joined = {"phone": phone, "queues": agent.queues | {fact.queue}, "paused": reason}
    to = Presence.READY if reason is None else Presence.NOT_READY
    if agent.presence is Presence.OUT:
        turn.move(agent, to, fact.at, misses=0, next_reason=None, **joined)
    elif agent.presence in (Presence.READY, Presence.NOT_READY) and reason != agent.paused:
        turn.move(agent, to, fact.at, **joined)
    else:
        turn.put_agent(replace(agent, **joined))


def removed(turn: Turn, fact: MemberRemoved) -> None:
    """Take a queue away; without any queue left the agent is out, after the call under way."""
    agent = turn.agent(fact.agent)
    if agent is None or fact.queue not in agent.queues or put_back.removed(turn, fact):
        return
    agent = replace(agent, queues=agent.queues - {fact.queue})
    if agent.queues or agent.presence in _ON_A_CALL:
        turn.put_agent(agent)
    elif agent.presence is not Presence.OUT:
        turn.move(
            agent, Presence.OUT, fact.at, phone=None, paused=None, until=None, next_reason=None, call=None, leg=None
        )


def paused(turn: Turn, fact: MemberPaused) -> None:
    """Note that Asterisk rings the agent no more, and why."""
    agent = turn.agent(fact.agent)
    if agent is None or fact.queue not in agent.queues:
        return
    put_back.pause_told(turn, fact.agent)
    if agent.presence is Presence.ACW and fact.reason == ACW_REASON:
        turn.put_agent(replace(agent, paused=fact.reason))
    elif agent.presence in _ON_A_CALL:
        # Not ready after the call too, or after-call work would end in ready and forget what was asked for.
        after = agent.next_reason if fact.reason in OWN_REASONS else fact.reason
        turn.put_agent(replace(agent, paused=fact.reason, next_reason=after))
    elif agent.presence is Presence.NOT_READY and agent.paused == fact.reason:
        turn.put_agent(replace(agent, next_reason=None))
    else:
        turn.move(agent, Presence.NOT_READY, fact.at, paused=fact.reason, until=None, next_reason=None, call=None)


def resumed(turn: Turn, fact: MemberResumed) -> None:
    """Note that Asterisk rings the agent again."""
    agent = turn.agent(fact.agent)
    if agent is None or fact.queue not in agent.queues:
        return
    put_back.pause_told(turn, fact.agent)
    if MemberResumed in MOVES[agent.presence]:
        turn.move(agent, Presence.READY, fact.at, paused=None, until=None, misses=0, next_reason=None, call=None)
    elif agent.paused is not None:
        turn.put_agent(replace(agent, paused=None))


def device_changed(turn: Turn, fact: DeviceChanged) -> None:
    """Note what Asterisk thinks of the agent's telephone."""
    agent = turn.agent(fact.agent)
    if agent is not None and fact.interface == agent.interface:
        turn.put_agent(_with_device(agent, fact.device, fact.at))


def _with_device(agent: Agent, device: str, at: Moment) -> Agent:
    known = agent.device_since and device == agent.device
    return agent if known or not device else replace(agent, device=device, device_since=at)


def phone_seen(turn: Turn, fact: PhoneGone | PhoneBack) -> None:
    """Give a talk up soon after the agent's telephone is gone: its call stays up, and the citizen hears nothing."""
    agent = turn.agent(fact.agent)
    if agent is None or fact.interface != agent.interface or agent.presence is not Presence.TALKING:
        return
    if isinstance(fact, PhoneBack):
        turn.put_agent(replace(agent, give_up=None))
    elif agent.give_up is None and agent.phone is Phone.WEB:
        # A SIP phone's registration may run out while its talk goes on.
        turn.put_agent(replace(agent, give_up=Moment(fact.at + PHONE_GRACE)))


def give_up(turn: Turn, agent_id: AgentId) -> None:
    """End the leg of an agent whose telephone did not come back: the dialplan takes care of the citizen."""
    agent = turn.agent(agent_id)
    if agent is None or agent.leg is None or agent.presence is not Presence.TALKING:
        return
    turn.do(HangUpLeg(leg=agent.leg, lost=True))
    turn.put_agent(replace(agent, give_up=None))


def desk_seen(turn: Turn, fact: DeskSeen) -> None:
    """Note whether the agent's desk page is there."""
    agent = turn.agent(fact.agent)
    if agent is not None and agent.desk != fact.connected:
        turn.put_agent(replace(agent, desk=fact.connected))
    elif agent is None and fact.connected:
        turn.put_agent(replace(new_agent(fact.agent, fact.agent, fact.at), desk=True))
