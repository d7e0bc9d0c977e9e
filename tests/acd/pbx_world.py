"""A small Asterisk with one citizen: its clock, its bridges, the legs beside the citizen's, and what AMI may ask of it.

What the citizen's leg does by itself is in `tests.acd.pbx_dialplan`. It keeps its own account of who was with whom.
"""

from abc import abstractmethod
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from random import Random

from acd.effects import AnyEffect, CallThird, HangUpLeg, MoveLegs, PauseMember, ResumeMember, Spot
from acd.events import (
    ActionFailed,
    AnyEvent,
    LegEnded,
    LegJoined,
    LegLeft,
    MemberPaused,
    MemberResumed,
    RingEnded,
    ThirdRung,
)
from acd.names import AgentId, LegId, Moment, QueueName, RequestId, RingResult, citizens_leg, phone_of
from acd.transfer import Place
from tests.acd.playbook import C1, T0
from tests.acd.spells import Spells

ROOM = "room-1"
CITIZEN = citizens_leg(C1)
FATES = (RingResult.ANSWERED,) * 4 + (RingResult.NO_ANSWER, RingResult.REJECTED, RingResult.UNREACHABLE)


class Leg:
    """A channel beside the citizen's."""

    def __init__(self, leg: LegId, agent: AgentId | None, at: str = "") -> None:
        self.id, self.agent = leg, agent
        self.up = self.ending = self.on_music = self.on_hold = False
        self.hold_untold = False
        """Nobody told our process that this one holds."""
        self.at = at
        """JT_AT."""
        self.seeks: LegId | None = None
        """JT_AGENT of a third's leg."""


class World:
    """Asterisk without the citizen's own way."""

    def __init__(self, chance: Random, members: dict[AgentId, tuple[QueueName, ...]]) -> None:
        self.chance, self.members = chance, members
        self.now = T0
        self.told: list[AnyEvent] = []
        """What AMI and the logs tell, in order; whoever reads it empties it."""
        self.paused: dict[AgentId, str] = {}
        self.legs: dict[LegId, Leg] = {}
        self.bridge: dict[LegId, str] = {}
        self.spells = Spells(CITIZEN)
        self.alive = True
        """Whether the citizen's leg is."""
        self.place = ""
        """JT_PLACE."""
        self.agent: LegId | None = None
        self.third: LegId | None = None
        """JT_AGENT and JT_THIRD of the citizen's leg."""
        self.gone: tuple[str, int, LegId] | None = None
        """JT_GONE."""
        self.hung_up_by_us: set[LegId] = set()
        self._later: list[tuple[int, int, Callable[[], None]]] = []
        self._number = count()

    # --- the clock ---

    def after(self, milliseconds: int, do: Callable[[], None]) -> None:
        heappush(self._later, (self.now + milliseconds, next(self._number), do))

    def soon(self, do: Callable[[], None]) -> None:
        self.after(self.chance.randint(0, 15), do)

    def run_until(self, moment: int) -> None:
        """Let time go on, but no further than the next thing that is told."""
        while not self.told and self._later and self._later[0][0] <= moment:
            at, _, do = heappop(self._later)
            self.now = Moment(at)
            do()
        if not self.told:
            self.now = Moment(max(self.now, moment))

    # --- the citizen's way ---

    @abstractmethod
    def why(self) -> None:
        """Whoever was with the citizen is gone."""

    @abstractmethod
    def citizen_goes(self, spot: Spot) -> None:
        """Take the citizen's leg out of what it does, and on to a place."""

    # --- bridges ---

    def joins(self, leg: LegId, bridge: str) -> None:
        self.bridge[leg] = bridge
        self.spells.account(self.now, self.bridge)
        self.told.append(LegJoined(at=self.now, call=C1, leg=leg, bridge=bridge))

    def leaves(self, leg: LegId) -> None:
        """Take a leg out of its bridge; a room without staff lets the citizen go, a bridge of two ends."""
        bridge = self.bridge.pop(leg, None)
        if bridge is None:
            return
        self.spells.account(self.now, self.bridge)
        self.told.append(LegLeft(at=self.now, call=C1, leg=leg, bridge=bridge))
        if self.bridge.get(CITIZEN) == bridge and not (bridge == ROOM and self.marked()):
            self.leaves(CITIZEN)
            self.why()

    def inside(self) -> list[LegId]:
        return [leg for leg, bridge in self.bridge.items() if bridge == ROOM]

    def marked(self) -> int:
        return sum(leg != CITIZEN for leg in self.inside())

    def kick_the_lonely(self) -> None:
        """ConfKick, by whoever sees that one is left in the room."""
        inside = self.inside()
        if len(inside) == 1 and inside[0] != CITIZEN:
            self.ends(inside[0], 16)

    # --- legs ---

    def exists(self, leg: LegId | None) -> bool:
        return leg in self.legs

    def ends(self, leg_id: LegId, cause: int, result: RingResult = RingResult.CANCELLED) -> None:
        """A leg hangs up, is hung up or is lost; its hang-up handler speaks a moment later."""
        leg = self.legs.get(leg_id)
        if leg is None or leg.ending:
            return
        leg.ending = True
        if not leg.up:
            self.told.append(RingEnded(at=self.now, call=C1, leg=leg_id, result=result))
        self.leaves(leg_id)
        self.told.append(LegEnded(at=self.now, call=C1, leg=leg_id))
        self.soon(lambda: self._handler(leg, cause))

    def _handler(self, leg: Leg, cause: int) -> None:
        del self.legs[leg.id]
        if not leg.up:
            return
        if not self.alive or self.place == "over":
            self.kick_the_lonely()
        elif leg.at == "room" and self.place.startswith("music-") and (self.agent, self.third) == (leg.id, None):
            self.gone = (self.place, cause, leg.id)  # it held
        elif self.place == leg.at or (leg.at == "room" and self.place.startswith("room-") and not self.marked()):
            self.gone = (self.place, cause, leg.id)

    def third_comes(self, leg: Leg) -> None:
        """Exten third of context room."""
        told = leg.at != "" or leg.id == self.third
        if self.exists(leg.seeks) or (told and self.place.startswith(("room-", "music-"))):
            self.staff(leg)
        else:
            self.ends(leg.id, 16)

    def empties_the_room(self) -> None:
        """ConfKick, by a citizen who has left it for good."""
        for leg in self.inside():
            self.ends(leg, 16)

    def staff(self, leg: Leg) -> None:
        """Exten staff of context room."""
        leg.at, leg.on_music = "room", False
        if leg.ending:
            return
        if not self.alive:
            self.ends(leg.id, 16)
        else:
            self.joins(leg.id, ROOM)

    def _aside(self, leg: Leg) -> None:
        """Exten third of context music."""
        leg.at, leg.on_music = "music", True
        self.after(1_000, lambda: self._listen(leg))

    def _listen(self, leg: Leg) -> None:
        if leg.ending or not leg.on_music:
            return
        if not self.alive:
            self.ends(leg.id, 16)
        elif self.exists(leg.seeks):
            self.after(1_000, lambda: self._listen(leg))
        else:
            self.third_comes(leg)

    # --- what is asked by us ---

    def perform(self, effect: AnyEffect) -> None:
        """Do one effect, as AMI does it."""
        match effect:
            case MoveLegs():
                self._redirect(effect)
            case CallThird():
                self._originate(effect)
            case HangUpLeg(leg=leg, request=request):
                if self.exists(leg):
                    self.hung_up_by_us.add(leg)
                    self.ends(leg, 44 if effect.lost else 16)
                else:
                    self._fails(request)
            case PauseMember(agent=agent, reason=reason):
                self.paused[agent] = reason
                queues = self.members[agent]
                self.told += [MemberPaused(at=self.now, agent=agent, queue=one, reason=reason) for one in queues]
            case ResumeMember(agent=agent):
                self.paused.pop(agent, None)
                self.told += [MemberResumed(at=self.now, agent=agent, queue=one) for one in self.members[agent]]
            case _:
                pass  # the core's and the desks'

    def _fails(self, request: RequestId | None) -> None:
        if request is not None:
            self.told.append(ActionFailed(at=self.now, request=request, why="No such channel"))

    def _is_up(self, leg: LegId) -> bool:
        one = self.legs.get(leg)
        return self.alive if leg == CITIZEN else one is not None and one.up and not one.ending

    def _redirect(self, effect: MoveLegs) -> None:
        if self.alive:
            self.agent, self.third = effect.agent, effect.third
        if not all(self._is_up(spot.leg) for spot in effect.spots):
            self._fails(effect.request)
            return
        moved = {spot.leg for spot in effect.spots}
        left = [one for one in self._beside(CITIZEN) if CITIZEN in moved and one not in moved]
        for spot in sorted(effect.spots, key=lambda one: one.leg != CITIZEN):
            if spot.leg == CITIZEN:
                self.citizen_goes(spot)
            else:
                self._staff_goes(self.legs[spot.leg], spot)
        for leg in left:
            self.ends(leg, 16)  # app_queue and Dial hang up whom the citizen has left

    def _staff_goes(self, leg: Leg, spot: Spot) -> None:
        leg.on_music = False
        self.leaves(leg.id)
        come = self.third_comes if spot.argument == "third" else self.staff
        self.soon(lambda: self._aside(leg) if spot.place is Place.MUSIC else come(leg))

    def _beside(self, leg: LegId) -> list[LegId]:
        """The other leg of a queue's or a Dial's bridge."""
        bridge = self.bridge.get(leg, ROOM)
        return [] if bridge == ROOM else [one for one, there in self.bridge.items() if there == bridge and one != leg]

    def _originate(self, effect: CallThird) -> None:
        whose = None if effect.interface is None else phone_of(effect.interface)
        agent = None if whose is None else whose[0]
        if self.alive:
            self.agent, self.third = effect.agent, effect.leg
        if self.chance.random() < 0.1:
            self._fails(effect.request)
            return
        leg = Leg(effect.leg, agent)
        leg.seeks = effect.agent
        busy = agent is not None and any(one.agent == agent for one in self.legs.values())
        fate = RingResult.REJECTED if busy else self.chance.choice(FATES)
        self.rings(leg, fate, effect.ring, lambda: self.soon(lambda: self.third_comes(leg)))

    def rings(self, leg: Leg, fate: RingResult, limit: int, answered: Callable[[], None]) -> None:
        """Ring the other side of a transfer; its fate is known to nobody yet."""
        self.legs[leg.id] = leg
        self.spells.other_side = leg.id
        self.told.append(ThirdRung(at=self.now, call=C1, leg=leg.id, agent=leg.agent))

        def decided() -> None:
            if leg.ending or leg.up:
                return
            if fate is not RingResult.ANSWERED:
                self.ends(leg.id, 17, fate)
                return
            leg.up = True
            self.told.append(RingEnded(at=self.now, call=C1, leg=leg.id, result=fate))
            answered()

        self.after(limit if fate is RingResult.NO_ANSWER else self.chance.randint(10, 9_000), decided)
