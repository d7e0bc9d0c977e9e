"""What should be done: one frozen class per wish, in the imperative. Never fed back: its results return as facts."""

from typing import TypeAlias

from msgspec import Struct

from acd.events import TicketForm
from acd.names import (
    AgentId,
    CallId,
    DestinationKey,
    LegId,
    LossStage,
    Millis,
    Moment,
    Party,
    QueueName,
    RequestId,
    TicketId,
)
from acd.refusal import Refusal
from acd.transfer import Place, Transfer
from acd.watching import Watching


class Effect(Struct, frozen=True, kw_only=True, tag=True):
    """Something to be done outside."""


# --- for Asterisk: never performed on replay ---


class AddMember(Effect, frozen=True, kw_only=True):
    """Make a telephone a member of queues."""

    agent: AgentId
    interface: str
    queues: tuple[QueueName, ...]
    reason: str | None
    """Why it is paused from the start; None: it is not."""
    request: RequestId | None = None


class RemoveMember(Effect, frozen=True, kw_only=True):
    """Take a telephone out of queues."""

    agent: AgentId
    interface: str
    queues: tuple[QueueName, ...]
    request: RequestId | None = None


class PauseMember(Effect, frozen=True, kw_only=True):
    """Stop ringing a telephone in every queue."""

    agent: AgentId
    interface: str
    reason: str
    request: RequestId | None = None


class ResumeMember(Effect, frozen=True, kw_only=True):
    """Ring a telephone again in every queue."""

    agent: AgentId
    interface: str
    request: RequestId | None = None


class HangUpLeg(Effect, frozen=True, kw_only=True):
    """End one channel."""

    leg: LegId
    lost: bool = False
    """Nobody hung up, its telephone is gone or we end it: the citizen is not hung up with it, but goes back to the head
    of the queue, should nobody else be there."""
    request: RequestId | None = None


class Spot(Struct, frozen=True, kw_only=True):
    """Where one leg is to go."""

    leg: LegId
    place: Place
    argument: str = ""
    """BLIND, STEP: the destination's key. QUEUE: the queue's name. Else the leg's part: `citizen`, `staff`, `third`."""


class MoveLegs(Effect, frozen=True, kw_only=True):
    """Send one leg, or two at once, to other places of the dialplan. It is on disk before it is asked."""

    call: CallId
    spots: tuple[Spot, ...]
    """One or two."""
    agent: LegId | None
    third: LegId | None
    """Whom the citizen's leg is to look for when no program of ours runs; None: there is none."""
    position: int = 0
    """QUEUE: the place in the queue, counted from 1; 0: at its end."""
    request: RequestId | None = None


class CallThird(Effect, frozen=True, kw_only=True):
    """Ring the other side of a transfer; who answers comes into the call's room. It is on disk before it is asked."""

    call: CallId
    leg: LegId
    """What the new channel is to be called."""
    to: DestinationKey
    interface: str | None
    """The telephone of one of our agents; None: the directory says whom to dial."""
    agent: LegId
    """The agent's own leg."""
    ring: Millis
    caller: str
    """The citizen's number, shown to the other side."""
    number: str
    """The number the citizen dialled."""
    request: RequestId | None = None


class CallWatcher(Effect, frozen=True, kw_only=True):
    """Ring a supervisor, who then hears an agent's leg."""

    call: CallId
    leg: LegId
    """What the new channel is to be called."""
    interface: str
    target: LegId
    how: Watching
    request: RequestId | None = None


class TurnWatcher(Effect, frozen=True, kw_only=True):
    """Let a supervisor who hears a call hear it in another way."""

    leg: LegId
    how: Watching
    request: RequestId | None = None


# --- for the ticket core: performed in journal order, idempotent ---


class WriteAccess(Effect, frozen=True, kw_only=True):
    """Add a line to the access ledger: who listened to whom, and in which call."""

    at: Moment
    actor: str
    action: str
    subject: str
    detail: str


class Segment(Struct, frozen=True, kw_only=True):
    """Somebody on the line for some time (话单): from the bridges' own facts, never from app_queue's."""

    leg: LegId
    agent: AgentId | None
    """None: it is the other side of a transfer, outside."""
    to: DestinationKey | None
    """The destination; None: an agent whom the queue found."""
    with_citizen: bool
    """False: agent and other side spoke without the citizen (咨询)."""
    start: Moment
    end: Moment | None


class CallRecord(Struct, frozen=True, kw_only=True):
    """A call as it is written into the ticket core; times are Moments, durations milliseconds."""

    call: CallId
    node: str
    number: str
    caller: str
    queue: QueueName
    offered_at: Moment
    requested_at: Moment | None
    queued_at: Moment | None
    answered_at: Moment | None
    ended_at: Moment | None
    wait_ms: Millis
    """From queue entry (t_q; announcements excluded) to the answer or the end; 0 if never queued."""
    talk_ms: Millis
    hold_ms: Millis
    rings: int
    agent: AgentId | None
    loss_stage: LossStage | None
    loss_cause: str
    ended_by: Party | None
    ticket: TicketId | None
    came_from: str = ""
    """The trunk of the hotline that passed the call on to us; empty: the citizen rang us."""
    reference: str = ""
    segments: tuple[Segment, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    consult_ms: Millis = Millis(0)
    """An agent and the other side without the citizen."""
    conference_ms: Millis = Millis(0)
    """Three or more on the line, the citizen among them."""


class WriteCall(Effect, frozen=True, kw_only=True):
    """Write or overwrite the call's record."""

    record: CallRecord


class OpenTicket(Effect, frozen=True, kw_only=True):
    """Open the ticket of a call: of an answered one to be filled in, of a lost one to be rung back."""

    ticket: TicketId
    call: CallId
    caller: str
    number: str
    at: Moment
    agent: AgentId | None
    missed: bool


class SaveTicket(Effect, frozen=True, kw_only=True):
    """Write what the agent noted into the call's ticket, or put the call to an earlier one."""

    call: CallId
    agent: AgentId
    at: Moment
    form: TicketForm
    merge_into: TicketId | None


class RingBack(Effect, frozen=True, kw_only=True):
    """Owe the caller of an answered call a call back: they waited for an agent again, and nobody answered them."""

    call: CallId
    at: Moment


# --- for the desk that asked ---


class Accept(Effect, frozen=True, kw_only=True):
    """Tell the desk that its request is fulfilled."""

    agent: AgentId
    request: RequestId


class Refuse(Effect, frozen=True, kw_only=True):
    """Tell the desk that its request is refused, and why."""

    agent: AgentId
    request: RequestId
    why: Refusal
    detail: str = ""


PbxEffect: TypeAlias = (
    AddMember | RemoveMember | PauseMember | ResumeMember | HangUpLeg | MoveLegs | CallThird | CallWatcher | TurnWatcher
)
BookEffect: TypeAlias = WriteCall | OpenTicket | SaveTicket | RingBack
"""What changes calls and tickets."""
CoreEffect: TypeAlias = BookEffect | WriteAccess
DeskEffect: TypeAlias = Accept | Refuse
AnyEffect: TypeAlias = PbxEffect | CoreEffect | DeskEffect
