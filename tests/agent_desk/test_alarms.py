"""Which alarms are on: each kind of trouble, just over its border and just under it."""

from typing import Any

import pytest
from msgspec.structs import replace

from acd.events import HelpAsked, LineTold, PbxLost
from acd.names import DestinationKey, Moment
from acd.state import State
from agent_desk.alarm_words import ALARM_WORDS, AlarmKey, Level
from agent_desk.alarms import BACKLOG, STALE_MS, WELL, Health, alarms_of_desk, alarms_on, id_of
from tests.acd.playbook import A1, A2, R1, T0, Story

UP = Story().state
NOW = Moment(T0 + 60_000)


def keys(state: State, **trouble: Any) -> list[str]:
    """The alarms of a house that is well but for `trouble`."""
    return list(alarms_on(state, replace(WELL, **trouble), NOW))


def test_a_house_that_is_well_has_none() -> None:
    assert keys(UP) == []


@pytest.mark.parametrize(
    ("over", "under", "key"),
    [
        ({"worst_event_age": 1_001}, {"worst_event_age": 1_000}, AlarmKey.EVENTS_LATE),
        ({"clocks_apart": 1_001}, {"clocks_apart": 1_000}, AlarmKey.CLOCKS_APART),
        ({"waiting": 51, "waiting_limit": 100}, {"waiting": 50, "waiting_limit": 100}, AlarmKey.OVERLOAD),
        ({"facts_refused": 1}, {"facts_refused": 0}, AlarmKey.FACTS_REFUSED),
        ({"journal_error": "full"}, {"journal_error": None}, AlarmKey.JOURNAL_BLOCKED),
        ({"journal_error": "full", "unkept": 7}, {"unkept": 7}, AlarmKey.FACTS_UNKEPT),
        ({"recorder_failures": 1}, {"recorder_failures": 0}, AlarmKey.RECORDER_BEHIND),
        ({"recorder_backlog": BACKLOG + 1}, {"recorder_backlog": BACKLOG}, AlarmKey.RECORDER_BEHIND),
        ({"recorder_rejected": 1}, {"recorder_rejected": 0}, AlarmKey.EFFECTS_REJECTED),
        ({"pbx_up": False}, {"pbx_up": True}, AlarmKey.PBX_LOST),
        ({"pbx_up": False, "pbx_refused": True}, {"pbx_refused": False}, AlarmKey.PBX_REFUSED),
        ({"pbx_up": False, "standby": True}, {"standby": False}, AlarmKey.STANDBY),
    ],
)
def test_each_trouble_is_one_alarm_from_its_border_on(over: Any, under: Any, key: AlarmKey) -> None:
    assert keys(UP, **over) == [key]
    assert keys(UP, **under) == []


def test_every_kind_of_the_house_is_reached() -> None:
    """The table above and the floor's own alarms leave no key out."""
    worst = replace(
        WELL,
        worst_event_age=5_000,
        clocks_apart=5_000,
        waiting=99,
        waiting_limit=100,
        facts_refused=2,
        journal_error="full",
        recorder_failures=3,
        recorder_rejected=4,
    )
    links = [{"pbx_up": False}, {"pbx_refused": True}, {"standby": True}, {"unkept": 1}, {}]
    seen = {alarm.key for one in links for alarm in alarms_on(UP, replace(worst, **one), NOW).values()}
    assert seen == {key for key, words in ALARM_WORDS.items() if words.part}


def test_a_lost_asterisk_is_told_since_it_was_lost_and_with_the_reason() -> None:
    story = Story()
    story.tell(PbxLost(at=story.then(), why="connection reset"))
    alarm = alarms_on(story.state, replace(WELL, pbx_up=False, pbx_why="refused"), NOW)[AlarmKey.PBX_LOST]
    assert (alarm.since, alarm.level, alarm.why) == (story.at, Level.CRITICAL, "refused")


def test_a_floor_that_was_not_heard_yet_is_not_believed_though_the_link_is_up() -> None:
    assert keys(Story(up=False).state) == [AlarmKey.PBX_LOST]


def test_an_event_that_was_late_is_no_news_when_asterisk_is_not_heard() -> None:
    assert keys(UP, pbx_up=False, worst_event_age=9_000) == [AlarmKey.PBX_LOST]


def test_numbers_stand_in_the_sentences() -> None:
    told = alarms_on(UP, replace(WELL, recorder_failures=1, recorder_backlog=12_345, worst_event_age=2_345), NOW)
    assert "12,345" in told["recorder_behind"].zh
    assert "12,345" in told["recorder_behind"].en
    assert "2.3" in told["events_late"].zh
    assert told["recorder_behind"].count == 12_345


def test_the_worst_come_first() -> None:
    assert keys(UP, facts_refused=1, recorder_failures=1, journal_error="full", waiting=9, waiting_limit=10) == [
        AlarmKey.OVERLOAD,
        AlarmKey.JOURNAL_BLOCKED,
        AlarmKey.RECORDER_BEHIND,
        AlarmKey.FACTS_REFUSED,
    ]


def unregistered(agent: str) -> Story:
    """A floor with one agent ready whose telephone is gone for a minute."""
    story = Story()
    story.ready(A1)
    story.ready(A2)
    agents = story.state.agents
    gone = replace(agents[agent], device="UNAVAILABLE", device_since=story.at)  # type: ignore[index]
    story.state = replace(story.state, agents=agents.set(gone.id, gone), now=Moment(story.at + 60_000))
    return story


def test_the_floors_own_alarms_are_among_them_with_their_time() -> None:
    story = unregistered(A1)
    alarm = alarms_on(story.state, WELL, NOW)[f"not_registered:{A1}"]
    assert (alarm.key, alarm.subject, alarm.since) == (AlarmKey.NOT_REGISTERED, A1, story.at)
    assert alarm.zh.startswith(A1)


def test_of_telephones_nothing_is_told_while_asterisk_is_not_heard() -> None:
    assert keys(unregistered(A1).state, pbx_up=False) == [AlarmKey.PBX_LOST]


def test_a_desk_is_told_what_concerns_its_agent_in_its_own_words() -> None:
    story = unregistered(A1)
    alarms = alarms_on(story.state, replace(WELL, recorder_failures=1, journal_error="full"), NOW)
    assert len(alarms) == 3
    told = alarms_of_desk(alarms, A1)
    words = ALARM_WORDS[AlarmKey.NOT_REGISTERED].desk
    assert words is not None
    assert [(one.zh, one.do_en, one.since) for one in told.values()] == [(words.zh, words.do_en, story.at)]
    assert alarms_of_desk(alarms, A2) == {}


def test_every_desk_is_told_that_asterisk_is_not_heard() -> None:
    alarms = alarms_on(UP, replace(WELL, pbx_up=False), NOW)
    assert list(alarms_of_desk(alarms, A1)) == list(alarms_of_desk(alarms, A2)) == [AlarmKey.PBX_LOST]


def test_an_alarm_is_named_by_key_and_subject() -> None:
    house = alarms_on(UP, replace(WELL, facts_refused=1), NOW)
    floor = alarms_on(unregistered(A2).state, WELL, NOW)
    assert [id_of(alarm) for alarm in (*house.values(), *floor.values())] == [*house, *floor]


def test_health_has_no_default_that_could_hide_trouble() -> None:
    with pytest.raises(TypeError):
        Health()  # type: ignore[call-arg]


def line(*, reachable: bool = True, is_open: bool = True, told_ago: int | None = None) -> LineTold:
    told_at = None if told_ago is None else Moment(NOW - told_ago)
    return LineTold(at=T0, key=DestinationKey("tax"), reachable=reachable, open=is_open, why="refused", told_at=told_at)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (line(reachable=False, told_ago=5), ["line_unreachable:tax"]),
        (line(reachable=False), []),
        (line(told_ago=STALE_MS + 1), ["line_stale:tax"]),
        (line(told_ago=STALE_MS), []),
        (line(is_open=False, told_ago=5), []),
        (line(is_open=False, reachable=False, told_ago=5), ["line_unreachable:tax"]),
        (line(), []),
    ],
)
def test_a_line_of_the_directory_that_is_gone_or_out_of_date(told: LineTold, expected: list[str]) -> None:
    assert keys(replace(UP, lines=UP.lines.set(told.key, told))) == expected


def test_an_agent_who_asks_for_help_is_on_the_board_and_on_no_other_desk() -> None:
    story = Story()
    story.talking()
    story.tell(HelpAsked(at=story.then(), agent=A1, request=R1, wanted=True))
    alarms = alarms_on(story.state, WELL, NOW)
    assert list(alarms) == [f"help_asked:{A1}"]
    assert alarms_of_desk(alarms, A2) == {}
