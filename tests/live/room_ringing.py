"""A citizen for whom an agent of the floor of rooms is rung, and the colleague who picks the call up."""

from acd.names import CallId, LegId
from tests.live.room_floor import SOON_SECONDS, Talk
from tests.live.sip import SipMessage


class Ringing(Talk):
    """A citizen for whom the telephone of the floor's agent rings."""

    ring: SipMessage

    def _answered(self) -> tuple[CallId, LegId]:
        self.ring = self.floor.agent.wait_ring()
        called = self.ami.event("AgentCalled")
        self.floor.pause()
        return CallId(called["Uniqueid"]), LegId("")

    def pick_up(self, seat: str) -> None:
        """The colleague dials the code and a seat."""
        answer = self.floor.colleague.invite_as_desk(f"*8{seat}", "handed-out")
        assert answer.status == 200, answer.first

    def picked_up(self) -> None:
        """The colleague has the citizen, and nobody is rung any more."""
        self.pick_up(self.floor.agent.user.removesuffix("-sip"))
        picked = self.ami.event("UserEvent", UserEvent="JtPicked", Call=self.call)
        assert picked["Agent"] == self.floor.colleague.user.removesuffix("-sip")
        self.leg = LegId(picked["Leg"])
        self.are_together(self.call, self.leg)
        self.floor.agent.cancelled(self.ring)

    def nothing_happened(self) -> None:
        """The colleague heard a sentence; the agent is still rung, and takes the call."""
        self.floor.colleague.gone()
        assert not [one for one in self.ami.events() if one.get("UserEvent") == "JtPicked"]
        self.floor.agent.take(self.ring)
        self.ami.event("AgentConnect", Uniqueid=self.call)
        self.floor.agent.hang_up()
        self.citizen.gone(patience=SOON_SECONDS)
        self.over()
