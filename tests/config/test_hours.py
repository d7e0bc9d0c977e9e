"""Hours as people write them are spans of the week, or refused with what is valid."""

import pytest

from acd.directory import Hours
from acd.names import Millis
from config.hours import hours_of

HOUR = 3_600_000


def spans(text: str) -> list[tuple[int, float, float]]:
    return [(span.weekday, span.start / HOUR, span.end / HOUR) for span in hours_of(text)]


def test_days_and_spans() -> None:
    assert hours_of("mon 09:00-12:30") == (Hours(weekday=0, start=Millis(9 * HOUR), end=Millis(12 * HOUR + HOUR // 2)),)
    assert spans("mon-fri 13:30-17:30") == [(day, 13.5, 17.5) for day in range(5)]
    assert spans("sat,sun 00:00-24:00") == [(5, 0, 24), (6, 0, 24)]
    assert spans("sun,mon-tue 08:00-09:00") == [(0, 8, 9), (1, 8, 9), (6, 8, 9)]
    assert [day for day, _, _ in spans("daily 08:00-20:00")] == list(range(7))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "write days and a span"),
        ("mon-fri", "write days and a span"),
        ("mon-fri 9:00-12:00", "write days and a span"),
        ("mon-fri 09:00-12:60", "write days and a span"),
        ("Mon 09:00-12:00", "write days and a span"),
        ("mon 09:00-12:00\n", "write days and a span"),
        ("may 09:00-12:00", "days are mon, tue"),
        ("mon-fir 09:00-12:00", "days are mon, tue"),
        ("mon, 09:00-12:00", "days are mon, tue"),
        ("sat-mon 09:00-12:00", "sat-mon goes over the week's end"),
        ("mon 22:00-06:00", "write one past midnight as two"),
        ("mon 09:00-09:00", "a span ends after it begins"),
        ("mon 09:00-24:01", "a day ends at 24:00"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        hours_of(text)
