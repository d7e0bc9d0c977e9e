"""The ends of transfers: each once, not before they were asked for, and nobody left behind."""

from msgspec.structs import replace

from acd.agent import Presence
from acd.call import Stage, stage
from acd.effects import HangUpLeg
from acd.events import CallPickedUp, MemberResumed
from acd.figures import Handed
from acd.names import AgentId, LegId, Moment, Party, RingResult
from acd.transfer import Place, TransferMode
from acd.transfer_ends import (
    begun_after_all,
    broken_off,
    changed,
    completed,
    finished,
    gone_on,
    let_go,
    never_begun,
    passed_on,
    queue_of,
    send_away,
    taken_back,
)
from acd.turn import Turn
from tests.acd.handing import CITIZEN, EXPERTS, STAFF, STEP, TAX, THIRD, Handing
from tests.acd.playbook import A2, C1, Q2, Q, member_added

A3 = AgentId("6003")


def asked(mode: TransferMode, story: Handing | None = None) -> tuple[Turn, Handing]:
    story = story or Handing()
    story.asks(STEP if mode is TransferMode.SUSPEND else TAX, mode)
    return Turn(story.state), story


def test_the_first_end_stays_and_the_agent_is_not_let_go_any_more():
    _, story = asked(TransferMode.SUCCESS)
    once = finished(story.call, story.transfer, story.then())
    again = finished(once, once.transfers[-1], story.then())
    assert (once.leaving, again.transfers) == (False, once.transfers)


def test_nothing_ends_before_it_was_asked_for():
    _, story = asked(TransferMode.CONFERENCE)
    early = Moment(story.transfer.asked_at - 1)
    assert finished(story.call, story.transfer, early).transfers[-1].ended_at == story.transfer.asked_at


def test_completed_is_counted_and_leaves_open_who_hung_up():
    turn, story = asked(TransferMode.CONFERENCE)
    call = completed(turn, story.call, replace(story.transfer, answered_at=story.at), story.then())
    assert call.transfers[-1].completed_at == call.transfers[-1].ended_at
    assert call.ended_by is None
    (day,) = turn.state.days.values()
    assert day.handed[TAX] == Handed(asked=1, completed=1)


def test_nothing_is_completed_when_it_was_the_citizen_who_hung_up():
    turn, story = asked(TransferMode.CONFERENCE)
    before = replace(story.call, ended_by=Party.CALLER)
    call = completed(turn, before, replace(story.transfer, answered_at=story.at), story.then())
    assert (call.transfers[-1].completed_at, call.ended_by) == (None, Party.CALLER)
    assert call.transfers[-1].ended_at is not None
    (day,) = turn.state.days.values()
    assert day.handed[TAX] == Handed(asked=1)


def test_an_agent_who_hung_up_is_forgotten_while_somebody_is_or_rings_for_the_citizen():
    _, story = asked(TransferMode.RELEASE)
    hung_up = replace(story.call, ended_by=Party.AGENT)
    assert gone_on(hung_up).ended_by is None, "the citizen is with somebody"
    alone = replace(hung_up, talks=(replace(hung_up.talks[0], end=story.at),))
    assert gone_on(alone) is alone
    ringing = replace(story.transfer, rung_at=story.at)
    assert gone_on(changed(alone, ringing)).ended_by is None
    assert gone_on(changed(alone, replace(ringing, result=RingResult.NO_ANSWER))).ended_by is Party.AGENT
    citizen = replace(hung_up, ended_by=Party.CALLER)
    assert gone_on(citizen) is citizen


def test_a_released_call_that_came_back_unrung_did_not_reach_anybody():
    _, story = asked(TransferMode.RELEASE)
    assert never_begun(story.call).transfers[-1].result is RingResult.UNREACHABLE
    rung = changed(story.call, replace(story.transfer, rung_at=story.at))
    assert never_begun(rung) is rung
    _, other = asked(TransferMode.CONFERENCE)
    assert never_begun(other.call) is other.call


def test_a_call_released_to_a_queue_is_answered_there_once():
    story = Handing()
    story.expert()
    story.asks(EXPERTS, TransferMode.RELEASE)
    turn = Turn(story.state)
    assert passed_on(turn, story.call, story.at) is story.call, "it has not left yet"
    story.handed(Place.QUEUE)
    turn = Turn(story.state)
    assert queue_of(turn, story.call) == Q2
    call = passed_on(turn, story.call, story.then())
    last = call.transfers[-1]
    assert (last.answered_at, last.completed_at, last.result) == (story.at, story.at, RingResult.ANSWERED)
    assert passed_on(turn, call, story.then()) is call
    (day,) = turn.state.days.values()
    assert day.handed[EXPERTS] == Handed(asked=1, answered=1, completed=1)


def test_only_the_transfer_meant_is_changed():
    _, story = asked(TransferMode.CONFERENCE)
    story.ring_ends(RingResult.REJECTED)
    asked(TransferMode.CONFERENCE, story)
    call = changed(story.call, replace(story.call.transfers[0], result=RingResult.NO_ANSWER))
    assert [one.result for one in call.transfers] == [RingResult.NO_ANSWER, None]


def test_a_broken_off_consultation_may_go_on_without_the_citizen():
    story = Handing()
    story.consulting()
    turn = Turn(story.state)
    broken_off(turn, story.call, story.then())
    assert turn.effects == []
    story.is_gone(STAFF)
    turn = Turn(story.state)
    broken_off(turn, story.call, story.then())
    assert turn.effects == [HangUpLeg(leg=THIRD)]


def test_a_step_is_over_when_the_citizen_is_back_and_only_then():
    _, story = asked(TransferMode.SUSPEND)
    assert taken_back(story.call, None, story.at) is story.call
    assert taken_back(story.call, Place.STEP, story.at).transfers[-1].ended_at is not None
    _, other = asked(TransferMode.CONFERENCE)
    assert taken_back(other.call, Place.STEP, other.at) is other.call


def test_a_released_call_that_was_given_up_is_under_way_again_when_it_is_done():
    _, story = asked(TransferMode.RELEASE)
    given_up = finished(story.call, replace(story.transfer, result=RingResult.UNREACHABLE), story.then())
    again = begun_after_all(given_up).transfers[-1]
    assert (again.ended_at, again.result) == (None, None)
    _, other = asked(TransferMode.CONFERENCE)
    assert begun_after_all(other.call) is other.call


def test_a_return_overtaken_by_the_release_is_undone():
    """The agent's leg was lost a moment before the citizen was moved: they are not in the queue."""
    story = Handing()
    story.asks(TAX, TransferMode.RELEASE)
    story.is_gone(STAFF)
    story.is_returned()
    assert story.step is None
    story.handed(Place.BLIND)
    story.rings(THIRD)
    story.answers()
    assert story.call.returned_at is None
    assert story.counts() == Handed(asked=1, answered=1, completed=1)


def test_who_released_is_let_go_only_when_the_citizen_has_left():
    turn, story = asked(TransferMode.RELEASE)
    let_go(turn, story.call)
    assert turn.effects == []
    let_go(turn, replace(story.call, place=Place.BLIND))
    assert turn.effects == [HangUpLeg(leg=STAFF, lost=True)]


def test_two_who_picked_up_one_call_have_after_call_work_when_one_of_them_releases_it():
    """Asterisk empties the room that the citizen leaves."""
    story = Handing()
    story.expert()
    story.tell(member_added(A3, story.then(), Q), MemberResumed(at=story.then(), agent=A3, queue=Q))
    story.is_gone(STAFF)
    story.is_returned()
    first, second = LegId("jt1-900.1"), LegId("jt1-900.2")
    story.tell(
        CallPickedUp(at=story.then(), call=C1, agent=A3, leg=first),
        CallPickedUp(at=story.then(1), call=C1, agent=A2, leg=second),
    )
    story.joins(first, second, CITIZEN)
    assert (story.presence(A3), story.presence(A2)) == (Presence.TALKING, Presence.TALKING)
    story.asks(EXPERTS, TransferMode.RELEASE, A3)
    story.leaves(CITIZEN)
    story.handed(Place.QUEUE)
    story.is_gone(second)
    story.is_gone(first)
    assert (story.presence(A3), story.presence(A2)) == (Presence.ACW, Presence.ACW)
    assert stage(story.call) is Stage.QUEUE


def test_who_rings_for_nobody_is_sent_away_and_who_is_with_the_citizen_stays():
    story = Handing()
    story.expert()
    story.conferring(EXPERTS)
    turn = Turn(story.state)
    send_away(turn, story.call, {CITIZEN, STAFF, THIRD})
    assert turn.effects == []
    over = finished(story.call, replace(story.transfer, result=None, answered_at=None), story.then())
    send_away(turn, over, {CITIZEN, STAFF})
    assert turn.effects == []
    send_away(turn, over, {CITIZEN, STAFF, THIRD})
    assert turn.effects == [HangUpLeg(leg=THIRD)]
