"""A citizen's call: its stages, the rings it caused, its talk segments, and how its loss is named."""

from enum import StrEnum

from immutables import Map
from msgspec import Struct

from acd.effects import CallRecord, Segment
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
from acd.transfer import Place, Transfer


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


class Pickup(Struct, frozen=True, kw_only=True):
    """A colleague who took the call while it rang elsewhere."""

    agent: AgentId
    leg: LegId


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
    came_from: str = ""
    """The trunk of the hotline that passed the call on to us; empty: the citizen rang us."""
    reference: str = ""
    """What that hotline calls the matter."""
    requested_at: Moment | None = None
    queued_at: Moment | None = None
    rings: tuple[Ring, ...] = ()
    pickups: tuple[Pickup, ...] = ()
    talks: tuple[Talk, ...] = ()
    held_since: Moment | None = None
    held_by: LegId | None = None
    hold_ms: Millis = Millis(0)
    returned_at: Moment | None = None
    """When the citizen last came into a queue again: the agent was lost, or passed the call on to it."""
    passed_to: QueueName | None = None
    """The queue the call was passed on to; None: it is where it was offered."""
    transfers: tuple[Transfer, ...] = ()
    place: Place | None = None
    """Where a transfer put the citizen last; None: none did."""
    rooms: Map[LegId, str] | None = None
    """Who is in which bridge, from the first transfer or pick-up on; None: nobody keeps account of it."""
    seen: Map[LegId, Moment] = Map()
    """When each leg last came into a bridge or left one: what is told of earlier is told again, and long known."""
    sides: tuple[Segment, ...] = ()
    """Spells of the other sides of transfers; an agent of ours with the citizen has a Talk instead."""
    moving: frozenset[LegId] = frozenset()
    """Legs that we asked Asterisk to move, and that have not arrived."""
    holding: frozenset[LegId] = frozenset()
    """Legs of agents who put the others on hold, with the citizen or without."""
    aside: bool = False
    """The citizen was sent to the music because whoever was with them holds."""
    leaving: bool = False
    """The agent is to be let go as soon as the others hear each other."""
    answers: tuple[tuple[DestinationKey, str], ...] = ()
    """What the citizen keyed in during steps of the IVR."""
    ended_at: Moment | None = None
    ended_by: Party | None = None
    loss_stage: LossStage | None = None
    loss_cause: str = ""
    ticket: TicketId | None = None
    saved: bool = False


def answered_at(call: Call) -> Moment | None:
    """When an agent first spoke; None: never."""
    return call.talks[0].start if call.talks else None


def queue_now(call: Call) -> QueueName:
    """The queue that the call waits in, or waited in last."""
    return call.passed_to or call.queue


def talked(call: Call) -> frozenset[AgentId]:
    """The agents who were on the line, with the citizen or with an agent who asked them."""
    return frozenset({talk.agent for talk in call.talks} | {side.agent for side in call.sides if side.agent})


def involved(call: Call) -> set[AgentId]:
    """Every agent who had to do with the call, rung ones too."""
    rung = {ring.agent for ring in call.rings} | {one.third_agent for one in call.transfers if one.third_agent}
    return rung | {one.agent for one in call.pickups} | talked(call)


def with_citizen(call: Call) -> set[LegId]:
    """The legs that are on the line with the citizen."""
    return {one.leg for one in segments(call) if one.with_citizen and one.end is None}


def ends_talk(call: Call, leg: LegId) -> bool:
    """Whether a hang-up on this leg ends the conversation: the citizen hears nobody else, and waits for nobody."""
    there = with_citizen(call)
    if there or waits_again(call):
        return there == {leg}
    if call.place in (Place.BLIND, Place.STEP) and call.transfers and call.transfers[-1].by_leg == leg:
        return False
    left = [(one.end or 0, one.leg) for one in segments(call) if one.with_citizen]
    return (max(left)[0], leg) in left if left else False


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
    """From queue entry to the answer or the end; 0 if never queued."""
    until = answered_at(call) or call.ended_at
    if call.queued_at is None or until is None:
        return Millis(0)
    return Millis(max(0, until - call.queued_at))


def talk_ms(call: Call) -> Millis:
    """Finished time of agents on the line with the citizen, holds included."""
    return Millis(sum(max(0, talk.end - talk.start) for talk in call.talks if talk.end is not None))


def segments(call: Call) -> tuple[Segment, ...]:
    """Who was on the line when, in the order of their beginnings."""
    to = {one.third: one.to for one in call.transfers}
    talks = (
        Segment(leg=one.leg, agent=one.agent, to=to.get(one.leg), with_citizen=True, start=one.start, end=one.end)
        for one in call.talks
    )
    return tuple(sorted((*talks, *call.sides), key=lambda one: (one.start, one.leg)))


def consult_ms(call: Call) -> Millis:
    """Finished time of an agent with the other side, the citizen on music."""
    return Millis(sum(one.end - one.start for one in call.sides if one.end is not None and not one.with_citizen))


def conference_ms(call: Call) -> Millis:
    """Finished time of two or more with the citizen at once."""
    ended = [one for one in segments(call) if one.with_citizen and one.end is not None]
    turns = sorted([(one.start, 1) for one in ended] + [(one.end or one.start, -1) for one in ended])
    together, on_line = 0, 0
    for (at, step), (following, _) in zip(turns, turns[1:], strict=False):
        on_line += step
        if on_line >= 2:
            together += following - at
    return Millis(together)


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
        came_from=call.came_from,
        reference=call.reference,
        segments=segments(call),
        transfers=call.transfers,
        consult_ms=consult_ms(call),
        conference_ms=conference_ms(call),
    )
