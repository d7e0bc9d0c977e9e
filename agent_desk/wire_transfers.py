"""What screens show of transfers, as types: the directory's lines as they stand, and who hears whom.

Times are Moments (milliseconds since the epoch).
"""

from enum import StrEnum

from msgspec import Struct

from acd.names import AgentId, DestinationKey, Moment, RingResult
from acd.transfer import Command, Step, TransferMode


class Source(StrEnum):
    """From where we know how a line of the directory stands."""

    HERE = "here"
    """It is a queue of ours."""
    TOLD = "told"
    """Its own platform tells."""
    UNKNOWN = "unknown"
    """Nobody tells; it can be rung all the same."""


class DirectoryLine(Struct, frozen=True, kw_only=True):
    """How a line of the directory stands now; its number, names and modes are in the catalogue."""

    key: DestinationKey
    open: bool
    """By its hours, and by what its platform says."""
    source: Source
    connected: bool
    """Whether we have a way to it at all."""
    reachable: bool
    """Whether that way works, as far as anybody noticed."""
    ready: int | None
    waiting: int | None
    """Agents ready and callers waiting there; None: not known."""
    signed_in: int | None
    """Agents who take part there at all; None: not known. Of an expert line with none of them nobody is on duty."""
    told_at: Moment | None
    """When its platform said so; None: it never did, or the line is ours and always true."""
    last_answered: Moment | None
    """When it answered a transfer of ours last."""
    why_zh: str
    why_en: str
    """Why it cannot be chosen now; empty: it can."""


class Handing(Struct, frozen=True, kw_only=True):
    """A transfer under way, as far as a board shows it."""

    to: DestinationKey
    step: Step


class Hears(StrEnum):
    """Two who hear each other."""

    CITIZEN_AGENT = "citizen_agent"
    AGENT_OTHER = "agent_other"
    CITIZEN_OTHER = "citizen_other"


class TransferView(Struct, frozen=True, kw_only=True):
    """The transfer under way that this agent asked for."""

    number: int
    mode: TransferMode
    to: DestinationKey
    step: Step
    since: Moment
    """When the step began."""
    asked_at: Moment
    rung_at: Moment | None
    answered_at: Moment | None
    third_agent: AgentId | None
    """The agent who is the other side, in a queue of ours."""
    hears: tuple[Hears, ...]
    """Who is in one room by Asterisk's own word; empty while they are being moved, or each is alone."""
    commands: tuple[Command, ...]
    """What may be wanted in this step."""


class LastTransfer(Struct, frozen=True, kw_only=True):
    """How this agent's newest transfer of the call ended."""

    number: int
    mode: TransferMode
    to: DestinationKey
    result: RingResult | None
    """How the ring at the other side ended; None: it was not rung by us, or the ring was cut short."""
    completed: bool
    """The agent left, and the call went on."""
    answer: str | None
    """What the citizen keyed in during a step of the IVR, empty if nothing; None: it was no step, or not told."""
    ended_at: Moment


class Passed(Struct, frozen=True, kw_only=True):
    """Who passed the call on to this agent."""

    by: AgentId
    mode: TransferMode
    hears: tuple[Hears, ...]
    """As in TransferView, where the agent is the one who passed it on, and the other side is this one."""
    alone: bool
    """Whether the one who passed it on has left."""
