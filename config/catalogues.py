"""The catalogues of a hotline as values: numbers, queues, destinations, not-ready reasons, prompts, demands.

They are TOML files beside this module, each of which says what its keys mean; `config.load` reads them.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

Digits = Annotated[str, Meta(pattern=r"^[0-9]{3,16}\Z")]
DashKey = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}\Z")]
"""A name that goes into Asterisk's files and file names."""
LineKey = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z")]
"""A name that goes into the database and over the wire."""
ReasonKey = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,39}\Z")]
"""A name that goes to Asterisk as the reason of a pause, into the database and over the wire."""
Text = Annotated[str, Meta(min_length=1, max_length=400, pattern=r"^[^\x00-\x1f\x7f]+\Z")]
"""What people read or hear: one line."""
Minutes = Annotated[int, Meta(ge=0, le=1_440)]


class Mode(StrEnum):
    """How a number stands to 12345 (国办发〔2020〕53号)."""

    HOTLINE = "HOTLINE"
    """12345 itself."""
    MERGED = "MERGED"
    DUAL_NUMBER = "DUAL_NUMBER"
    SUB_CENTRE = "SUB_CENTRE"


class DestinationKind(StrEnum):
    """What stands at the other end of a transfer."""

    EMERGENCY = "EMERGENCY"
    SUB_CENTRE = "SUB_CENTRE"
    UTILITY = "UTILITY"


class TransferMode(StrEnum):
    """The five ways a call may be handed on (DOMAIN part E, 52 to 56)."""

    BLIND = "transfer_blind"
    ATTENDED = "transfer_attended"
    CONFERENCE3 = "conference3"
    CONFERENCE = "transfer_conference"
    SUSPEND = "transfer_suspend"


class Number(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One registered number (A.2)."""

    number: Digits
    zh: Text
    en: Text
    ministry: Text
    mode: Mode
    queue: DashKey
    expert_seat: bool = False
    greeting: DashKey = "greeting"
    effective_from: date | None = None
    effective_to: date | None = None
    transition: DashKey | None = None
    transition_from: date | None = None
    transition_to: date | None = None


class Queue(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One queue and how its callers wait."""

    name: DashKey
    zh: Text
    en: Text
    strategy: Annotated[str, Meta(pattern=r"^(leastrecent|fewestcalls|ringall|random|rrmemory|rrordered|linear)\Z")] = (
        "leastrecent"
    )
    ring_seconds: Annotated[int, Meta(ge=3, le=120)] = 15
    max_wait_seconds: Annotated[int, Meta(ge=5, le=7_200)] = 180
    max_waiting: Annotated[int, Meta(ge=0, le=10_000)] = 0
    announce_seconds: Annotated[int, Meta(ge=10, le=600)] = 30
    weight: Annotated[int, Meta(ge=0, le=100)] = 0


class Destination(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where an agent may send a call."""

    key: DashKey
    number: Digits
    zh: Text
    en: Text
    kind: DestinationKind
    modes: Annotated[tuple[TransferMode, ...], Meta(min_length=1)]
    """The transfers allowed; the first is the one offered."""


class Reason(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an agent may be not ready."""

    key: ReasonKey
    zh: Text
    en: Text
    per_use_minutes: Minutes
    """One use should end within this; 0: no limit."""
    per_shift_minutes: Minutes
    """All uses of a shift together; 0: no limit."""
    self_service: bool = True
    """False: only a supervisor or the system sets it."""


class PromptText(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence callers hear."""

    key: DashKey
    zh: Text
    en: Text


class Choice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of a list on the ticket form."""

    key: LineKey
    zh: Text
    en: Text


class NotAccepted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reason for which a demand is not accepted, and what the agent reads out."""

    number: Annotated[int, Meta(ge=1, le=10)]
    key: LineKey
    zh: Text
    en: Text
    script_zh: Text
    script_en: Text
    restricted: bool = False
    """True: nothing more of the matter may be written or recorded (A-037)."""


class Demand(Struct, frozen=True, kw_only=True):
    """The lists of the ticket form."""

    domains: tuple[Choice, ...]
    types: tuple[Choice, ...]
    urgencies: tuple[Choice, ...]
    """The first is the form's default."""
    not_accepted: tuple[NotAccepted, ...]


class Catalogue(Struct, frozen=True, kw_only=True):
    """All catalogues, checked against each other."""

    numbers: tuple[Number, ...]
    queues: tuple[Queue, ...]
    destinations: tuple[Destination, ...]
    reasons: tuple[Reason, ...]
    prompts: tuple[PromptText, ...]
    demand: Demand
