"""Stories of holds: how long they count, and that a citizen whom a room would leave in silence hears music."""

from acd.call import consult_ms, record
from acd.effects import MoveLegs
from acd.events import ActionFailed, AgentAnswered, AgentRung, CallHeld, CallPickedUp, CallRetrieved, LegEnded, PbxLost
from acd.names import LegId
from acd.transfer import Command, Place, Step, TransferMode
from tests.acd.handing import CITIZEN, EXPERTS, STAFF, TAX, THIRD, Handing, moved, of_kind, seen
from tests.acd.playbook import A1, A2, C1, Q

PICKER, AGAIN = LegId("jt1-900.1"), LegId("jt1-100.1-again")
ASIDE, BACK = [(CITIZEN, Place.MUSIC)], [(CITIZEN, Place.ROOM)]


class Holding(Handing):
    """A story in which people hold."""

    def holds(self, leg: LegId = STAFF) -> list[object]:
        return [*self.tell(CallHeld(at=self.then(), call=C1, leg=leg))]

    def retrieves(self, leg: LegId = STAFF, after: int = 10_000) -> list[object]:
        return [*self.tell(CallRetrieved(at=self.then(after), call=C1, leg=leg))]

    def stayed(self) -> None:
        """The other side came and went; citizen and agent are in the room."""
        self.conferring()
        self.wants(Command.DROP)
        self.is_gone(THIRD)

    def is_aside(self) -> None:
        self.leaves(CITIZEN)
        self.handed(Place.MUSIC)

    def is_back(self) -> None:
        self.handed(Place.ROOM)
        self.joins(CITIZEN)


def test_a_hold_of_a_plain_talk_moves_nobody_and_counts():
    story = Holding()
    assert not moved(story.holds())
    assert not moved(story.retrieves())
    assert story.call.hold_ms == 10_000


def test_who_is_held_in_a_room_hears_music_and_comes_back():
    story = Holding()
    story.stayed()
    (asked,) = of_kind(story.holds(), MoveLegs)
    assert moved([asked]) == ASIDE
    assert (asked.agent, asked.third) == (STAFF, None), "with whose hang-up the conversation is over"
    story.is_aside()
    assert story.call.talks[-1].end is not None, "who hears music speaks with nobody"
    assert moved(story.retrieves()) == BACK
    story.is_back()
    assert story.call.talks[-1].end is None
    assert story.call.hold_ms == 10_000 + 100 + 100
    assert consult_ms(story.call) == 0


def test_who_takes_the_citizen_back_before_they_have_left_has_them_again():
    story = Holding()
    story.stayed()
    assert moved(story.holds()) == ASIDE
    assert not moved(story.retrieves(after=10)), "they are on the way"
    story.leaves(CITIZEN)
    assert moved(story.handed(Place.MUSIC)) == BACK
    assert not moved(story.holds()), "they are on the way back"
    story.handed(Place.ROOM)
    assert moved(story.joins(CITIZEN)) == ASIDE


def test_a_picked_up_call_is_held_to_music_too():
    story = Holding()
    story.tell(LegEnded(at=story.then(), call=C1, leg=STAFF))
    story.is_returned()
    story.tell(AgentRung(at=story.then(), call=C1, agent=A1, leg=AGAIN, queue=Q))
    story.tell(CallPickedUp(at=story.then(), call=C1, agent=A2, leg=PICKER))
    story.joins(PICKER, CITIZEN)
    (asked,) = of_kind(story.holds(PICKER), MoveLegs)
    assert (moved([asked]), asked.agent, asked.third) == (ASIDE, PICKER, None)
    story.is_aside()
    assert story.call.place is Place.MUSIC
    (back,) = of_kind(story.retrieves(PICKER), MoveLegs)
    assert (moved([back]), back.agent, back.third) == (BACK, PICKER, None)


def test_of_three_in_the_room_one_may_hold():
    story = Holding()
    story.conferring()
    assert not moved(story.holds())
    story.wants(Command.DROP)
    assert moved(story.is_gone(THIRD)) == ASIDE, "now nobody is with the citizen"


def test_who_answers_while_the_agent_holds_is_with_the_citizen():
    story = Holding()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings()
    (asked,) = of_kind(story.holds(), MoveLegs)
    assert (moved([asked]), asked.third) == (ASIDE, THIRD)
    story.is_aside()
    (back,) = of_kind(story.answers(), MoveLegs)
    assert (moved([back]), back.agent, back.third) == (BACK, STAFF, THIRD)
    story.is_back()
    assert story.step is Step.JOINED


def test_a_citizen_whom_both_hold_waits_for_either():
    """The dialplan would lead them back to two who hold, if it knew of one only."""
    story = Holding()
    story.expert()
    story.conferring(EXPERTS, A2)
    assert not moved(story.holds())
    (asked,) = of_kind(story.holds(THIRD), MoveLegs)
    assert (moved([asked]), {asked.agent, asked.third}) == (ASIDE, {STAFF, THIRD})
    story.is_aside()
    assert moved(story.retrieves(THIRD)) == BACK


def test_an_expert_who_has_the_call_alone_may_hold():
    story = Holding()
    story.expert()
    story.conferring(EXPERTS, A2)
    story.wants(Command.COMPLETE)
    story.is_gone(STAFF)
    assert moved(story.holds(THIRD)) == ASIDE
    story.is_aside()
    assert moved(story.retrieves(THIRD)) == BACK


def test_a_line_outside_has_music_of_its_own():
    story = Holding()
    story.conferring()
    story.wants(Command.COMPLETE)
    story.is_gone(STAFF)
    assert not moved(story.holds(THIRD))
    assert story.call.held_since is None


def test_a_hold_while_the_citizen_hears_music_in_any_case_is_not_theirs():
    story = Holding()
    story.consulting()
    assert not moved(story.holds())
    assert not moved(story.retrieves())
    assert record(story.call).hold_ms == 0


def test_an_agent_who_still_holds_when_the_other_side_is_gone_leaves_the_citizen_with_the_music():
    story = Holding()
    story.consulting()
    story.holds()
    assert not moved(story.is_gone(THIRD))
    assert moved(story.retrieves()) == BACK


def test_the_end_of_the_holders_leg_ends_the_hold():
    story = Holding()
    story.stayed()
    story.holds()
    story.is_aside()
    story.hangs_up(STAFF)
    assert (story.call.held_since, story.call.holding) == (None, frozenset())
    assert story.call.hold_ms > 0


def test_a_hold_that_ended_in_a_gap_is_over_when_the_dialplan_has_fetched_the_citizen():
    story = Holding()
    story.stayed()
    story.holds()
    story.is_aside()
    story.tell(PbxLost(at=story.then(), why="closed"))
    story.handed(Place.ROOM)
    assert story.call.held_since is None
    story.joins(CITIZEN)
    assert not moved(story.tell(seen(story, CITIZEN, STAFF)))


def test_a_hold_goes_on_through_a_gap():
    story = Holding()
    story.stayed()
    story.holds()
    story.is_aside()
    story.tell(PbxLost(at=story.then(), why="closed"))
    assert not moved(story.tell(seen(story, CITIZEN, STAFF)))
    assert moved(story.retrieves()) == BACK


def test_a_move_that_a_gap_swallowed_is_asked_again():
    story = Holding()
    story.stayed()
    story.holds()
    story.tell(PbxLost(at=story.then(), why="closed"))
    assert moved(story.tell(seen(story, CITIZEN, STAFF))) == ASIDE


def test_an_agent_whom_the_queue_found_holds_in_its_bridge_which_plays_music():
    story = Holding()
    story.stayed()
    story.is_gone(STAFF)
    story.is_returned()
    leg = AGAIN
    story.tell(AgentRung(at=story.then(), call=C1, agent=A1, leg=leg, queue=Q))
    story.tell(AgentAnswered(at=story.then(), call=C1, agent=A1, leg=leg, queue=Q))
    assert not moved(story.holds(leg))
    assert story.call.held_by == leg


def test_a_stranger_holds_nobody():
    story = Holding()
    before = story.state
    story.holds(LegId("jt1-7.7"))
    assert story.state is before


def test_a_hold_outlives_a_command_that_is_refused_while_the_citizen_is_on_the_way_back():
    """Else their coming is taken for the end of the hold, which nobody told."""
    story = Holding()
    story.consulting()
    story.wants(Command.DROP)
    dropped = story.newest
    assert moved(story.is_gone(THIRD)) == BACK
    assert not moved(story.holds())
    story.tell(ActionFailed(at=story.then(), request=dropped, why="No such channel"))
    story.handed(Place.ROOM)
    assert moved(story.joins(CITIZEN)) == ASIDE
