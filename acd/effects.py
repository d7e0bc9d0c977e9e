"""What should be done: one frozen class per wish, in the imperative. Never fed back: its results return as facts."""

from typing import TypeAlias

from msgspec import Struct

from acd.events import TicketForm
from acd.names import AgentId, CallId, LegId, LossStage, Millis, Moment, Party, QueueName, RequestId, TicketId
from acd.refusal import Refusal


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
    """Its telephone is gone: the citizen is not hung up with it, but goes back to the head of the queue."""
    request: RequestId | None = None


# --- for the ticket core: performed in journal order, idempotent ---


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


PbxEffect: TypeAlias = AddMember | RemoveMember | PauseMember | ResumeMember | HangUpLeg
CoreEffect: TypeAlias = WriteCall | OpenTicket | SaveTicket
DeskEffect: TypeAlias = Accept | Refuse
AnyEffect: TypeAlias = PbxEffect | CoreEffect | DeskEffect
