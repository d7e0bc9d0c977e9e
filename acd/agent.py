"""An agent's presence as a table of moves, and what the floor knows of an agent."""

from enum import StrEnum

from immutables import Map
from msgspec import Struct

from acd.events import (
    AgentAnswered,
    AgentRung,
    CallEnded,
    LegEnded,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    MemberResumed,
    RingEnded,
)
from acd.forcing import Forced
from acd.names import AgentId, CallId, LegId, Millis, Moment, Phone, QueueName, interface_of


class Presence(StrEnum):
    """What an agent is doing."""

    OUT = "out"
    NOT_READY = "not_ready"
    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    ACW = "acw"


MOVES: dict[Presence, dict[type, Presence]] = {
    Presence.OUT: {MemberAdded: Presence.NOT_READY},
    Presence.NOT_READY: {
        MemberResumed: Presence.READY,
        AgentRung: Presence.RINGING,
        AgentAnswered: Presence.TALKING,
        MemberRemoved: Presence.OUT,
    },
    Presence.READY: {
        MemberPaused: Presence.NOT_READY,
        AgentRung: Presence.RINGING,
        AgentAnswered: Presence.TALKING,
        MemberRemoved: Presence.OUT,
    },
    Presence.RINGING: {
        AgentAnswered: Presence.TALKING,
        RingEnded: Presence.READY,
        LegEnded: Presence.READY,
        CallEnded: Presence.READY,
    },
    Presence.TALKING: {LegEnded: Presence.ACW},
    Presence.ACW: {
        MemberResumed: Presence.READY,
        MemberPaused: Presence.NOT_READY,
        AgentRung: Presence.RINGING,
        AgentAnswered: Presence.TALKING,
        MemberRemoved: Presence.OUT,
    },
}
"""From each presence, the facts that move it and where to. An absent fact leaves it be.

Three refinements stand in `acd.on_members` and `acd.on_calls`: a READY agent whom Asterisk holds paused is NOT_READY;
MemberPaused with the reason ACW leaves ACW be; MemberRemoved moves only when it was the last queue.
"""

ACW_REASON = "acw"
"""Pause reason of after-call work."""
AWAY_REASON = "away"
"""Pause reason after too many unanswered rings."""
SIGNED_IN_REASON = "signed-in"
"""Pause reason between sign-in and the first ready."""
OWN_REASONS = frozenset({ACW_REASON, AWAY_REASON, SIGNED_IN_REASON})
"""Reasons that only we set; nobody may choose them."""


class Day(Struct, frozen=True, kw_only=True):
    """What an agent did since local midnight."""

    start: Moment
    answered: int = 0
    talk_ms: int = 0
    acw_ms: int = 0
    not_ready_ms: Map[str, int] = Map()
    """Finished spells, by reason."""


class Agent(Struct, frozen=True, kw_only=True):
    """One agent."""

    id: AgentId
    name: str
    presence: Presence = Presence.OUT
    since: Moment
    phone: Phone | None = None
    queues: frozenset[QueueName] = frozenset()
    paused: str | None = None
    """The reason for which app_queue does not ring the agent; None: it does."""
    next_reason: str | None = None
    """Not ready with this reason once the call under way is over."""
    until: Moment | None = None
    """When after-call work ends by itself; None in every other presence."""
    give_up: Moment | None = None
    """When the talk is given up, as the telephone is gone; None: it is there, or there is no talk."""
    call: CallId | None = None
    leg: LegId | None = None
    forced: Forced | None = None
    """What a supervisor last made of the agent; `acd.forced.shown` says whether it still is so."""
    help_since: Moment | None = None
    """Since when the agent asks for a supervisor's help (内部求助); None: they do not."""
    misses: int = 0
    """Rings in a row the agent did not answer."""
    device: str = "UNKNOWN"
    device_since: Moment = Moment(0)
    """When `device` became what it is; 0: not told."""
    desk: bool = False
    day: Day

    @property
    def interface(self) -> str | None:
        """The telephone's name in app_queue; None when signed out."""
        return None if self.phone is None else interface_of(self.id, self.phone)


def reason_shown(agent: Agent) -> str | None:
    """Why the agent is not ready; None in every other presence."""
    return agent.paused if agent.presence is Presence.NOT_READY else None


def elapsed(agent: Agent, at: Moment) -> Millis:
    """Time in the present presence, never negative though facts may come late."""
    return Millis(max(0, at - agent.since))


def reachable(agent: Agent) -> bool:
    """Whether Asterisk could ring the agent's telephone."""
    return agent.phone is not None and agent.device not in ("UNAVAILABLE", "INVALID", "UNKNOWN")
