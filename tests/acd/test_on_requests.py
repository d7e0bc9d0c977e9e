"""Stories of desks that ask: what is refused at once, what is asked of Asterisk, and the one answer to each."""

import pytest
from msgspec.structs import replace

from acd.agent import Presence
from acd.effects import (
    Accept,
    AddMember,
    AnyEffect,
    HangUpLeg,
    PauseMember,
    Refuse,
    RemoveMember,
    ResumeMember,
)
from acd.events import (
    ActionFailed,
    AnyEvent,
    DeviceChanged,
    HangUpAsked,
    NotReadyAsked,
    PbxLost,
    ReadyAsked,
    SignOutAsked,
    Tick,
    TicketForm,
    TicketSaved,
)
from acd.names import AgentId, Moment, Phone, QueueName, RequestId, RingResult, TicketId
from acd.refusal import Refusal
from tests.acd.playbook import (
    A1,
    A2,
    C1,
    R1,
    R2,
    Q,
    Story,
    answer,
    call_over,
    leg_of,
    leg_over,
    member_added,
    paused,
    removed,
    resumed,
    ring_over,
    sign_in,
)

WEB = "PJSIP/6001-web"
YES = Accept(agent=A1, request=R1)
FORM = TicketForm(text="路灯不亮")


def no(why: Refusal, detail: str = "") -> list[AnyEffect]:
    return [Refuse(agent=A1, request=R1, why=why, detail=detail)]


def ready(at: Moment, request: RequestId = R1) -> ReadyAsked:
    return ReadyAsked(at=at, agent=A1, request=request)


def not_ready(at: Moment, reason: str = "meal", request: RequestId = R1) -> NotReadyAsked:
    return NotReadyAsked(at=at, agent=A1, request=request, reason=reason)


def save(at: Moment, agent: AgentId = A1, merge_into: TicketId | None = None) -> TicketSaved:
    return TicketSaved(at=at, agent=agent, request=R1, call=C1, form=FORM, merge_into=merge_into)


def test_a_sign_in_is_asked_of_asterisk_not_assumed_and_answered_when_it_is_true() -> None:
    story = Story()
    asked = AddMember(agent=A1, interface=WEB, queues=(Q,), reason="signed-in", request=R1)
    assert story.tell(sign_in(A1, story.then())) == [asked]
    assert story.state.agents[A1].presence is Presence.OUT
    assert story.tell(member_added(A1, story.then())) == [YES]
    assert (story.state.agents[A1].presence, story.state.agents[A1].name) == (Presence.NOT_READY, "坐席一")


def test_signing_in_again_with_the_same_telephone_is_a_page_loaded_again() -> None:
    story = Story()
    story.ready()
    assert story.tell(sign_in(A1, story.then())) == [YES]


def device(at: Moment, state: str) -> DeviceChanged:
    return DeviceChanged(at=at, agent=A1, interface="PJSIP/6001-web", device=state)


def test_another_telephone_needs_a_sign_out_first() -> None:
    story = Story()
    story.ready()
    story.tell(device(story.then(), "NOT_INUSE"))
    asked = replace(sign_in(A1, story.then()), phone=Phone.SIP)
    assert story.tell(asked) == no(Refusal.ALREADY_SIGNED_IN)


def test_another_telephone_takes_the_place_of_one_that_is_gone() -> None:
    story = Story()
    story.ready()
    story.tell(device(story.then(), "NOT_INUSE"), device(story.then(), "UNAVAILABLE"))
    effects = story.tell(replace(sign_in(A1, story.then()), phone=Phone.SIP))
    assert effects == [
        RemoveMember(agent=A1, interface="PJSIP/6001-web", queues=(Q,)),
        AddMember(agent=A1, interface="PJSIP/6001-sip", queues=(Q,), reason="signed-in", request=R1),
    ]
    story.tell(removed(A1, story.then()))
    added = replace(member_added(A1, story.then()), interface="PJSIP/6001-sip")
    assert story.tell(added) == [YES]
    assert story.state.agents[A1].phone is Phone.SIP


def test_a_telephone_that_is_gone_in_a_call_is_not_replaced() -> None:
    story = Story()
    story.talking()
    story.tell(device(story.then(), "INUSE"), device(story.then(), "UNAVAILABLE"))
    assert story.tell(replace(sign_in(A1, story.then()), phone=Phone.SIP)) == no(Refusal.ALREADY_SIGNED_IN)


def test_there_must_be_a_queue_to_sign_in_to() -> None:
    story = Story()
    asked = replace(sign_in(A1, story.then()), queues=(QueueName("nowhere"),))
    assert story.tell(asked) == no(Refusal.NO_SUCH_QUEUE)


def test_a_sign_out_is_answered_when_the_last_queue_is_gone() -> None:
    story = Story()
    story.ready()
    asked = RemoveMember(agent=A1, interface=WEB, queues=(Q,), request=R1)
    assert story.tell(SignOutAsked(at=story.then(), agent=A1, request=R1)) == [asked]
    assert story.tell(removed(A1, story.then())) == [YES]


def test_nobody_signs_out_of_a_call() -> None:
    story = Story()
    story.talking()
    assert story.tell(SignOutAsked(at=story.then(), agent=A1, request=R1)) == no(Refusal.ON_A_CALL)


def requests(at: Moment) -> list[AnyEvent]:
    out, hang_up = SignOutAsked(at=at, agent=A1, request=R1), HangUpAsked(at=at, agent=A1, request=R1)
    return [ready(at), not_ready(at), out, hang_up]


def test_who_is_not_signed_in_is_refused_everything_else() -> None:
    story = Story()
    for asked in requests(story.then()):
        assert story.tell(asked) == no(Refusal.NOT_SIGNED_IN)


def test_without_the_link_to_asterisk_everything_is_refused() -> None:
    story = Story(up=False)
    for asked in (sign_in(A1, story.then()), *requests(story.then())):
        assert story.tell(asked) == no(Refusal.PBX_LOST)


def test_a_not_ready_is_asked_and_answered_when_asterisk_pauses() -> None:
    story = Story()
    story.ready()
    assert story.tell(not_ready(story.then())) == [PauseMember(agent=A1, interface=WEB, reason="meal", request=R1)]
    assert story.state.agents[A1].presence is Presence.READY
    assert story.tell(paused(A1, story.then(), "meal")) == [YES]


@pytest.mark.parametrize("reason", ["正忙", "acw", "away", "signed-in", ""])
def test_a_reason_outside_the_catalogue_is_refused(reason: str) -> None:
    story = Story()
    story.ready()
    assert story.tell(not_ready(story.then(), reason)) == no(Refusal.UNKNOWN_REASON, reason)


def test_a_not_ready_asked_during_the_talk_comes_after_it() -> None:
    story = Story()
    story.talking()
    assert story.tell(not_ready(story.then())) == [YES]
    story.tell(leg_over(A1, C1, story.then()), paused(A1, story.then(), "acw"))
    assert story.tell(Tick(at=story.then(60_000))) == [PauseMember(agent=A1, interface=WEB, reason="meal")]
    story.tell(paused(A1, story.then(), "meal"))
    agent = story.state.agents[A1]
    assert (agent.presence, agent.paused, agent.next_reason) == (Presence.NOT_READY, "meal", None)


def test_a_not_ready_asked_during_a_ring_that_comes_to_nothing_comes_at_once() -> None:
    for ending in (ring_over(A1, C1, Moment(0), RingResult.CANCELLED), call_over(C1, Moment(0))):
        story = Story()
        story.ready()
        story.waiting()
        story.ringing()
        assert story.tell(not_ready(story.then())) == [YES]
        effects = story.tell(replace(ending, at=story.then()))
        assert PauseMember(agent=A1, interface=WEB, reason="meal") in effects


def test_a_not_ready_under_way_when_the_telephone_rings_is_accepted_with_the_pause() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.tell(not_ready(story.then()))
    story.ringing()
    assert story.tell(paused(A1, story.then(), "meal")) == [YES]


def test_ready_during_a_talk_takes_the_not_ready_back() -> None:
    story = Story()
    story.talking()
    story.tell(not_ready(story.then()))
    assert story.tell(ready(story.then(), R2)) == [Accept(agent=A1, request=R2)]
    assert story.state.agents[A1].next_reason is None


def test_ready_ends_after_call_work_early() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()), paused(A1, story.then(), "acw"))
    assert story.tell(ready(story.then())) == [ResumeMember(agent=A1, interface=WEB, request=R1)]
    assert story.tell(resumed(A1, story.then())) == [YES]
    assert story.state.agents[A1].presence is Presence.READY


@pytest.mark.parametrize("talks", [False, True])
def test_a_hang_up_is_answered_when_the_leg_is_gone(talks: bool) -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.ringing()
    if talks:
        story.tell(answer(A1, C1, story.then()))
    hang_up = HangUpAsked(at=story.then(), agent=A1, request=R1)
    assert story.tell(hang_up) == [HangUpLeg(leg=leg_of(A1, C1), request=R1)]
    assert YES in story.tell(leg_over(A1, C1, story.then()))


def test_without_a_call_there_is_nothing_to_hang_up() -> None:
    story = Story()
    story.ready()
    assert story.tell(HangUpAsked(at=story.then(), agent=A1, request=R1)) == no(Refusal.NO_CALL)


def test_a_silent_asterisk_is_said_after_the_patience_and_only_once() -> None:
    story = Story()
    story.ready()
    story.tell(not_ready(story.then()))
    assert story.tell(Tick(at=Moment(story.at + 4_999))) == []
    assert story.tell(Tick(at=Moment(story.at + 5_000))) == no(Refusal.PBX_SILENT)
    assert story.tell(Tick(at=Moment(story.at + 60_000)), paused(A1, Moment(story.at + 60_000), "meal")) == []


def test_a_refusal_by_asterisk_is_passed_on_with_its_words() -> None:
    story = Story()
    story.ready()
    story.tell(not_ready(story.then()))
    failed = ActionFailed(at=story.then(), request=R1, why="Interface not found")
    assert story.tell(failed, failed) == no(Refusal.PBX_REFUSED, "Interface not found")


def test_a_lost_link_refuses_what_is_under_way() -> None:
    story = Story()
    story.ready()
    story.tell(not_ready(story.then()))
    assert story.tell(PbxLost(at=story.then(), why="closed")) == no(Refusal.PBX_LOST)


def test_a_request_told_twice_is_asked_once_answered_once_and_waits_no_longer_for_it() -> None:
    story = Story()
    story.ready()
    story.tell(not_ready(story.then()))
    assert story.tell(not_ready(story.then(4_000))) == []
    assert story.tell(Tick(at=story.then(1_000))) == no(Refusal.PBX_SILENT)


def test_two_agents_who_name_their_requests_alike_both_get_an_answer() -> None:
    story = Story()
    story.ready(A1)
    story.ready(A2)
    story.tell(not_ready(story.then()))
    other = NotReadyAsked(at=story.then(), agent=A2, request=R1, reason="break")
    (refused,) = story.tell(other)
    assert isinstance(refused, Refuse)
    assert (refused.agent, refused.why) == (A2, Refusal.PBX_REFUSED)
    assert story.tell(paused(A1, story.then(), "meal")) == [YES]


def test_ready_takes_back_a_not_ready_asked_for_earlier() -> None:
    """Its pause may have been asked for while nobody listened; a later snapshot must not bring it back."""
    story = Story()
    story.ready()
    agent = story.state.agents[A1]
    story.state = replace(story.state, agents=story.state.agents.set(A1, replace(agent, next_reason="meal")))
    story.tell(ReadyAsked(at=story.then(), agent=A1, request=R1))
    assert story.state.agents[A1].next_reason is None
