"""Stories of supervisors in a call's room: for one agent and no longer, and of take-overs until they are done."""

import pytest

from acd.agent import Presence
from acd.effects import Accept, HangUpLeg, MoveLegs
from acd.events import ActionFailed, HangUpHeard, PbxLost, Tick
from acd.names import RequestId
from acd.refusal import Refusal
from acd.rooms import current
from acd.transfer import Command, Place, TransferMode
from acd.watching import Watching
from tests.acd.handing import CITIZEN, EXPERTS, STAFF, THIRD, hung_up, of_kind, seen
from tests.acd.playbook import A1, A2, C1, R2, member_added
from tests.acd.supervisors import S, ask, in_the_room, listening, refusals


@pytest.mark.parametrize("how", [Watching.BARGE, Watching.MONITOR])
def test_a_supervisor_in_the_room_is_there_for_one_agent(how: Watching) -> None:
    """Who only hears that agent is ended by Asterisk."""
    story, leg = in_the_room(how)
    story.wants(Command.COMPLETE)
    effects = story.is_gone(STAFF)
    assert of_kind(effects, HangUpLeg) == [HangUpLeg(leg=leg, lost=True)] * (how is Watching.BARGE)
    story.is_gone(leg)
    assert S not in story.state.watches
    assert story.presence(A2) is Presence.TALKING, "the expert goes on with the citizen"


def test_who_comes_into_the_room_as_the_agent_has_left_goes_again() -> None:
    story, leg = in_the_room(Watching.MONITOR)
    story.wants(Command.COMPLETE)
    story.is_gone(STAFF)
    assert of_kind(story.joins(leg), HangUpLeg) == [HangUpLeg(leg=leg, lost=True)]


def test_a_supervisor_turned_back_to_listening_is_not_in_the_room() -> None:
    story, leg = in_the_room(Watching.BARGE)
    story.leaves(leg)
    story.wants(Command.COMPLETE)
    assert leg not in hung_up(story.is_gone(STAFF))


def test_a_citizen_alone_with_a_supervisor_goes_back_to_the_queue() -> None:
    story, leg = in_the_room(Watching.BARGE)
    story.wants(Command.DROP)
    story.is_gone(THIRD)
    (ended,) = [one for one in of_kind(story.is_gone(STAFF), HangUpLeg) if one.leg == leg]
    assert ended.lost, "else the citizen is hung up with the supervisor"


def test_a_talk_that_the_agent_ended_is_over_for_the_citizen_too() -> None:
    story, leg = in_the_room(Watching.BARGE)
    story.wants(Command.DROP)
    story.is_gone(THIRD)
    story.tell(HangUpHeard(at=story.then(), call=C1, leg=STAFF))
    (ended,) = [one for one in of_kind(story.is_gone(STAFF), HangUpLeg) if one.leg == leg]
    assert not ended.lost, "else the citizen is told that the talk broke off"


def test_a_released_call_takes_no_supervisor_along() -> None:
    story, leg = in_the_room(Watching.BARGE)
    story.wants(Command.DROP)
    story.is_gone(THIRD)
    story.asks(EXPERTS, TransferMode.RELEASE)
    story.leaves(CITIZEN)
    assert leg in hung_up(story.handed(Place.QUEUE))


def test_with_the_citizen_the_supervisor_goes() -> None:
    story, leg = in_the_room(Watching.BARGE)
    assert leg in hung_up(story.citizen_hangs_up())


def test_what_was_not_asked_as_asterisk_was_not_heard_is_asked_then() -> None:
    story, leg = in_the_room(Watching.BARGE)
    story.wants(Command.COMPLETE)
    story.tell(PbxLost(at=story.then(), why="closed"))
    assert not hung_up(story.is_gone(STAFF))
    assert leg in hung_up(story.tell(seen(story, CITIZEN, THIRD, leg)))


@pytest.mark.parametrize("silence", [False, True])
def test_a_take_over_that_asterisk_refuses_never_was(*, silence: bool) -> None:
    story, leg = listening()
    story.tell(member_added(S, story.then()))
    assert not of_kind(ask(story, Watching.INTERCEPT, request=R2), Accept), "not before it is so"
    if silence:
        effects = story.tell(Tick(at=story.then(5_000)))
    else:
        effects = story.tell(ActionFailed(at=story.then(), request=R2, why="No such channel"))
    assert len(refusals(effects)) == 1
    call = story.state.calls[C1]
    assert (current(call), call.leaving, call.moving) == (None, False, frozenset())
    assert story.state.agents[S].presence is Presence.NOT_READY
    assert story.state.agents[A1].presence is Presence.TALKING
    assert story.state.watches[S].how is Watching.MONITOR, "they hear it still"
    assert of_kind(ask(story, Watching.INTERCEPT, request=RequestId("r3")), MoveLegs), "and may try again"


def test_nothing_else_is_asked_for_while_a_call_is_taken_over() -> None:
    story, _ = listening()
    story.tell(member_added(S, story.then()))
    ask(story, Watching.INTERCEPT, request=R2)
    assert refusals(ask(story, Watching.BARGE, request=RequestId("r3"))) == [Refusal.TRANSFER_UNDER_WAY]


def test_who_takes_a_call_over_from_the_room_has_it_when_they_are_there_again() -> None:
    story, leg = in_the_room(Watching.BARGE)
    story.wants(Command.DROP)
    story.is_gone(THIRD)
    assert not of_kind(ask(story, Watching.INTERCEPT, request=R2), Accept)
    story.leaves(leg)
    assert Accept(agent=S, request=R2) in story.joins(leg)
    assert story.presence(S) is Presence.TALKING
    story.leaves(CITIZEN)
    assert STAFF in hung_up(story.joins(CITIZEN)), "the agent is let go as soon as the two hear each other"
    assert leg not in hung_up(story.is_gone(STAFF))
