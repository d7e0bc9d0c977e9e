"""Stories of calls: rings nobody missed, answers, holds, after-call work."""

import pytest

from acd.agent import Presence
from acd.call import Stage, stage, stage_since
from acd.effects import OpenTicket, PauseMember, ResumeMember, WriteCall
from acd.events import CallHeld, CallOffered, CallQueued, CallRetrieved, CallReturned, HangUpHeard, Tick
from acd.names import LegId, Moment, Party, RingResult
from tests.acd.playbook import (
    A1,
    A2,
    C1,
    C2,
    Q2,
    T0,
    Q,
    Story,
    answer,
    call_over,
    leg_of,
    leg_over,
    offered,
    paused,
    removed,
    resumed,
    ring_over,
    rung,
    today,
)

MISSED = (RingResult.NO_ANSWER, RingResult.REJECTED, RingResult.UNREACHABLE)


@pytest.mark.parametrize("result", MISSED)
def test_three_missed_rings_in_a_row_set_an_agent_away(result: RingResult) -> None:
    story = Story()
    story.ready()
    story.waiting()
    for attempt in (1, 2, 3):
        leg = LegId(f"ring-{attempt}")
        ring = rung(A1, C1, story.then())
        story.tell(type(ring)(at=ring.at, call=C1, agent=A1, leg=leg, queue=Q))
        over = ring_over(A1, C1, story.then(), result)
        effects = story.tell(type(over)(at=over.at, call=C1, leg=leg, result=result))
        away = PauseMember(agent=A1, interface="PJSIP/6001-web", reason="away")
        assert effects == ([away] if attempt == 3 else [])
    story.tell(paused(A1, story.then(), "away"))
    assert story.state.agents[A1].presence is Presence.NOT_READY
    story.tell(resumed(A1, story.then()))
    assert story.state.agents[A1].misses == 0, "who says ready again begins anew"


def test_an_answer_ends_the_row_of_misses() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    story.tell(ring_over(A1, C1, story.then(), RingResult.NO_ANSWER))
    assert story.state.agents[A1].misses == 1
    story.waiting(C2)
    story.tell(rung(A1, C2, story.then()), answer(A1, C2, story.then()))
    assert story.state.agents[A1].misses == 0


def test_asterisk_ends_a_ring_twice_and_the_first_result_counts() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    story.tell(ring_over(A1, C1, story.then(), RingResult.NO_ANSWER))
    before = story.state
    assert story.tell(ring_over(A1, C1, Moment(story.at), RingResult.CANCELLED)) == []
    assert story.state == before
    assert story.state.agents[A1].misses == 1


def test_a_ring_whose_end_was_never_told_ends_with_its_leg_and_is_nobody_s_miss() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    story.tell(leg_over(A1, C1, story.then()))
    assert (story.state.agents[A1].presence, story.state.agents[A1].misses) == (Presence.READY, 0)
    assert stage(story.state.calls[C1]) is Stage.QUEUE


def test_a_ring_told_after_its_answer_does_not_hold_the_agent_for_ever() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.tell(answer(A1, C1, story.then()), rung(A1, C1, Moment(story.at - 500)))
    story.tell(leg_over(A1, C1, story.then()))
    assert story.state.agents[A1].presence is Presence.ACW


def test_an_answer_opens_the_ticket_and_writes_the_call() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    effects = story.tell(answer(A1, C1, story.then()))
    assert [type(effect) for effect in effects] == [OpenTicket, WriteCall]
    assert isinstance(effects[0], OpenTicket)
    assert (effects[0].ticket, effects[0].missed, effects[0].agent) == ("JT20261121-000001", False, A1)
    assert (today(story).answered, today(story).answered_in, today(story).wait_answered_ms) == (1, 1, 2_000)


def test_an_answer_after_exactly_15_seconds_is_in_time_and_a_millisecond_later_is_not() -> None:
    for wait, in_time in ((15_000, 1), (15_001, 0)):
        story = Story()
        story.ready()
        story.waiting()
        story.tell(answer(A1, C1, story.then(wait)))
        assert today(story).answered_in == in_time


def test_an_answer_whose_request_was_never_heard_counts_as_requested() -> None:
    story = Story()
    story.ready()
    story.tell(offered(C1, story.then()), answer(A1, C1, story.then()))
    assert (today(story).requested, today(story).answered) == (1, 1)


def test_a_second_agent_on_the_same_call_is_not_a_second_answer() -> None:
    story = Story()
    story.talking()
    story.ready(A2)
    story.tell(answer(A2, C1, story.then()))
    assert today(story).answered == 1
    assert len([one for one in story.effects if isinstance(one, OpenTicket)]) == 1
    assert story.state.agents[A2].presence is Presence.TALKING


def test_two_agents_take_two_calls_at_once() -> None:
    story = Story()
    story.talking(A1, C1)
    story.talking(A2, C2)
    assert (story.state.agents[A1].call, story.state.agents[A2].call) == (C1, C2)
    story.tell(leg_over(A1, C1, story.then()), call_over(C1, story.then(0)))
    assert story.state.agents[A2].presence is Presence.TALKING
    assert (today(story).answered, today(story).talks_ended) == (2, 1)


def test_a_ring_at_two_agents_is_answered_by_one_and_missed_by_nobody() -> None:
    story = Story()
    story.ready(A1)
    story.ready(A2)
    story.waiting()
    story.tell(rung(A1, C1, story.then()), rung(A2, C1, story.then(0)), answer(A2, C1, story.then()))
    story.tell(ring_over(A1, C1, story.then(0), RingResult.CANCELLED))
    first, second = story.state.agents[A1], story.state.agents[A2]
    assert (first.presence, first.misses, second.presence) == (Presence.READY, 0, Presence.TALKING)


def test_after_the_talk_comes_after_call_work_until_a_tick_ends_it() -> None:
    story = Story()
    story.talking()
    effects = story.tell(leg_over(A1, C1, story.then()))
    assert effects == [PauseMember(agent=A1, interface="PJSIP/6001-web", reason="acw")]
    until = story.state.agents[A1].until
    assert until == story.at + 60_000
    assert story.tell(Tick(at=Moment(until - 1))) == []
    resume = ResumeMember(agent=A1, interface="PJSIP/6001-web")
    assert story.tell(Tick(at=until)) == [resume]
    assert story.state.agents[A1].presence is Presence.ACW, "asked of Asterisk, not assumed"
    assert story.tell(Tick(at=Moment(until + 4_999))) == []
    assert story.tell(Tick(at=Moment(until + 5_000))) == [resume], "asked again when nothing came of it"
    story.tell(resumed(A1, Moment(until + 5_010)))
    assert (story.state.agents[A1].presence, story.state.agents[A1].until) == (Presence.READY, None)


def test_who_is_taken_out_of_the_queues_while_talking_is_out_after_the_call() -> None:
    story = Story()
    story.talking()
    story.tell(removed(A1, story.then()))
    assert story.state.agents[A1].presence is Presence.TALKING
    assert story.tell(leg_over(A1, C1, story.then())) == []
    agent = story.state.agents[A1]
    assert (agent.presence, agent.phone, agent.paused, agent.call) == (Presence.OUT, None, None, None)


def test_a_hold_lasts_until_it_is_retrieved_or_the_agent_leaves() -> None:
    story = Story()
    story.talking()
    leg = leg_of(A1, C1)
    story.tell(CallHeld(at=story.then(), call=C1, leg=leg), CallRetrieved(at=story.then(2_000), call=C1, leg=leg))
    story.tell(CallHeld(at=story.then(), call=C1, leg=leg), leg_over(A1, C1, story.then(3_000)))
    story.tell(call_over(C1, story.then(60_000)))
    written = next(one.record for one in reversed(story.effects) if isinstance(one, WriteCall))
    assert (written.hold_ms, written.talk_ms) == (5_000, 7_000)


def test_only_an_agent_on_the_line_can_hold() -> None:
    story = Story()
    story.talking()
    story.tell(CallHeld(at=story.then(), call=C1, leg=LegId("stranger")))
    assert story.state.calls[C1].held_since is None


@pytest.mark.parametrize(("leg", "who"), [(LegId(C1), Party.CALLER), (leg_of(A1, C1), Party.AGENT)])
def test_the_first_to_say_good_bye_ended_the_call(leg: LegId, who: Party) -> None:
    story = Story()
    story.talking()
    other = leg_of(A1, C1) if who is Party.CALLER else LegId(C1)
    story.tell(HangUpHeard(at=story.then(), call=C1, leg=leg), HangUpHeard(at=story.then(), call=C1, leg=other))
    story.tell(call_over(C1, story.then()))
    written = next(one.record for one in reversed(story.effects) if isinstance(one, WriteCall))
    assert written.ended_by is who


def test_a_call_that_ends_before_its_agent_s_leg_is_kept_for_the_after_call_work() -> None:
    story = Story()
    story.talking()
    story.tell(call_over(C1, story.then()), leg_over(A1, C1, story.then(1)))
    assert story.state.agents[A1].presence is Presence.ACW
    assert C1 in story.state.calls
    story.tell(resumed(A1, story.then()))
    assert C1 not in story.state.calls
    assert C1 in story.state.ended


def test_a_call_offered_again_after_its_end_is_not_taken_for_a_new_one() -> None:
    story = Story()
    story.waiting()
    story.tell(call_over(C1, story.then()))
    before = story.state
    assert story.tell(offered(C1, before.now)) == []
    story.tell(Tick(at=story.then(7_199_000)), offered(C1, story.at))
    assert C1 not in story.state.calls


def test_each_queue_has_its_own_counts() -> None:
    story = Story()
    story.waiting()
    story.tell(CallOffered(at=story.then(), call=C2, node="jt1", number="12348", queue=Q2, caller="unknown"))
    story.tell(call_over(C2, story.then()))
    assert (today(story, Q).in_progress, today(story, Q2).lost_ivr, today(story).offered) == (1, 1, 2)


def test_a_queue_entry_without_a_request_is_a_request() -> None:
    story = Story()
    story.tell(offered(C1, T0), CallQueued(at=story.then(), call=C1, queue=Q))
    assert today(story).requested == 1
    assert story.state.calls[C1].requested_at == story.state.calls[C1].queued_at == story.at


def test_facts_of_calls_we_never_saw_change_nothing() -> None:
    story = Story()
    story.ready()
    before = story.state
    for fact in (rung(A1, C1, story.at), answer(A1, C1, story.at), leg_over(A1, C1, story.at), call_over(C1, story.at)):
        assert story.tell(fact) == []
    assert story.state == before


def test_a_citizen_whose_agent_was_lost_waits_again_and_the_next_agent_talks() -> None:
    story = Story()
    story.talking()
    story.ready(A2)
    story.tell(leg_over(A1, C1, story.then()))
    story.tell(CallReturned(at=story.then(300), call=C1, queue=Q))
    call = story.state.calls[C1]
    assert (stage(call), stage_since(call)) == (Stage.QUEUE, story.at)
    assert dict(story.state.waiting) == {C1: story.at}
    story.tell(rung(A2, C1, story.then()))
    assert (stage(story.state.calls[C1]), story.state.agents[A2].presence) == (Stage.RINGING, Presence.RINGING)
    story.tell(answer(A2, C1, story.then()))
    assert stage(story.state.calls[C1]) is Stage.TALKING
    story.tell(leg_over(A2, C1, story.then()))
    (written,) = [one for one in story.tell(call_over(C1, story.then())) if isinstance(one, WriteCall)]
    assert (written.record.agent, written.record.loss_stage) == (A2, None)
    assert written.record.talk_ms == 4_000
    assert (today(story).offered, today(story).answered, today(story).lost) == (1, 1, 0)


def test_a_return_told_twice_or_for_a_call_nobody_talked_on_changes_nothing() -> None:
    story = Story()
    story.waiting()
    before = story.state
    story.tell(CallReturned(at=story.then(), call=C1, queue=Q))
    assert story.state is before
    story.talking(A1, C2)
    story.tell(leg_over(A1, C2, story.then()), CallReturned(at=story.then(), call=C2, queue=Q))
    before = story.state
    story.tell(CallReturned(at=story.then(), call=C2, queue=Q))
    assert story.state is before


def test_a_citizen_who_leaves_while_waiting_again_was_answered_all_the_same() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()), CallReturned(at=story.then(), call=C1, queue=Q))
    story.tell(call_over(C1, story.then()))
    assert (today(story).answered, today(story).lost, today(story).in_progress) == (1, 0, 0)
    assert not story.state.waiting
