"""Moments in the hotline's own time."""

from acd.names import Millis, Moment
from agent_desk.local_time import local_time

BEIJING = Millis(8 * 3_600_000)


def test_a_moment_is_read_in_the_hotlines_time_to_the_millisecond() -> None:
    assert local_time(Moment(1_795_219_200_249), BEIJING).isoformat() == "2026-11-21T08:00:00.249000+08:00"


def test_a_time_zone_may_lie_west_of_greenwich() -> None:
    assert f"{local_time(Moment(0), Millis(-3_600_000)):%Y-%m-%d %H:%M}" == "1969-12-31 23:00"
