"""The rows of calls, tickets and ticket histories as plain values: what queries return and the recorder writes."""

from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import fields

from acd.effects import CallRecord, Segment
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
    RingResult,
    TicketId,
)
from acd.transfer import Transfer, TransferMode
from core.callers import normalise
from core.lifecycle import Callback, EventKind, Stage

TELEPHONE = "telephone"
"""The channel of tickets that began with a call."""
SYSTEM = "system"
"""The actor of what nobody did by hand."""


class CallRow(Struct, kw_only=True):
    """A call; field names are column names, times are Moments, durations milliseconds."""

    call_id: CallId
    node: str
    number: str
    caller: str
    caller_key: str
    """The caller's number as `core.callers.normalise` writes it; empty for an unknown caller."""
    queue: QueueName
    offered_at: Moment
    came_from: str
    """The trunk of the hotline that passed the call on to us; empty: the citizen rang us."""
    reference: str
    """What that hotline calls the matter."""
    requested_at: Moment | None
    queued_at: Moment | None
    answered_at: Moment | None
    ended_at: Moment | None
    wait_ms: Millis
    talk_ms: Millis
    hold_ms: Millis
    rings: int
    agent: AgentId | None
    loss_stage: LossStage | None
    loss_cause: str
    ended_by: Party | None
    ticket_id: TicketId | None
    """The ticket the call belongs to: its own, or the earlier one an agent put it to."""
    consult_ms: Millis
    conference_ms: Millis
    hand_offs: int
    """How often an agent left and the call went on with others."""
    transfers: int
    """Rows of this call in `call_transfers`."""
    segments: int | None
    """Rows of this call in `call_segments`; None: it was written before those were kept."""


class SegmentRow(Struct, frozen=True, kw_only=True):
    """Somebody on the line for some time; field names are column names."""

    call_id: CallId
    ordinal: int
    """Counted from 1, by the beginnings."""
    leg: LegId
    agent: AgentId | None
    destination: DestinationKey | None
    with_citizen: bool
    started_at: Moment
    ended_at: Moment | None


class TransferRow(Struct, frozen=True, kw_only=True):
    """One handing-on of a call; field names are column names."""

    call_id: CallId
    number: int
    mode: TransferMode
    destination: DestinationKey
    agent: AgentId
    third: LegId | None
    third_agent: AgentId | None
    asked_at: Moment
    rung_at: Moment | None
    answered_at: Moment | None
    result: RingResult | None
    completed_at: Moment | None
    ended_at: Moment | None
    ticket_id: TicketId | None = None
    """The newest ticket whose history tells of it; None: none does yet."""


class TicketRow(Struct, kw_only=True):
    """A ticket; field names are column names."""

    ticket_id: TicketId
    channel: str
    stage: Stage
    opened_at: Moment
    updated_at: Moment
    saved_at: Moment | None = None
    """When an agent last saved it; None: nobody has."""
    call_id: CallId | None
    """The call that opened it."""
    agent: AgentId | None
    caller: str
    caller_key: str
    number: str
    """The number the citizen dialled."""
    domain: str = ""
    demand_type: str = ""
    urgent: bool = False
    place: str = ""
    text: str = ""
    not_accepted: str = ""
    caller_name: str = ""
    confidential: bool = False
    missed: bool = False
    callback: Callback = Callback.NONE
    merged_into: TicketId | None = None

    @property
    def form(self) -> TicketForm | None:
        """What an agent noted; None if nobody saved yet."""
        if self.saved_at is None:
            return None
        return TicketForm(**{key: getattr(self, key) for key in FORM_KEYS})


class EventRow(Struct, frozen=True, kw_only=True):
    """One line of a ticket's history."""

    ticket_id: TicketId
    at: Moment
    actor: str
    """An agent's number, a user's name, or `system`."""
    kind: EventKind
    what: str


AnyRow: TypeAlias = CallRow | TicketRow | EventRow | SegmentRow | TransferRow

FORM_KEYS = tuple(field.name for field in fields(TicketForm))
"""The columns a form is written into."""


def call_row(record: CallRecord, ticket: TicketId | None) -> CallRow:
    """Return the row of `record`, linked to `ticket`."""
    return CallRow(
        call_id=record.call,
        node=record.node,
        number=record.number,
        caller=record.caller,
        caller_key=normalise(record.caller),
        queue=record.queue,
        offered_at=record.offered_at,
        came_from=record.came_from,
        reference=record.reference,
        requested_at=record.requested_at,
        queued_at=record.queued_at,
        answered_at=record.answered_at,
        ended_at=record.ended_at,
        wait_ms=record.wait_ms,
        talk_ms=record.talk_ms,
        hold_ms=record.hold_ms,
        rings=record.rings,
        agent=record.agent,
        loss_stage=record.loss_stage,
        loss_cause=record.loss_cause,
        ended_by=record.ended_by,
        ticket_id=ticket,
        consult_ms=record.consult_ms,
        conference_ms=record.conference_ms,
        hand_offs=sum(map(is_hand_off, record.transfers)),
        segments=len(record.segments),
        transfers=len(record.transfers),
    )


def is_hand_off(transfer: Transfer) -> bool:
    """Whether the agent left and the call went on; who comes back from a step of the IVR was not passed on."""
    return transfer.completed_at is not None and transfer.mode is not TransferMode.SUSPEND


def segment_row(call: CallId, ordinal: int, segment: Segment) -> SegmentRow:
    """Return the row of segment `ordinal` of a call, counted from 1."""
    return SegmentRow(
        call_id=call,
        ordinal=ordinal,
        leg=segment.leg,
        agent=segment.agent,
        destination=segment.to,
        with_citizen=segment.with_citizen,
        started_at=segment.start,
        ended_at=segment.end,
    )


def transfer_row(call: CallId, transfer: Transfer, told_in: TicketId | None) -> TransferRow:
    """Return the row of a transfer that the history of the ticket `told_in` tells of."""
    return TransferRow(
        call_id=call,
        number=transfer.number,
        mode=transfer.mode,
        destination=transfer.to,
        agent=transfer.by,
        third=transfer.third,
        third_agent=transfer.third_agent,
        asked_at=transfer.asked_at,
        rung_at=transfer.rung_at,
        answered_at=transfer.answered_at,
        result=transfer.result,
        completed_at=transfer.completed_at,
        ended_at=transfer.ended_at,
        ticket_id=told_in,
    )
