"""The empty floor, and the policy a floor is judged by."""

from acd.agent import Presence
from acd.fold import next_deadline
from acd.state import ENDED_KEPT, PERIODS_KEPT, Policy, State, new_agent
from tests.acd.playbook import A1, T0


def test_an_empty_floor_knows_nobody_and_waits_for_nothing() -> None:
    state = State()
    assert not state.agents
    assert not state.calls
    assert not state.pbx.up
    assert next_deadline(state) is None


def test_two_empty_floors_are_equal_so_a_replay_can_be_compared() -> None:
    assert State(policy=Policy()) == State(policy=Policy())


def test_a_new_agent_is_out_and_has_done_nothing() -> None:
    agent = new_agent(A1, "坐席一", T0)
    assert agent.presence is Presence.OUT
    assert (agent.since, agent.day.start, agent.day.answered) == (T0, T0, 0)


def test_a_rolling_day_and_all_of_yesterday_are_kept() -> None:
    assert PERIODS_KEPT >= 48 * 3_600_000
    assert ENDED_KEPT >= 3_600_000
