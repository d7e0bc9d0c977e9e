"""What Asterisk's logs say of one call, and what follows from it: waits, talks, outcome."""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct, field

from acd.names import AgentId, CallId, LegId, LossStage, Millis, Moment, QueueName, citizens_leg
from telephony.cel import CelRow
from telephony.queue_log import QueueRow
from telephony.spells import Move, Spell, spells, talk_ms

Unread: TypeAlias = tuple[CelRow | str, str]
"""A row of CEL, which may not be cut into its columns yet, and where it stands."""


class Mark(Struct, frozen=True):
    """When something happened, and where that is written."""

    at: Moment
    place: str


def when(mark: Mark | None) -> Moment | None:
    """Return the moment of a mark; None if there is none."""
    return None if mark is None else mark.at


class Leg(Struct, kw_only=True):
    """A leg of an agent whom the queue found."""

    agent: AgentId
    rung: Mark
    joined: Mark | None = None
    """It entered the bridge with the citizen."""
    ended: Mark | None = None


class Pickup(Struct, kw_only=True):
    """The leg of a colleague who took the call while it rang elsewhere."""

    agent: AgentId
    taken: Mark
    joined: Mark | None = None
    """The two were in one bridge; known once the call is over."""


class OtherSide(Struct, kw_only=True):
    """The leg of the other side of a transfer."""

    agent: AgentId | None
    """An agent of ours; None: it is outside."""
    rung: Mark
    ended: Mark | None = None


class Entry(Struct, kw_only=True):
    """What the logs say of one call."""

    call: CallId
    number: str
    queue: QueueName
    caller: str
    offered: Mark
    times_offered: int = 1
    asked: Mark | None = None
    """The dialplan's own row that the caller asked for an agent."""
    waited: Mark | None = None
    """Queue() began; that the caller was let in, queue_log says."""
    lost: Mark | None = None
    """The dialplan gave the call up."""
    lost_stage: LossStage | None = None
    lost_cause: str = ""
    ended: Mark | None = None
    last: Moment
    """The newest of its rows."""
    restart: Mark | None = None
    """Asterisk started anew and the call has no end: it ended some time between `last` and then."""
    legs: dict[LegId, Leg] = field(default_factory=dict)
    pickups: dict[LegId, Pickup] = field(default_factory=dict)
    brought_in: int = 0
    """How often the citizen came to one of those, after a hold too."""
    others: dict[LegId, OtherSide] = field(default_factory=dict)
    barging: set[LegId] = field(default_factory=set)
    """Supervisors on the way into the room to speak there."""
    handed: Mark | None = None
    """A transfer first put the citizen somewhere, or rang another side."""
    came_again: int = 0
    """How often the citizen came into a queue again: returned, or handed on to it."""
    unread: list[Unread] = field(default_factory=list)
    """Rows of bridges, until the call is over."""
    moves: list[Move] = field(default_factory=list)
    """Who entered and left which bridge; read only of calls that were handed on."""
    in_queue_log: list[QueueRow] = field(default_factory=list)

    def queue_log(self, *verbs: str) -> list[QueueRow]:
        """Return the queue_log's rows with one of these verbs, in their order."""
        return [row for row in self.in_queue_log if row.verb in verbs]

    @property
    def left_queue(self) -> bool:
        """Whether a Redirect took the citizen out of app_queue."""
        return self.handed is not None or bool(self.pickups)

    @property
    def queued(self) -> Mark | None:
        """The caller entered the queue: by CEL's clock, if queue_log confirms it."""
        return self.waited if self.queue_log("ENTERQUEUE") else None

    @property
    def requested(self) -> Mark | None:
        """The caller asked for an agent, or had one rung."""
        marks = (self.asked, self.waited, *(leg.rung for leg in self.legs.values()))
        return next((mark for mark in marks if mark is not None), None)

    @property
    def answered(self) -> Mark | None:
        """The first agent was joined with the citizen."""
        found: list[Leg | Pickup] = [*self.legs.values(), *self.pickups.values()]
        return min((one.joined for one in found if one.joined is not None), key=_at, default=None)

    @property
    def talked_with(self) -> Leg | None:
        """The leg of the last agent on the line whom the queue found."""
        joined = [(leg.joined.at, leg) for leg in self.legs.values() if leg.joined is not None]
        return max(joined, key=lambda pair: pair[0])[1] if joined else None

    @property
    def loss(self) -> tuple[LossStage | None, str]:
        """Stage and cause of an unanswered call's loss; of others none."""
        if self.answered is not None or (self.ended is None and self.restart is None):
            return None, ""
        if self.lost_stage is not None:
            return self.lost_stage, self.lost_cause
        if self.restart is not None:
            return LossStage.SYSTEM, "ENGINE_RESTART"
        if self.requested is None:
            return LossStage.IVR_ABANDON, ""
        # app_queue writes this row only for a telephone that still rang when the caller left.
        return (LossStage.RING_ABANDON if self.queue_log("RINGCANCELED") else LossStage.QUEUE_ABANDON), ""

    def wait_ms(self, ended: Moment | None) -> Millis:
        """From queue entry to the answer or the end; 0 if never queued."""
        until = ended if self.answered is None else self.answered.at
        return Millis(0) if self.queued is None or until is None else Millis(max(0, until - self.queued.at))

    def talk_ms(self, ended: Moment | None) -> Millis:
        """Time of agents on the line with the citizen, until they left or the call ended."""
        return talk_ms(self.spells(ended))

    def spells(self, ended: Moment | None) -> list[Spell]:
        """Return who was on the line when, by the beginnings; `ended` is the call's end, None as far as the logs go."""
        end = self.last if ended is None else ended
        if self.left_queue:
            found = {leg: one.agent for leg, one in self.legs.items()}
            found |= {leg: one.agent for leg, one in self.pickups.items()}
            others = {leg: one.agent for leg, one in self.others.items()}
            return spells(self.moves, citizens_leg(self.call), found, others, end)
        return sorted(self._queues_spells(ended), key=lambda one: (one.start, one.leg))

    def _queues_spells(self, ended: Moment | None) -> Iterator[Spell]:
        """Yield the talks of a call that never left app_queue: who is joined stays so until one of both ends."""
        for leg, one in self.legs.items():
            ends = [at for at in (when(one.ended), ended) if at is not None]
            if one.joined is not None and ends:
                start = one.joined.at
                yield Spell(
                    leg=leg,
                    agent=one.agent,
                    with_citizen=True,
                    start=start,
                    end=max(start, min(ends)),
                    place=one.joined.place,
                )


def _at(mark: Mark) -> Moment:
    return mark.at
