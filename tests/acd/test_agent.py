"""The table of presences, and the small questions about an agent."""

import pytest
from msgspec.structs import replace

from acd.agent import ACW_REASON, AWAY_REASON, MOVES, OWN_REASONS, SIGNED_IN_REASON, Presence, elapsed, reason_shown
from acd.events import Event
from acd.names import Moment, Phone
from acd.state import new_agent
from tests.acd.playbook import A1, T0


def test_every_presence_can_be_entered_and_left() -> None:
    assert set(MOVES) == set(Presence)
    entered = {to for moves in MOVES.values() for to in moves.values()}
    assert entered == set(Presence)


def test_only_facts_move_an_agent() -> None:
    assert all(issubclass(fact, Event) for moves in MOVES.values() for fact in moves)


def test_nobody_is_taken_off_a_call_by_a_pause_or_a_removal() -> None:
    for busy in (Presence.RINGING, Presence.TALKING):
        assert {fact.__name__ for fact in MOVES[busy]} <= {"AgentAnswered", "RingEnded", "LegEnded", "CallEnded"}


def test_our_own_reasons_are_three() -> None:
    assert {ACW_REASON, AWAY_REASON, SIGNED_IN_REASON} == OWN_REASONS


@pytest.mark.parametrize("presence", Presence)
def test_a_reason_is_shown_only_to_explain_not_ready(presence: Presence) -> None:
    agent = replace(new_agent(A1, "坐席一", T0), presence=presence, paused="break")
    assert reason_shown(agent) == ("break" if presence is Presence.NOT_READY else None)


def test_time_in_presence_is_never_negative_though_facts_come_late() -> None:
    agent = new_agent(A1, "坐席一", T0)
    assert elapsed(agent, Moment(T0 + 1500)) == 1500
    assert elapsed(agent, Moment(T0 - 1500)) == 0


def test_a_telephone_has_a_name_only_while_signed_in() -> None:
    agent = new_agent(A1, "坐席一", T0)
    assert agent.interface is None
    assert replace(agent, phone=Phone.SIP).interface == "PJSIP/6001-sip"
