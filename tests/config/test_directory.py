"""Trunks, lines and postings as values."""

from datetime import date

import msgspec
import pytest

from config.directory import Expert, Initials, is_ipv4, seats_of, valid_on

EXPERT = Expert(key="law-1", seat="6231", field="law", unit_zh="市司法局", unit_en="Justice bureau")


def test_seats_are_numbers_and_ranges() -> None:
    assert seats_of(()) == frozenset()
    assert seats_of(("6021", "6001-6003", "6002")) == {"6001", "6002", "6003", "6021"}


@pytest.mark.parametrize(
    "text", ["", "6001-", "-6001", "6003-6001", "60", "600001", "06001", "60a1", "6001 - 6002", "٦٠٠١"]
)
def test_what_is_no_seat_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write seat numbers"):
        seats_of((text,))


@pytest.mark.parametrize(
    ("first", "last", "valid"),
    [
        (None, None, True),
        (date(2026, 7, 1), None, True),
        (date(2026, 7, 2), None, False),
        (None, date(2026, 7, 1), True),
        (None, date(2026, 6, 30), False),
    ],
)
def test_both_days_of_a_posting_are_in_it(first: date | None, last: date | None, valid: bool) -> None:
    posted = msgspec.structs.replace(EXPERT, valid_from=first, valid_to=last)
    assert valid_on(posted, date(2026, 7, 1)) is valid


def test_an_address_is_ipv4() -> None:
    assert is_ipv4("10.1.2.3")
    assert not any(map(is_ipv4, ("", "trunk", "10.1.2", "10.1.2.0/24", "::1", "10.1.2.3 ")))


@pytest.mark.parametrize(
    ("text", "fits"), [("swfzx", True), ("bj12345", True), ("", False), ("SW", False), ("税", False)]
)
def test_initials_are_what_can_be_typed(text: str, fits: bool) -> None:
    try:
        msgspec.convert(text, Initials)
    except msgspec.ValidationError:
        assert not fits
    else:
        assert fits
