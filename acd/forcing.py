"""A state that a supervisor puts an agent into, and who did it (强制示忙/示闲/签出)."""

from enum import StrEnum

from msgspec import Struct

from acd.names import Moment

FORCED_REASON = "forced"
"""Not-ready reason of whoever a supervisor made so: no busy of the agent's own, in no limit of theirs."""


class ForcedState(StrEnum):
    """What a supervisor may make of an agent."""

    READY = "ready"
    NOT_READY = "not_ready"
    SIGN_OUT = "sign_out"


class Forced(Struct, frozen=True, kw_only=True):
    """One such act, with its evidence."""

    to: ForcedState
    by: str
    """The supervisor's name, for the agent to see."""
    why: str
    """In the supervisor's words; may be empty."""
    at: Moment
    """When it was asked for."""
    since: Moment | None = None
    """Since when the agent is what they were made; None: they are not, or not yet."""
