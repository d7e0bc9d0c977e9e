"""What happens to calls that are handed on, in the machine of the floor, and what must hold of them."""

from abc import abstractmethod

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from acd.agent import Presence
from acd.effects import AnyEffect, CallThird, HangUpLeg, MoveLegs
from acd.events import AgentAnswered, AgentRung, AnyEvent, CallOffered, CallQueued, MemberAdded, MemberResumed
from acd.names import Moment, RequestId
from acd.state import State
from tests.acd import facts, facts_of_transfers, laws_of_transfers

_OFTEN_LATE = st.sampled_from([0, 0, 0, 1, 61_000])


class HandingRules(RuleBasedStateMachine):
    """The part of the machine that hands calls on."""

    state: State
    now: Moment
    told: list[AnyEvent]
    effects: list[AnyEffect]

    @abstractmethod
    def tell(self, event: AnyEvent) -> None:
        """Tell the floor."""

    @rule(data=st.data())
    def a_call_is_answered(self, data: st.DataObject) -> None:
        """As in most calls that are handed on; chance alone seldom brings one so far."""
        call, agent, at = data.draw(facts.calls), data.draw(facts.agents), self.now
        leg, queue, interface = facts.leg_of(call, agent, 1), facts.QUEUES[0], f"PJSIP/{agent}-web"
        self.tell(MemberAdded(at=at, agent=agent, queue=queue, interface=interface, paused=False, reason=""))
        self.tell(MemberAdded(at=at, agent=agent, queue=facts.QUEUES[1], interface=interface, paused=False, reason=""))
        self.tell(CallOffered(at=at, call=call, node="jt1", number="12345", queue=queue, caller="unknown"))
        self.tell(CallQueued(at=at, call=call, queue=queue))
        self.tell(AgentRung(at=at, call=call, agent=agent, leg=leg, queue=queue))
        self.tell(AgentAnswered(at=at, call=call, agent=agent, leg=leg, queue=queue))

    @rule(data=st.data(), later=st.sampled_from([0, 0, 700, 4_000]))
    def a_call_is_handed_on(self, data: st.DataObject, later: int) -> None:
        """Those who talk ask for what fits, and something of it happens."""
        fitting = facts_of_transfers.fitting_wishes(self.state, self.now, RequestId(f"h{len(self.told)}"))
        if fitting:
            self.tell(data.draw(st.sampled_from(fitting)))
        for _ in range(data.draw(st.integers(0, 5))):
            self.now = Moment(self.now + later)
            likely = facts_of_transfers.likely_of_transfers(self.state, self.now)
            if likely:
                self.tell(data.draw(st.sampled_from(likely)))

    @rule(data=st.data(), far=st.integers(2, 12), later=st.sampled_from([0, 700]))
    def a_transfer_comes_far(self, data: st.DataObject, far: int, later: int) -> None:
        """Everybody is there, Asterisk does as it is asked, the other side answers, the agent goes on."""
        self._everybody_is_ready()
        if not facts_of_transfers.fitting_wishes(self.state, self.now, RequestId("none")):
            self.a_call_is_answered(data)
        for _ in range(far):
            self.now = Moment(self.now + later)
            fitting = facts_of_transfers.fitting_wishes(self.state, self.now, RequestId(f"f{len(self.told)}"))
            coming = facts_of_transfers.coming_true(self.state, self.effects, self.now)
            if coming and (not fitting or data.draw(st.integers(0, 3))):
                self.tell(coming[0])
            elif fitting:
                self.tell(data.draw(st.sampled_from(fitting)))

    def _everybody_is_ready(self) -> None:
        for agent in facts.AGENTS:
            for queue in facts.QUEUES:
                interface = f"PJSIP/{agent}-web"
                event = MemberAdded(at=self.now, agent=agent, queue=queue, interface=interface, paused=False, reason="")
                self.tell(event)
            self.tell(MemberResumed(at=self.now, agent=agent, queue=facts.QUEUES[0]))

    @rule(data=st.data(), late=_OFTEN_LATE)
    def anything_of_rooms_is_told(self, data: st.DataObject, late: int) -> None:
        self.tell(data.draw(facts_of_transfers.of_transfers(Moment(self.now - late))))

    @rule(data=st.data())
    def a_desk_wants_anything(self, data: st.DataObject) -> None:
        self.tell(data.draw(facts_of_transfers.wishes(self.now, RequestId(f"t{len(self.told)}"))))

    @rule()
    def a_stranger_is_told_of(self) -> None:
        before = self.state
        for event in facts_of_transfers.strangers(self.now):
            self.tell(event)
        assert self.state is before

    @rule(data=st.data())
    def asterisk_moves_and_rings(self, data: st.DataObject) -> None:
        wished = [one for one in self.effects if isinstance(one, MoveLegs | CallThird | HangUpLeg)][-3:]
        if wished:
            for event in laws_of_transfers.obeyed_of_transfers(data.draw(st.sampled_from(wished)), self.now):
                self.tell(event)

    @invariant()
    def calls_that_are_handed_on_are_sound(self) -> None:
        for call in self.state.calls.values():
            laws_of_transfers.spells_are_sound(call)
            laws_of_transfers.music_is_no_talk(call)
            laws_of_transfers.one_under_way(call)
            laws_of_transfers.only_those_who_left_completed(self.state, call)
            laws_of_transfers.sums_fit_the_call(call)
        laws_of_transfers.counts_fall(self.state)

    @invariant()
    def no_other_side_rings_for_nothing(self) -> None:
        laws_of_transfers.nobody_rings_for_nothing(self.state.calls.values(), self.told, self.effects)

    @invariant()
    def who_is_rung_as_the_other_side_shows_it(self) -> None:
        for agent in self.state.agents.values():
            call = None if agent.call is None else self.state.calls[agent.call]
            mine = [] if call is None else [one for one in call.transfers if one.third == agent.leg and agent.leg]
            for one in mine:
                assert one.third_agent == agent.id
                assert (agent.presence is Presence.RINGING) == (one.result is None)
