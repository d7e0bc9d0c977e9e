"""A state is the same after it was bytes, and its digest the same in every process."""

import subprocess
import sys
from typing import cast

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from immutables import Map

from acd.events import AnyEvent, Tick
from acd.fold import fold
from acd.names import Moment, RequestId
from acd.state import State
from agent_desk.state_codec import decode, digest, encode
from tests.acd import facts
from tests.acd.playbook import A1, A2, C1, C2, POLICY, T0, Story, call_over, leg_over


@st.composite
def reachable(draw: st.DrawFn) -> State:
    """A floor that was told anything, most of it likely."""
    state, at = State(policy=POLICY), T0
    for number in range(draw(st.integers(0, 40))):
        at = Moment(at + draw(st.sampled_from([0, 1, 999, 5_000, 61_000, 3 * 3_600_000])))
        event: AnyEvent = draw(
            st.one_of(
                st.sampled_from(facts.likely(state, at)),
                facts.of_calls(at),
                facts.rings(at),
                facts.of_members(at),
                facts.requests(at, RequestId(f"6001/r{number}")),
                facts.of_the_link(at, RequestId("6001/r1")),
            )
        )
        state = fold(state, event).state
    return state


@given(reachable())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_floor_is_the_same_after_it_was_bytes(state: State) -> None:
    again = decode(encode(state), State)
    assert again == state
    assert digest(again) == digest(state)
    later = Tick(at=Moment(state.now + 61_000))
    assert fold(again, later) == fold(state, later), "and goes on the same"


def a_floor() -> State:
    story = Story()
    story.talking(A1, C1)
    story.talking(A2, C2)
    story.tell(leg_over(A1, C1, story.then()), call_over(C1, story.then()))
    return story.state


def test_maps_come_back_as_maps_with_their_keys() -> None:
    state = decode(encode(a_floor()), State)
    assert isinstance(state.intervals, Map)
    assert all(isinstance(start, int) for start in state.intervals)
    assert state.agents[A1].day.not_ready_ms == a_floor().agents[A1].day.not_ready_ms


def test_another_floor_has_another_digest() -> None:
    state = a_floor()
    assert digest(state) != digest(msgspec.structs.replace(state, now=Moment(state.now + 1)))


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_the_digest_is_the_same_in_every_process(seed: str) -> None:
    code = "from tests.agent_desk.test_state_codec import a_floor, digest; print(digest(a_floor()))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == digest(a_floor())


def test_what_is_no_state_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(b'{"now": "noon"}', State)
    with pytest.raises(NotImplementedError, match="cannot be written"):
        encode(cast("msgspec.Struct", object()))
