"""What goes wrong on the way: the citizen is brought back to whoever is there, and every ring is put right."""

import pytest

from acd.agent import Presence
from acd.call import Stage, conference_ms, stage, talk_ms
from acd.effects import WriteCall
from acd.events import CallHandedOver, LegEnded
from acd.figures import Handed
from acd.names import LegId, Party, RingResult
from acd.transfer import Command, Place, Step, TransferMode
from tests.acd.handing import (
    CITIZEN,
    EXPERTS,
    STAFF,
    STEP,
    TAX,
    THIRD,
    Handing,
    hung_up,
    moved,
)
from tests.acd.playbook import A2, C1, Story, answer, call_over, offered, rung

NOBODY = (RingResult.NO_ANSWER, RingResult.REJECTED, RingResult.UNREACHABLE)


# --- nobody answers ---


@pytest.mark.parametrize("result", NOBODY)
def test_nobody_answers_the_consultation_and_the_citizen_comes_back(result: RingResult):
    story = Handing()
    story.asks(TAX, TransferMode.ATTENDED)
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    story.rings()
    assert moved(story.ring_ends(result)) == [(CITIZEN, Place.ROOM)]
    assert story.step is None
    story.joins(CITIZEN)
    assert [talk.end is None for talk in story.call.talks] == [False, True]
    assert story.transfer.result is result
    assert story.counts() == Handed(asked=1)
    story.asks(TAX, TransferMode.CONFERENCE)
    assert story.answer is None, "the next one may be asked for"


@pytest.mark.parametrize("mode", [TransferMode.CONFERENCE, TransferMode.SUCCESS])
def test_nobody_answers_into_the_conversation_and_it_goes_on(mode: TransferMode):
    story = Handing()
    story.asks(TAX, mode)
    story.joins(CITIZEN, STAFF)
    story.rings()
    assert story.ring_ends(RingResult.REJECTED) != []
    assert (story.step, story.presence(), story.call.leaving) == (None, Presence.TALKING, False)


@pytest.mark.parametrize("result", NOBODY)
def test_a_released_citizen_whom_nobody_answers_is_at_the_head_of_the_queue(result: RingResult):
    story = Handing()
    outside = LegId("jt1-200.7")
    story.asks(TAX, TransferMode.RELEASE)
    story.handed(Place.BLIND)
    story.tell(LegEnded(at=story.then(0), call=C1, leg=STAFF))
    story.rings(outside)
    story.ring_ends(result, outside)
    story.is_returned()
    assert (stage(story.call), story.call.ended_by) == (Stage.QUEUE, None)
    assert C1 in story.state.waiting
    assert story.counts() == Handed(asked=1)
    story.ready(A2)
    story.tell(rung(A2, C1, story.then()), answer(A2, C1, story.then()))
    assert stage(story.call) is Stage.TALKING
    assert story.presence(A2) is Presence.TALKING


def test_an_expert_who_does_not_answer_is_ready_again():
    story = Handing()
    story.expert()
    story.asks(EXPERTS, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings(agent=A2)
    story.ring_ends(RingResult.NO_ANSWER)
    assert story.presence(A2) is Presence.READY
    assert story.state.agents[A2].misses == 0, "no call of the queue was missed"


def test_an_expert_whose_leg_is_gone_while_it_rings_is_ready_again():
    story = Handing()
    story.expert()
    story.asks(EXPERTS, TransferMode.CONFERENCE)
    story.rings(agent=A2)
    story.tell(LegEnded(at=story.then(), call=C1, leg=THIRD))
    assert story.presence(A2) is Presence.READY
    assert story.step is None


def test_a_ring_told_after_its_answer_rings_nobody():
    story = Handing()
    story.expert()
    story.asks(EXPERTS, TransferMode.CONFERENCE)
    story.ring_ends(RingResult.ANSWERED)
    assert story.presence(A2) is Presence.TALKING
    story.rings(agent=A2)
    assert story.presence(A2) is Presence.TALKING


# --- the agent is gone ---


def test_the_agent_hangs_up_while_it_rings_and_whoever_answers_gets_the_citizen():
    story = Handing()
    story.asks(TAX, TransferMode.ATTENDED)
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    story.rings()
    assert hung_up(story.hangs_up(STAFF)) == [], "the citizen is on music: the ring is their hope"
    assert story.step is Step.CALLING
    story.ring_ends(RingResult.ANSWERED)
    assert moved(story.joins(THIRD)) == [(CITIZEN, Place.ROOM)]
    story.joins(CITIZEN)
    assert story.counts() == Handed(asked=1, answered=1, completed=1)
    assert story.call.ended_by is None, "the call goes on"


def test_the_agent_hangs_up_while_it_rings_and_nobody_answers():
    story = Handing()
    story.asks(TAX, TransferMode.ATTENDED)
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    story.rings()
    story.hangs_up(STAFF)
    assert moved(story.ring_ends(RingResult.NO_ANSWER)) == [], "there is nobody to be moved to"
    story.is_returned()
    assert (stage(story.call), story.step, story.call.ended_by) == (Stage.QUEUE, None, None)


def test_the_agent_hangs_up_in_the_conversation_while_it_rings_and_the_citizen_hopes_on():
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings()
    assert hung_up(story.hangs_up(STAFF)) == []
    story.leaves(CITIZEN)
    story.handed(Place.MUSIC)  # the dialplan's own doing: the other side may answer yet
    story.ring_ends(RingResult.ANSWERED)
    assert moved(story.joins(THIRD)) == [(CITIZEN, Place.ROOM)]
    assert story.counts() == Handed(asked=1, answered=1, completed=1)


def test_the_agent_hangs_up_in_the_consultation_and_the_citizen_goes_in():
    story = Handing()
    story.consulting()
    assert moved(story.hangs_up(STAFF)) == [(CITIZEN, Place.ROOM)]
    story.joins(CITIZEN)
    assert (story.step, story.presence()) == (None, Presence.ACW)
    assert story.counts() == Handed(asked=1, answered=1, completed=1)


def test_the_agent_hangs_up_in_the_conference_and_the_others_go_on():
    story = Handing()
    story.conferring()
    story.hangs_up(STAFF)
    assert (story.step, stage(story.call), story.call.ended_by) == (None, Stage.TALKING, None)
    assert story.transfer.completed_at is not None


def test_the_agent_hangs_up_during_a_step_and_the_citizen_comes_to_the_queue():
    story = Handing()
    story.asks(STEP, TransferMode.SUSPEND)
    story.handed(Place.STEP)
    story.joins(STAFF)
    story.hangs_up(STAFF)
    story.keys_in("1")
    story.is_returned()
    assert (stage(story.call), story.step, story.presence()) == (Stage.QUEUE, None, Presence.ACW)


# --- the other side is gone ---


def test_the_other_side_hangs_up_in_the_consultation_and_the_citizen_comes_back():
    story = Handing()
    story.consulting()
    assert moved(story.hangs_up(THIRD)) == [(CITIZEN, Place.ROOM)]
    assert story.step is None
    assert story.transfer.completed_at is None
    assert story.counts() == Handed(asked=1, answered=1)


def test_the_other_side_hangs_up_on_music_and_the_talk_goes_on():
    story = Handing()
    story.swapped()
    assert moved(story.tell(LegEnded(at=story.then(), call=C1, leg=THIRD))) == []
    assert (story.step, story.call.talks[-1].end) == (None, None)


def test_the_other_side_hangs_up_in_the_conference_and_the_talk_goes_on():
    story = Handing()
    story.conferring()
    story.hangs_up(THIRD)
    assert (story.step, story.presence()) == (None, Presence.TALKING)
    assert story.transfer.third_left_at is not None


def test_the_other_side_is_lost_when_the_agent_has_left_and_the_citizen_is_in_the_queue():
    story = Handing()
    story.conferring()
    story.wants(Command.COMPLETE)
    story.is_gone(STAFF)
    story.is_gone(THIRD)
    story.leaves(CITIZEN)
    story.is_returned()
    assert (stage(story.call), story.call.rooms) == (Stage.QUEUE, None)
    assert all(talk.end is not None for talk in story.call.talks)
    assert all(side.end is not None for side in story.call.sides)


# --- the citizen is gone ---


def test_the_citizen_hangs_up_while_it_rings():
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings()
    assert hung_up(story.citizen_hangs_up()) == [THIRD]
    assert (story.step, story.call.ended_by) == (None, Party.CALLER)


def test_the_citizen_hangs_up_on_music_and_the_consultation_may_end():
    story = Handing()
    story.consulting()
    assert hung_up(story.citizen_hangs_up()) == []
    assert (story.step, story.presence()) == (None, Presence.TALKING)
    story.is_gone(STAFF)
    assert story.presence() is Presence.ACW


def test_what_is_heard_after_the_citizen_left_is_no_part_of_the_call():
    story = Handing()
    story.conferring()
    story.citizen_hangs_up()
    story.hangs_up(STAFF)
    story.is_gone(THIRD)
    assert all(one.end is not None for one in (*story.call.talks, *story.call.sides))
    length = (story.call.ended_at or 0) - story.call.offered_at
    assert talk_ms(story.call) + conference_ms(story.call) <= 2 * length


def test_the_citizen_hangs_up_during_a_step():
    story = Handing()
    story.asks(STEP, TransferMode.SUSPEND)
    story.handed(Place.STEP)
    story.joins(STAFF)
    story.citizen_hangs_up()
    assert story.step is None
    assert story.counts(STEP) == Handed(asked=1)


def test_a_call_that_another_hotline_passed_on_to_us_says_whose_it_is() -> None:
    story = Story()
    story.tell(offered(C1, story.then()))
    for reference in ("A-17", "A-18"):
        story.tell(CallHandedOver(at=story.then(), call=C1, by="police", reference=reference))
    call = story.state.calls[C1]
    assert (call.came_from, call.reference) == ("police", "A-17"), "told twice, the first counts"
    story.tell(call_over(C1, story.then()))
    written = next(one for one in reversed(story.effects) if isinstance(one, WriteCall))
    assert (written.record.came_from, written.record.reference) == ("police", "A-17")
