"""How the lines of the directory stand: ours by our own floor, far ones by what they tell, and nothing made up."""

import pytest
from immutables import Map
from msgspec.structs import replace

from acd.agent import Presence
from acd.directory import Destination, Hours
from acd.events import DeviceChanged, LineTold
from acd.names import DestinationKey, Millis, Moment, QueueName
from acd.refusal import SENTENCES, Refusal
from acd.state import State
from acd.transfer import TransferMode
from agent_desk.directory_view import Directory, directory_lines, far_lines
from agent_desk.wire_transfers import DirectoryLine, Source
from tests.acd.playbook import A1, A2, C1, T0, Q, Story, rung

EXPERT = Destination(key=DestinationKey("law"), modes=(TransferMode.ATTENDED,), queue=Q)
TAX = Destination(key=DestinationKey("tax"), modes=(TransferMode.CONFERENCE,))
HOUR = 3_600_000


def floor(*destinations: Destination) -> Story:
    """A floor with a directory."""
    story = Story()
    policy = replace(story.state.policy, destinations=destinations)
    story.state = replace(story.state, policy=policy)
    return story


def shown(state: State, key: str, waiting: int = 0) -> DirectoryLine:
    return directory_lines(state, {Q: [T0] * waiting})[key]


def told(story: Story, **changes: object) -> LineTold:
    at = story.then()
    return replace(LineTold(at=at, key=TAX.key, reachable=True, ready=5, waiting=1, told_at=at), **changes)


def test_a_queue_of_ours_counts_who_could_be_rung_now() -> None:
    story = floor(EXPERT)
    story.ready(A1)
    story.ready(A2)
    line = shown(story.state, "law", waiting=3)
    assert (line.source, line.ready, line.waiting, line.told_at, line.why_zh) == (Source.HERE, 2, 3, None, "")
    story.tell(DeviceChanged(at=story.then(), agent=A2, interface=f"PJSIP/{A2}-web", device="UNAVAILABLE"))
    assert shown(story.state, "law").ready == 1
    story.waiting(C1)
    story.tell(rung(A1, C1, story.then()))
    assert story.state.agents[A1].presence is Presence.RINGING
    assert shown(story.state, "law").ready == 0


def test_a_queue_of_ours_with_nobody_ready_says_so_in_the_words_of_the_refusal() -> None:
    line = shown(floor(EXPERT).state, "law")
    assert (line.why_zh, line.why_en) == SENTENCES[Refusal.NOBODY_READY]


def test_nobody_on_duty_is_not_the_same_as_everybody_busy() -> None:
    story = floor(EXPERT, TAX)
    assert (shown(story.state, "law").signed_in, shown(story.state, "tax").signed_in) == (0, None)
    story.talking(A1)
    line = shown(story.state, "law")
    assert (line.ready, line.signed_in) == (0, 1)
    story.tell(told(story))
    assert shown(story.state, "tax").signed_in is None


def test_a_line_that_tells_nothing_can_be_rung_all_the_same() -> None:
    line = shown(floor(TAX).state, "tax")
    assert (line.source, line.reachable, line.ready, line.waiting, line.told_at) == (
        Source.UNKNOWN,
        True,
        None,
        None,
        None,
    )
    assert line.why_zh == line.why_en == ""


def test_a_line_shows_what_its_platform_told_and_when() -> None:
    story = floor(TAX)
    fact = told(story)
    story.tell(fact)
    line = shown(story.state, "tax")
    assert (line.source, line.ready, line.waiting, line.told_at) == (Source.TOLD, 5, 1, fact.told_at)


def test_a_line_whose_platform_says_closed_is_shown_so_and_may_be_rung_all_the_same() -> None:
    story = floor(TAX)
    story.tell(told(story, open=False))
    line = shown(story.state, "tax")
    assert (line.open, line.reachable, line.why_zh, line.why_en) == (False, True, "", "")
    story.tell(told(story))
    assert shown(story.state, "tax").open


def test_a_line_that_cannot_be_reached_keeps_the_time_of_its_last_word() -> None:
    story = floor(TAX)
    before = story.at
    story.tell(told(story, reachable=False, why="no answer", told_at=before))
    line = shown(story.state, "tax")
    assert (line.reachable, line.source, line.told_at) == (False, Source.TOLD, before)
    story.tell(told(story, reachable=False, why="no answer", ready=None, waiting=None, told_at=None))
    assert shown(story.state, "tax").source is Source.UNKNOWN


def test_a_line_without_a_way_to_it_cannot_be_chosen() -> None:
    line = shown(floor(replace(TAX, connected=False)).state, "tax")
    assert not line.connected
    assert line.why_zh
    assert line.why_en


@pytest.mark.parametrize("destination", [TAX, EXPERT])
def test_a_line_is_closed_outside_its_hours(destination: Destination) -> None:
    # T0 is a Saturday, 08:00 local.
    hours = (Hours(weekday=5, start=Millis(9 * HOUR), end=Millis(17 * HOUR)),)
    story = floor(replace(destination, hours=hours))
    closed = shown(story.state, destination.key)
    assert (closed.open, closed.why_zh) == (False, SENTENCES[Refusal.CLOSED_NOW][0])
    story.state = replace(story.state, now=Moment(T0 + HOUR))
    assert shown(story.state, destination.key).open


def test_a_line_says_when_it_answered_last() -> None:
    story = floor(TAX)
    story.state = replace(story.state, line_answered=Map({TAX.key: T0}))
    assert shown(story.state, "tax").last_answered == T0


def test_a_board_has_the_far_lines_only() -> None:
    assert list(far_lines(floor(TAX, EXPERT).state)) == [TAX.key]


def test_what_all_desks_share_is_one_object_until_something_in_it_changes() -> None:
    story = floor(TAX, EXPERT)
    story.ready(A1)
    directory = Directory()
    nobody: dict[QueueName, list[Moment]] = {}
    first = directory.lines(story.state, nobody)
    assert directory.lines(replace(story.state, now=Moment(story.state.now + 1)), nobody) is first
    story.waiting(C1)  # calls changed, and no line with them
    assert directory.lines(story.state, nobody) is first
    story.tell(told(story))
    second = directory.lines(story.state, nobody)
    assert second is not first
    assert second["tax"].ready == 5
    assert second == directory_lines(story.state, nobody)


def test_the_hours_are_seen_though_nothing_else_happens() -> None:
    hours = (Hours(weekday=5, start=Millis(9 * HOUR), end=Millis(17 * HOUR)),)
    story = floor(replace(TAX, hours=hours))
    directory = Directory()
    assert not directory.lines(story.state, {})["tax"].open
    assert directory.lines(replace(story.state, now=Moment(T0 + HOUR)), {})["tax"].open
