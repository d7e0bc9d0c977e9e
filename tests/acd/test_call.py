"""Questions about a call: its stage, the name of its loss, its times."""

import pytest
from msgspec.structs import replace

from acd.call import (
    Call,
    Ring,
    Stage,
    Talk,
    abandoned_at_stage,
    answered_at,
    ends_talk,
    record,
    ringing,
    stage,
    stage_since,
    talk_ms,
    wait_ms,
    with_citizen,
)
from acd.names import LegId, LossStage, Moment, RingResult
from tests.acd.playbook import A1, A2, C1, T0, Q

OFFERED = Call(id=C1, node="jt1", number="12345", caller="unknown", queue=Q, offered_at=T0)
QUEUED = replace(OFFERED, requested_at=Moment(T0 + 3_000), queued_at=Moment(T0 + 3_100))
RING = Ring(agent=A1, leg=LegId("l1"), at=Moment(T0 + 5_000))
RUNG = replace(QUEUED, rings=(RING,))
TALK = Talk(agent=A1, leg=LegId("l1"), start=Moment(T0 + 9_000))
ANSWERED = replace(RUNG, rings=(replace(RING, ended_at=TALK.start, result=RingResult.ANSWERED),), talks=(TALK,))
ENDED = replace(ANSWERED, talks=(replace(TALK, end=Moment(T0 + 20_000)),), ended_at=Moment(T0 + 20_000))


@pytest.mark.parametrize(
    ("call", "where", "since"),
    [
        (OFFERED, Stage.IVR, 0),
        (QUEUED, Stage.QUEUE, 3_100),
        (replace(QUEUED, queued_at=None), Stage.QUEUE, 3_000),
        (RUNG, Stage.RINGING, 5_000),
        (ANSWERED, Stage.TALKING, 9_000),
        (ENDED, Stage.ENDED, 20_000),
    ],
)
def test_a_call_stands_where_its_newest_fact_put_it(call: Call, where: Stage, since: int) -> None:
    assert stage(call) is where
    assert stage_since(call) == T0 + since


@pytest.mark.parametrize(
    ("result", "loss"),
    [
        (None, LossStage.RING_ABANDON),
        (RingResult.CANCELLED, LossStage.RING_ABANDON),
        (RingResult.NO_ANSWER, LossStage.QUEUE_ABANDON),
        (RingResult.REJECTED, LossStage.QUEUE_ABANDON),
        (RingResult.UNREACHABLE, LossStage.QUEUE_ABANDON),
    ],
)
def test_a_loss_is_named_after_the_last_ring(result: RingResult | None, loss: LossStage) -> None:
    assert abandoned_at_stage(replace(RUNG, rings=(replace(RING, result=result),))) is loss


def test_who_never_asked_for_an_agent_left_in_the_announcements() -> None:
    assert abandoned_at_stage(OFFERED) is LossStage.IVR_ABANDON
    assert abandoned_at_stage(QUEUED) is LossStage.QUEUE_ABANDON


def test_the_wait_runs_from_queue_entry_to_answer_or_end() -> None:
    assert wait_ms(ANSWERED) == 5_900
    assert wait_ms(replace(QUEUED, ended_at=Moment(T0 + 4_100))) == 1_000
    assert wait_ms(OFFERED) == wait_ms(QUEUED) == 0
    assert wait_ms(replace(QUEUED, ended_at=T0)) == 0, "a late queue entry gives no negative wait"


def test_talk_is_the_sum_of_finished_spells() -> None:
    second = Talk(agent=A2, leg=LegId("l2"), start=Moment(T0 + 30_000))
    assert talk_ms(ANSWERED) == 0
    assert talk_ms(replace(ENDED, talks=(*ENDED.talks, second))) == 11_000


def test_the_first_of_several_agents_is_the_answer_and_the_last_stands_in_the_record() -> None:
    second = Talk(agent=A2, leg=LegId("l2"), start=Moment(T0 + 12_000))
    call = replace(ANSWERED, talks=(TALK, second))
    assert answered_at(call) == TALK.start
    assert record(call).agent == A2


def test_who_hangs_up_ends_the_conversation_only_if_nobody_else_is_with_the_citizen() -> None:
    second = Talk(agent=A2, leg=LegId("l2"), start=Moment(T0 + 12_000))
    both = replace(ANSWERED, talks=(TALK, second))
    assert (with_citizen(both), with_citizen(ENDED)) == ({TALK.leg, second.leg}, set())
    assert not ends_talk(both, TALK.leg)
    alone = replace(both, talks=(replace(TALK, end=Moment(T0 + 20_000)), second))
    assert (ends_talk(alone, TALK.leg), ends_talk(alone, second.leg)) == (False, True)
    left = replace(alone, talks=(alone.talks[0], replace(second, end=Moment(T0 + 30_000))))
    assert (ends_talk(left, TALK.leg), ends_talk(left, second.leg)) == (False, True), "told late"
    assert not ends_talk(replace(left, returned_at=Moment(T0 + 30_000)), second.leg)
    assert not ends_talk(QUEUED, TALK.leg)


def test_the_newest_open_ring_is_the_one_that_rings() -> None:
    other = Ring(agent=A2, leg=LegId("l2"), at=Moment(T0 + 6_000))
    assert ringing(replace(QUEUED, rings=(RING, other))) == other
    assert ringing(replace(QUEUED, rings=(RING, replace(other, ended_at=other.at)))) == RING
    assert ringing(QUEUED) is None


def test_a_record_says_what_the_call_says() -> None:
    written = record(ENDED)
    assert (written.call, written.number, written.queue, written.rings) == (C1, "12345", Q, 1)
    assert (written.offered_at, written.answered_at, written.ended_at) == (T0, T0 + 9_000, T0 + 20_000)
    assert (written.wait_ms, written.talk_ms, written.hold_ms) == (5_900, 11_000, 0)
    assert (written.loss_stage, written.ticket) == (None, None)
