"""Which rings at colleagues a desk may pick up."""

from msgspec.structs import replace

from acd.call import queue_now
from acd.names import AgentId, CallId, QueueName, RingResult
from acd.state import State
from agent_desk.ringing_view import rings_elsewhere
from agent_desk.wire_http import RingElsewhere
from tests.acd.playbook import A1, A2, C1, Q, Story, answer, member_added, ring_over, rung

A3 = AgentId("6003")
C2 = CallId("jt1-100.9")
OTHER = QueueName("law")


def floor() -> Story:
    """A call rings at 6001; 6002 is of the same queue."""
    story = Story()
    story.ready(A1)
    story.ready(A2)
    story.waiting()
    story.ringing()
    return story


def shown(state: State, agent: AgentId = A2) -> tuple[RingElsewhere, ...]:
    return rings_elsewhere(state, state.agents[agent])


def test_a_ring_is_told_with_whose_it_is_and_since_when_and_the_caller_masked() -> None:
    story = floor()
    (ring,) = shown(story.state)
    name = story.state.agents[A1].name
    assert ring == RingElsewhere(agent=A1, name=name, queue=Q, caller="138****0001", since=story.at)
    assert name


def test_ones_own_ring_is_not() -> None:
    assert shown(floor().state, A1) == ()


def test_nothing_is_told_when_nothing_rings() -> None:
    story = Story()
    story.ready(A1)
    story.ready(A2)
    assert shown(story.state) == ()
    story.waiting()
    assert shown(story.state) == ()


def test_an_answered_call_rings_no_more_and_neither_does_one_that_was_let_ring() -> None:
    story = floor()
    answered = floor()
    answered.tell(answer(A1, C1, answered.then()))
    assert shown(answered.state) == ()
    story.tell(ring_over(A1, C1, story.then(), RingResult.NO_ANSWER))
    assert shown(story.state) == ()
    story.ready(A3)
    story.tell(rung(A3, C1, story.then()))
    assert [ring.agent for ring in shown(story.state)] == [A3], "the ring that is over is told no more"


def test_a_call_of_another_queue_is_nobodys_business() -> None:
    story = floor()
    story.tell(member_added(A3, story.then(), OTHER))
    assert shown(story.state, A3) == ()


def test_a_call_that_was_passed_on_is_of_the_queue_it_rings_in_now() -> None:
    story = floor()
    story.tell(member_added(A3, story.then(), OTHER))
    call = replace(story.state.calls[C1], passed_to=OTHER)
    assert queue_now(call) == OTHER
    state = replace(story.state, calls=story.state.calls.set(C1, call))
    assert shown(state) == ()
    assert [ring.agent for ring in shown(state, A3)] == [A1]


def test_the_longest_ring_comes_first() -> None:
    story = floor()
    story.ready(A3)
    story.waiting(C2)
    story.tell(rung(A3, C2, story.then()))
    assert [ring.agent for ring in shown(story.state)] == [A1, A3]
    first = story.state.calls[C1]
    late = replace(first, rings=tuple(replace(ring, at=story.then()) for ring in first.rings))
    state = replace(story.state, calls=story.state.calls.set(C1, late))
    assert [ring.agent for ring in shown(state)] == [A3, A1]
