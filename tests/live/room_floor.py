"""A floor for the tests of rooms: an agent, an expert, a far side and a citizen who talks, moved about by AMI alone."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from acd.effects import CallThird, MoveLegs, Spot
from acd.names import CallId, DestinationKey, LegId, Millis, third_leg
from acd.transfer import Place
from telephony.actions import actions
from telephony.private_pbx import PrivatePbx
from tests.live.ami import Ami, Event
from tests.live.far_side import FarSide
from tests.live.sip import Phone, SipMessage
from tests.live.sipp import TRUNK

AGENTS, EXPERT = ("6015", "6017"), "6016"
"""Two take turns, as app_queue lets each breathe for two seconds."""
DIAL = {DestinationKey("tax"): "PJSIP/12366@revenue", DestinationKey("customs"): "PJSIP/12360@nobody"}
LOST = "44"
SOON_SECONDS = 10
"""A leg without media is hung up after 20 s in any case."""


class Floor:
    """An agent in queue `hotline`, an expert in queue `experts`, and somebody at the other end of a trunk."""

    def __init__(self, pbx: PrivatePbx) -> None:
        self.pbx = pbx
        self.ami = Ami(pbx.plan)
        self.far = FarSide(pbx.plan.sip_port, pbx.plan.trunks[0])
        self._agents = [self._on_duty(seat, "hotline") for seat in AGENTS]
        self.expert = self._on_duty(EXPERT, "experts")

    def _on_duty(self, seat: str, queue: str) -> Phone:
        name = f"{seat}-sip"
        value = {"auth_type": "userpass", "username": name, "password": "handed-out"}
        self.ami.act(Action="DBPut", Family="jt/auth", Key=name, Val=json.dumps(value))
        phone = Phone(self.pbx.plan.sip_port, user=name)
        assert phone.register("handed-out") == 200
        member = {"Queue": queue, "Interface": f"PJSIP/{name}", "StateInterface": f"PJSIP/{name}"}
        self.ami.act(Action="QueueAdd", MemberName=seat, **member)
        self.ami.event("DeviceStateChange", Device=f"PJSIP/{name}", State="NOT_INUSE")
        return phone

    @property
    def agent(self) -> Phone:
        """Whose turn it is."""
        return self._agents[0]

    @property
    def colleague(self) -> Phone:
        """Another agent of the same queue, who is not ready."""
        return self._agents[1]

    @contextmanager
    def without_experts(self) -> Iterator[None]:
        """Nobody is signed in to their queue for a while."""
        member = {"Queue": "experts", "Interface": f"PJSIP/{EXPERT}-sip"}
        self.ami.act(Action="QueueRemove", **member)
        yield
        self.ami.act(Action="QueueAdd", MemberName=EXPERT, StateInterface=member["Interface"], **member)

    def next_agent(self) -> None:
        """Let the next one be rung, and nobody else."""
        self.pause()
        self._agents.append(self._agents.pop(0))
        self.ami.act(Action="QueuePause", Interface=f"PJSIP/{self.agent.user}", Paused="false")

    def pause(self) -> None:
        """Let nobody be rung: a citizen who comes back is to wait."""
        for phone in self._agents:
            self.ami.act(Action="QueuePause", Interface=f"PJSIP/{phone.user}", Paused="true")

    def close(self) -> None:
        """Go off duty."""
        for phone, queue in (*((one, "hotline") for one in self._agents), (self.expert, "experts")):
            self.ami.act(Action="QueueRemove", Queue=queue, Interface=f"PJSIP/{phone.user}")
            phone.register("handed-out", seconds=0)
            self.ami.act(Action="DBDel", Family="jt/auth", Key=phone.user)
            phone.__exit__(None, None, None)
        self.far.__exit__(None, None, None)
        self.ami.__exit__(None, None, None)

    def await_trunk(self) -> None:
        """Wait until Asterisk has seen that the far side is there, and that nobody is behind the other trunk."""
        self.until("Avail", lambda: "revenue/sip" in self._contacts("Avail"))
        self.until("Unavail", lambda: "nobody/sip" in self._contacts("Unavail"))

    def _contacts(self, status: str) -> str:
        lines = self.pbx.cli("pjsip show contacts").splitlines()
        return "\n".join(line for line in lines if f" {status} " in line)

    def until(self, what: str, seen: Callable[[], bool], seconds: float = 15) -> None:
        """Look at Asterisk again and again."""
        give_up = time.monotonic() + seconds
        while not seen():
            assert time.monotonic() < give_up, f"never seen: {what}"
            time.sleep(0.02)

    def nothing_left(self) -> None:
        """See that no channel, no conference and no bridge outlives the call."""
        self.until("no channel", lambda: "0 active channels" in self.pbx.cli("core show channels count"), 10)
        conferences = self.pbx.cli("confbridge list")
        assert "jt1-" not in conferences, conferences
        self.until("no bridge", lambda: not [x for x in self.pbx.cli("bridge show all").splitlines()[1:] if x.strip()])


class Talk:
    """A citizen and the agent of a floor in a talk; a context manager."""

    def __init__(self, floor: Floor) -> None:
        self.floor, self.ami = floor, floor.ami
        floor.next_agent()
        self.ami.forget()
        self.citizen = Phone(floor.pbx.plan.sip_port, host=TRUNK)
        self.citizen.invite("12345")
        self.citizen.final()
        self.call, self.leg = self._answered()
        self.third = third_leg(self.call, 1)

    def _answered(self) -> tuple[CallId, LegId]:
        """The agent whose turn it is takes the call."""
        try:
            self.floor.agent.answer_ring()
        except AssertionError:
            self.citizen.__exit__(None, None, None)
            raise
        connect = self.ami.event("AgentConnect")
        call, leg = CallId(connect["Uniqueid"]), LegId(connect["DestUniqueid"])
        self.ami.event("BridgeEnter", Uniqueid=call)
        self.ami.event("BridgeEnter", Uniqueid=leg)
        self.floor.pause()
        self.ami.forget()
        return call, leg

    def answered_again(self) -> None:
        """The next agent takes the call of a citizen who came back."""
        self.ami.forget()
        self.floor.next_agent()
        _, self.leg = self._answered()

    def knows_of_nobody(self) -> None:
        """Take from the citizen whom to look for, so that what was said decides alone."""
        for name in ("JT_AGENT", "JT_THIRD"):
            self.ami.act(Action="Setvar", Channel=self.call, Variable=name, Value="none")

    def falls_out(self) -> None:
        """The citizen falls out of the room though somebody is there."""
        self.ami.forget()
        self.floor.pbx.cli(f"confbridge kick {self.call} {self._name(self.call)}")
        self.ami.event("BridgeLeave", Uniqueid=self.call)

    def __enter__(self) -> "Talk":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.citizen.__exit__(None, None, None)
        self.floor.nothing_left()

    # --- what the programs ask for ---

    def move(self, *spots: Spot, third: LegId | None = None, position: int = 0) -> None:
        """Ask Asterisk to send legs elsewhere."""
        effect = MoveLegs(call=self.call, spots=spots, agent=self.leg, third=third, position=position)
        for headers in actions(effect, DIAL):
            self.ami.act(**dict(headers))

    def citizen_to(self, place: Place, argument: str = "citizen") -> Spot:
        """Where the citizen is to go."""
        return Spot(leg=LegId(self.call), place=place, argument=argument)

    @property
    def agent_in(self) -> Spot:
        """The agent is to go into the room."""
        return Spot(leg=self.leg, place=Place.ROOM, argument="staff")

    def ring_third(self, to: str = "tax", interface: str | None = None, ring: int = 8_000) -> None:
        """Ring the other side."""
        effect = CallThird(
            call=self.call,
            leg=self.third,
            to=DestinationKey(to),
            interface=interface,
            agent=self.leg,
            ring=Millis(ring),
            caller="13800000000",
            number="12345",
        )
        for headers in actions(effect, DIAL):
            self.ami.act(**dict(headers))

    # --- ways to somewhere ---

    def into_the_room(self) -> None:
        """Citizen and agent are in the room."""
        self.move(self.citizen_to(Place.ROOM), self.agent_in)
        self.are_together(self.call, self.leg)

    def consult(self) -> None:
        """Agent and other side are in the room, the citizen hears music."""
        self.move(self.citizen_to(Place.MUSIC), self.agent_in, third=self.third)
        self.ring_third()
        self.floor.far.answer_ring()
        self.are_together(self.leg, self.third)

    def consult_ringing(self, ring_ms: int = 8_000) -> SipMessage:
        """The agent waits in the room, the citizen hears music, the other side rings; return the ring."""
        self.move(self.citizen_to(Place.MUSIC), self.agent_in, third=self.third)
        self.ring_third(ring=ring_ms)
        ring = self.floor.far.wait_ring()
        self.are_together(self.leg)
        return ring

    def conference(self) -> None:
        """All three are in the room."""
        self.into_the_room()
        self.move(self.citizen_to(Place.ROOM), third=self.third)
        self.ami.event("BridgeLeave", Uniqueid=self.call)
        self.ring_third()
        self.floor.far.answer_ring()
        self.are_together(self.call, self.leg, self.third)

    def swap(self) -> None:
        """The other side hears music, the citizen is with the agent."""
        self.consult()
        self.ami.forget()
        aside = Spot(leg=self.third, place=Place.MUSIC, argument="third")
        self.move(self.citizen_to(Place.ROOM), aside, third=self.third)
        self.ami.event("BridgeLeave", Uniqueid=self.third)
        self.are_together(self.call, self.leg)

    # --- what is seen ---

    def told(self, place: str) -> None:
        """Wait until the dialplan tells where the citizen is."""
        self.ami.event("UserEvent", UserEvent="JtHanded", Call=self.call, Place=place)

    def are_together(self, *legs: str) -> None:
        """Wait until these, and nobody else, are in the call's room."""
        self.floor.until(f"{legs} in one room", lambda: self.in_room() == set(legs), 8)

    def in_room(self) -> set[str]:
        """Who is in the call's room."""
        listed = self.floor.pbx.cli(f"confbridge list {self.call}")
        names = {line.split()[0] for line in listed.splitlines() if line.startswith("PJSIP/")}
        return {leg for leg in (self.call, self.leg, self.third) if self._name(leg) in names}

    def _name(self, leg: str) -> str:
        for line in self.floor.pbx.cli("core show channels concise").splitlines():
            fields = line.split("!")
            if fields[-1] == leg:
                return fields[0]
        return ""

    def lost(self, leg: str) -> None:
        """End a leg as one whose telephone is gone."""
        self.ami.act(Action="Hangup", Channel=leg, Cause=LOST)

    def returned(self) -> None:
        """Wait until the citizen is back at the head of the queue, and hang up."""
        self.ami.event("UserEvent", UserEvent="JtReturned", Call=self.call)
        self.ami.event("QueueCallerJoin", AccountCode=self.call, Queue="hotline", Position="1")
        self.ends()

    def ends(self) -> None:
        """The citizen hangs up."""
        self.citizen.hang_up()
        self.over()

    def released(self) -> None:
        """The citizen is hung up: the conversation was held."""
        self.citizen.gone(patience=SOON_SECONDS)
        self.over()
        assert not [one for one in self.ami.events() if one.get("UserEvent") == "JtReturned"]

    def over(self) -> Event:
        """Wait for the end of the citizen's leg."""
        return self.ami.event("Hangup", Uniqueid=self.call)
