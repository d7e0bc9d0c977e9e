"""Times as people write them."""

import pytest

from acd.names import Millis, Moment
from agent_desk.times import TimeInvalid, moment_of

CHINA = Millis(8 * 3_600_000)
NOON = Moment(1_795_233_600_000)
"""2026-11-21 12:00 in China."""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21T12:00", NOON),
        ("2026-11-21 12:00:00", NOON),
        ("2026-11-21T12:00:00.250", NOON + 250),
        ("2026-11-21T04:00Z", NOON),
        ("2026-11-21T04:00+00:00", NOON),
        ("2026-11-21", NOON - 12 * 3_600_000),
        ("today", NOON - 12 * 3_600_000),
        ("1795233600000", NOON),
        ("1795233600", NOON),
    ],
)
def test_a_time_is_read_as_meant(text: str, moment: int) -> None:
    assert moment_of(text, now=NOON, utc_offset=CHINA) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "12", "2026-13-01", "12:00"])
def test_what_is_no_time_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(TimeInvalid, match="write 2026-11-21T08:30"):
        moment_of(text, now=NOON, utc_offset=CHINA)


@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_the_ends_of_the_calendar_are_times(text: str) -> None:
    assert moment_of(text, now=NOON, utc_offset=CHINA)
