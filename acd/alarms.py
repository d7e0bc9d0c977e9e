"""What needs somebody to look: dead members, telephones whose state cannot be true, agents who ask for help."""

from enum import StrEnum

from msgspec import Struct

from acd.agent import Agent, Presence
from acd.names import Millis, Moment
from acd.state import State

BELIEVED = Millis(5_000)
"""So long a telephone's state may contradict the agent's: Asterisk tells the two by different ways."""

_OFF_THE_FLOOR = frozenset({"UNAVAILABLE", "INVALID", "UNKNOWN"})
_IN_USE = frozenset({"INUSE", "RINGING", "BUSY", "RINGINUSE", "ONHOLD"})
_NO_CALL = (Presence.READY, Presence.NOT_READY, Presence.ACW)


class AlarmKey(StrEnum):
    """Kinds of alarms; the subject of each is an agent."""

    DEAD_MEMBER = "dead_member"
    """Free, and not rung although a caller waited: the membership was renewed, and the agent not rung since."""
    NOT_REGISTERED = "not_registered"
    """Signed in and ready, but Asterisk does not see the telephone: app_queue will not ring it."""
    IN_USE_WITHOUT_CALL = "in_use_without_call"
    """Asterisk takes the telephone for ringing or in use, but no call of the hotline is there."""
    FREE_IN_CALL = "free_in_call"
    """The agent talks with a citizen, but Asterisk takes the telephone for free."""
    HELP_ASKED = "help_asked"
    """The agent asks for a supervisor's help on the call."""


class Alarm(Struct, frozen=True, kw_only=True):
    """One thing that is wrong."""

    key: str
    subject: str
    """The agent's number."""
    since: Moment
    count: int
    """How often it was found."""


def contradiction(agent: Agent) -> AlarmKey | None:
    """Say what about the agent's telephone cannot be true; it may pass by itself within a moment."""
    presence, device = agent.presence, agent.device
    if presence is Presence.READY and device in _OFF_THE_FLOOR and agent.device_since:
        return AlarmKey.NOT_REGISTERED
    if presence in _NO_CALL and device in _IN_USE:
        return AlarmKey.IN_USE_WITHOUT_CALL
    if presence is Presence.TALKING and device == "NOT_INUSE":
        return AlarmKey.FREE_IN_CALL
    return None


def contradicts_since(agent: Agent) -> Moment:
    """Return when a contradiction began: presence and telephone are both as they are since then."""
    return max(agent.since, agent.device_since)


def lying(agent: Agent, state: State) -> Alarm | None:
    """Return what the agent's telephone tells wrongly; None: nothing, or not for long enough to be sure."""
    key = contradiction(agent)
    if key is None or not state.pbx.up:
        return None
    since = max(contradicts_since(agent), state.pbx.since)
    if state.now - since < BELIEVED:
        return None
    return Alarm(key=key, subject=agent.id, since=since, count=1)


def floor_alarms(state: State) -> tuple[Alarm, ...]:
    """Return every alarm of the floor, oldest first; of telephones none while Asterisk is not heard."""
    found = [
        Alarm(key=AlarmKey.DEAD_MEMBER, subject=agent, since=dead.since, count=dead.count)
        for agent, dead in state.dead.items()
        if dead.cleared is None
    ]
    found += [
        Alarm(key=AlarmKey.HELP_ASKED, subject=agent.id, since=agent.help_since, count=1)
        for agent in state.agents.values()
        if agent.help_since is not None
    ]
    found += [alarm for agent in state.agents.values() if (alarm := lying(agent, state)) is not None]
    return tuple(sorted(found, key=lambda one: (one.since, one.key, one.subject)))
