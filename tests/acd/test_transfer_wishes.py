"""What an agent may ask for, why not, and when a wish counts as fulfilled."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from acd.effects import Accept, CallThird, HangUpLeg, MoveLegs, Refuse
from acd.events import (
    CallHeld,
    CallQueued,
    CallRetrieved,
    DeviceChanged,
    LegEnded,
    TransferAsked,
    TransferCommanded,
)
from acd.names import AgentId, CallId, DestinationKey, Moment, RequestId, RingResult, third_leg
from acd.refusal import Refusal
from acd.transfer import COMMANDS, Command, Place, Step, TransferMode
from tests.acd.handing import (
    CITIZEN,
    EXPERTS,
    NIGHT,
    STAFF,
    STEP,
    TAX,
    THIRD,
    UNCONNECTED,
    Handing,
    hung_up,
    moved,
    of_kind,
)
from tests.acd.playbook import A1, A2, C1, C2, Q2, Q, answer, offered

A3 = AgentId("6003")


def refused(story: Handing) -> Refusal:
    assert isinstance(story.answer, Refuse)
    return story.answer.why


def held(story: Handing) -> None:
    story.tell(CallHeld(at=story.then(), call=C1, leg=STAFF))


def gone(story: Handing) -> None:
    story.tell(LegEnded(at=story.then(), call=C1, leg=STAFF))


def nothing(story: Handing) -> None:
    story.then()


@pytest.mark.parametrize(
    ("before", "to", "mode", "why"),
    [
        (gone, TAX, TransferMode.CONFERENCE, Refusal.NOT_TALKING),
        (held, TAX, TransferMode.CONFERENCE, Refusal.HELD),
        (Handing.consulting, TAX, TransferMode.CONFERENCE, Refusal.TRANSFER_UNDER_WAY),
        (nothing, DestinationKey("nowhere"), TransferMode.CONFERENCE, Refusal.NO_SUCH_DESTINATION),
        (nothing, UNCONNECTED, TransferMode.RELEASE, Refusal.NOT_CONNECTED),
        (nothing, TAX, TransferMode.SUSPEND, Refusal.MODE_NOT_ALLOWED),
        (nothing, STEP, TransferMode.CONFERENCE, Refusal.MODE_NOT_ALLOWED),
        (nothing, NIGHT, TransferMode.CONFERENCE, Refusal.CLOSED_NOW),
        (nothing, EXPERTS, TransferMode.CONFERENCE, Refusal.NOBODY_READY),
        (nothing, EXPERTS, TransferMode.RELEASE, Refusal.NOBODY_READY),
    ],
)
def test_a_transfer_is_refused_with_its_reason_and_asks_nothing_of_asterisk(
    before: Callable[[Handing], None], to: DestinationKey, mode: TransferMode, why: Refusal
):
    story = Handing()
    before(story)
    transfers, counts = story.call.transfers, story.counts(to)
    effects = story.asks(to, mode)
    assert refused(story) is why
    assert of_kind(effects, Refuse) == effects
    assert (story.call.transfers, story.counts(to)) == (transfers, counts)


def test_a_call_that_is_taken_off_hold_can_be_handed_on():
    story = Handing()
    held(story)
    story.tell(CallRetrieved(at=story.then(), call=C1, leg=STAFF))
    assert moved(story.asks(TAX, TransferMode.CONFERENCE))


def test_nobody_hands_on_while_the_citizen_is_not_with_them():
    story = Handing()
    story.consulting()
    story.hangs_up(THIRD)  # the citizen is on the way back from the music
    story.asks(TAX, TransferMode.CONFERENCE)
    assert refused(story) is Refusal.NOT_TALKING


def test_a_second_wish_while_the_first_is_on_its_way_is_refused():
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.asks(TAX, TransferMode.RELEASE)
    assert refused(story) is Refusal.TRANSFER_UNDER_WAY


@pytest.mark.parametrize("command", Command)
def test_without_a_transfer_nothing_can_be_commanded(command: Command):
    story = Handing()
    assert [type(one) for one in story.wants(command)] == [Refuse]
    assert refused(story) is Refusal.NO_TRANSFER


def ringing(story: Handing) -> None:
    story.asks(TAX, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings()


def away(story: Handing) -> None:
    story.asks(STEP, TransferMode.SUSPEND)
    story.handed(Place.STEP)
    story.joins(STAFF)


@pytest.mark.parametrize(
    ("before", "step"),
    [
        (ringing, Step.CALLING),
        (Handing.consulting, Step.CONSULTING),
        (Handing.swapped, Step.SWAPPED),
        (Handing.conferring, Step.JOINED),
        (away, Step.AWAY),
    ],
)
@pytest.mark.parametrize("command", Command)
def test_each_step_allows_its_commands_and_no_other(before: Callable[[Handing], None], step: Step, command: Command):
    story = Handing()
    before(story)
    assert story.step is step
    effects = story.wants(command)
    if command in COMMANDS[step]:
        assert moved(effects) or hung_up(effects)
        assert story.answer is None, "asked for, not yet so"
    else:
        assert refused(story) is Refusal.NOT_IN_THIS_STEP
        assert of_kind(effects, Refuse) == effects


@pytest.mark.parametrize("to", [TAX, EXPERTS])
@pytest.mark.parametrize("command", Command)
def test_a_released_call_is_not_taken_back(to: DestinationKey, command: Command):
    """The agent's leg is about to end: a citizen brought back to it would be hung up with it."""
    story = Handing()
    story.signs_in()
    story.asks(to, TransferMode.RELEASE)
    assert moved(story.wants(command)) == []
    assert refused(story) is Refusal.NOT_IN_THIS_STEP


def test_who_receives_the_call_commands_nothing():
    story = Handing()
    story.expert()
    story.conferring(EXPERTS, agent=A2)
    story.wants(Command.DROP, agent=A2)
    assert refused(story) is Refusal.NO_TRANSFER


def test_a_drop_is_done_when_the_citizen_is_back():
    story = Handing()
    story.consulting()
    assert hung_up(story.wants(Command.DROP)) == [THIRD]
    assert moved(story.is_gone(THIRD)) == [(CITIZEN, Place.ROOM)]
    assert story.answer is None, "the citizen still hears music"
    story.joins(CITIZEN)
    assert isinstance(story.answer, Accept)


def test_a_ring_is_dropped_when_it_has_ended():
    story = Handing()
    ringing(story)
    assert hung_up(story.wants(Command.DROP)) == [THIRD]
    assert story.answer is None
    story.ring_ends(RingResult.CANCELLED)
    assert isinstance(story.answer, Accept)
    assert story.step is None


def test_the_citizen_is_taken_back_from_a_step_when_they_are_back():
    story = Handing()
    away(story)
    assert moved(story.wants(Command.DROP)) == [(CITIZEN, Place.ROOM)]
    assert (story.answer, story.step) == (None, Step.AWAY)
    story.handed(Place.ROOM)
    assert (story.answer, story.step) == (None, None), "over, but the citizen is not in the room yet"
    story.joins(CITIZEN)
    assert isinstance(story.answer, Accept)
    assert (story.step, story.transfer.completed_at) == (None, None)


def test_a_merge_is_done_when_all_three_hear_each_other():
    story = Handing()
    story.consulting()
    story.wants(Command.MERGE)
    assert story.answer is None
    story.joins(CITIZEN)
    assert isinstance(story.answer, Accept)


def test_completing_a_swapped_call_brings_the_other_side_in_before_the_agent_leaves():
    story = Handing()
    story.swapped()
    effects = story.wants(Command.COMPLETE)
    assert (moved(effects), hung_up(effects)) == ([(THIRD, Place.ROOM)], [])
    assert hung_up(story.joins(THIRD)) == [STAFF]


@pytest.mark.parametrize("first", [Command.SWAP, Command.DROP, Command.MERGE])
def test_one_command_waits_for_the_other(first: Command):
    """Whoever drops the other side and leaves at once would leave the citizen with nobody."""
    story = Handing()
    story.consulting()
    story.wants(first)
    assert story.wants(Command.COMPLETE)
    assert refused(story) is Refusal.NOT_IN_THIS_STEP
    assert not story.call.leaving


def test_who_is_let_go_is_not_let_go_with_the_citizen():
    story = Handing()
    story.conferring()
    (bye,) = of_kind(story.wants(Command.COMPLETE), HangUpLeg)
    assert bye.lost, "the other side may hang up in the same moment: then the citizen goes to the queue"


# --- whom a queue of ours gives ---


def test_the_expert_ready_longest_is_rung():
    story = Handing()
    story.expert(A2)
    story.expert(A3)
    (ring,) = of_kind(story.asks(EXPERTS, TransferMode.ATTENDED), CallThird)
    assert ring.interface == "PJSIP/6002-web"


def test_an_expert_whose_telephone_is_dead_is_passed_over():
    story = Handing()
    story.expert(A2)
    story.expert(A3)
    story.tell(DeviceChanged(at=story.then(), agent=A2, interface="PJSIP/6002-web", device="UNAVAILABLE"))
    (ring,) = of_kind(story.asks(EXPERTS, TransferMode.ATTENDED), CallThird)
    assert ring.interface == "PJSIP/6003-web"


def test_an_expert_is_promised_to_one_call_only():
    story = Handing()
    story.expert(A2)
    story.ready(A3)
    story.waiting(C2)
    story.ringing(A3, C2)
    story.tell(answer(A3, C2, story.then()))
    assert of_kind(story.asks(EXPERTS, TransferMode.CONFERENCE), CallThird)
    story.asks(EXPERTS, TransferMode.CONFERENCE, agent=A3)
    assert refused(story) is Refusal.NOBODY_READY


def test_an_agent_is_no_expert_for_their_own_call():
    story = Handing()
    story.expert(A1)
    story.asks(EXPERTS, TransferMode.CONFERENCE)
    assert refused(story) is Refusal.NOBODY_READY


def test_a_call_passed_on_stands_behind_those_who_came_before_it_and_before_those_who_came_after():
    story = Handing()
    earlier, later = CallId("jt1-100.50"), CallId("jt1-100.51")
    queued = story.call.queued_at or 0
    for call, moment in ((earlier, queued - 500), (later, queued + 500)):
        at = Moment(moment)
        story.tell(replace(offered(call, at), queue=Q2))
        story.tell(CallQueued(at=at, call=call, queue=Q2))
    other = CallId("jt1-100.52")
    story.tell(offered(other, story.then(0)), CallQueued(at=Moment(queued - 900), call=other, queue=Q))
    story.signs_in()
    (move,) = of_kind(story.asks(EXPERTS, TransferMode.RELEASE), MoveLegs)
    assert move.position == 2


def test_a_request_told_twice_asks_once():
    story = Handing()
    wish = TransferAsked(at=story.then(), agent=A1, request=RequestId("w9"), to=TAX, mode=TransferMode.CONFERENCE)
    assert story.tell(wish)
    assert story.tell(wish) == []
    command = TransferCommanded(at=story.then(), agent=A1, request=RequestId("w10"), command=Command.DROP)
    assert hung_up(story.tell(command)) == [third_leg(C1, 1)]
    assert story.tell(command) == []
