"""Figures are final only before the oldest call in progress, and before what was not heard."""

from acd.events import PbxLost
from acd.figures import interval_of
from acd.provisional import final_to
from tests.acd.playbook import A1, C1, C2, POLICY, Story, call_over, leg_over, offered


def test_without_calls_everything_up_to_now_is_final() -> None:
    story = Story()
    assert final_to(story.state) == story.at


def test_a_call_in_progress_holds_back_what_arrived_from_its_arrival_on() -> None:
    story = Story()
    story.tell(offered(C1, story.then()))
    first = story.at
    story.tell(offered(C2, story.then()))
    assert final_to(story.state) == first
    story.tell(call_over(C1, story.then()))
    assert final_to(story.state) == first + 1000
    story.tell(call_over(C2, story.then()))
    assert final_to(story.state) == story.at


def test_an_answered_call_is_final_when_it_is_over_though_its_agent_still_writes() -> None:
    story = Story()
    story.talking()
    arrived = story.state.calls[C1].offered_at
    assert final_to(story.state) == arrived
    story.tell(leg_over(A1, C1, story.then()), call_over(C1, story.then()))
    assert final_to(story.state) == story.at


def test_while_asterisk_is_not_heard_the_interval_of_the_last_word_is_open() -> None:
    story = Story()
    story.tell(offered(C1, story.then()), call_over(C1, story.then()))
    heard = story.at
    story.tell(PbxLost(at=story.then(3_600_000), why="closed"))
    assert final_to(story.state) == interval_of(heard, POLICY.interval)
