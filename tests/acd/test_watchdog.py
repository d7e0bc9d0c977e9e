"""The watchdog on a real floor's stories: who is dead, who is not, how often they are renewed, and what is alarmed."""

from msgspec.structs import replace

from acd.agent import Presence
from acd.alarms import AlarmKey, floor_alarms
from acd.effects import AddMember, AnyEffect, RemoveMember
from acd.events import CallLost, CallQueued, DeviceChanged, MemberRemoved, PbxLost, Tick
from acd.fold import next_deadline
from acd.names import AgentId, CallId, LossStage, Millis, Moment, RingResult
from tests.acd.playbook import (
    A1,
    A2,
    C1,
    C2,
    Q,
    Story,
    answer,
    call_over,
    member_added,
    offered,
    paused,
    removed,
    ring_over,
    rung,
)


def on_the_phone(story: Story, agent: AgentId, device: str = "NOT_INUSE") -> None:
    story.tell(DeviceChanged(at=story.then(), agent=agent, interface=f"PJSIP/{agent}-web", device=device))


def free(story: Story, agent: AgentId = A1) -> None:
    story.ready(agent)
    on_the_phone(story, agent)


def after(story: Story, milliseconds: int) -> list[AnyEffect]:
    """Let so much time pass with the ticks `fold` asks for; return what it led to."""
    end, effects = Moment(story.at + milliseconds), list[AnyEffect]()
    while (due := next_deadline(story.state)) is not None and due <= end:
        effects += story.tell(Tick(at=due))
    story.at = end
    return effects


def renewed(effects: list[AnyEffect]) -> list[AgentId]:
    return [one.agent for one in effects if isinstance(one, AddMember)]


def obeys(story: Story, agent: AgentId = A1) -> None:
    """Asterisk does as it was asked: out and in again, unpaused."""
    story.tell(removed(agent, story.then(10)), member_added(agent, story.then(10), paused=False))


def test_a_free_member_who_is_not_rung_though_a_caller_waits_is_put_in_anew() -> None:
    story = Story()
    free(story)
    story.waiting()
    assert after(story, 9_000) == []
    first, second = after(story, 2_000)
    assert first == RemoveMember(agent=A1, interface="PJSIP/6001-web", queues=(Q,))
    assert second == AddMember(agent=A1, interface="PJSIP/6001-web", queues=(Q,), reason=None)


def test_the_agent_stays_ready_through_it() -> None:
    story = Story()
    free(story)
    story.waiting()
    after(story, 11_000)
    before = story.state.agents[A1]
    story.tell(removed(A1, story.then()))
    assert story.state.agents[A1] == before
    story.tell(member_added(A1, story.then(), paused=False))
    assert story.state.agents[A1] == before
    assert not story.state.returning


def test_a_member_asterisk_does_not_take_back_is_out() -> None:
    story = Story()
    free(story)
    story.waiting()
    after(story, 11_000)
    story.tell(removed(A1, story.then()))
    after(story, 6_000)
    assert story.state.agents[A1].presence is Presence.OUT


def test_it_is_an_alarm_until_the_agent_is_rung() -> None:
    story = Story()
    free(story)
    story.waiting()
    after(story, 11_000)
    (alarm,) = floor_alarms(story.state)
    assert (alarm.key, alarm.subject, alarm.count) == (AlarmKey.DEAD_MEMBER, A1, 1)
    obeys(story)
    story.tell(rung(A1, C1, story.then()))
    assert floor_alarms(story.state) == ()


def test_renewed_in_vain_it_is_tried_less_and_less_often() -> None:
    story = Story()
    free(story)
    story.waiting()
    at: list[int] = []
    for second in range(200):
        if renewed(after(story, 1_000)):
            at.append(second)
            obeys(story)
    assert [later - earlier for earlier, later in zip(at, at[1:], strict=False)] == [20, 40, 80]
    assert floor_alarms(story.state)[0].count == 4


def test_not_more_members_are_renewed_than_callers_wait() -> None:
    story = Story()
    free(story, A1)
    free(story, A2)
    story.waiting(C1)
    assert renewed(after(story, 11_000)) == [A1], "the one who has been free for longest"
    obeys(story)
    assert renewed(after(story, 11_000)) == [A2]


def test_while_another_telephone_rings_for_the_caller_nobody_is_dead() -> None:
    story = Story()
    free(story, A1)
    free(story, A2)
    story.waiting(C1)
    story.tell(rung(A2, C1, story.then()))
    assert after(story, 60_000) == []


def test_the_time_runs_from_the_end_of_the_last_ring() -> None:
    story = Story()
    free(story, A1)
    free(story, A2)
    story.waiting(C1)
    story.tell(rung(A2, C1, story.then(8_000)), ring_over(A2, C1, story.then(), RingResult.NO_ANSWER))
    assert renewed(after(story, 8_000)) == []
    assert renewed(after(story, 3_000)) == [A1]


def test_who_is_not_ready_or_whose_telephone_is_not_free_is_not_dead() -> None:
    resting, gone, unheard = (Story() for _ in range(3))
    free(resting)
    resting.tell(paused(A1, resting.then(), "meal"))
    free(gone)
    on_the_phone(gone, A1, "UNAVAILABLE")
    free(unheard)
    for story in (resting, gone, unheard):
        story.waiting()
    unheard.tell(PbxLost(at=unheard.then(), why="closed"))
    for story in (resting, gone, unheard):
        assert renewed(after(story, 60_000)) == []


def test_a_caller_whom_the_dialplan_gave_up_waits_no_more() -> None:
    story = Story()
    free(story)
    story.waiting()
    story.tell(CallLost(at=story.then(), call=C1, queue=Q, stage=LossStage.OVERFLOW_CALLBACK, cause="TIMEOUT"))
    assert story.state.waiting == type(story.state.waiting)()
    assert after(story, 60_000) == []


def test_callers_who_talk_or_left_wait_no_more() -> None:
    story = Story()
    free(story)
    story.waiting(C1)
    story.waiting(C2)
    assert set(story.state.waiting) == {C1, C2}
    story.tell(rung(A1, C1, story.then()))
    assert set(story.state.waiting) == {C2}
    story.tell(answer(A1, C1, story.then()), call_over(C2, story.then()))
    assert set(story.state.waiting) == set()


def test_who_became_ready_late_is_given_the_same_time() -> None:
    story = Story()
    story.waiting()
    story.then(60_000)
    free(story)
    assert renewed(after(story, 8_000)) == []
    assert renewed(after(story, 4_000)) == [A1]


def test_zero_seconds_switch_it_off() -> None:
    story = Story()
    story.state = replace(story.state, policy=replace(story.state.policy, dead_member=Millis(0)))
    free(story)
    story.waiting()
    assert renewed(after(story, 600_000)) == []


def test_nobody_looks_while_nothing_needs_it() -> None:
    story = Story()
    free(story)
    after(story, 60_000)
    assert story.state.look_at is None
    call = CallId("jt1-100.77")
    story.tell(offered(call, story.then()), CallQueued(at=story.then(), call=call, queue=Q))
    assert story.state.look_at is not None
    story.tell(call_over(call, story.then()))
    after(story, 60_000)
    assert story.state.look_at is None


def test_a_real_sign_out_while_being_put_back_is_one() -> None:
    story = Story()
    free(story)
    story.waiting()
    after(story, 11_000)
    obeys(story)
    story.tell(MemberRemoved(at=story.then(), agent=A1, queue=Q))
    assert story.state.agents[A1].presence is Presence.OUT
