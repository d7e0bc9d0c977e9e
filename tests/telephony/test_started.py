"""The mark by which one run of Asterisk is told from another."""

import pytest

from telephony.started import started_at


def test_the_same_start_gives_the_same_mark_and_another_another() -> None:
    first = started_at({"CoreStartupDate": "2026-11-21", "CoreStartupTime": "08:00:00"})
    assert first == started_at({"CoreStartupDate": "2026-11-21", "CoreStartupTime": "08:00:00"})
    assert started_at({"CoreStartupDate": "2026-11-21", "CoreStartupTime": "08:00:01"}) == first + 1_000


def test_what_is_no_time_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not match"):
        started_at({"CoreStartupDate": "2026-11-21", "CoreStartupTime": "soon"})
    with pytest.raises(KeyError):
        started_at({"CoreStartupDate": "2026-11-21"})
