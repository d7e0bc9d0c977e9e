"""Stories of supervisors: what is refused, what is asked of Asterisk, what the ledger says, and how it ends."""

import pytest
from msgspec.structs import replace

from acd.agent import Presence
from acd.effects import (
    Accept,
    CallWatcher,
    HangUpLeg,
    MoveLegs,
    PauseMember,
    TurnWatcher,
    WriteAccess,
)
from acd.events import (
    ActionFailed,
    CallHeld,
    HelpAsked,
    LegEnded,
    LegJoined,
    LegLeft,
    LegSeen,
    PbxSnapshot,
    Tick,
    WatchAsked,
    WatchHeard,
)
from acd.names import AgentId, LegId, Moment, Phone, RequestId, citizens_leg
from acd.refusal import Refusal
from acd.watching import Watching
from tests.acd.playbook import A1, A2, C1, R1, R2, Q, Story, leg_of, member_added
from tests.acd.supervisors import S, ask, listening, refusals


def test_a_supervisor_is_rung_and_the_wish_is_fulfilled_when_they_hear_the_call() -> None:
    story = Story()
    story.talking()
    effects = ask(story, Watching.WHISPER)
    rung = next(one for one in effects if isinstance(one, CallWatcher))
    assert (rung.call, rung.interface, rung.target, rung.how) == (
        C1,
        "PJSIP/6241-web",
        leg_of(A1, C1),
        Watching.WHISPER,
    )
    assert not any(isinstance(one, Accept) for one in effects)
    heard = story.tell(WatchHeard(at=story.then(), call=C1, leg=rung.leg, how=Watching.WHISPER))
    assert heard == [Accept(agent=S, request=R1)]
    assert story.state.watches[S].how is Watching.WHISPER
    assert S not in story.state.agents, "a supervisor need not be signed in to listen"


def test_who_listened_to_whom_stands_in_the_ledger() -> None:
    story = Story()
    story.talking()
    lines = [one for one in ask(story, Watching.MONITOR) if isinstance(one, WriteAccess)]
    assert [(one.actor, one.action, one.subject, one.detail) for one in lines] == [
        ("zhang", "monitor", C1, "6241 -> 6001")
    ]


def test_listening_becomes_whispering_and_barging_on_the_same_call() -> None:
    story, leg = listening()
    for how, request in ((Watching.WHISPER, R2), (Watching.BARGE, RequestId("r3"))):
        effects = ask(story, how, request=request)
        assert TurnWatcher(leg=leg, how=how, request=request) in effects
        assert sum(isinstance(one, WriteAccess) for one in effects) == 1
        assert Accept(agent=S, request=request) in story.tell(WatchHeard(at=story.then(), call=C1, leg=leg, how=how))
    assert ask(story, Watching.BARGE, request=RequestId("r4")) == [Accept(agent=S, request=RequestId("r4"))]


def test_while_the_supervisors_telephone_rings_no_other_way_is_begun() -> None:
    story = Story()
    story.talking()
    ask(story, Watching.MONITOR)
    effects = ask(story, Watching.BARGE, request=R2)
    assert refusals(effects) == [Refusal.STILL_RINGING]
    assert not any(isinstance(one, TurnWatcher | WriteAccess) for one in effects)


def test_stopping_hangs_the_supervisor_up() -> None:
    story, leg = listening()
    assert HangUpLeg(leg=leg, lost=True, request=R2) in ask(story, Watching.STOP, request=R2)
    assert story.tell(LegEnded(at=story.then(), call=C1, leg=leg)) == [Accept(agent=S, request=R2)]
    assert S not in story.state.watches
    assert refusals(ask(story, Watching.STOP)) == [Refusal.NOT_WATCHING]


def test_only_a_talk_with_a_citizen_can_be_heard_and_nobody_listens_to_themselves() -> None:
    story = Story()
    story.ready()
    assert refusals(ask(story, Watching.MONITOR)) == [Refusal.NO_CALL_THERE]
    assert refusals(ask(story, Watching.MONITOR, target=AgentId("6099"))) == [Refusal.NO_CALL_THERE]
    story.waiting()
    story.ringing()
    assert refusals(ask(story, Watching.MONITOR)) == [Refusal.NO_CALL_THERE]
    busy = Story()
    busy.talking()
    itself = WatchAsked(
        at=busy.then(), agent=A1, request=R1, target=A1, how=Watching.MONITOR, phone=Phone.WEB, user="zhang"
    )
    assert refusals(busy.tell(itself)) == [Refusal.NOT_YOURSELF]


def test_one_call_at_a_time() -> None:
    story, _ = listening()
    agent = replace(story.state.agents[A1], id=A2, leg=LegId("other"))
    story.state = replace(story.state, agents=story.state.agents.set(A2, agent))
    assert refusals(ask(story, Watching.MONITOR, target=A2, request=R2)) == [Refusal.WATCHING_ANOTHER]


@pytest.mark.parametrize("silence", [False, True])
def test_a_supervisor_who_was_never_rung_is_forgotten(*, silence: bool) -> None:
    story = Story()
    story.talking()
    ask(story, Watching.MONITOR)
    if silence:
        story.tell(Tick(at=story.then(5_000)))
    else:
        story.tell(ActionFailed(at=story.then(), request=R1, why="Extension does not exist"))
    assert S not in story.state.watches
    assert len(refusals(story.effects)) == 1


def test_what_a_gap_swallowed_is_seen_in_the_snapshot() -> None:
    story, leg = listening()
    legs = tuple(LegSeen(call=C1, leg=one, channel="") for one in (citizens_leg(C1), leg_of(A1, C1)))
    story.tell(PbxSnapshot(at=story.then(), started_at=Moment(1), members=(), legs=legs))
    assert S not in story.state.watches
    assert leg not in {one.leg for one in legs}


def test_force_release_ends_the_agents_leg() -> None:
    story = Story()
    story.talking()
    effects = ask(story, Watching.FORCE_RELEASE)
    assert HangUpLeg(leg=leg_of(A1, C1), request=R1) in effects
    assert [one.action for one in effects if isinstance(one, WriteAccess)] == ["force_release"]


def test_taking_over_moves_citizen_and_supervisor_and_lets_the_agent_go() -> None:
    story, leg = listening()
    story.tell(member_added(S, story.then()))
    effects = ask(story, Watching.INTERCEPT, request=R2)
    moved = next(one for one in effects if isinstance(one, MoveLegs))
    assert [(spot.leg, spot.argument) for spot in moved.spots] == [(citizens_leg(C1), "citizen"), (leg, "third")]
    for one in (citizens_leg(C1), leg_of(A1, C1)):
        story.tell(LegLeft(at=story.then(0), call=C1, leg=one, bridge="b1"))
    story.tell(LegEnded(at=story.then(0), call=C1, leg=leg_of(A1, C1)))
    for one in (leg, citizens_leg(C1)):
        story.tell(LegJoined(at=story.then(0), call=C1, leg=one, bridge="b2"))
    call = story.state.calls[C1]
    assert [(talk.agent, talk.end is None) for talk in call.talks] == [(A1, False), (S, True)]
    assert story.state.agents[A1].presence is Presence.ACW
    assert story.state.agents[S].presence is Presence.TALKING
    assert call.transfers[0].completed_at is not None
    story.tell(LegEnded(at=story.then(), call=C1, leg=leg))
    assert story.state.agents[S].presence is Presence.ACW
    after = story.tell(Tick(at=story.then(story.state.policy.acw)))
    assert [one.reason for one in after if isinstance(one, PauseMember)] == ["signed-in"]


def test_taking_over_wants_a_supervisor_who_listens_and_is_signed_in() -> None:
    story = Story()
    story.talking()
    assert refusals(ask(story, Watching.INTERCEPT)) == [Refusal.LISTEN_FIRST]
    story, _ = listening()
    assert refusals(ask(story, Watching.INTERCEPT, request=R2)) == [Refusal.NOT_SIGNED_IN]


def test_help_is_asked_for_during_a_talk_and_not_while_the_citizen_is_on_hold() -> None:
    story = Story()
    story.talking()
    assert story.tell(HelpAsked(at=story.then(), agent=A1, request=R1, wanted=True)) == [Accept(agent=A1, request=R1)]
    since = story.state.agents[A1].help_since
    assert since == story.at
    story.tell(HelpAsked(at=story.then(), agent=A1, request=R2, wanted=True))
    assert story.state.agents[A1].help_since == since, "asked twice it is not newer"
    story.tell(HelpAsked(at=story.then(), agent=A1, request=RequestId("r3"), wanted=False))
    assert story.state.agents[A1].help_since is None
    story.tell(CallHeld(at=story.then(), call=C1, leg=leg_of(A1, C1)))
    held = story.tell(HelpAsked(at=story.then(), agent=A1, request=RequestId("r4"), wanted=True))
    assert refusals(held) == [Refusal.HELD]


def test_help_is_over_with_the_talk() -> None:
    story = Story()
    story.talking()
    story.tell(HelpAsked(at=story.then(), agent=A1, request=R1, wanted=True))
    story.tell(LegEnded(at=story.then(), call=C1, leg=leg_of(A1, C1)))
    assert story.state.agents[A1].help_since is None
    idle = Story()
    idle.ready()
    assert refusals(idle.tell(HelpAsked(at=idle.then(), agent=A1, request=R1, wanted=True))) == [Refusal.NO_CALL]
    assert Q in idle.state.agents[A1].queues
