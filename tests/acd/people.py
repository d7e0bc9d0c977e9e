"""People around the small Asterisk, and our own process beside it: it asks, is told, and is deaf now and then."""

from random import Random

from acd.call import segments
from acd.effects import AnyEffect, Segment, WriteCall
from acd.events import AnyEvent, CallHeld, CallRetrieved, HangUpHeard, LegSeen, MemberSeen, PbxLost, PbxSnapshot, Tick
from acd.fold import fold, next_deadline
from acd.names import AgentId, LegId, Moment, QueueName, RequestId
from acd.state import State
from tests.acd.facts_of_transfers import fitting_wishes
from tests.acd.handing import HANDING
from tests.acd.pbx_dialplan import Dialplan
from tests.acd.pbx_world import CITIZEN, ROOM
from tests.acd.playbook import C1, Q2, T0, Q

A1, A2, A3 = (AgentId(number) for number in ("6001", "6002", "6003"))
MEMBERS: dict[AgentId, tuple[QueueName, ...]] = {A1: (Q,), A2: (Q, Q2), A3: (Q2,)}
STARTED = Moment(T0 - 1_000)


class People:
    """The floor and the world, and everybody who acts between them."""

    def __init__(self, chance: Random, world: Dialplan) -> None:
        self.chance, self.world = chance, world
        self.state = State(policy=HANDING)
        self.events: list[AnyEvent] = []
        self.effects: list[AnyEffect] = []
        self.unheard: list[AnyEvent] = []
        self.deaf = False
        self._sent = 0
        self.eagerness = chance.choice([3, 12, 40])
        """How much more often they ask for something than hang up."""
        self._fold(self._snapshot(), perform=True)

    # --- our process ---

    def _fold(self, event: AnyEvent, *, perform: bool) -> None:
        step = fold(self.state, event)
        self.events.append(event)
        self.effects += step.effects
        self.state = step.state
        if perform:
            for effect in step.effects:
                self._send(effect)

    def _send(self, effect: AnyEffect) -> None:
        # One connection: what is asked for later is done later.
        self._sent = max(self._sent, self.world.now + self.chance.choice([1, 5, 30, 300]))
        self.world.after(self._sent - self.world.now, lambda: self.world.perform(effect))

    def _snapshot(self) -> PbxSnapshot:
        world = self.world
        members = [
            MemberSeen(
                agent=agent,
                queue=queue,
                interface=f"PJSIP/{agent}-web",
                paused=agent in world.paused,
                reason=world.paused.get(agent, ""),
                device="NOT_INUSE",
            )
            for agent, queues in MEMBERS.items()
            for queue in queues
        ]
        alive = [CITIZEN] * world.alive + [leg.id for leg in world.legs.values() if not leg.ending]
        legs = tuple(LegSeen(call=C1, leg=leg, channel=f"PJSIP/{leg}") for leg in alive)
        return PbxSnapshot(at=world.now, started_at=STARTED, members=tuple(members), legs=legs)

    def goes_deaf(self) -> None:
        if not self.deaf:
            self._fold(PbxLost(at=self.world.now, why="the connection was closed"), perform=False)
            self.deaf = True

    def hears_again(self) -> None:
        """The logs tell what was missed, and nothing of it is performed; then Asterisk tells how it is."""
        if self.deaf:
            # A new connection takes longer than what was asked on the old one.
            self.live(max(0, self._sent - self.world.now))
            for event in self.unheard:
                self._fold(event, perform=False)
            self.unheard, self.deaf = [], False
            self._fold(self._snapshot(), perform=True)

    def live(self, milliseconds: int) -> None:
        """Let the world go on; hear of it, and wake up when the floor wants to."""
        until = self.world.now + milliseconds
        while self.world.now < until or self.world.told:
            due = next_deadline(self.state)
            self.world.run_until(min(until, max(self.world.now + 1, due or until)))
            told, self.world.told = self.world.told, []
            for event in told:
                if self.deaf:
                    self.unheard.append(event)
                else:
                    self._fold(event, perform=True)
            if due is not None and due <= self.world.now:
                self._fold(Tick(at=self.world.now), perform=not self.deaf)

    # --- people ---

    def acts(self, *, dead: bool = False) -> None:
        """Somebody does something.

        Args:
            dead: our process is, and does not come back.

        """
        chance, world = self.chance, self.world
        often = ["asks"] * self.eagerness + ["hears"] * 2
        seldom = ["hangs up", "is lost", "picks up", "picks up", "holds", "holds", "citizen", "deaf", "waits"]
        what = chance.choice([*often, *seldom])
        up = [leg.id for leg in world.legs.values() if leg.up and not leg.ending]
        if what == "asks" and not self.deaf:
            wishes = fitting_wishes(self.state, world.now, RequestId(f"w{len(self.events)}"))
            if wishes:
                self._fold(chance.choice(wishes), perform=True)
        elif what in ("hangs up", "is lost") and up:
            self.hangs_up(chance.choice(up), lost=what == "is lost")
        elif what == "holds" and (mine := [leg for leg in up if world.legs[leg].agent is not None]):
            self.holds(chance.choice(mine), dead=dead)
        elif what == "picks up":
            world.is_picked_up()
        elif what == "citizen" and world.alive and chance.random() < 0.3:
            world.hangs_up(said=True)
        elif what == "deaf":
            self.goes_deaf()
        elif what == "hears" and not dead:
            self.hears_again()

    def hangs_up(self, leg: str, *, lost: bool) -> None:
        one = next(there for there in self.world.legs.values() if there.id == leg)
        if not lost:
            self.world.told.append(HangUpHeard(at=self.world.now, call=C1, leg=one.id))
        self.world.ends(one.id, 44 if lost else 16)

    def holds(self, leg_id: LegId, *, dead: bool) -> None:
        """Hold, or hold no more; no log tells it, so who is deaf never hears of it."""
        leg, world = self.world.legs[leg_id], self.world
        leg.on_hold = not leg.on_hold
        leg.hold_untold = leg.on_hold and (dead or self.deaf)
        if not dead and not self.deaf:
            what = CallHeld if leg.on_hold else CallRetrieved
            world.told.append(what(at=world.now, call=C1, leg=leg_id))

    # --- how it stands ---

    def citizen_is_looked_after(self, *, by_us: bool = True) -> str:
        """Say with whom or where the citizen is; empty: nobody and nowhere, or with somebody who holds.

        Args:
            by_us: our process lives, and sees to those whose hold it was told of.

        """
        world = self.world
        beside = [leg for leg, there in world.bridge.items() if there == world.bridge.get(CITIZEN) and leg != CITIZEN]
        if by_us and world.bridge.get(CITIZEN) == ROOM:  # a queue's bridge plays music by itself
            beside = [leg for leg in beside if not world.legs[leg].on_hold or world.legs[leg].hold_untold]
        if not world.alive:
            return "gone"
        if beside:
            return "with somebody"
        if world.doing in ("queue", "step", "blind"):
            return world.doing
        of_them = {None if one is None else world.bridge.get(one) for one in (world.agent, world.third)}
        if world.doing == "music" and of_them == {ROOM}:
            return "consulted about"
        if world.doing == "music" and any(world.legs[leg].on_hold for leg in world.inside() if leg != CITIZEN):
            return "on hold"
        return ""

    def segments(self) -> tuple[Segment, ...]:
        """The floor's own account: of the record, once the call is over."""
        call = self.state.calls.get(C1)
        if call is not None:
            return segments(call)
        return [one.record.segments for one in self.effects if isinstance(one, WriteCall)][-1]
