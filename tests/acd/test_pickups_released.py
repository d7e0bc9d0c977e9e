"""A colleague takes a released call that rings at an expert's seat: it is answered where it was released to."""

from acd.agent import Presence
from acd.call import talked
from acd.effects import HangUpLeg, OpenTicket, WriteCall
from acd.events import (
    AgentAnswered,
    AgentRung,
    CallPickedUp,
    LegEnded,
    LegLeft,
    PbxLost,
)
from acd.figures import Handed
from acd.names import AgentId, LegId, RingResult
from acd.transfer import Place, TransferMode
from tests.acd.handing import CITIZEN, EXPERTS, STAFF, TAX, Handing, hung_up, of_kind, seen
from tests.acd.playbook import A1, A2, C1, Q2, leg_of, leg_over

A3 = AgentId("6003")
RUNG = leg_of(A2, C1)
MINE, TOO = LegId("jt1-900.1"), LegId("jt1-900.2")


class Released(Handing):
    """The agent has released the call to the experts, and it rings at one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.expert(A2)
        self.expert(A3)
        self.asks(EXPERTS, TransferMode.RELEASE)
        self.handed(Place.QUEUE)

    def is_rid_of_it(self) -> None:
        self.tell(leg_over(A1, C1, self.then(0)))

    def rings_at_the_expert(self) -> None:
        self.tell(AgentRung(at=self.then(), call=C1, agent=A2, leg=RUNG, queue=Q2))

    def is_picked_up(self, agent: AgentId = A3, leg: LegId = MINE) -> None:
        self.tell(CallPickedUp(at=self.then(1), call=C1, agent=agent, leg=leg))

    def comes_together(self, *legs: LegId) -> None:
        self.ring_ends(RingResult.CANCELLED, RUNG)
        self.handed(Place.ROOM)
        self.joins(*legs, CITIZEN)


def test_it_is_answered_by_the_line_and_handed_on() -> None:
    story = Released()
    story.is_rid_of_it()
    story.rings_at_the_expert()
    assert story.counts(EXPERTS) == Handed(asked=1)
    story.is_picked_up()
    assert story.counts(EXPERTS) == Handed(asked=1), "on the way"
    story.comes_together(MINE)
    assert story.counts(EXPERTS) == Handed(asked=1, answered=1, completed=1)
    assert (story.transfer.answered_at, story.transfer.completed_at) == (story.at, story.at)
    assert story.transfer.result is RingResult.ANSWERED
    assert story.state.line_answered[EXPERTS] == story.at
    record = of_kind(story.effects, WriteCall)[-1].record
    assert (record.transfers[0].completed_at, record.agent) == (story.at, A3)


def test_who_released_it_unheard_is_let_go_after_all() -> None:
    """Our programs were deaf while it was picked up, and Asterisk did not end the leg."""
    story = Released()
    story.tell(PbxLost(at=story.then(), why="the connection was closed"))
    story.rings_at_the_expert()
    story.is_picked_up()
    story.comes_together(MINE)
    assert story.presence(A1) is Presence.TALKING
    assert HangUpLeg(leg=STAFF, lost=True) in story.tell(seen(story, CITIZEN, STAFF, MINE))


def test_a_colleague_lost_on_the_way_leaves_the_answer_to_the_expert() -> None:
    story = Released()
    story.is_rid_of_it()
    story.rings_at_the_expert()
    story.is_picked_up()
    story.ring_ends(RingResult.CANCELLED, RUNG)
    story.handed(Place.ROOM)
    story.tell(LegEnded(at=story.then(), call=C1, leg=MINE))
    story.is_returned()
    assert story.counts(EXPERTS) == Handed(asked=1)
    again = LegId(f"{RUNG}-again")
    story.tell(AgentAnswered(at=story.then(), call=C1, agent=A2, leg=again, queue=Q2))
    assert story.counts(EXPERTS) == Handed(asked=1, answered=1, completed=1)


def test_an_expert_who_answers_in_the_same_moment_is_counted_and_nobody_else() -> None:
    story = Released()
    story.is_rid_of_it()
    story.rings_at_the_expert()
    story.is_picked_up()
    answer = AgentAnswered(at=story.then(1), call=C1, agent=A2, leg=RUNG, queue=Q2)
    story.tell(answer)
    story.joins(MINE, CITIZEN)
    assert story.counts(EXPERTS) == Handed(asked=1, answered=1, completed=1)
    assert story.transfer.answered_at == answer.at


def test_two_who_pick_it_up_in_the_same_moment_answer_one_call() -> None:
    story = Released()
    story.is_rid_of_it()
    story.rings_at_the_expert()
    story.is_picked_up()
    story.is_picked_up(A1, TOO)
    story.comes_together(MINE, TOO)
    assert (story.presence(A3), story.presence(A1)) == (Presence.TALKING, Presence.TALKING)
    assert story.counts(EXPERTS) == Handed(asked=1, answered=1, completed=1)
    story.tell(LegLeft(at=story.then(), call=C1, leg=TOO, bridge="room-1"), LegEnded(at=story.at, call=C1, leg=TOO))
    story.citizen_hangs_up()
    record = of_kind(story.effects, WriteCall)[-1].record
    assert {one.leg for one in record.segments} == {STAFF, MINE, TOO}
    assert record.conference_ms > 0, "both were with the citizen"
    assert {one.agent for one in record.segments} == {A1, A3} == talked(story.call)
    tally = next(iter(story.state.days.values())).all
    assert (tally.offered, tally.answered, tally.lost) == (1, 1, 0)
    assert len(of_kind(story.effects, OpenTicket)) == 1


def test_a_release_that_was_never_begun_is_answered_by_nobody() -> None:
    """The agent was lost then: who picks the citizen up out of the queue has taken no released call."""
    story = Handing()
    story.expert(A3)
    story.asks(TAX, TransferMode.RELEASE)
    story.is_gone(STAFF)
    story.is_returned()
    story.tell(CallPickedUp(at=story.then(), call=C1, agent=A3, leg=MINE))
    story.handed(Place.ROOM)
    story.joins(MINE, CITIZEN)
    assert story.presence(A3) is Presence.TALKING
    assert story.counts() == Handed(asked=1)
    assert story.transfer.result is RingResult.UNREACHABLE
    assert hung_up(story.effects) == []
