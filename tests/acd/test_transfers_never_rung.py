"""A system outside that is gone: nothing ever rings there, and Asterisk tells of no ring's end."""

from acd.effects import Accept
from acd.events import LegEnded
from acd.names import RingResult
from acd.transfer import Place, TransferMode
from tests.acd.handing import CITIZEN, STAFF, TAX, THIRD, Handing, moved
from tests.acd.playbook import C1


def test_a_leg_that_never_rang_is_a_line_out_of_reach_and_the_agent_knows_at_once():
    story = Handing()
    story.asks(TAX, TransferMode.ATTENDED)
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    ended = story.tell(LegEnded(at=story.then(), call=C1, leg=THIRD))
    assert moved(ended) == [(CITIZEN, Place.ROOM)]
    assert story.transfer.result is RingResult.UNREACHABLE
    assert isinstance(story.answer, Accept)


def test_a_released_citizen_who_comes_back_before_anything_rang_met_a_line_out_of_reach():
    story = Handing()
    story.asks(TAX, TransferMode.RELEASE)
    story.handed(Place.BLIND)
    story.is_returned()
    assert story.transfer.result is RingResult.UNREACHABLE


def test_one_whose_ring_was_told_keeps_how_it_ended():
    story = Handing()
    story.asks(TAX, TransferMode.RELEASE)
    story.handed(Place.BLIND)
    story.rings()
    story.ring_ends(RingResult.REJECTED)
    story.is_returned()
    assert story.transfer.result is RingResult.REJECTED
