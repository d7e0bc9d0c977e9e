"""A colleague takes a call that rings elsewhere: counted once, as theirs, from the moment they hear the citizen."""

from msgspec.structs import replace

from acd.agent import Presence
from acd.call import Stage, stage
from acd.effects import OpenTicket, WriteCall
from acd.events import (
    AnyEvent,
    CallPickedUp,
    CallReturned,
    LegEnded,
    LegJoined,
    LegLeft,
    MemberPaused,
    NotReadyAsked,
)
from acd.names import LegId, LossStage, Millis, RingResult, citizens_leg
from acd.transfer import Place
from tests.acd.playbook import A1, A2, C1, POLICY, R1, Q, Story, answer, call_over, leg_over, ring_over

CITIZEN, MINE = citizens_leg(C1), LegId("jt1-100.5")
ROOM = "room-1"


class Ringing(Story):
    """The first agent's telephone rings; a colleague is ready as well."""

    def __init__(self) -> None:
        super().__init__(policy=replace(POLICY, acw=Millis(30_000)))
        self.ready(A1)
        self.ready(A2)
        self.waiting()
        self.ringing()

    def picked(self) -> CallPickedUp:
        return CallPickedUp(at=self.then(), call=C1, agent=A2, leg=MINE)

    def joins(self, *legs: LegId) -> list[AnyEvent]:
        return [LegJoined(at=self.then(100), call=C1, leg=leg, bridge=ROOM) for leg in legs]

    def picks_up(self) -> None:
        self.tell(self.picked(), *self.joins(MINE))
        self.tell(ring_over(A1, C1, self.then(10), RingResult.CANCELLED), *self.joins(CITIZEN))

    def is_over(self) -> None:
        self.tell(LegLeft(at=self.then(), call=C1, leg=MINE, bridge=ROOM))
        self.tell(LegEnded(at=self.then(0), call=C1, leg=MINE), call_over(C1, self.then()))


def test_the_colleague_has_the_call_and_the_agent_is_free() -> None:
    story = Ringing()
    story.picks_up()
    call = story.state.calls[C1]
    assert stage(call) is Stage.TALKING
    assert [(talk.agent, talk.leg, talk.end) for talk in call.talks] == [(A2, MINE, None)]
    assert call.talks[0].start == story.at, "from the moment in which they hear each other"
    assert story.state.agents[A2].presence is Presence.TALKING
    assert story.state.agents[A2].day.answered == 1
    assert (story.state.agents[A1].presence, story.state.agents[A1].misses) == (Presence.READY, 0)
    assert len([one for one in story.effects if isinstance(one, OpenTicket)]) == 1


def test_it_is_one_answered_call_and_no_loss() -> None:
    story = Ringing()
    story.picks_up()
    answered_at = story.at
    story.is_over()
    written = [one.record for one in story.effects if isinstance(one, WriteCall)][-1]
    assert (written.agent, written.answered_at, written.loss_stage) == (A2, answered_at, None)
    assert [(one.agent, one.leg, one.end) for one in written.segments] == [(A2, MINE, story.at - 1000)]
    tally = next(iter(story.state.days.values())).all
    assert (tally.offered, tally.answered, tally.lost_queue + tally.lost_ring) == (1, 1, 0)
    assert story.state.agents[A2].presence is Presence.ACW


def test_who_was_not_ready_is_so_again_afterwards() -> None:
    story = Ringing()
    story.tell(NotReadyAsked(at=story.then(), agent=A2, request=R1, reason="meal"))
    story.tell(MemberPaused(at=story.then(), agent=A2, queue=Q, reason="meal"))
    story.picks_up()
    assert story.state.agents[A2].next_reason == "meal"
    story.is_over()
    assert story.state.agents[A2].presence is Presence.ACW


def test_told_again_by_the_logs_it_changes_nothing() -> None:
    story = Ringing()
    told: list[AnyEvent] = [story.picked(), *story.joins(MINE, CITIZEN)]
    story.tell(*told)
    before = story.state
    story.tell(*told)
    assert story.state == before


def test_a_colleague_lost_on_the_way_leaves_the_citizen_waiting() -> None:
    story = Ringing()
    story.tell(story.picked(), ring_over(A1, C1, story.then(), RingResult.CANCELLED))
    story.tell(LegEnded(at=story.then(), call=C1, leg=MINE), CallReturned(at=story.then(), call=C1, queue=Q))
    call = story.state.calls[C1]
    assert (stage(call), call.rooms, call.talks) == (Stage.QUEUE, None, ())
    again = replace(answer(A1, C1, story.then()), leg=LegId("jt1-100.7"))
    story.tell(again)
    assert [(talk.agent, talk.end) for talk in story.state.calls[C1].talks] == [(A1, None)]


def test_a_colleague_lost_before_anything_was_moved_takes_nothing_from_the_agent() -> None:
    story = Ringing()
    story.tell(story.picked(), LegEnded(at=story.then(), call=C1, leg=MINE), answer(A1, C1, story.then()))
    call = story.state.calls[C1]
    assert [(talk.agent, talk.end) for talk in call.talks] == [(A1, None)]
    assert call.rooms is None


def test_an_agent_who_answers_in_the_same_moment_is_let_go() -> None:
    story = Ringing()
    story.tell(story.picked(), answer(A1, C1, story.then(1)), *story.joins(MINE, CITIZEN))
    story.tell(leg_over(A1, C1, story.then(1)))
    call = story.state.calls[C1]
    assert [(talk.agent, talk.end is None) for talk in call.talks] == [(A1, False), (A2, True)]
    assert story.state.agents[A1].presence is Presence.ACW
    assert len([one for one in story.effects if isinstance(one, OpenTicket)]) == 1


def test_a_citizen_who_hangs_up_on_the_way_was_ringing() -> None:
    story = Ringing()
    story.tell(story.picked(), ring_over(A1, C1, story.then(), RingResult.CANCELLED), call_over(C1, story.then()))
    written = [one.record for one in story.effects if isinstance(one, WriteCall)][-1]
    assert written.loss_stage is LossStage.RING_ABANDON


def test_a_colleague_who_is_lost_in_the_talk_brings_the_citizen_back() -> None:
    story = Ringing()
    story.picks_up()
    story.tell(LegLeft(at=story.then(), call=C1, leg=MINE, bridge=ROOM), LegEnded(at=story.then(0), call=C1, leg=MINE))
    story.tell(CallReturned(at=story.then(), call=C1, queue=Q))
    call = story.state.calls[C1]
    assert (stage(call), call.place, call.rooms) == (Stage.QUEUE, None, None)


def test_the_leg_of_the_colleague_is_the_agents_leg_from_then_on() -> None:
    story = Ringing()
    story.picks_up()
    assert story.state.agents[A2].leg == MINE
    assert story.state.calls[C1].place is Place.ROOM
