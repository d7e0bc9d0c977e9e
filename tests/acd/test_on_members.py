"""Stories of queue members: signing in, pauses told once for each queue, telephones and desks."""

from acd.agent import Presence
from acd.effects import HangUpLeg
from acd.events import (
    DeskSeen,
    DeviceChanged,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    MemberResumed,
    PhoneBack,
    PhoneGone,
    Tick,
)
from acd.names import AgentId, Moment, Phone, RingResult
from acd.on_members import PHONE_GRACE
from tests.acd.playbook import (
    A1,
    A2,
    C1,
    Q2,
    Q,
    Story,
    answer,
    leg_of,
    leg_over,
    member_added,
    paused,
    removed,
    resumed,
    ring_over,
)


def test_a_new_member_is_signed_in_and_not_ready() -> None:
    story = Story()
    story.tell(member_added(A1, story.then()))
    agent = story.state.agents[A1]
    assert (agent.presence, agent.paused, agent.phone) == (Presence.NOT_READY, "signed-in", Phone.WEB)


def test_a_member_added_unpaused_is_ready() -> None:
    story = Story()
    story.tell(member_added(A1, story.then(), paused=False))
    assert story.state.agents[A1].presence is Presence.READY


def test_an_agent_in_two_queues_hears_each_pause_twice_and_moves_once() -> None:
    story = Story()
    story.tell(member_added(A1, story.then()), member_added(A1, story.then(), Q2))
    story.tell(resumed(A1, story.then()), MemberResumed(at=story.then(), agent=A1, queue=Q2))
    first = story.tell(paused(A1, story.then(), "meal")), story.state.agents[A1].since
    story.tell(MemberPaused(at=story.then(), agent=A1, queue=Q2, reason="meal"))
    agent = story.state.agents[A1]
    assert (agent.presence, agent.paused, agent.since) == (Presence.NOT_READY, "meal", first[1])


def test_a_ready_agent_added_paused_to_one_more_queue_is_not_ready() -> None:
    story = Story()
    story.ready()
    story.tell(member_added(A1, story.then(), Q2))
    assert story.state.agents[A1].presence is Presence.NOT_READY
    story.tell(resumed(A1, story.then()))
    assert story.state.agents[A1].presence is Presence.READY


def test_a_membership_told_twice_does_not_pause_an_agent_who_became_ready() -> None:
    story = Story()
    story.ready()
    before = story.state
    story.tell(member_added(A1, story.at))
    assert story.state == before


def test_an_agent_is_out_when_the_last_queue_is_gone() -> None:
    story = Story()
    story.ready()
    story.tell(member_added(A1, story.then(), Q2, paused=False), removed(A1, story.then()))
    assert story.state.agents[A1].presence is Presence.READY
    story.tell(MemberRemoved(at=story.then(), agent=A1, queue=Q2))
    agent = story.state.agents[A1]
    assert (agent.presence, agent.phone, agent.paused, agent.queues) == (Presence.OUT, None, None, frozenset())


def test_a_pause_for_after_call_work_leaves_after_call_work_be() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()), paused(A1, story.then(), "acw"))
    agent = story.state.agents[A1]
    assert (agent.presence, agent.paused) == (Presence.ACW, "acw")


def test_another_pause_ends_after_call_work() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()), paused(A1, story.then(), "meal"))
    agent = story.state.agents[A1]
    assert (agent.presence, agent.paused, agent.until, agent.call) == (Presence.NOT_READY, "meal", None, None)


def test_a_pause_that_arrives_while_the_telephone_rings_holds_after_the_ring() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    story.tell(paused(A1, story.then(), "meal"))
    assert story.state.agents[A1].presence is Presence.RINGING
    assert story.tell(ring_over(A1, C1, story.then(), RingResult.CANCELLED)) == []
    agent = story.state.agents[A1]
    assert (agent.presence, agent.paused, agent.next_reason) == (Presence.NOT_READY, "meal", None)


def test_a_pause_that_arrives_while_the_telephone_rings_is_not_forgotten_by_the_call() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    story.tell(paused(A1, story.then(), "meal"), answer(A1, C1, story.then()))
    assert story.state.agents[A1].next_reason == "meal"


def test_an_away_that_arrives_while_the_agent_answers_after_all_ends_with_the_call() -> None:
    story = Story()
    story.talking()
    story.tell(paused(A1, story.then(), "away"))
    assert story.state.agents[A1].next_reason is None


def test_what_is_no_agent_s_telephone_signs_nobody_in() -> None:
    story = Story()
    for interface in ("Local/6001@x", "PJSIP/6002-web"):
        story.tell(
            MemberAdded(at=story.then(), agent=A1, queue=Q, interface=interface, paused=False, reason=""),
        )
    assert A1 not in story.state.agents


def test_facts_of_strangers_and_of_other_queues_change_nothing() -> None:
    story = Story()
    story.ready()
    before = story.state
    elsewhere = MemberPaused(at=story.at, agent=A1, queue=Q2, reason="meal")
    for fact in (paused(A2, story.at, "meal"), resumed(A2, story.at), removed(A2, story.at), elsewhere):
        story.tell(fact)
    assert story.state == before


def test_a_telephone_s_state_is_noted_only_for_the_telephone_in_use() -> None:
    story = Story()
    story.ready()
    story.tell(DeviceChanged(at=story.then(), agent=A1, interface="PJSIP/6001-sip", device="INUSE"))
    assert story.state.agents[A1].device == "UNKNOWN"
    story.tell(DeviceChanged(at=story.then(), agent=A1, interface="PJSIP/6001-web", device="INUSE"))
    assert story.state.agents[A1].device == "INUSE"


def test_a_desk_page_comes_and_goes() -> None:
    story = Story()
    newcomer = AgentId("6009")
    story.tell(DeskSeen(at=story.then(), agent=newcomer, connected=False))
    assert newcomer not in story.state.agents
    story.tell(DeskSeen(at=story.then(), agent=newcomer, connected=True))
    assert story.state.agents[newcomer].desk
    assert story.state.agents[newcomer].presence is Presence.OUT
    story.tell(DeskSeen(at=story.then(), agent=newcomer, connected=False))
    assert not story.state.agents[newcomer].desk


def gone(story: Story, milliseconds: int = 1_000) -> PhoneGone:
    return PhoneGone(at=story.then(milliseconds), agent=A1, interface="PJSIP/6001-web")


def test_a_browser_that_dies_in_a_talk_has_its_leg_ended_after_a_moment() -> None:
    story = Story()
    story.talking()
    story.tell(gone(story))
    due = story.state.next_due
    assert due == story.at + PHONE_GRACE
    assert story.tell(Tick(at=Moment(story.at + PHONE_GRACE - 1))) == []
    assert story.tell(Tick(at=due)) == [HangUpLeg(leg=leg_of(A1, C1), lost=True)]
    assert story.tell(Tick(at=Moment(due + 60_000))) == [], "asked once"


def test_a_browser_that_comes_back_keeps_its_talk() -> None:
    story = Story()
    story.talking()
    story.tell(gone(story), PhoneBack(at=story.then(1_000), agent=A1, interface="PJSIP/6001-web"))
    assert story.tell(Tick(at=Moment(story.at + 60_000))) == []
    assert story.state.agents[A1].presence is Presence.TALKING


def test_a_telephone_gone_outside_a_talk_or_after_it_ends_no_leg() -> None:
    story = Story()
    story.ready()
    before = story.state
    story.tell(gone(story))
    assert story.state is before
    story.talking(A1, C1)
    story.tell(gone(story), leg_over(A1, C1, story.then(100)))
    effects = story.tell(Tick(at=Moment(story.at + 5_000)))
    assert not [one for one in effects if isinstance(one, HangUpLeg)]


def test_a_sip_phone_whose_registration_runs_out_keeps_its_talk() -> None:
    story = Story()
    story.tell(
        MemberAdded(at=story.then(), agent=A1, queue=Q, interface="PJSIP/6001-sip", paused=False, reason=""),
    )
    story.waiting()
    story.ringing()
    story.tell(answer(A1, C1, story.then()))
    story.tell(PhoneGone(at=story.then(), agent=A1, interface="PJSIP/6001-sip"))
    assert story.state.agents[A1].give_up is None
