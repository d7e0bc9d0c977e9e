"""The watch keeps `since` steady, tells the log, and wakes the screens without any fact."""

import asyncio
import logging

import pytest
from msgspec.structs import replace

from acd.names import Moment
from acd.state import State
from agent_desk.alarm_watch import FRESH_MS, AlarmWatch
from agent_desk.alarms import WELL, Health
from tests.acd.playbook import T0, Story

FULL = replace(WELL, journal_error="No space left on device")


class House:
    """A house whose health, floor and time a test sets."""

    def __init__(self) -> None:
        self.state: State = Story().state
        self.health: Health = WELL
        self.at = int(T0)
        self.looks = 0
        self.changed = 0
        self.watch = AlarmWatch(lambda: self.state, self.look, lambda: Moment(self.at), self.change, look_seconds=0)

    def look(self) -> Health:
        self.looks += 1
        return self.health

    def change(self) -> None:
        self.changed += 1


def test_since_is_when_an_alarm_came_as_long_as_it_lasts() -> None:
    house = House()
    house.health = FULL
    since = house.at
    for _ in range(3):
        assert house.watch.look()["journal_blocked"].since == since
        house.at += 5_000
    house.health = WELL
    assert house.watch.look() == {}
    house.health = FULL
    assert house.watch.look()["journal_blocked"].since == house.at


def test_hundreds_of_desks_cost_one_look() -> None:
    house = House()
    for _ in range(200):
        house.watch.on()
    assert house.looks == 1
    house.at += FRESH_MS
    house.watch.on()
    assert house.looks == 2
    house.state = replace(house.state, now=Moment(house.at))
    house.watch.on()
    assert house.looks == 3, "a floor that changed is looked at at once"
    house.at -= 3_600_000
    house.watch.on()
    assert house.looks == 4, "a clock that was set back must not make an old look good"


def test_the_log_is_told_once_when_it_comes_and_once_when_it_goes(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    with caplog.at_level(logging.INFO, logger="agent_desk.alarm_watch"):
        house.health = FULL
        house.watch.look()
        house.watch.look()
        house.health = WELL
        house.watch.look()
        house.watch.look()
    assert [(record.levelname, record.alarm) for record in caplog.records] == [  # type: ignore[attr-defined]
        ("WARNING", "journal_blocked"),
        ("INFO", "journal_blocked"),
    ]


async def test_the_screens_look_again_though_no_fact_comes() -> None:
    house = House()

    async def looked_thrice() -> None:
        """Let the watch look at things as they are now."""
        until = house.looks + 3
        async with asyncio.timeout(5):
            while house.looks < until:
                house.at += FRESH_MS
                await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(house.watch.run())
        for health, changes in ((WELL, 0), (FULL, 1), (FULL, 1), (WELL, 2)):
            house.health = health
            await looked_thrice()
            assert house.changed == changes
        watching.cancel()
