"""How the house does, asked of its parts."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from acd.names import Millis, Moment
from agent_desk.alarms import WELL
from agent_desk.health import AGE_WINDOW, APART_WINDOW, HealthWatch, Worst
from agent_desk.house import House


def parts(**journal: Any) -> Any:
    """Stand-ins with the attributes that the real parts have; `test_the_real_parts_are_asked` holds them to it."""
    recorder = SimpleNamespace(backlog=0, failures=0, rejected=0, last_error=None)
    return SimpleNamespace(
        now=1_000_000,
        link=SimpleNamespace(up=True, refused=False, rival=None, why="", event_age_ms=None),
        inbox=SimpleNamespace(waiting=0, limit=0, refused=0),
        journal=SimpleNamespace(**({"error": None, "unkept": 0} | journal)),
        recorder=SimpleNamespace(state=recorder),
    )


def watch(house: Any) -> HealthWatch:
    return HealthWatch(
        link=house.link,
        inbox=house.inbox,
        journal=house.journal,
        recorder=house.recorder,
        now=lambda: Moment(house.now),
    )


def test_the_greatest_of_the_window_is_remembered_and_then_forgotten() -> None:
    worst = Worst(Millis(10))
    for at, number in ((0, 5), (1, 9), (2, 3), (8, 4)):
        worst.heard(Moment(at), number)
    assert [worst.at(Moment(now)) for now in (8, 11, 12, 13, 18, 19)] == [9, 9, 4, 4, 4, 0]


def test_a_house_that_is_well() -> None:
    assert watch(parts()).look() == WELL


def test_a_late_event_is_told_for_ten_seconds() -> None:
    house = parts()
    health = watch(house)
    health.heard(2_300)
    health.heard(4)
    assert health.look().worst_event_age == 2_300
    house.now += AGE_WINDOW + 1
    assert health.look().worst_event_age == 0


def test_a_clock_that_was_wrong_is_told_and_the_ages_it_measured_are_not() -> None:
    house = parts()
    health = watch(house)
    health.heard(3_600_000)
    house.now -= 3_600_000
    health.apart(-3_600_000)
    assert (health.look().clocks_apart, health.look().worst_event_age) == (3_600_000, 0)
    house.now += APART_WINDOW + 1
    assert health.look().clocks_apart == 0


def test_facts_of_an_outage_that_is_over_are_made_up_for() -> None:
    house = parts(error="full", unkept=7)
    health = watch(house)
    assert health.look().unkept == 7
    house.journal.error = None
    assert health.look().unkept == 0
    house.journal.error = "full again"
    assert health.look().unkept == 0
    house.journal.unkept = 9
    assert health.look().unkept == 2


def test_another_bridge_makes_us_the_standby() -> None:
    house = parts()
    house.link.up, house.link.rival, house.link.why = False, "b1", "another bridge holds Asterisk: b1"
    look = watch(house).look()
    assert (look.standby, look.pbx_up, look.pbx_why) == (True, False, "another bridge holds Asterisk: b1")


async def test_the_real_parts_are_asked(house: House, tmp_path: Path) -> None:
    health = house.health.look()
    assert (health.pbx_up, health.standby, health.journal_error, health.recorder_backlog) == (False, False, None, 0)
    assert health.waiting_limit > 0
    house.inbox.refused = 3
    house.link.event_age_ms = 12
    assert (house.health.look().facts_refused, house.health.look().event_age) == (3, 12)
