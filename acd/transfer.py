"""The five ways to hand a call on, as one table, and what may be done while one is under way.

Everybody on a call is in its room (a conference), on music, or away; what step a transfer has reached is read off who
is in the room, so nothing is believed before Asterisk tells it.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from acd.names import AgentId, DestinationKey, LegId, Moment, RingResult


class TransferMode(StrEnum):
    """The five modes (docs/vocabulary.md)."""

    RELEASE = "transfer_blind"
    """释放转: the agent is rid of the call at once; the citizen hears the other side ring."""
    SUCCESS = "transfer_success"
    """成功转: agent and citizen go on talking while it rings; when the other side answers, the agent is gone."""
    ATTENDED = "transfer_attended"
    """通话转: the agent speaks with the other side first; the citizen hears music."""
    CONFERENCE = "transfer_conference"
    """三方转: the other side answers into the conversation; the agent leaves when ready and the rest goes on."""
    SUSPEND = "transfer_suspend"
    """挂起转: the citizen goes through a step of the IVR and comes back to the same agent."""


class Place(StrEnum):
    """Where the dialplan has a party of a call; the values are contexts of asterisk/extensions/transfer.conf."""

    ROOM = "room"
    MUSIC = "music"
    BLIND = "blind"
    """The dialplan itself dials the other side, and takes the citizen back to the queue if that fails."""
    QUEUE = "queue"
    STEP = "step"


class Command(StrEnum):
    """What an agent may want while a transfer is under way."""

    MERGE = "merge"
    """All three talk."""
    SWAP = "swap"
    """The one on music and the one in the room change places."""
    COMPLETE = "complete"
    """The agent leaves; the citizen and the other side go on."""
    DROP = "drop"
    """The other side is hung up, or no longer rung; the citizen comes back to the agent."""


class Step(StrEnum):
    """How far a transfer is."""

    CALLING = "calling"
    """The other side rings."""
    CONSULTING = "consulting"
    """The agent speaks with the other side; the citizen hears music."""
    SWAPPED = "swapped"
    """The agent speaks with the citizen; the other side hears music."""
    JOINED = "joined"
    """All three talk."""
    AWAY = "away"
    """The citizen is in a step of the IVR, or released."""


class Mode(Struct, frozen=True, kw_only=True):
    """One row of the table."""

    meanwhile: Place
    """Where the citizen is while the other side rings."""
    leaves_on_answer: bool = False
    """Whether the agent is let go when the other side answers."""
    agent_stays: bool = True
    """Whether the agent is still on the line while the other side rings."""
    rings: bool = True
    """Whether somebody is rung for it, by us."""


MODES: dict[TransferMode, Mode] = {
    TransferMode.RELEASE: Mode(meanwhile=Place.BLIND, agent_stays=False, rings=False),
    TransferMode.SUCCESS: Mode(meanwhile=Place.ROOM, leaves_on_answer=True),
    TransferMode.ATTENDED: Mode(meanwhile=Place.MUSIC),
    TransferMode.CONFERENCE: Mode(meanwhile=Place.ROOM),
    TransferMode.SUSPEND: Mode(meanwhile=Place.STEP, rings=False),
}

COMMANDS: dict[Step, frozenset[Command]] = {
    Step.CALLING: frozenset({Command.DROP}),
    Step.CONSULTING: frozenset(Command),
    Step.SWAPPED: frozenset(Command),
    Step.JOINED: frozenset({Command.COMPLETE, Command.DROP}),
    Step.AWAY: frozenset({Command.DROP}),
}
"""What may be wanted in each step."""


SEATS: Final = "seat-"
"""How the destination of a call begins that a supervisor took over (拦截): no line of the directory has such a key."""


def seat_key(agent: AgentId) -> DestinationKey:
    """Return what stands in a record as the destination of a call that a supervisor took over."""
    return DestinationKey(f"{SEATS}{agent}")


def is_taken_over(to: DestinationKey) -> bool:
    """Whether a supervisor took the call over: nobody was rung, so it is no attempt at a line."""
    return to.startswith(SEATS)


class Transfer(Struct, frozen=True, kw_only=True):
    """One handing-on of one call, from the wish to its end."""

    number: int
    """1 for the call's first."""
    mode: TransferMode
    to: DestinationKey
    by: AgentId
    by_leg: LegId
    asked_at: Moment
    third: LegId | None = None
    """The other side's channel; None: nobody is rung for it, or the dialplan has not yet begun to."""
    third_agent: AgentId | None = None
    """The agent who is rung as the other side, in a queue of our own."""
    rung_at: Moment | None = None
    answered_at: Moment | None = None
    result: RingResult | None = None
    """How the ring at the other side ended; None: it rings, or nobody was rung."""
    completed_at: Moment | None = None
    """When the agent had left and the call went on."""
    third_left_at: Moment | None = None
    """When the other side, having answered, was gone."""
    ended_at: Moment | None = None
    """When it was over for this agent: left, dropped, failed, or the citizen hung up."""
