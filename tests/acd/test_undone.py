"""What is left of wishes that Asterisk refused, and of those that a gap swallowed: nothing that acts later, unasked."""

from acd.events import ActionFailed, PbxLost, WatchAsked, WatchHeard
from acd.names import AgentId, Phone, RequestId
from acd.rooms import current
from acd.transfer import Command, Place, Step, TransferMode
from acd.watching import Watching, watch_leg
from tests.acd.handing import CITIZEN, STAFF, TAX, THIRD, Handing, moved, seen
from tests.acd.playbook import A1, C1, member_added

S = AgentId("6241")


def refused(story: Handing) -> None:
    story.tell(ActionFailed(at=story.then(), request=story.newest, why="Extra channel does not exist"))


def test_legs_that_were_not_moved_may_be_moved_again() -> None:
    story = Handing()
    story.consulting()
    story.wants(Command.SWAP)
    refused(story)
    assert story.step is Step.CONSULTING
    assert (CITIZEN, Place.ROOM) in moved(story.is_gone(THIRD))


def test_who_was_to_leave_and_could_not_stays() -> None:
    story = Handing()
    story.conferring()
    story.wants(Command.COMPLETE)
    refused(story)
    assert not story.call.leaving


def test_who_was_to_leave_with_the_answer_still_does_though_something_else_was_refused() -> None:
    story = Handing()
    story.asks(TAX, TransferMode.SUCCESS)
    story.joins(STAFF, CITIZEN)
    story.rings()
    story.wants(Command.DROP)
    refused(story)
    assert story.call.leaving


def test_a_transfer_that_was_refused_never_moved_anybody() -> None:
    story = Handing()
    story.asks(TAX, TransferMode.ATTENDED)
    refused(story)
    assert (current(story.call), story.call.moving) == (None, frozenset())


def test_a_take_over_that_a_gap_swallowed_never_was() -> None:
    story = Handing()
    story.tell(member_added(S, story.then()))
    leg = watch_leg(C1, S, story.then())
    for how in (Watching.MONITOR, Watching.INTERCEPT):
        wish = WatchAsked(
            at=story.at, agent=S, request=RequestId(how), target=A1, how=how, phone=Phone.WEB, user="zhang"
        )
        story.tell(wish)
        story.tell(WatchHeard(at=story.then(), call=C1, leg=leg, how=Watching.MONITOR))
    assert current(story.call) is not None
    story.tell(PbxLost(at=story.then(), why="closed"))
    story.tell(seen(story, CITIZEN, STAFF, leg))
    assert current(story.call) is None
    assert not story.call.leaving
    assert story.state.watches[S].how is Watching.MONITOR
