"""The directory as values: trunks, the lines an agent may hand a call on to, the experts' roster and the calendar.

They are read from destinations.toml, experts.toml and calendar.toml, each of which says what its keys mean.
"""

import ipaddress
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from acd.transfer import TransferMode
from config.names import DashKey, Digits, Text

Initials = Annotated[str, Meta(pattern=r"^[a-z0-9]{1,20}\Z")]
"""The first letters of a Chinese name's syllables."""
RingSeconds = Annotated[int, Meta(ge=5, le=120)]


class DestinationKind(StrEnum):
    """What stands at the other end of a transfer."""

    EMERGENCY = "EMERGENCY"
    SUB_CENTRE = "SUB_CENTRE"
    EXPERT = "EXPERT"
    UTILITY = "UTILITY"
    CITY = "CITY"
    LIAISON = "LIAISON"
    STEP = "STEP"


class Trunk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A PBX or carrier outside."""

    name: DashKey
    host: str = ""
    """IPv4 address; empty: not connected."""
    port: Annotated[int, Meta(ge=1, le=65_535)] = 5060
    hands_over: bool = False
    """Whether calls from its address are passed on to us by another hotline, and go before others."""


class Destination(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an agent may send a call."""

    key: DashKey
    zh: Text
    en: Text
    initials: Initials
    kind: DestinationKind
    modes: Annotated[tuple[TransferMode, ...], Meta(min_length=1)]
    """The transfers allowed; the first is the one offered."""
    number: Digits | None = None
    trunk: DashKey | None = None
    queue: DashKey | None = None
    field: DashKey | None = None
    """Of an expert line."""
    prompt: DashKey | None = None
    digits: Annotated[int, Meta(ge=1, le=20)] = 1
    """Of a step."""
    ring_seconds: RingSeconds = 25
    hours: tuple[str, ...] = ()
    """Empty: always open; an expert line: while its experts are on duty."""
    state_url: str = ""
    state_token_file: str = ""
    favourite: Annotated[int, Meta(ge=0, le=999)] = 0
    """Place among those always in sight; 0: it is not."""


class Expert(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One posting of an expert to a seat."""

    key: DashKey
    seat: Digits
    field: DashKey
    unit_zh: Text
    unit_en: Text
    valid_from: date | None = None
    valid_to: date | None = None
    duty: tuple[str, ...] = ()
    """Empty: always."""


class Counted(StrEnum):
    """Which days count until something is due."""

    WORKING = "working"
    CALENDAR = "calendar"


class AnswerRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By when the experts of a field owe a written answer when nobody of them was there."""

    field: DashKey
    answer_days: Annotated[int, Meta(ge=1, le=30)]
    count: Counted


class Holiday(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days in a row on which offices do not work."""

    first: date
    last: date


class MadeUpDay(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day at a weekend on which offices work (调休)."""

    day: date


def valid_on(expert: Expert, day: date) -> bool:
    """Whether a posting holds on a day."""
    begun = expert.valid_from is None or expert.valid_from <= day
    return begun and (expert.valid_to is None or day <= expert.valid_to)


def seats_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the seat numbers that a queue's `seats` name: single ones and ranges.

    Raises:
        ValueError: a text is neither.

    """
    seats: set[str] = set()
    for text in texts:
        first, dash, last = text.partition("-")
        last = last if dash else first
        if not (_is_seat(first) and _is_seat(last) and int(first) <= int(last)):
            raise ValueError(
                'write seat numbers of 3 to 5 digits and ranges of them, for example ["6001-6010", "6021"]'
            )
        seats |= {str(seat) for seat in range(int(first), int(last) + 1)}
    return frozenset(seats)


def is_ipv4(text: str) -> bool:
    """Whether `text` is one IPv4 address."""
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def _is_seat(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 3 <= len(text) <= 5 and not text.startswith("0")
