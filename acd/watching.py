"""How a supervisor may be on a call that is not theirs, and who is so now."""

from enum import StrEnum

from msgspec import Struct

from acd.names import AgentId, CallId, LegId, Moment


class Watching(StrEnum):
    """What a supervisor may want of an agent's call."""

    MONITOR = "monitor"
    """监听: hear both, heard by nobody."""
    WHISPER = "whisper"
    """耳语: heard by the agent alone."""
    BARGE = "barge"
    """强插: heard by both."""
    INTERCEPT = "intercept"
    """拦截: the supervisor goes on with the citizen, the agent is let go."""
    FORCE_RELEASE = "force_release"
    """强拆: the call is ended."""
    STOP = "stop"
    """Hear it no more."""


ON_THE_LINE = frozenset({Watching.MONITOR, Watching.WHISPER, Watching.BARGE})
"""What the dialplan knows as extensions of its context `watch`; one turns into another on a live call."""


class Watch(Struct, frozen=True, kw_only=True):
    """One supervisor on one call."""

    call: CallId
    leg: LegId
    """The supervisor's own channel."""
    target: AgentId
    user: str
    since: Moment
    how: Watching | None = None
    """None: their telephone rings."""
    in_room: bool = False
    """Whether they are in the call's room, as one of those in it."""
    ending: bool = False
    """Whether we have hung them up: the agent is on the call no more."""


def watch_leg(call: CallId, supervisor: AgentId, at: Moment) -> LegId:
    """Return the name we give the channel on which a supervisor hears a call."""
    return LegId(f"{call}-w{supervisor}-{at}")


def is_watch_leg(call: CallId, leg: LegId) -> bool:
    """Whether a channel was named by `watch_leg`."""
    return leg.startswith(f"{call}-w")
