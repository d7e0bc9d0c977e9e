"""The floor under any facts in any order, twice, late and for strangers: what must hold after each of them."""

from collections import Counter

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from typing_extensions import override

from acd.agent import Presence
from acd.alarms import floor_alarms
from acd.call import answered_at, ringing, unrung_since
from acd.deadlines import GONE, OWN
from acd.effects import AnyEffect, BookEffect, OpenTicket, WriteCall
from acd.events import (
    AnyEvent,
    CallOffered,
    ForceAsked,
    HangUpAsked,
    LegEnded,
    NotReadyAsked,
    PbxSnapshot,
    ReadyAsked,
    SignInAsked,
    SignOutAsked,
    Tick,
    TicketSaved,
    TransferAsked,
    TransferCommanded,
)
from acd.figures import day_of, interval_of
from acd.fold import fold, next_deadline
from acd.names import AgentId, CallId, Millis, Moment, RequestId
from acd.provisional import final_to
from acd.state import Policy, State
from tests.acd import facts
from tests.acd.handing import DIRECTORY
from tests.acd.handing_rules import HandingRules
from tests.acd.laws import agrees_with, answers_in, balanced, in_progress, obeyed, who_waited_is_rung_back
from tests.acd.playbook import T0

REQUESTS = (SignInAsked, SignOutAsked, ReadyAsked, NotReadyAsked, HangUpAsked, TicketSaved, TransferAsked)
REQUESTS += (TransferCommanded, ForceAsked)
NOT_TWICE = REQUESTS
"""Told twice these count twice: a request may be asked again once it is answered, and a refusal has no id."""
ENCODER, DECODER = msgspec.json.Encoder(), msgspec.json.Decoder(AnyEvent)
HOURS = 3_600_000
LATE = st.sampled_from([0, 0, 0, 0, 1, 999, 61_000, HOURS])
LATER = st.sampled_from([0, 1, 1_000, 4_999, 5_000, 15_000, 60_000, 900_000, 9 * HOURS])


class Floor(HandingRules):
    """A floor told anything; Asterisk sometimes does what it is asked to."""

    def __init__(self) -> None:
        super().__init__()
        self.now = T0
        self.told: list[AnyEvent] = []
        self.effects: list[AnyEffect] = []
        self.offered: set[CallId] = set()
        self.asked: Counter[tuple[AgentId, RequestId]] = Counter()

    @initialize(limit=st.integers(0, 2), acw=st.sampled_from([0, 60_000]))
    def opens(self, limit: int, acw: int) -> None:
        policy = Policy(
            not_ready_reasons=frozenset({"break", "meal"}),
            queues=facts.QUEUES,
            misses_before_away=limit,
            acw=Millis(acw),
            destinations=DIRECTORY,
        )
        self.empty = self.state = State(policy=policy)
        self.tell(PbxSnapshot(at=T0, started_at=Moment(1), members=(), legs=()))

    @override
    def tell(self, event: AnyEvent) -> None:
        if isinstance(event, CallOffered) and event.call in self.offered and not self.remembers(event.call):
            return  # after some hours an id is forgotten; Asterisk never uses one again
        if isinstance(event, CallOffered):
            self.offered.add(event.call)
        assert DECODER.decode(ENCODER.encode(event)) == event
        step = fold(self.state, event)
        who_waited_is_rung_back(self.state, step)
        self.told.append(event)
        self.effects += step.effects
        self.state = step.state
        if isinstance(event, REQUESTS):
            self.asked[event.agent, event.request] += 1
        if isinstance(event, PbxSnapshot):
            agrees_with(self.state, event)
        if not isinstance(event, NOT_TWICE):
            again = fold(self.state, event)
            assert again.effects == (), "a fact told twice does nothing"
            assert again.state is self.state, "a fact told twice changes nothing"

    def remembers(self, call: CallId) -> bool:
        return call in self.state.calls or call in self.state.ended or call in self.state.ended_before

    def at(self, late: int) -> Moment:
        return Moment(self.now - late)

    @rule(by=LATER)
    def time_goes_on(self, by: int) -> None:
        self.now = Moment(self.now + by)
        self.tell(Tick(at=self.now))

    @rule(data=st.data(), late=LATE)
    def a_citizen_acts(self, data: st.DataObject, late: int) -> None:
        self.tell(data.draw(facts.of_calls(self.at(late))))

    @rule(data=st.data(), late=LATE)
    def a_telephone_rings_or_speaks(self, data: st.DataObject, late: int) -> None:
        self.tell(data.draw(facts.rings(self.at(late))))

    @rule(data=st.data())
    def what_is_likely_happens(self, data: st.DataObject) -> None:
        for _ in range(data.draw(st.integers(1, 4))):
            self.tell(data.draw(st.sampled_from(facts.likely(self.state, self.now))))

    @rule(data=st.data())
    def a_leg_ends(self, data: st.DataObject) -> None:
        busy = sorted((agent.call, agent.leg) for agent in self.state.agents.values() if agent.call and agent.leg)
        if busy:
            call, leg = data.draw(st.sampled_from(busy))
            self.tell(LegEnded(at=self.now, call=call, leg=leg))

    @rule(data=st.data(), late=LATE)
    def a_member_changes(self, data: st.DataObject, late: int) -> None:
        self.tell(data.draw(facts.of_members(self.at(late))))

    @rule(data=st.data())
    def a_desk_asks(self, data: st.DataObject) -> None:
        self.tell(data.draw(facts.requests(self.now, RequestId(f"r{len(self.told)}"))))

    @rule(data=st.data())
    def the_link_changes(self, data: st.DataObject) -> None:
        waiting = sorted(self.state.wishes) or [RequestId("r0")]
        self.tell(data.draw(facts.of_the_link(self.now, waiting[0])))

    @rule(data=st.data())
    def something_is_told_again(self, data: st.DataObject) -> None:
        self.tell(data.draw(st.sampled_from(self.told)))

    @rule()
    def asterisk_obeys(self) -> None:
        wished = next((one for one in reversed(self.effects) if not isinstance(one, BookEffect)), None)
        for event in obeyed(wished, self.now):
            self.tell(event)

    # --- what must hold ---

    @invariant()
    def every_period_balances(self) -> None:
        periods = [*self.state.intervals.items(), *self.state.days.items()]
        for _, period in periods:
            queues = [tally for _, tally in sorted(period.by_queue.items())]
            assert sum(one.offered for one in queues) == period.all.offered
            for tally in (period.all, *queues):
                balanced(tally)

    @invariant()
    def in_progress_are_the_live_unanswered_calls(self) -> None:
        state = self.state
        live = [call for call in state.calls.values() if call.ended_at is None and answered_at(call) is None]
        policy = state.policy
        by_interval = Counter((interval_of(call.offered_at, policy.interval), call.queue) for call in live)
        by_day = Counter((day_of(call.offered_at, policy.utc_offset), call.queue) for call in live)
        assert in_progress(state.intervals) == {
            place: many for place, many in by_interval.items() if place[0] in state.intervals
        }
        assert in_progress(state.days) == {place: many for place, many in by_day.items() if place[0] in state.days}

    @invariant()
    def the_counts_are_those_of_the_records(self) -> None:
        last = {effect.record.call: effect.record for effect in self.effects if isinstance(effect, WriteCall)}
        interval = self.state.policy.interval
        answered = Counter(interval_of(one.offered_at, interval) for one in last.values() if one.answered_at)
        lost = Counter(interval_of(one.offered_at, interval) for one in last.values() if one.loss_stage)
        assert all(one.answered_at is None or one.loss_stage is None for one in last.values())
        for start, period in self.state.intervals.items():
            assert (period.all.answered, period.all.lost) == (answered[start], lost[start])

    @invariant()
    def only_after_call_work_has_a_deadline(self) -> None:
        for agent in self.state.agents.values():
            assert (agent.until is not None) == (agent.presence is Presence.ACW)

    @invariant()
    def only_the_busy_hold_a_call(self) -> None:
        for agent in self.state.agents.values():
            busy = agent.presence in (Presence.RINGING, Presence.TALKING)
            assert (agent.call is not None) == (busy or agent.presence is Presence.ACW)
            assert (agent.leg is not None) == busy
            assert agent.call is None or agent.call in self.state.calls

    @invariant()
    def the_ringing_ring_and_the_talking_talk(self) -> None:
        for agent in self.state.agents.values():
            call = None if agent.call is None else self.state.calls[agent.call]
            if call is not None and any(one.third == agent.leg for one in call.transfers if agent.leg):
                continue  # HandingRules looks at the other sides of transfers
            if agent.presence is Presence.RINGING:
                assert call is not None
                assert call.ended_at is None
                assert ringing(call) is not None
                assert any(ring.leg == agent.leg and ring.agent == agent.id for ring in call.rings)
            elif agent.presence is Presence.TALKING:
                assert call is not None
                assert any(talk.leg == agent.leg and talk.agent == agent.id for talk in call.talks)

    @invariant()
    def presence_agrees_with_membership(self) -> None:
        for agent in self.state.agents.values():
            if agent.presence is Presence.OUT:
                assert (agent.queues, agent.phone, agent.paused) == (frozenset(), None, None)
            elif agent.presence in (Presence.READY, Presence.NOT_READY):
                assert agent.queues
                assert (agent.paused is None) == (agent.presence is Presence.READY)

    @invariant()
    def every_ended_call_has_one_ticket_and_every_call_at_most_one(self) -> None:
        opened = [effect for effect in self.effects if isinstance(effect, OpenTicket)]
        assert len({one.ticket for one in opened}) == len(opened)
        tickets = Counter(one.call for one in opened)
        for call in self.state.calls.values():
            over = call.ended_at is not None or answered_at(call) is not None
            assert tickets[call.id] == int(over)
            assert (call.ticket is not None) == over
        assert all(tickets[call] == 1 for call in self.state.ended)

    @invariant()
    def every_answered_or_ended_call_is_written(self) -> None:
        written = {effect.record.call for effect in self.effects if isinstance(effect, WriteCall)}
        assert set(self.state.ended) <= written
        assert {call.id for call in self.state.calls.values() if call.ended_at or call.talks} <= written

    @invariant()
    def nothing_is_due_before_the_next_deadline(self) -> None:
        due = next_deadline(self.state)
        untils = {(one.until, one.id, OWN) for one in self.state.agents.values() if one.until is not None}
        untils |= {(one.give_up, one.id, GONE) for one in self.state.agents.values() if one.give_up is not None}
        waits = {(wish.deadline, wish.agent, request) for request, wish in self.state.wishes.items()}
        assert {one for slot in self.state.deadlines.values() for one in slot} == untils | waits
        look = self.state.look_at
        assert look is None or (due is not None and due <= look)
        assert look is not None or not self.state.pbx.up or not (self.state.returning or self.state.waiting)
        assert all(due is not None and due <= one[0] for one in untils | waits)

    @invariant()
    def who_waits_is_known(self) -> None:
        waiting = {call.id: since for call in self.state.calls.values() if (since := unrung_since(call)) is not None}
        assert dict(self.state.waiting) == waiting

    @invariant()
    def only_members_are_put_back_and_only_agents_alarmed(self) -> None:
        for agent_id, one in self.state.returning.items():
            assert one.awaited | {doubt.queue for doubt in one.doubts} <= self.state.agents[agent_id].queues
            assert one.awaited or one.doubts
        for alarm in floor_alarms(self.state):
            assert alarm.subject in self.state.agents
            assert alarm.since <= self.state.now
            assert alarm.count >= 1

    @invariant()
    def what_is_final_holds_no_call_in_progress(self) -> None:
        final = final_to(self.state)
        assert final <= self.state.now
        assert all(call.ended_at is not None or call.offered_at >= final for call in self.state.calls.values())

    @invariant()
    def every_request_has_at_most_one_answer_for_each_time_it_was_asked(self) -> None:
        answers = answers_in(self.effects)
        assert all(many <= self.asked[who] for who, many in answers.items())
        waiting = {(wish.agent, request) for request, wish in self.state.wishes.items()}
        assert waiting | set(answers) == set(self.asked)

    @override
    def teardown(self) -> None:
        if not self.told:
            return
        for _ in range(30):
            self.now = Moment(self.now + 10_000)
            self.tell(Tick(at=self.now))
        assert not self.state.wishes, "after enough ticks nobody waits for an answer"
        assert set(answers_in(self.effects)) == set(self.asked)
        state, effects = self.empty, list[AnyEffect]()
        for event in self.told:
            step = fold(state, event)
            state, effects = step.state, [*effects, *step.effects]
        assert (state, effects) == (self.state, self.effects), "a replay gives the same"


TestFloor = Floor.TestCase
TestFloor.settings = settings(
    max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
