"""Members put back: after Asterisk's own end as they were, after a mere gap as Asterisk says; doubted only so long."""

from acd.agent import Presence
from acd.effects import AddMember, PauseMember, ResumeMember, WriteCall
from acd.events import (
    LegSeen,
    MemberAdded,
    MemberPaused,
    MemberSeen,
    NotReadyAsked,
    PbxLost,
    PbxRestarted,
    PbxSnapshot,
    SignOutAsked,
    Started,
    Tick,
)
from acd.fold import fold
from acd.names import LegId, LossStage, Moment, RequestId, RingResult
from tests.acd.playbook import (
    A1,
    A2,
    C1,
    C2,
    Q2,
    T0,
    Q,
    Story,
    call_over,
    leg_over,
    member_added,
    member_seen,
    paused,
    removed,
    resumed,
    ring_over,
)

WEB = "PJSIP/6001-web"


def anew(story: Story, *members: MemberSeen, after: int = 10_000) -> PbxSnapshot:
    """A snapshot of an Asterisk that was started again."""
    return PbxSnapshot(at=story.then(after), started_at=Moment(T0 + 5), members=members, legs=())


def died(story: Story) -> None:
    story.tell(PbxLost(at=story.then(), why="closed"))


def test_a_ready_member_whom_asterisk_forgot_is_put_back_ready() -> None:
    story = Story()
    story.ready()
    before = story.state.agents[A1]
    died(story)
    assert story.tell(anew(story)) == [AddMember(agent=A1, interface=WEB, queues=(Q,), reason=None)]
    assert story.state.agents[A1] == before
    story.tell(member_added(A1, story.then(), paused=False))
    assert story.state.agents[A1] == before
    assert not story.state.returning


def test_a_member_who_was_not_ready_is_put_back_with_the_reason() -> None:
    story = Story()
    story.ready()
    story.tell(paused(A1, story.then(), "meal"))
    died(story)
    assert story.tell(anew(story)) == [AddMember(agent=A1, interface=WEB, queues=(Q,), reason="meal")]


def test_a_pause_that_is_gone_is_made_again_and_one_that_is_new_taken_back() -> None:
    story = Story()
    story.ready()
    story.tell(member_added(A2, story.then()), resumed(A2, story.then()), paused(A1, story.then(), "meal"))
    died(story)
    wishes = story.tell(anew(story, member_seen(A1), member_seen(A2, reason="break")))
    assert wishes == [
        PauseMember(agent=A1, interface=WEB, reason="meal"),
        ResumeMember(agent=A2, interface="PJSIP/6002-web"),
    ]
    assert (story.state.agents[A1].paused, story.state.agents[A2].presence) == ("meal", Presence.READY)
    story.tell(paused(A1, story.then(), "meal"), resumed(A2, story.then()))
    assert not story.state.returning


def test_only_the_queues_that_are_missing_are_added() -> None:
    story = Story()
    story.ready()
    story.tell(member_added(A1, story.then(), Q2, paused=False))
    died(story)
    assert story.tell(anew(story, member_seen(A1))) == [AddMember(agent=A1, interface=WEB, queues=(Q2,), reason=None)]


def test_what_asterisk_brought_back_itself_is_left_alone() -> None:
    story = Story()
    story.ready()
    died(story)
    assert story.tell(anew(story, member_seen(A1))) == []


def test_what_asterisk_does_not_put_back_in_time_is_believed() -> None:
    story = Story()
    story.ready()
    died(story)
    story.tell(anew(story))
    story.tell(Tick(at=story.then(5_000)))
    assert story.state.agents[A1].presence is Presence.OUT


def test_after_a_mere_gap_asterisk_is_right() -> None:
    story = Story()
    story.ready()
    died(story)
    same = PbxSnapshot(at=story.then(), started_at=Moment(T0 - 1000), members=(), legs=())
    assert story.tell(same) == []
    assert story.state.agents[A1].presence is Presence.OUT


def test_a_telephone_somebody_changed_meanwhile_stays_changed() -> None:
    story = Story()
    story.ready()
    died(story)
    other = MemberSeen(agent=A1, queue=Q, interface="PJSIP/6001-sip", paused=False, reason="", device="NOT_INUSE")
    assert story.tell(anew(story, other)) == []
    assert story.state.agents[A1].interface == "PJSIP/6001-sip"


def test_who_was_talking_goes_on_to_after_call_work_and_is_paused() -> None:
    story = Story()
    story.talking()
    died(story)
    wishes = story.tell(anew(story, member_seen(A1)))
    assert PauseMember(agent=A1, interface=WEB, reason="acw") in wishes
    assert story.state.agents[A1].presence is Presence.ACW


def test_who_was_talking_and_is_forgotten_is_put_back_paused_for_after_call_work() -> None:
    story = Story()
    story.talking()
    died(story)
    assert AddMember(agent=A1, interface=WEB, queues=(Q,), reason="acw") in story.tell(anew(story))
    seen = MemberAdded(at=story.then(), agent=A1, queue=Q, interface=WEB, paused=True, reason="acw")
    story.tell(seen)
    agent = story.state.agents[A1]
    assert (agent.presence, agent.paused) == (Presence.ACW, "acw")


def test_a_talk_cut_off_and_told_by_the_log_is_paused_by_the_snapshot() -> None:
    story = Story()
    story.talking()
    died(story)
    story.tell(PbxRestarted(at=story.then(5_000)))
    assert story.state.agents[A1].presence is Presence.ACW
    wishes = story.tell(anew(story, member_seen(A1)))
    assert wishes == [PauseMember(agent=A1, interface=WEB, reason="acw")]


def test_calls_cut_off_ended_when_asterisk_was_last_alive() -> None:
    story = Story()
    story.talking()
    story.waiting(C2)
    story.then(30_000)
    died(story)
    lost_at = story.at
    story.tell(PbxRestarted(at=Moment(story.then(20_000))))
    records = {one.record.call: one.record for one in story.effects if isinstance(one, WriteCall)}
    assert {record.ended_at for record in records.values()} == {lost_at}
    assert records[C1].loss_stage is None
    assert (records[C2].loss_stage, records[C2].loss_cause) == (LossStage.SYSTEM, "ENGINE_RESTART")
    assert records[C1].talk_ms == lost_at - (records[C1].answered_at or 0)


def test_a_call_that_came_after_the_restart_lives() -> None:
    story = Story()
    story.waiting()
    before = story.state
    story.tell(PbxRestarted(at=Moment(T0 + 1_000)))
    assert story.state is before


def test_a_cut_off_call_ends_no_later_than_asterisk_began_anew() -> None:
    """Our clock may be ahead of Asterisk's, by which calls are timed."""
    story = Story()
    story.waiting()
    story.tell(PbxLost(at=Moment(story.at + 3_600_000), why="closed"), PbxRestarted(at=Moment(story.at + 9_000)))
    record = next(one.record for one in reversed(story.effects) if isinstance(one, WriteCall))
    assert record.ended_at == story.at + 9_000


def test_our_own_start_does_not_count_as_word_of_asterisk() -> None:
    story = Story()
    story.waiting()
    heard = story.at
    story.tell(Started(at=story.then(60_000), version="1"), PbxRestarted(at=Moment(story.then(10_000))))
    record = next(one.record for one in reversed(story.effects) if isinstance(one, WriteCall))
    assert record.ended_at == heard


def test_a_pause_that_crossed_the_renewal_on_the_way_is_made_again() -> None:
    story = Story()
    story.ready()
    died(story)
    story.tell(anew(story), removed(A1, story.then()))
    story.tell(MemberPaused(at=story.then(), agent=A1, queue=Q, reason="meal"))
    assert story.state.agents[A1].presence is Presence.NOT_READY
    wishes = story.tell(member_added(A1, story.then(), paused=False))
    assert wishes == [PauseMember(agent=A1, interface=WEB, reason="meal")]
    assert story.state.agents[A1].paused == "meal"


def test_who_signs_out_meanwhile_is_not_put_back() -> None:
    story = Story()
    story.ready()
    died(story)
    story.tell(anew(story))
    story.tell(SignOutAsked(at=story.then(), agent=A1, request=RequestId("r1")), removed(A1, story.then()))
    assert story.state.agents[A1].presence is Presence.OUT
    assert not story.state.wishes


def test_a_snapshot_told_twice_asks_once() -> None:
    story = Story()
    story.ready()
    died(story)
    seen = anew(story)
    assert len(story.tell(seen)) == 1
    step = fold(story.state, seen)
    assert step.effects == ()
    assert step.state is story.state


def test_a_call_that_went_on_is_not_cut_off() -> None:
    story = Story()
    story.talking()
    died(story)
    legs = (LegSeen(call=C1, leg=LegId(C1), channel="x"), LegSeen(call=C1, leg=LegId(f"{C1}-{A1}"), channel="y"))
    story.tell(PbxSnapshot(at=story.then(), started_at=Moment(T0 - 1000), members=(member_seen(A1),), legs=legs))
    assert story.state.agents[A1].presence is Presence.TALKING


def heard_again(story: Story, *members: MemberSeen) -> PbxSnapshot:
    """A snapshot of the Asterisk that was heard before."""
    return PbxSnapshot(at=story.then(), started_at=Moment(T0 - 1000), members=members, legs=())


def test_who_came_to_after_call_work_in_a_gap_is_paused_when_it_is_over() -> None:
    """The log's fact performs nothing: app_queue would ring the agent while they write."""
    story = Story()
    story.talking()
    died(story)
    story.tell(leg_over(A1, C1, story.then()), call_over(C1, story.then(0)))
    seen = heard_again(story, member_seen(A1))
    assert story.tell(seen) == [PauseMember(agent=A1, interface=WEB, reason="acw")]
    assert story.tell(seen) == [], "a snapshot told twice asks once"


def test_who_wrote_only_during_the_gap_is_not_paused_any_more() -> None:
    story = Story()
    story.talking()
    died(story)
    story.tell(leg_over(A1, C1, story.then()), call_over(C1, story.then(0)))
    story.then(60_000)
    assert story.tell(heard_again(story, member_seen(A1))) == []


def test_a_not_ready_asked_for_while_it_rang_is_not_forgotten_in_a_gap() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    story.tell(NotReadyAsked(at=story.then(), agent=A1, request=RequestId("r"), reason="meal"))
    died(story)
    story.tell(ring_over(A1, C1, story.then(), RingResult.CANCELLED), call_over(C1, story.then(0)))
    assert story.tell(heard_again(story, member_seen(A1))) == [PauseMember(agent=A1, interface=WEB, reason="meal")]


def test_what_was_doubted_of_a_membership_that_ended_is_not_believed_of_the_next() -> None:
    story = Story()
    story.ready()
    died(story)
    story.tell(anew(story, member_seen(A1, reason="break")))
    story.tell(removed(A1, story.then()))
    assert not story.state.returning
    story.tell(member_added(A1, story.then(), paused=False), Tick(at=story.then(10_000)))
    assert story.state.agents[A1].presence is Presence.READY
