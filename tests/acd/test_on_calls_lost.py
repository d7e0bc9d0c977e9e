"""Stories of lost calls: each stage of loss by name, counted once, with its missed-call ticket."""

from acd.agent import Presence
from acd.effects import OpenTicket, WriteCall
from acd.events import CallLost
from acd.names import LossStage, Party, RingResult
from tests.acd.playbook import (
    A1,
    C1,
    Q,
    Story,
    answer,
    call_over,
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
