"""What is asked of Asterisk for the citizen, once each; and the counts by destination."""

import pytest

from acd.effects import HangUpLeg, MoveLegs, WriteCall
from acd.events import CallHanded, LegEnded, LegJoined, PbxLost
from acd.figures import Handed
from acd.names import DestinationKey, Moment, RingResult
from acd.transfer import Command, Place, TransferMode
from tests.acd.handing import CITIZEN, EXPERTS, ROOM, STAFF, TAX, THIRD, Handing, hung_up, moved, of_kind, seen
from tests.acd.playbook import A2, C1, answer, leg_of, rung


def test_the_move_says_whom_the_citizen_is_to_look_for():
    story = Handing()
    (asked,) = of_kind(story.asks(TAX, TransferMode.ATTENDED), MoveLegs)
    assert (asked.call, asked.agent, asked.third) == (C1, STAFF, THIRD)
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    story.rings()
    story.answers()
    (back,) = of_kind(story.is_gone(THIRD), MoveLegs)
    assert (back.agent, back.third) == (STAFF, None), "who is gone is not looked for"


def test_who_is_on_the_way_is_not_asked_again():
    story = Handing()
    story.consulting()
    assert moved(story.wants(Command.MERGE)) == [(CITIZEN, Place.ROOM)]
    assert moved(story.hangs_up(THIRD)) == []
    assert moved(story.hangs_up(STAFF)) == []


def test_who_was_put_aside_is_fetched_when_the_agent_leaves():
    story = Handing()
    story.swapped()
    story.wants(Command.COMPLETE)
    story.joins(THIRD)
    assert hung_up(story.effects) == [STAFF]


def test_a_citizen_with_the_agent_is_left_in_peace():
    story = Handing()
    story.conferring()
    assert of_kind(story.hangs_up(THIRD), MoveLegs) == []


@pytest.mark.parametrize(("to", "place"), [(TAX, Place.BLIND), (EXPERTS, Place.QUEUE)])
def test_who_releases_a_call_out_of_the_room_is_let_go_when_the_citizen_has_left(to: DestinationKey, place: Place):
    story = Handing()
    story.conferring()
    story.hangs_up(THIRD)
    story.signs_in()
    assert hung_up(story.asks(to, TransferMode.RELEASE)) == [], "Asterisk may refuse yet"
    story.leaves(CITIZEN)
    assert hung_up(story.handed(place)) == [STAFF]


def test_after_a_gap_who_released_a_call_is_let_go_though_another_has_it():
    story = Handing()
    story.conferring()
    story.hangs_up(THIRD)
    story.expert()
    story.signs_in()
    story.asks(EXPERTS, TransferMode.RELEASE)
    story.tell(PbxLost(at=story.then(), why="the connection was closed"))
    story.leaves(CITIZEN)
    story.handed(Place.QUEUE)
    story.tell(rung(A2, C1, story.then()), answer(A2, C1, story.then()))
    assert hung_up(story.tell(seen(story, CITIZEN, STAFF, leg_of(A2, C1)))) == [STAFF]


def test_what_is_told_again_hangs_nobody_up_again():
    story = Handing()
    story.asks(TAX, TransferMode.SUCCESS)
    story.joins(CITIZEN, STAFF)
    story.rings()
    story.ring_ends(RingResult.ANSWERED)
    told = LegJoined(at=story.then(), call=C1, leg=THIRD, bridge=ROOM)
    assert of_kind(story.tell(told), HangUpLeg) == [HangUpLeg(leg=STAFF, lost=True)]
    assert story.tell(told) == []


def test_what_is_told_again_moves_nobody_again():
    story = Handing()
    story.asks(TAX, TransferMode.ATTENDED)
    story.ring_ends(RingResult.UNREACHABLE)
    told = CallHanded(at=story.then(), call=C1, place=Place.MUSIC)
    assert moved(story.tell(told)) == [(CITIZEN, Place.ROOM)]
    assert story.tell(told) == []


def test_the_record_follows_what_is_settled_of_a_transfer():
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    assert of_kind(story.rings(), WriteCall) == []
    (answered,) = of_kind(story.ring_ends(RingResult.ANSWERED), WriteCall)
    assert answered.record.transfers[0].answered_at is not None
    story.joins(THIRD)
    (over,) = of_kind(story.hangs_up(THIRD), WriteCall)
    assert over.record.transfers[0].ended_at is not None


def test_a_ring_that_ends_after_the_call_is_in_the_record():
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings()
    story.citizen_hangs_up()
    (record,) = of_kind(story.ring_ends(RingResult.CANCELLED), WriteCall)
    assert record.record.transfers[0].result is RingResult.CANCELLED


def test_transfers_are_counted_in_the_day_in_which_they_were_asked_for():
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings()
    story.then(24 * 3_600_000)
    story.answers()
    story.tell(LegEnded(at=story.then(), call=C1, leg=STAFF))
    (day,) = [period.handed[TAX] for period in story.state.days.values() if TAX in period.handed]
    assert day == Handed(asked=1, answered=1, completed=1)


def test_a_clock_behind_ours_ends_no_transfer_before_it_was_asked_for():
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    early = Moment(story.transfer.asked_at - 400)
    story.tell(LegEnded(at=early, call=C1, leg=THIRD))
    assert story.transfer.ended_at == story.transfer.asked_at
