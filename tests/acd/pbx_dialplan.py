"""The citizen's way through the dialplan: queue.conf, caller.conf and transfer.conf.in, extension by extension."""

from collections.abc import Callable
from itertools import count
from random import Random

from typing_extensions import override

from acd.effects import Spot
from acd.events import (
    AgentAnswered,
    AgentRequested,
    AgentRung,
    CallEnded,
    CallHanded,
    CallPickedUp,
    CallQueued,
    CallReturned,
    HangUpHeard,
    RingEnded,
    StepTold,
)
from acd.names import AgentId, DestinationKey, LegId, QueueName, RingResult
from acd.transfer import Place
from tests.acd.pbx_world import CITIZEN, FATES, ROOM, Leg, World
from tests.acd.playbook import C1, Q, offered

_LOST = (27, 38, 41, 42, 44, 102)
_KNOCKS, _LOOKS, _STEP_MS, _SECOND = 50, 100, 20, 1_000


class Dialplan(World):
    """Asterisk with the citizen in it."""

    def __init__(self, chance: Random, members: dict[AgentId, tuple[QueueName, ...]]) -> None:
        super().__init__(chance, members)
        self.queue = Q
        """JT_QUEUE."""
        self.doing = ""
        """What the citizen's leg does: `queue`, `room`, `music`, `blind`, `step` or `alone`."""
        self.cut_off_with: LegId | None = None
        """The leg with whose end the conversation was over, in the eyes of the dialplan."""
        self.forsaken: set[LegId] = set()
        """Other sides whom the citizen's agent had called, and who were there as the dialplan found nobody."""
        self._move, self._stay = 0, 0
        """JT_MOVE; and a number that changes whenever the leg is taken elsewhere."""
        self._legs = count(1)
        self.told += [offered(C1, self.now), AgentRequested(at=self.now, call=C1, queue=Q)]
        self.told.append(CallQueued(at=self.now, call=C1, queue=Q))
        self._queue()

    def _begins(self, doing: str, place: str | None = None) -> None:
        self._stay += 1
        self.doing = doing
        if place is not None:
            self._move += 1
            self.place = f"{place}-{self._move}"

    def _then(self, milliseconds: int, do: Callable[[], None]) -> None:
        """Go on, unless the leg has been taken elsewhere meanwhile."""
        stay = self._stay
        self.after(milliseconds, lambda: do() if self.alive and self._stay == stay else None)

    def _handed(self, place: Place) -> None:
        self.told.append(CallHanded(at=self.now, call=C1, place=place))

    @override
    def citizen_goes(self, spot: Spot) -> None:
        self._begins("moved")
        for leg in [one.id for one in self.legs.values() if not one.up and "-t" not in one.id]:
            self.ends(leg, 16)  # app_queue and Dial stop ringing
        self.leaves(CITIZEN)
        way: dict[Place, Callable[[], None]] = {
            Place.ROOM: self._room,
            Place.MUSIC: lambda: self._music(held=spot.argument == "held"),
            Place.BLIND: self._blind,
            Place.STEP: lambda: self._step(DestinationKey(spot.argument)),
            Place.QUEUE: lambda: self._to_queue(QueueName(spot.argument)),
        }
        self._then(self.chance.randint(0, 15), way[spot.place])

    def hangs_up(self, *, said: bool) -> None:
        """The citizen's leg ends, with its hang-up handler."""
        if said:
            self.told.append(HangUpHeard(at=self.now, call=C1, leg=CITIZEN))
        self._begins("over")
        beside = self._beside(CITIZEN)
        self.alive, self.place = False, "over"
        self.spells.over(self.now)
        self.leaves(CITIZEN)
        for leg in [*beside, *(one.id for one in self.legs.values() if not one.up and "-t" not in one.id)]:
            self.ends(leg, 16)
        self.kick_the_lonely()
        self.told.append(CallEnded(at=self.now, call=C1, cause=16))

    # --- [queue] ---

    def _to_queue(self, queue: QueueName) -> None:
        self.queue = queue
        self._handed(Place.QUEUE)
        self._queue()

    def _queue(self) -> None:
        self._begins("queue", "queue")
        self.agent = self.third = None
        self.empties_the_room()
        self._distribute()

    def _distribute(self) -> None:
        """app_queue: one after the other is rung."""
        taken = {leg.agent for leg in self.legs.values()}
        free = [
            agent
            for agent, queues in self.members.items()
            if self.queue in queues and agent not in self.paused and agent not in taken
        ]
        if not free:
            self._then(500, self._distribute)
            return
        agent = self.chance.choice(free)
        leg = Leg(LegId(f"{C1}-q{next(self._legs)}"), agent, self.place)
        self.legs[leg.id] = leg
        self.told.append(AgentRung(at=self.now, call=C1, agent=agent, leg=leg.id, queue=self.queue))
        fate = self.chance.choice(FATES)
        self._then(self.chance.randint(100, 4_000), lambda: self._rung(leg, agent, fate))

    def _rung(self, leg: Leg, agent: AgentId, fate: RingResult) -> None:
        if leg.ending:
            self._distribute()
        elif fate is not RingResult.ANSWERED:
            self.ends(leg.id, 16, fate)
            self._then(_SECOND, self._distribute)
        else:
            leg.up = True
            told = AgentAnswered(at=self.now, call=C1, agent=agent, leg=leg.id, queue=self.queue)
            self.told += [RingEnded(at=self.now, call=C1, leg=leg.id, result=fate), told]
            self.joins(CITIZEN, f"queue-{leg.id}")
            self.joins(leg.id, f"queue-{leg.id}")

    # --- [pickup] ---

    def is_picked_up(self) -> None:
        """A colleague takes the call that app_queue rings at somebody's seat, if there is one and who may."""
        rings = any(not leg.up and not leg.ending and "-q" in leg.id for leg in self.legs.values())
        busy = {leg.agent for leg in self.legs.values() if not leg.ending}
        free = [agent for agent, queues in self.members.items() if self.queue in queues and agent not in busy]
        if not (self.alive and self.doing == "queue" and rings and free):
            return
        leg = Leg(LegId(f"jt1-900.{next(self._legs)}"), self.chance.choice(free), "room")
        leg.up = True
        self.legs[leg.id] = leg
        self.told.append(CallPickedUp(at=self.now, call=C1, agent=leg.agent, leg=leg.id))
        self.agent, self.third = leg.id, None
        self.citizen_goes(Spot(leg=CITIZEN, place=Place.ROOM, argument="citizen"))
        self.soon(lambda: self.staff(leg))

    # --- [room], [music] ---

    def _room(self) -> None:
        self._begins("room", "room")
        self._handed(Place.ROOM)
        self._knock(0)

    def _knock(self, tries: int) -> None:
        if self.marked():
            self.joins(CITIZEN, ROOM)
        elif tries > _KNOCKS:
            self._unsaid()
        else:
            self._then(_STEP_MS, lambda: self._knock(tries + 1))

    def _music(self, *, held: bool = False) -> None:
        self._begins("music", "music")
        self._handed(Place.MUSIC)
        self._then(_SECOND, lambda: self._look_round(held=held))

    def _look_round(self, *, held: bool) -> None:
        there = self.exists(self.agent) + self.exists(self.third)
        holds = sum(self.legs[leg].on_hold for leg in self.inside() if leg in (self.agent, self.third))
        if there == 0 and self.gone is not None and self.gone[0] == self.place:
            self._said(self.gone[1], self.gone[2])
        elif there == 0:
            self._lost()
        elif (there == 2 and not held) or not self.inside() or 0 < len(self.inside()) <= holds:
            self._then(_SECOND, lambda: self._look_round(held=held))
        else:
            self._room()

    # --- [released], [asked] ---

    def _blind(self) -> None:
        self._begins("blind", "blind")
        self.agent = self.third = None
        self._handed(Place.BLIND)
        self.empties_the_room()
        leg = Leg(LegId(f"jt1-500.{next(self._legs)}"), None, self.place)

        def answered() -> None:
            self.joins(CITIZEN, f"dial-{leg.id}")
            self.joins(leg.id, f"dial-{leg.id}")

        self.rings(leg, self.chance.choice(FATES), 20_000, answered)
        self._dialling(leg)

    def _dialling(self, leg: Leg) -> None:
        if leg.up:
            return
        if not self.exists(leg.id) or leg.ending:
            self._lost()
        else:
            self._then(_STEP_MS, lambda: self._dialling(leg))

    def _step(self, step: DestinationKey) -> None:
        self._begins("step", "step")
        self._handed(Place.STEP)
        self._then(self.chance.randint(500, 8_000), lambda: self._keyed(step))

    def _keyed(self, step: DestinationKey) -> None:
        answer = self.chance.choice(["", "1", "410105"])
        self.told.append(StepTold(at=self.now, call=C1, step=step, answer=answer))
        if self.exists(self.agent):
            self._room()
        else:
            self._unsaid()

    # --- [alone] ---

    @override
    def why(self) -> None:
        self._begins("alone")
        self._then(0, lambda: self._look(0))

    def _look(self, tries: int) -> None:
        if self.gone is not None and self.gone[0] == self.place:
            self._said(self.gone[1], self.gone[2])
        elif tries > _LOOKS:
            self._unsaid()
        else:
            self._then(_STEP_MS, lambda: self._look(tries + 1))

    def _said(self, cause: int, leg: LegId) -> None:
        if self.exists(self.third if leg == self.agent else self.agent):
            self._music()
        elif cause in _LOST:
            self._lost(leg)
        else:
            self.cut_off_with = leg
            self._gives_up(leg)
            self.hangs_up(said=False)

    def _unsaid(self) -> None:
        if self.exists(self.agent) or self.exists(self.third):
            self._music()
        else:
            self._lost()

    def _gives_up(self, agent: LegId | None) -> None:
        called = (leg for leg in self.legs.values() if agent is not None and leg.seeks == agent)
        self.forsaken |= {leg.id for leg in called if not leg.ending}

    def _lost(self, agent: LegId | None = None) -> None:
        self._gives_up(agent or self.agent)
        self.told.append(CallReturned(at=self.now, call=C1, queue=self.queue))
        self._queue()
