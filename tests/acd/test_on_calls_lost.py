"""Stories of lost calls: each stage of loss by name, counted once, with its missed-call ticket."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from acd.agent import Presence
from acd.effects import OpenTicket, RingBack, WriteCall
from acd.events import CallLost, CallReturned
from acd.names import LossStage, Party, RingResult
from tests.acd.laws import rung_back
from tests.acd.pbx_dialplan import Dialplan
from tests.acd.pbx_world import CITIZEN
from tests.acd.people import MEMBERS, People
from tests.acd.playbook import (
    A1,
    A2,
    C1,
    Q,
    Story,
    answer,
    call_over,
    leg_over,
    offered,
    ring_over,
    today,
)


def lost_as(story: Story) -> LossStage | None:
    written = [effect.record for effect in story.effects if isinstance(effect, WriteCall)]
    return written[-1].loss_stage


def test_who_hangs_up_during_the_announcements_is_an_ivr_abandon_with_a_missed_call_ticket() -> None:
    story = Story()
    story.tell(offered(C1, story.then()))
    effects = story.tell(call_over(C1, story.then()))
    assert lost_as(story) is LossStage.IVR_ABANDON
    assert [type(effect) for effect in effects] == [OpenTicket, WriteCall]
    assert isinstance(effects[0], OpenTicket)
    assert (effects[0].missed, effects[0].agent) == (True, None)
    assert (today(story).requested, today(story).lost_ivr, today(story).lost_in) == (0, 1, 0)


def test_who_hangs_up_in_the_queue_is_a_queue_abandon() -> None:
    story = Story()
    story.waiting()
    story.tell(call_over(C1, story.then(15_000)))
    assert lost_as(story) is LossStage.QUEUE_ABANDON
    assert (today(story).lost_queue, today(story).lost_in) == (1, 1), "15.000 s is within 15 s"


def test_who_hangs_up_a_millisecond_after_the_service_level_is_no_short_loss() -> None:
    story = Story()
    story.waiting()
    story.tell(call_over(C1, story.then(15_001)))
    assert today(story).lost_in == 0


def test_who_hangs_up_while_a_telephone_rings_is_a_ring_abandon_and_nobody_s_miss() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    story.tell(call_over(C1, story.then()))
    assert lost_as(story) is LossStage.RING_ABANDON
    agent = story.state.agents[A1]
    assert (agent.presence, agent.misses, agent.call) == (Presence.READY, 0, None)


def test_the_cancel_of_a_ring_comes_before_the_caller_s_end_and_changes_nothing_of_that() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    story.tell(ring_over(A1, C1, story.then(), RingResult.CANCELLED), call_over(C1, story.then(1)))
    assert lost_as(story) is LossStage.RING_ABANDON
    assert story.state.agents[A1].misses == 0


def test_a_ring_nobody_took_and_then_a_hang_up_is_a_queue_abandon() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    story.tell(ring_over(A1, C1, story.then(), RingResult.NO_ANSWER), call_over(C1, story.then()))
    assert lost_as(story) is LossStage.QUEUE_ABANDON


def test_a_call_the_dialplan_gave_up_is_an_overflow_to_call_back() -> None:
    story = Story()
    story.waiting()
    stage_ = LossStage.OVERFLOW_CALLBACK
    story.tell(CallLost(at=story.then(), call=C1, queue=Q, stage=stage_, cause="TIMEOUT"), call_over(C1, story.then()))
    assert lost_as(story) is LossStage.OVERFLOW_CALLBACK
    written = next(one.record for one in reversed(story.effects) if isinstance(one, WriteCall))
    assert (written.loss_cause, written.ended_by) == ("TIMEOUT", Party.SYSTEM)
    assert today(story).lost_overflow == 1


def test_a_call_given_up_and_answered_after_all_is_answered() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.tell(CallLost(at=story.then(), call=C1, queue=Q, stage=LossStage.OVERFLOW_CALLBACK, cause="TIMEOUT"))
    story.tell(answer(A1, C1, story.then()), call_over(C1, story.then()))
    for one in story.effects:
        assert not isinstance(one, WriteCall) or (one.record.loss_stage, one.record.loss_cause) == (None, "")
    assert (today(story).answered, today(story).lost) == (1, 0)


def waits_again(story: Story) -> None:
    """Lose the agent who talked; the dialplan takes the citizen back to the queue."""
    story.talking()
    story.tell(leg_over(A1, C1, story.then()), CallReturned(at=story.then(), call=C1, queue=Q))


def test_who_leaves_while_they_wait_again_is_owed_a_call_back_and_was_answered_all_the_same() -> None:
    story = Story()
    waits_again(story)
    effects = story.tell(call_over(C1, story.then(40_000)))
    assert [type(effect) for effect in effects] == [WriteCall, RingBack], "the record first: the ticket may hang on it"
    assert effects[1] == RingBack(call=C1, at=story.at)
    assert lost_as(story) is None
    assert story.tell(call_over(C1, story.then())) == []


def test_who_is_told_that_we_ring_back_while_they_wait_again_is_in_the_list_too() -> None:
    story = Story()
    waits_again(story)
    gave_up = CallLost(at=story.then(), call=C1, queue=Q, stage=LossStage.OVERFLOW_CALLBACK, cause="TIMEOUT")
    story.tell(gave_up, call_over(C1, story.then()))
    assert rung_back(story.effects) == [C1]


def test_who_leaves_while_a_second_agent_rings_is_owed_a_call_back() -> None:
    story = Story()
    waits_again(story)
    story.ready(A2)
    story.ringing(A2)
    story.tell(call_over(C1, story.then()))
    assert rung_back(story.effects) == [C1]


def test_who_was_answered_again_is_owed_nothing() -> None:
    story = Story()
    waits_again(story)
    story.ready(A2)
    story.ringing(A2)
    story.tell(answer(A2, C1, story.then()), leg_over(A2, C1, story.then()), call_over(C1, story.then()))
    assert rung_back(story.effects) == []


def test_a_call_that_ends_in_the_talk_is_owed_nothing() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()), call_over(C1, story.then()))
    assert rung_back(story.effects) == []


class Leaving(Dialplan):
    """An Asterisk that notes what its citizen did as they left."""

    left = ""
    """`waited`; `under way` to another place, or to somebody who was not there yet; or empty."""

    @override
    def hangs_up(self, *, said: bool) -> None:
        if CITIZEN not in self.bridge:
            self.left = {"queue": "waited", "moved": "under way", "room": "under way"}.get(self.doing, "")
        super().hangs_up(said=said)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False), acts=st.integers(1, 25))
def test_whoever_left_the_queue_is_rung_back_whatever_came_before(chance: Random, acts: int) -> None:
    world = Leaving(chance, MEMBERS)
    people = People(chance, world)
    for _ in range(acts):
        people.live(chance.choice([3, 40, 700, 3_000]))
        people.acts()
    if world.alive:
        world.hangs_up(said=True)
    people.hears_again()
    people.live(60_000)
    assert world.left == "under way" or rung_back(people.effects) == [C1] * (world.left == "waited")
