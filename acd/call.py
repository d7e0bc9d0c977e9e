"""A citizen's call: its stages, the rings it caused, its talk segments, and how its loss is named."""

from enum import StrEnum

from msgspec import Struct

from acd.effects import CallRecord
from acd.names import (
    AgentId,
    CallId,
    LegId,
    LossStage,
    Millis,
    Moment,
    Party,
    QueueName,
    RingResult,
    TicketId,
)


class Stage(StrEnum):
    """Where a call is."""

    IVR = "ivr"
    QUEUE = "queue"
    RINGING = "ringing"
    TALKING = "talking"
    ENDED = "ended"


class Ring(Struct, frozen=True, kw_only=True):
    """One ring at one agent."""

    agent: AgentId
    leg: LegId
    at: Moment
    ended_at: Moment | None = None
    result: RingResult | None = None


class Talk(Struct, frozen=True, kw_only=True):
    """One spell of an agent on the line with the citizen."""

    agent: AgentId
    leg: LegId
    start: Moment
    end: Moment | None = None


class Call(Struct, frozen=True, kw_only=True):
    """One call from the first ring at the trunk to the end."""

    id: CallId
    node: str
    number: str
    caller: str
    queue: QueueName
    offered_at: Moment
    requested_at: Moment | None = None
    queued_at: Moment | None = None
    rings: tuple[Ring, ...] = ()
    talks: tuple[Talk, ...] = ()
    held_since: Moment | None = None
    hold_ms: Millis = Millis(0)
    returned_at: Moment | None = None
    """When the citizen last came back into the queue because the agent was lost."""
    ended_at: Moment | None = None
    ended_by: Party | None = None
    loss_stage: LossStage | None = None
    loss_cause: str = ""
    ticket: TicketId | None = None
    saved: bool = False


def answered_at(call: Call) -> Moment | None:
    """When an agent first spoke; None: never."""
    return call.talks[0].start if call.talks else None


def ringing(call: Call) -> Ring | None:
    """The newest ring that has not ended; None: no telephone rings."""
    return next((ring for ring in reversed(call.rings) if ring.ended_at is None), None)


def waits_again(call: Call) -> bool:
    """Whether the citizen is back in the queue after a talk that broke off."""
    return call.returned_at is not None and all(talk.start < call.returned_at for talk in call.talks)


def stage(call: Call) -> Stage:
    """Where the call is now."""
    if call.ended_at is not None:
        return Stage.ENDED
    if call.talks and not waits_again(call):
        return Stage.TALKING
    if ringing(call) is not None:
        return Stage.RINGING
    return Stage.IVR if call.requested_at is None and call.queued_at is None else Stage.QUEUE


def stage_since(call: Call) -> Moment:
    """When the present stage began."""
    if call.ended_at is not None:
        return call.ended_at
    ring = ringing(call)
    if waits_again(call):
        return ring.at if ring is not None else waiting_since(call)
    return answered_at(call) or (ring and ring.at) or call.queued_at or call.requested_at or call.offered_at


def waiting_since(call: Call) -> Moment:
    """Since when the caller waits, if they do."""
    if call.returned_at is not None and waits_again(call):
        return call.returned_at
    return call.queued_at or call.requested_at or call.offered_at


def unrung_since(call: Call) -> Moment | None:
    """Since when the caller waits in app_queue and no telephone rings; None: it is not so."""
    if call.queued_at is None or stage(call) is not Stage.QUEUE or call.loss_stage is not None:
        return None
    return max([waiting_since(call), *(ring.ended_at for ring in call.rings if ring.ended_at is not None)])


def abandoned_at_stage(call: Call) -> LossStage:
    """Name the loss of a call whose caller hung up unanswered.

    A ring that Asterisk cancelled was still ringing when the caller left: its CANCEL comes before the caller's end.
    """
    if call.requested_at is None and call.queued_at is None:
        return LossStage.IVR_ABANDON
    last = call.rings[-1] if call.rings else None
    if last is not None and last.result in (None, RingResult.CANCELLED):
        return LossStage.RING_ABANDON
    return LossStage.QUEUE_ABANDON


def wait_ms(call: Call) -> Millis:
    """From queue entry (t_q) to the answer or the end; 0 if never queued (clock `t_q` of DOMAIN.md B.3)."""
    until = answered_at(call) or call.ended_at
    if call.queued_at is None or until is None:
        return Millis(0)
    return Millis(max(0, until - call.queued_at))


def talk_ms(call: Call) -> Millis:
    """Finished time of agents on the line with the citizen, holds included."""
    return Millis(sum(max(0, talk.end - talk.start) for talk in call.talks if talk.end is not None))


def record(call: Call) -> CallRecord:
    """Return the call as the ticket core keeps it."""
    return CallRecord(
        call=call.id,
        node=call.node,
        number=call.number,
        caller=call.caller,
        queue=call.queue,
        offered_at=call.offered_at,
        requested_at=call.requested_at,
        queued_at=call.queued_at,
        answered_at=answered_at(call),
        ended_at=call.ended_at,
        wait_ms=wait_ms(call),
        talk_ms=talk_ms(call),
        hold_ms=call.hold_ms,
        rings=len(call.rings),
        agent=call.talks[-1].agent if call.talks else None,
        loss_stage=call.loss_stage,
        loss_cause=call.loss_cause,
        ended_by=call.ended_by,
        ticket=call.ticket,
    )
