"""Shorthand for stories of calls that are handed on: a floor with a directory, and what Asterisk tells of rooms."""

from typing import TypeVar

from msgspec.structs import replace

from acd.agent import Presence
from acd.call import Call
from acd.directory import Destination, Hours
from acd.effects import Accept, AnyEffect, HangUpLeg, MoveLegs, Refuse
from acd.events import (
    AnyEvent,
    CallEnded,
    CallHanded,
    CallReturned,
    HangUpHeard,
    LegEnded,
    LegJoined,
    LegLeft,
    LegSeen,
    MemberResumed,
    PbxSnapshot,
    RingEnded,
    StepTold,
    ThirdRung,
    TransferAsked,
    TransferCommanded,
)
from acd.figures import Handed
from acd.names import AgentId, DestinationKey, LegId, Millis, QueueName, RequestId, RingResult, citizens_leg, third_leg
from acd.rooms import current, step_of
from acd.transfer import Command, Place, Step, Transfer, TransferMode
from tests.acd.playbook import A1, A2, C1, POLICY, Q2, Story, leg_of, member_added

TAX, EXPERTS, STEP, NIGHT, UNCONNECTED = (DestinationKey(key) for key in ("tax", "experts", "identity", "night", "gas"))
_RUNG = tuple(mode for mode in TransferMode if mode is not TransferMode.SUSPEND)
DIRECTORY = (
    Destination(key=TAX, modes=_RUNG, ring=Millis(20_000)),
    Destination(key=EXPERTS, modes=_RUNG, queue=Q2),
    Destination(key=STEP, modes=(TransferMode.SUSPEND,)),
    Destination(key=UNCONNECTED, modes=_RUNG, connected=False),
    Destination(key=NIGHT, modes=_RUNG, hours=(Hours(weekday=5, start=Millis(0), end=Millis(3_600_000)),)),
)
HANDING = replace(POLICY, destinations=DIRECTORY)
CITIZEN, STAFF = citizens_leg(C1), leg_of(A1, C1)
THIRD = third_leg(C1, 1)
ROOM = "room-1"

AnEffect = TypeVar("AnEffect", bound=AnyEffect)


class Handing(Story):
    """The first agent talks with a citizen; whoever else is there, the story says."""

    def __init__(self) -> None:
        super().__init__(policy=HANDING)
        self.talking()
        self.asked = 0

    @property
    def call(self) -> Call:
        return self.state.calls[C1]

    @property
    def transfer(self) -> Transfer:
        return self.call.transfers[-1]

    @property
    def step(self) -> Step | None:
        under_way = current(self.call)
        return None if under_way is None else step_of(self.call, under_way)

    def presence(self, agent: AgentId = A1) -> Presence:
        return self.state.agents[agent].presence

    def signs_in(self, agent: AgentId = A2, queue: QueueName = Q2) -> None:
        """Somebody is there in the queue of the experts, and not ready."""
        self.tell(member_added(agent, self.then(), queue))

    def expert(self, agent: AgentId = A2, queue: QueueName = Q2) -> None:
        """Somebody is ready in the queue of the experts."""
        self.tell(member_added(agent, self.then(), queue))
        self.tell(MemberResumed(at=self.then(), agent=agent, queue=queue))

    # --- wishes ---

    def asks(self, to: DestinationKey, mode: TransferMode, agent: AgentId = A1) -> list[AnyEffect]:
        return self.tell(TransferAsked(at=self.then(), agent=agent, request=self._request(), to=to, mode=mode))

    def wants(self, command: Command, agent: AgentId = A1) -> list[AnyEffect]:
        return self.tell(TransferCommanded(at=self.then(), agent=agent, request=self._request(), command=command))

    def _request(self) -> RequestId:
        self.asked += 1
        return RequestId(f"w{self.asked}")

    @property
    def newest(self) -> RequestId:
        return RequestId(f"w{self.asked}")

    @property
    def answer(self) -> Accept | Refuse | None:
        """How the newest wish was answered."""
        answers = [one for one in self.effects if isinstance(one, Accept | Refuse) and one.request == self.newest]
        assert len(answers) <= 1, "one answer to each wish"
        return answers[0] if answers else None

    # --- what Asterisk tells ---

    def joins(self, *legs: LegId) -> list[AnyEffect]:
        return self.tell(*(LegJoined(at=self.then(100), call=C1, leg=leg, bridge=ROOM) for leg in legs))

    def leaves(self, *legs: LegId) -> list[AnyEffect]:
        return self.tell(*(LegLeft(at=self.then(100), call=C1, leg=leg, bridge=ROOM) for leg in legs))

    def handed(self, place: Place) -> list[AnyEffect]:
        return self.tell(CallHanded(at=self.then(100), call=C1, place=place))

    def rings(self, leg: LegId = THIRD, agent: AgentId | None = None) -> list[AnyEffect]:
        return self.tell(ThirdRung(at=self.then(), call=C1, leg=leg, agent=agent))

    def ring_ends(self, result: RingResult, leg: LegId = THIRD) -> list[AnyEffect]:
        return self.tell(RingEnded(at=self.then(), call=C1, leg=leg, result=result))

    def answers(self, leg: LegId = THIRD) -> list[AnyEffect]:
        """The other side answers and comes into the room."""
        return [*self.ring_ends(RingResult.ANSWERED, leg), *self.joins(leg)]

    def is_gone(self, leg: LegId) -> list[AnyEffect]:
        """A leg leaves its bridge and ends."""
        return [*self.leaves(leg), *self.tell(LegEnded(at=self.then(0), call=C1, leg=leg))]

    def hangs_up(self, leg: LegId) -> list[AnyEffect]:
        """A party hangs up; Asterisk says who before it takes the leg out."""
        return [*self.tell(HangUpHeard(at=self.then(), call=C1, leg=leg)), *self.is_gone(leg)]

    def citizen_hangs_up(self) -> list[AnyEffect]:
        heard: list[AnyEvent] = [HangUpHeard(at=self.then(), call=C1, leg=CITIZEN)]
        ended = CallEnded(at=self.then(0), call=C1, cause=16)
        return [*self.tell(*heard), *self.leaves(CITIZEN), *self.tell(ended)]

    def is_returned(self) -> list[AnyEffect]:
        """The dialplan takes the citizen back to the head of the queue."""
        return self.tell(CallReturned(at=self.then(100), call=C1, queue=self.call.queue))

    def keys_in(self, answer: str) -> list[AnyEffect]:
        return self.tell(StepTold(at=self.then(), call=C1, step=STEP, answer=answer))

    # --- ways that many stories begin with ---

    def consulting(self, to: DestinationKey = TAX, agent: AgentId | None = None) -> None:
        """The agent speaks with the other side, the citizen hears music."""
        self.asks(to, TransferMode.ATTENDED)
        self.handed(Place.MUSIC)
        self.joins(STAFF)
        self.rings(agent=agent)
        self.answers()
        assert self.step is Step.CONSULTING

    def conferring(self, to: DestinationKey = TAX, agent: AgentId | None = None) -> None:
        """All three are in the room."""
        self.asks(to, TransferMode.CONFERENCE)
        self.joins(CITIZEN, STAFF)
        self.rings(agent=agent)
        self.answers()
        assert self.step is Step.JOINED

    def swapped(self) -> None:
        """The agent is back with the citizen, the other side hears music."""
        self.consulting()
        self.wants(Command.SWAP)
        self.leaves(THIRD)
        self.joins(CITIZEN)
        assert self.step is Step.SWAPPED

    def counts(self, to: DestinationKey = TAX) -> Handed:
        period = next(iter(self.state.days.values()))
        return period.handed.get(to, Handed())


def of_kind(effects: list[AnyEffect], kind: type[AnEffect]) -> list[AnEffect]:
    return [one for one in effects if isinstance(one, kind)]


def moved(effects: list[AnyEffect]) -> list[tuple[LegId, Place]]:
    """Which legs were asked to go where."""
    return [(spot.leg, spot.place) for one in of_kind(effects, MoveLegs) for spot in one.spots]


def hung_up(effects: list[AnyEffect]) -> list[LegId]:
    return [one.leg for one in of_kind(effects, HangUpLeg)]


def seen(story: Handing, *legs: LegId) -> PbxSnapshot:
    """What Asterisk holds, read on connecting again."""
    seen = tuple(LegSeen(call=C1, leg=leg, channel=f"PJSIP/{leg}") for leg in legs)
    return PbxSnapshot(at=story.then(), started_at=story.state.pbx.started_at, members=(), legs=seen)
