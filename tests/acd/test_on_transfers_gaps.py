"""Asterisk refuses, is silent, is not heard, or tells late and twice: nothing is lost and nothing done twice."""

import pytest

from acd.agent import Presence
from acd.call import Stage, queue_now, stage
from acd.effects import Accept, Refuse
from acd.events import (
    ActionFailed,
    CallHanded,
    CallPickedUp,
    CallReturned,
    LegEnded,
    LegJoined,
    PbxLost,
    Tick,
)
from acd.names import LegId, Moment, RingResult, third_leg
from acd.refusal import Refusal
from acd.transfer import Command, Place, Step, TransferMode
from tests.acd.handing import (
    CITIZEN,
    EXPERTS,
    STAFF,
    TAX,
    THIRD,
    Handing,
    hung_up,
    moved,
    seen,
)
from tests.acd.playbook import A1, A2, C1, answer, ring_over, rung

# --- Asterisk refuses, is silent, or is not heard ---


def test_what_asterisk_refuses_brings_the_citizen_back():
    story = Handing()
    story.asks(TAX, TransferMode.ATTENDED)
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    failed = story.tell(ActionFailed(at=story.then(), request=story.newest, why="no such trunk"))
    assert moved(failed) == [(CITIZEN, Place.ROOM)]
    assert isinstance(story.answer, Refuse)
    assert (story.answer.why, story.answer.detail) == (Refusal.PBX_REFUSED, "no such trunk")
    assert story.transfer.result is RingResult.UNREACHABLE


def test_a_refusal_that_overtakes_the_move_brings_the_citizen_back_when_they_have_arrived():
    story = Handing()
    story.asks(TAX, TransferMode.ATTENDED)
    assert moved(story.tell(ActionFailed(at=story.then(), request=story.newest, why="no such trunk"))) == []
    assert moved(story.handed(Place.MUSIC)) == [(CITIZEN, Place.ROOM)]


def test_silence_brings_the_citizen_back_and_who_rings_too_late_is_hung_up():
    story = Handing()
    story.asks(TAX, TransferMode.ATTENDED)
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    assert moved(story.tell(Tick(at=story.then(5_000)))) == [(CITIZEN, Place.ROOM)]
    assert isinstance(story.answer, Refuse)
    assert story.answer.why is Refusal.PBX_SILENT
    assert hung_up(story.rings()) == [THIRD]


def test_who_was_refused_to_leave_stays():
    story = Handing()
    story.consulting()
    story.wants(Command.COMPLETE)
    story.tell(ActionFailed(at=story.then(), request=story.newest, why="no such channel"))
    story.wants(Command.MERGE)
    assert hung_up(story.joins(CITIZEN)) == []
    assert story.step is Step.JOINED


def test_after_a_gap_what_may_not_have_been_done_is_asked_again():
    story = Handing()
    story.consulting()
    story.tell(PbxLost(at=story.then(), why="the connection was closed"))
    assert moved(story.hangs_up(THIRD)) == [(CITIZEN, Place.ROOM)], "told by the logs: nobody performs it"
    assert moved(story.tell(seen(story, CITIZEN, STAFF))) == [(CITIZEN, Place.ROOM)]
    assert moved(story.tell(seen(story, CITIZEN, STAFF))) == [], "once is enough"


def test_after_a_gap_a_transfer_that_never_began_is_over():
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.tell(PbxLost(at=story.then(), why="the connection was closed"))
    assert isinstance(story.answer, Refuse)
    story.tell(seen(story, CITIZEN, STAFF))
    assert story.step is None


def test_after_a_gap_an_agent_who_was_to_leave_leaves():
    story = Handing()
    story.asks(TAX, TransferMode.SUCCESS)
    story.joins(CITIZEN, STAFF)
    story.rings()
    story.tell(PbxLost(at=story.then(), why="the connection was closed"))
    story.answers()
    assert hung_up(story.tell(seen(story, CITIZEN, STAFF, THIRD))) == [STAFF]


@pytest.mark.parametrize("answers", [False, True])
def test_after_a_gap_no_stranger_waits_in_the_room_for_the_next_transfer(answers: bool):
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings()
    story.tell(PbxLost(at=story.then(), why="the connection was closed"))
    story.is_gone(STAFF)
    story.leaves(CITIZEN)
    story.is_returned()
    if answers:
        story.answers()
    assert hung_up(story.tell(seen(story, CITIZEN, THIRD))) == [THIRD]


# --- told late or twice ---


@pytest.mark.parametrize("given_up", [False, True])
def test_after_a_gap_who_answered_into_a_later_agents_talk_is_sent_away(given_up: bool):
    story = Handing()
    story.conferring()
    story.wants(Command.DROP)
    story.is_gone(THIRD)
    story.asks(TAX, TransferMode.SUCCESS)
    second, colleague = third_leg(C1, 2), LegId("jt1-900.1")
    if given_up:
        story.tell(ActionFailed(at=story.then(), request=story.newest, why="no such trunk"))
    story.tell(PbxLost(at=story.then(), why="closed"))
    story.rings(second)
    story.is_gone(STAFF)
    story.is_returned()
    story.tell(CallPickedUp(at=story.then(), call=C1, agent=A2, leg=colleague))
    story.handed(Place.ROOM)
    story.joins(colleague, CITIZEN)
    story.answers(second)
    assert hung_up(story.tell(seen(story, CITIZEN, colleague, second))) == [second]


def test_a_return_told_again_after_the_next_answer_is_known():
    story = Handing()
    story.tell(LegEnded(at=story.then(), call=C1, leg=STAFF))
    returned = CallReturned(at=story.then(), call=C1, queue=story.call.queue)
    story.tell(returned)
    story.ready(A2)
    story.tell(rung(A2, C1, story.then()), answer(A2, C1, story.then()))
    story.tell(CallReturned(at=Moment(returned.at + 3), call=C1, queue=story.call.queue))
    assert (stage(story.call), story.call.talks[-1].end) == (Stage.TALKING, None)


def test_a_hand_over_told_again_changes_nothing():
    story = Handing()
    story.signs_in()
    story.asks(EXPERTS, TransferMode.RELEASE)
    told = CallHanded(at=story.then(), call=C1, place=Place.QUEUE)
    story.tell(told)
    before = story.state
    story.tell(told, CallHanded(at=Moment(told.at - 1), call=C1, place=Place.MUSIC))
    assert story.state is before
    assert queue_now(story.call) != story.call.queue


def test_a_queues_ring_of_the_same_agent_is_none_of_the_other_side():
    story = Handing()
    story.expert()
    story.conferring(EXPERTS, agent=A2)
    story.tell(ring_over(A2, C1, story.then(), RingResult.NO_ANSWER))
    assert story.presence(A2) is Presence.TALKING
    assert story.presence(A1) is Presence.TALKING


def test_an_unknown_leg_in_the_room_is_no_spell():
    story = Handing()
    story.conferring()
    before = (story.call.talks, story.call.sides)
    story.tell(LegJoined(at=story.then(), call=C1, leg=LegId("jt1-999.9"), bridge="room-1"))
    assert (story.call.talks, story.call.sides) == before
    assert isinstance(story.answer, Accept)
