"""Snapshots against the floor: what happened unseen is found, and the floor then mirrors Asterisk."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from acd.agent import Presence
from acd.effects import WriteCall
from acd.events import AnyEvent, DeviceChanged, LegSeen, MemberSeen, PbxLost, PbxSnapshot, Started
from acd.fold import fold
from acd.names import CallId, LegId, LossStage, Moment, QueueName, RingResult
from acd.reconcile import ENGINE_RESTART, unseen
from acd.state import Policy, State
from tests.acd import facts
from tests.acd.laws import agrees_with
from tests.acd.playbook import (
    A1,
    A2,
    C1,
    C2,
    Q2,
    T0,
    Story,
    answer,
    call_over,
    leg_of,
    leg_over,
    member_seen,
    offered,
    rung,
    sign_in,
)


def snapshot(
    story: Story, *members: MemberSeen, legs: tuple[tuple[CallId, LegId], ...] = (), restarted: bool = False
) -> PbxSnapshot:
    started = T0 + 5 if restarted else T0 - 1000
    seen = tuple(LegSeen(call=call, leg=leg, channel="PJSIP/x-1") for call, leg in legs)
    return PbxSnapshot(at=story.then(), started_at=Moment(started), members=members, legs=seen)


def last_record(story: Story) -> WriteCall:
    return next(one for one in reversed(story.effects) if isinstance(one, WriteCall))


def test_a_floor_that_mirrors_asterisk_hears_only_of_telephones() -> None:
    story = Story()
    story.talking()
    seen = snapshot(story, member_seen(A1), legs=((C1, LegId(C1)), (C1, leg_of(A1, C1))))
    assert all(isinstance(fact, DeviceChanged) for fact in unseen(story.state, seen))


def test_an_agent_unknown_to_us_is_signed_in_as_asterisk_says() -> None:
    story = Story()
    story.tell(snapshot(story, member_seen(A1, reason="meal"), member_seen(A2)))
    assert (story.state.agents[A1].presence, story.state.agents[A1].paused) == (Presence.NOT_READY, "meal")
    assert story.state.agents[A2].presence is Presence.READY


def test_an_agent_asterisk_does_not_know_is_out() -> None:
    story = Story()
    story.ready()
    story.tell(snapshot(story))
    assert story.state.agents[A1].presence is Presence.OUT


def test_pauses_made_while_we_were_away_are_found() -> None:
    story = Story()
    story.ready()
    story.tell(snapshot(story, member_seen(A1, reason="meal")))
    assert (story.state.agents[A1].presence, story.state.agents[A1].paused) == (Presence.NOT_READY, "meal")
    story.tell(snapshot(story, member_seen(A1)))
    assert story.state.agents[A1].presence is Presence.READY


def test_another_telephone_means_signed_out_and_in_again() -> None:
    story = Story()
    story.ready()
    story.tell(snapshot(story, replace(member_seen(A1), interface="PJSIP/6001-sip")))
    assert story.state.agents[A1].interface == "PJSIP/6001-sip"


def test_a_call_that_is_gone_ended_and_its_agent_writes_it_up() -> None:
    story = Story()
    story.talking()
    story.tell(snapshot(story, member_seen(A1)))
    assert story.state.agents[A1].presence is Presence.ACW
    assert last_record(story).record.ended_at == story.at
    assert last_record(story).record.loss_stage is None


def test_a_leg_that_is_gone_frees_its_agent_though_the_citizen_is_still_there() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    story.tell(snapshot(story, member_seen(A1), legs=((C1, LegId(C1)),)))
    assert story.state.agents[A1].presence is Presence.READY
    assert story.state.calls[C1].ended_at is None
    assert story.state.calls[C1].rings[0].result is RingResult.CANCELLED


def test_a_waiting_call_cut_off_by_a_restart_is_a_system_loss_and_no_abandon() -> None:
    story = Story()
    story.waiting()
    story.tell(snapshot(story, restarted=True))
    record = last_record(story).record
    assert (record.loss_stage, record.loss_cause) == (LossStage.SYSTEM, ENGINE_RESTART)


def test_a_waiting_call_that_left_while_we_did_not_listen_is_an_abandon() -> None:
    story = Story()
    story.waiting()
    story.tell(PbxLost(at=story.then(), why="closed"), snapshot(story))
    assert last_record(story).record.loss_stage is LossStage.QUEUE_ABANDON


def test_an_answered_call_cut_off_by_a_restart_stays_answered() -> None:
    story = Story()
    story.talking()
    story.tell(snapshot(story, member_seen(A1), restarted=True))
    assert last_record(story).record.loss_stage is None


def test_after_our_own_start_the_link_is_down_until_a_snapshot() -> None:
    story = Story()
    story.tell(Started(at=story.then(), version="0.1.0"))
    assert not story.state.pbx.up
    story.tell(snapshot(story))
    assert story.state.pbx.up


def test_a_request_made_true_unseen_is_answered_by_the_snapshot() -> None:
    story = Story()
    story.tell(sign_in(A1, story.then()))
    assert [type(one).__name__ for one in story.tell(snapshot(story, member_seen(A1)))] == ["Accept"]


def test_calls_lost_unseen_are_taken_in_the_order_of_their_arrival() -> None:
    story = Story()
    story.tell(offered(C2, story.then()), offered(C1, story.then()))
    story.tell(snapshot(story))
    written = [one.record.call for one in story.effects if isinstance(one, WriteCall)]
    assert written == [C2, C1]


def test_an_agent_in_two_queues_is_seen_in_both() -> None:
    story = Story()
    story.tell(snapshot(story, member_seen(A1), member_seen(A1, Q2)))
    assert story.state.agents[A1].queues == {QueueName("general"), Q2}


def test_an_agent_taken_off_all_queues_while_talking_is_out_after_the_call() -> None:
    story = Story()
    story.talking()
    story.tell(snapshot(story, legs=((C1, LegId(C1)), (C1, leg_of(A1, C1)))))
    assert story.state.agents[A1].presence is Presence.TALKING
    story.tell(leg_over(A1, C1, story.then()), call_over(C1, story.then()))
    assert story.state.agents[A1].presence is Presence.OUT


@st.composite
def floors(draw: st.DrawFn) -> State:
    """A floor after some facts in any order."""
    state = State(policy=Policy(queues=facts.QUEUES, not_ready_reasons=frozenset({"meal"})))
    at = T0
    for _ in range(draw(st.integers(0, 25))):
        at = Moment(at + draw(st.sampled_from([0, 1_000, 60_000])))
        event: AnyEvent = draw(st.one_of(facts.of_calls(at), facts.rings(at), facts.rings(at), facts.of_members(at)))
        state = fold(state, event).state
    return state


@settings(max_examples=300, deadline=None)
@given(floors(), facts.snapshots(Moment(T0 + 3_600_000)))
def test_the_mirror_law_after_a_snapshot_the_floor_is_as_asterisk_says(state: State, seen: PbxSnapshot) -> None:
    after = fold(state, seen).state
    agrees_with(after, seen)
    assert all(isinstance(fact, DeviceChanged) for fact in unseen(after, seen)), "nothing is unseen any more"


def test_of_two_agents_on_one_call_only_the_one_whose_leg_is_gone_is_off_it() -> None:
    story = Story()
    story.talking()
    story.ready(A2)
    story.tell(rung(A2, C1, story.then()), answer(A2, C1, story.then()))
    members = (member_seen(A1), member_seen(A2))
    story.tell(snapshot(story, *members, legs=((C1, LegId(C1)), (C1, leg_of(A1, C1)))))
    assert story.state.agents[A1].presence is Presence.TALKING
    assert story.state.agents[A2].presence is Presence.ACW
