"""The catalogues of a hotline as values: numbers, queues, the directory, not-ready reasons, prompts, demands.

They are TOML files beside this module, each of which says what its keys mean; `config.load` reads them.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from config.directory import AnswerRule, Destination, Expert, Holiday, MadeUpDay, Trunk
from config.names import DashKey, Digits, LineKey, ReasonKey, Text

Minutes = Annotated[int, Meta(ge=0, le=1_440)]


class Mode(StrEnum):
    """How a number stands to 12345 (国办发〔2020〕53号)."""

    HOTLINE = "HOTLINE"
    """12345 itself."""
    MERGED = "MERGED"
    DUAL_NUMBER = "DUAL_NUMBER"
    SUB_CENTRE = "SUB_CENTRE"


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
    seats: tuple[str, ...] = ()
    """Who may serve it, seat numbers and ranges; empty: every seat that is not an expert's."""


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
    """True: nothing more of the matter may be written or recorded."""


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
    trunks: tuple[Trunk, ...]
    destinations: tuple[Destination, ...]
    experts: tuple[Expert, ...]
    answers: tuple[AnswerRule, ...]
    holidays: tuple[Holiday, ...]
    made_up: tuple[MadeUpDay, ...]
    reasons: tuple[Reason, ...]
    prompts: tuple[PromptText, ...]
    demand: Demand
