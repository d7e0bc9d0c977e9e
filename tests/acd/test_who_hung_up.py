"""Who ended a call that several had to do with: the citizen, unless the last who was with them hung up."""

from collections.abc import Callable

import pytest

from acd.effects import WriteCall
from acd.events import AgentAnswered, AgentRung, CallEnded, CallPickedUp, HangUpAsked, HangUpHeard, LegEnded
from acd.names import LegId, Party, RingResult
from acd.transfer import Place, TransferMode
from tests.acd.handing import CITIZEN, EXPERTS, STAFF, STEP, TAX, THIRD, Handing
from tests.acd.playbook import A1, A2, C1, Q2, R1, leg_of, leg_over

ANOTHER = leg_of(A2, C1)


def hears_of(story: Handing, leg: LegId) -> None:
    story.tell(HangUpHeard(at=story.then(), call=C1, leg=leg))


def released(story: Handing) -> None:
    story.expert()
    story.asks(EXPERTS, TransferMode.RELEASE)
    story.handed(Place.QUEUE)


def answered(story: Handing) -> None:
    story.tell(AgentRung(at=story.then(), call=C1, agent=A2, leg=ANOTHER, queue=Q2))
    story.tell(AgentAnswered(at=story.then(), call=C1, agent=A2, leg=ANOTHER, queue=Q2))


def an_expert_leaves_the_conference(story: Handing) -> None:
    story.expert()
    story.conferring(EXPERTS, A2)
    story.hangs_up(THIRD)


def the_agent_leaves_the_conference_by_telephone(story: Handing) -> None:
    story.conferring()
    story.hangs_up(STAFF)


def who_released_hangs_up_while_the_citizen_waits(story: Handing) -> None:
    released(story)
    hears_of(story, STAFF)
    story.tell(leg_over(story.transfer.by, C1, story.then()))


def who_released_hangs_up_and_another_answers(story: Handing) -> None:
    who_released_hangs_up_while_the_citizen_waits(story)
    answered(story)


def who_released_hangs_up_while_it_rings_outside(story: Handing) -> None:
    story.asks(TAX, TransferMode.RELEASE)
    story.handed(Place.BLIND)
    story.rings()
    hears_of(story, STAFF)
    story.tell(LegEnded(at=story.then(), call=C1, leg=STAFF))


def the_agent_hangs_up_during_a_step(story: Handing) -> None:
    story.asks(STEP, TransferMode.SUSPEND)
    story.handed(Place.STEP)
    story.joins(STAFF)
    story.hangs_up(STAFF)


def the_agent_hangs_up_while_the_other_side_rings(story: Handing) -> None:
    story.asks(TAX, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings()
    hears_of(story, STAFF)
    story.leaves(STAFF, CITIZEN)
    story.tell(LegEnded(at=story.then(0), call=C1, leg=STAFF))
    story.handed(Place.MUSIC)


def the_consulted_expert_hangs_up(story: Handing) -> None:
    story.swapped()
    story.hangs_up(THIRD)


@pytest.mark.parametrize(
    "before",
    [
        an_expert_leaves_the_conference,
        the_agent_leaves_the_conference_by_telephone,
        who_released_hangs_up_while_the_citizen_waits,
        who_released_hangs_up_and_another_answers,
        who_released_hangs_up_while_it_rings_outside,
        the_agent_hangs_up_during_a_step,
        the_agent_hangs_up_while_the_other_side_rings,
        the_consulted_expert_hangs_up,
    ],
)
def test_the_call_went_on_and_the_citizen_ended_it(before: Callable[[Handing], None]) -> None:
    story = Handing()
    before(story)
    assert story.call.ended_by is None
    story.citizen_hangs_up()
    assert written(story) is Party.CALLER


def test_the_last_of_two_who_leave_ended_it() -> None:
    story = Handing()
    an_expert_leaves_the_conference(story)
    story.hangs_up(STAFF)
    story.tell(CallEnded(at=story.then(0), call=C1, cause=16))
    assert written(story) is Party.AGENT


def test_the_agent_who_answered_a_released_call_ended_it() -> None:
    story = Handing()
    who_released_hangs_up_and_another_answers(story)
    hears_of(story, ANOTHER)
    story.tell(leg_over(A2, C1, story.then(0)), CallEnded(at=story.then(0), call=C1, cause=16))
    assert written(story) is Party.AGENT


def test_the_other_side_outside_that_hung_up_after_a_release_ended_it() -> None:
    story = Handing()
    who_released_hangs_up_while_it_rings_outside(story)
    story.answers()
    story.joins(CITIZEN)
    story.hangs_up(THIRD)
    story.tell(CallEnded(at=story.then(0), call=C1, cause=16))
    assert written(story) is Party.AGENT


def test_a_hang_up_told_before_the_others_came_together_ended_nothing() -> None:
    """After a gap the facts of the last moment follow what Asterisk said of it."""
    story = Handing()
    story.consulting()
    story.is_gone(STAFF)
    hears_of(story, STAFF)
    assert story.call.ended_by is Party.AGENT
    story.joins(CITIZEN)
    assert story.call.ended_by is None


def test_a_citizen_who_hung_up_as_an_agent_answered_ended_it() -> None:
    story = Handing()
    released(story)
    story.tell(AgentRung(at=story.then(), call=C1, agent=A2, leg=ANOTHER, queue=Q2))
    hears_of(story, CITIZEN)
    story.tell(AgentAnswered(at=story.at, call=C1, agent=A2, leg=ANOTHER, queue=Q2))
    story.tell(CallEnded(at=story.then(), call=C1, cause=16))
    assert written(story) is Party.CALLER


def test_who_is_taken_out_after_the_citizen_hung_up_has_handed_nothing_on() -> None:
    """The dialplan ends those who are left in the room before it says that the citizen is gone."""
    story = Handing()
    story.swapped()
    hears_of(story, CITIZEN)
    story.leaves(CITIZEN)
    story.is_gone(STAFF)
    story.tell(CallEnded(at=story.then(0), call=C1, cause=16))
    (record,) = [one.record for one in story.effects if isinstance(one, WriteCall) and one.record.ended_at is not None]
    assert (record.ended_by, record.transfers[0].completed_at) == (Party.CALLER, None)
    assert story.counts().completed == 0


def test_a_colleague_who_picked_the_call_up_and_hung_up_ended_it() -> None:
    story = Handing()
    who_released_hangs_up_while_the_citizen_waits(story)
    picked = LegId("jt1-900.1")
    story.tell(AgentRung(at=story.then(), call=C1, agent=A2, leg=ANOTHER, queue=Q2))
    story.tell(CallPickedUp(at=story.then(), call=C1, agent=A2, leg=picked))
    story.ring_ends(RingResult.CANCELLED, ANOTHER)
    story.handed(Place.ROOM)
    story.joins(picked, CITIZEN)
    story.hangs_up(picked)
    story.tell(CallEnded(at=story.then(0), call=C1, cause=16))
    assert written(story) is Party.AGENT


def written(story: Handing) -> Party | None:
    """Who ended the call, by its last record."""
    return [one.record.ended_by for one in story.effects if isinstance(one, WriteCall)][-1]


def test_an_agent_who_hangs_up_at_the_desk_has_hung_up():
    """Asterisk, which does it for us, tells of no good-bye."""
    story = Handing()
    story.tell(HangUpAsked(at=story.then(), agent=A1, request=R1))
    story.tell(LegEnded(at=story.then(), call=C1, leg=STAFF))
    effects = story.tell(CallEnded(at=story.then(), call=C1, cause=16))
    (written,) = [one for one in effects if isinstance(one, WriteCall)]
    assert written.record.ended_by is Party.AGENT
