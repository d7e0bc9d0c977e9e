"""Stories of supervisors who change agents' states: what is refused, what is asked, whose time it is, who is told."""

import pytest

from acd.agent import Presence
from acd.effects import Accept, AnyEffect, PauseMember, Refuse, RemoveMember, ResumeMember, WriteAccess
from acd.events import ActionFailed, ForceAsked, NotReadyAsked, ReadyAsked, Tick
from acd.forced import shown
from acd.forcing import FORCED_REASON, ForcedState
from acd.names import AgentId, Moment, RequestId, RingResult
from acd.refusal import Refusal
from tests.acd.playbook import (
    A1,
    A2,
    C1,
    R1,
    R2,
    Story,
    call_over,
    leg_over,
    paused,
    removed,
    resumed,
    ring_over,
    rung,
)

S = AgentId("6241")
PHONE = f"PJSIP/{A1}-web"


def force(story: Story, to: ForcedState, *, target: AgentId = A1, request: RequestId = R1) -> list[AnyEffect]:
    return story.tell(
        ForceAsked(
            at=story.then(),
            agent=S,
            request=request,
            target=target,
            to=to,
            why="系统演练",
            by="值班长",
            user="zhang",
        )
    )


def at_rest(*, ready: bool = True) -> Story:
    story = Story()
    story.ready()
    if not ready:
        story.tell(paused(A1, story.then(), "break"))
    return story


def name(story: Story) -> str | None:
    act = shown(story.state.agents[A1])
    return None if act is None else f"{act.by} {act.to} {act.why}"


def noted(effects: list[AnyEffect]) -> list[tuple[str, str, str, str]]:
    return [(one.actor, one.action, one.subject, one.detail) for one in effects if isinstance(one, WriteAccess)]


def refusals(effects: list[AnyEffect]) -> list[Refusal]:
    return [one.why for one in effects if isinstance(one, Refuse)]


def test_not_ready_is_asked_of_asterisk_noted_and_true_when_asterisk_says_so() -> None:
    story = at_rest()
    asked = force(story, ForcedState.NOT_READY)
    assert PauseMember(agent=A1, interface=PHONE, reason=FORCED_REASON, request=R1) in asked
    assert noted(asked) == [("zhang", "force_not_ready", A1, "系统演练")]
    assert story.state.agents[A1].presence is Presence.READY
    assert name(story) is None
    assert Accept(agent=S, request=R1) in story.tell(paused(A1, story.then(), FORCED_REASON))
    assert story.state.agents[A1].presence is Presence.NOT_READY
    assert name(story) == "值班长 not_ready 系统演练"


def test_the_time_counts_as_forced_and_not_as_the_agents_own_busy() -> None:
    story = at_rest(ready=False)
    story.then(60_000)
    force(story, ForcedState.NOT_READY)
    story.tell(paused(A1, story.then(), FORCED_REASON))
    story.tell(resumed(A1, story.then(600_000)))
    assert dict(story.state.agents[A1].day.not_ready_ms) == {"signed-in": 1_000, "break": 62_000, "forced": 600_000}


def test_ready_ends_a_break_and_says_who_did_it_until_the_agent_moves() -> None:
    story = at_rest(ready=False)
    assert ResumeMember(agent=A1, interface=PHONE, request=R1) in force(story, ForcedState.READY)
    assert Accept(agent=S, request=R1) in story.tell(resumed(A1, story.then()))
    assert name(story) == "值班长 ready 系统演练"
    story.tell(NotReadyAsked(at=story.then(), agent=A1, request=R2, reason="break"))
    story.tell(paused(A1, story.then(), "break"))
    assert name(story) is None


def test_who_is_ready_already_is_left_alone() -> None:
    story = at_rest()
    assert force(story, ForcedState.READY) == [Accept(agent=S, request=R1)]


def test_an_agent_may_be_ready_again_and_nobody_is_named_for_it() -> None:
    story = at_rest()
    force(story, ForcedState.NOT_READY)
    story.tell(paused(A1, story.then(), FORCED_REASON))
    story.tell(ReadyAsked(at=story.then(), agent=A1, request=R2), resumed(A1, story.then()))
    assert (story.state.agents[A1].presence, name(story)) == (Presence.READY, None)


def test_a_sign_out_says_who_did_it() -> None:
    story = at_rest()
    asked = force(story, ForcedState.SIGN_OUT)
    assert any(isinstance(one, RemoveMember) and one.request == R1 for one in asked)
    assert Accept(agent=S, request=R1) in story.tell(removed(A1, story.then()))
    assert (story.state.agents[A1].presence, name(story)) == (Presence.OUT, "值班长 sign_out 系统演练")
    story.ready()
    assert name(story) is None


@pytest.mark.parametrize("talking", [True, False])
def test_nobody_is_signed_out_of_a_call(*, talking: bool) -> None:
    story = Story()
    if talking:
        story.talking()
    else:
        story.ready()
        story.waiting()
        story.ringing()
    effects = force(story, ForcedState.SIGN_OUT)
    assert (refusals(effects), noted(effects)) == ([Refusal.TALKS_NOW], [])


def test_not_ready_during_a_call_begins_after_it_and_is_shown_at_once() -> None:
    story = Story()
    story.talking()
    effects = force(story, ForcedState.NOT_READY)
    assert effects[-1] == Accept(agent=S, request=R1)
    assert not [one for one in effects if isinstance(one, PauseMember)]
    assert noted(effects)
    assert name(story) == "值班长 not_ready 系统演练"
    story.tell(leg_over(A1, C1, story.then()), call_over(C1, story.then()))
    story.tell(paused(A1, story.then(), "acw"))
    assert name(story) == "值班长 not_ready 系统演练"
    until = story.state.agents[A1].until
    assert until is not None
    assert PauseMember(agent=A1, interface=PHONE, reason=FORCED_REASON) in story.tell(Tick(at=until))
    story.tell(paused(A1, Moment(until + 1), FORCED_REASON))
    assert story.state.agents[A1].presence is Presence.NOT_READY
    assert name(story) == "值班长 not_ready 系统演练"


def test_ready_during_a_call_forgets_the_not_ready_asked_for_afterwards() -> None:
    story = Story()
    story.talking()
    story.tell(NotReadyAsked(at=story.then(), agent=A1, request=R2, reason="break"))
    assert force(story, ForcedState.READY)[-1] == Accept(agent=S, request=R1)
    assert story.state.agents[A1].next_reason is None


def test_a_call_that_rings_meanwhile_is_rung_out_and_then_the_agent_is_not_ready() -> None:
    story = at_rest()
    story.waiting()
    force(story, ForcedState.NOT_READY)
    story.tell(rung(A1, C1, story.then()))
    assert Accept(agent=S, request=R1) in story.tell(paused(A1, story.then(), FORCED_REASON))
    story.tell(ring_over(A1, C1, story.then(), RingResult.NO_ANSWER))
    assert story.state.agents[A1].presence is Presence.NOT_READY
    assert name(story) == "值班长 not_ready 系统演练"


def test_what_cannot_be_forced_is_refused_and_not_noted() -> None:
    story = at_rest()
    for target, why in ((S, Refusal.USE_YOUR_DESK), (A2, Refusal.NOT_SIGNED_IN_THERE)):
        effects = force(story, ForcedState.NOT_READY, target=target)
        assert (refusals(effects), noted(effects)) == ([why], [])


def test_a_silent_or_refusing_asterisk_is_told_to_the_supervisor() -> None:
    story = at_rest()
    force(story, ForcedState.NOT_READY)
    assert refusals(story.tell(Tick(at=story.then(5_000)))) == [Refusal.PBX_SILENT]
    force(story, ForcedState.NOT_READY, request=R2)
    assert refusals(story.tell(ActionFailed(at=story.then(), request=R2, why="no such member"))) == [
        Refusal.PBX_REFUSED
    ]
    assert name(story) is None


def test_two_supervisors_at_once_are_both_answered() -> None:
    story = at_rest()
    force(story, ForcedState.NOT_READY)
    force(story, ForcedState.NOT_READY, request=R2)
    told = story.tell(paused(A1, story.then(), FORCED_REASON))
    assert [one.request for one in told if isinstance(one, Accept)] == [R1, R2]
