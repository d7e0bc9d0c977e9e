"""Alarms of the floor: telephones whose state cannot be true, from when on, and what is no alarm."""

import pytest

from acd.agent import Presence
from acd.alarms import BELIEVED, Alarm, AlarmKey, contradiction, floor_alarms
from acd.events import DeviceChanged, PbxLost, Tick
from acd.fold import next_deadline
from acd.names import Moment
from tests.acd.playbook import A1, C1, Story, leg_over


def device(story: Story, name: str) -> DeviceChanged:
    return DeviceChanged(at=story.then(), agent=A1, interface="PJSIP/6001-web", device=name)


def after(story: Story, milliseconds: int) -> tuple[Alarm, ...]:
    """Let so much time pass, with the ticks `fold` asks for."""
    end = Moment(story.at + milliseconds)
    while (due := next_deadline(story.state)) is not None and due <= end:
        story.tell(Tick(at=due))
    return floor_alarms(story.state)


def test_a_ready_agent_whose_telephone_is_gone_is_an_alarm_after_a_moment() -> None:
    story = Story()
    story.ready()
    story.tell(device(story, "NOT_INUSE"), device(story, "UNAVAILABLE"))
    assert floor_alarms(story.state) == ()
    alarm = Alarm(key=AlarmKey.NOT_REGISTERED, subject=A1, since=story.at, count=1)
    assert after(story, BELIEVED + 1_000) == (alarm,), "though nothing else happens"
    story.tell(device(story, "NOT_INUSE"))
    assert floor_alarms(story.state) == ()


def test_a_telephone_in_use_without_a_call_is_an_alarm() -> None:
    story = Story()
    story.ready()
    story.tell(device(story, "INUSE"))
    assert [alarm.key for alarm in after(story, 7_000)] == [AlarmKey.IN_USE_WITHOUT_CALL]


def test_a_telephone_that_is_free_during_a_talk_is_an_alarm() -> None:
    story = Story()
    story.talking()
    story.tell(device(story, "INUSE"))
    assert after(story, 7_000) == ()
    story.tell(device(story, "NOT_INUSE"))
    assert [alarm.key for alarm in after(story, 7_000)] == [AlarmKey.FREE_IN_CALL]


def test_a_telephone_told_free_a_moment_after_its_call_is_none() -> None:
    story = Story()
    story.talking()
    story.tell(device(story, "INUSE"), leg_over(A1, C1, story.then()))
    assert contradiction(story.state.agents[A1]) is AlarmKey.IN_USE_WITHOUT_CALL
    story.tell(device(story, "NOT_INUSE"))
    assert after(story, 7_000) == ()


def test_an_earlier_look_does_not_make_a_later_alarm_forgotten() -> None:
    story = Story()
    story.ready()
    story.waiting()
    story.then(7_500)
    story.tell(device(story, "UNAVAILABLE"))
    assert [alarm.key for alarm in after(story, 7_000)] == [AlarmKey.NOT_REGISTERED]


@pytest.mark.parametrize("name", ["UNAVAILABLE", "UNKNOWN", "INVALID"])
def test_only_who_is_ready_needs_a_telephone(name: str) -> None:
    story = Story()
    story.ready()
    agent = story.state.agents[A1]
    assert agent.presence is Presence.READY
    story.tell(device(story, "NOT_INUSE"), device(story, name))
    assert contradiction(story.state.agents[A1]) is AlarmKey.NOT_REGISTERED


def test_while_asterisk_is_not_heard_no_telephone_is_said_to_lie() -> None:
    story = Story()
    story.ready()
    story.tell(device(story, "UNAVAILABLE"))
    assert after(story, 7_000)
    story.tell(PbxLost(at=story.then(7_000), why="closed"))
    assert floor_alarms(story.state) == ()
