"""The answers of the HTTP interface, as types; `web/src/wire.gen.ts` is written from this file and from wire.py.

Times are Moments (milliseconds since the epoch).
"""

from msgspec import Struct

from acd.events import TicketForm
from acd.names import AgentId, CallId, DestinationKey, Moment, QueueName, TicketId
from acd.transfer import TransferMode


class Who(Struct, frozen=True, kw_only=True):
    """Who is logged in; `csrf` goes back as the header X-CSRF-Token with everything but GET."""

    user: str
    name: str
    role: str
    """`agent`, `supervisor` or `admin`."""
    agent: AgentId | None
    csrf: str


class PhoneCredentials(Struct, frozen=True, kw_only=True):
    """What a telephone needs to register; good until the next hand-out or the sign-out."""

    endpoint: str
    username: str
    password: str
    domain: str
    registrar: str
    """`host:port` for SIP over UDP."""
    websocket: str
    """Address of Asterisk's websocket for a browser phone: `[pbx] websocket`, or Asterisk's own."""


class NamedKey(Struct, frozen=True, kw_only=True):
    """A catalogue entry with its two names."""

    key: str
    zh: str
    en: str


class NumberEntry(Struct, frozen=True, kw_only=True):
    """A registered number."""

    number: str
    name: str
    name_en: str
    mode: str
    ministry: str
    queue: QueueName
    greeting_zh: str
    """What the agent says first."""
    greeting_en: str
    """What that means, for those who read the screen in English."""


class DestinationEntry(Struct, frozen=True, kw_only=True):
    """A line of the directory; how it stands now is in the desk's view."""

    key: DestinationKey
    number: str
    """Empty for a step of the IVR."""
    zh: str
    en: str
    initials: str
    """Pinyin initials, for finding it by keys."""
    kind: str
    """`EMERGENCY`, `SUB_CENTRE`, `EXPERT`, `UTILITY`, `CITY`, `LIAISON` or `STEP`."""
    modes: tuple[TransferMode, ...]
    """What is allowed; the first is what is offered."""
    field: str
    """The experts' field, as people read it; empty for others."""
    favourite: int | None
    """Its place among the favourites, from 1; None: it is none."""


class NotReadyReason(Struct, frozen=True, kw_only=True):
    """A not-ready reason with its limits; 0: none."""

    key: str
    zh: str
    en: str
    per_use_minutes: int
    per_shift_minutes: int


class NotAcceptedReason(Struct, frozen=True, kw_only=True):
    """Why a demand is not accepted, with the script that names the legal route."""

    key: str
    zh: str
    en: str
    script_zh: str
    script_en: str


class RateRule(Struct, frozen=True, kw_only=True):
    """How a rate is computed, in words."""

    key: str
    name_zh: str
    name_en: str
    rule_zh: str
    rule_en: str


class Catalogue(Struct, frozen=True, kw_only=True):
    """What screens need to know once."""

    demo: bool
    numbers: tuple[NumberEntry, ...]
    queues: tuple[NamedKey, ...]
    destinations: tuple[DestinationEntry, ...]
    not_ready: tuple[NotReadyReason, ...]
    domains: tuple[NamedKey, ...]
    demand_types: tuple[NamedKey, ...]
    not_accepted: tuple[NotAcceptedReason, ...]
    rules: tuple[RateRule, ...]
    service_level_ms: int
    acw_seconds: int
    interval_minutes: int


class MessageSent(Struct, frozen=True, kw_only=True):
    """How many desks have a message now."""

    agents: int
    without_page: int
    """Those of them whose page is not open: they see it when they open it."""


class Contact(Struct, frozen=True, kw_only=True):
    """An earlier call of the same caller."""

    call: CallId
    at: Moment
    number: str
    outcome: str
    agent: AgentId | None
    ticket: TicketId | None


class ExpertAnswerLine(Struct, frozen=True, kw_only=True):
    """An expert's written answer that was asked for on a ticket."""

    field: str
    """Of an expert line of the catalogue."""
    due_at: Moment
    awaited: bool
    """Whether the ticket still waits for it."""


class TicketLine(Struct, frozen=True, kw_only=True):
    """A ticket in a list."""

    ticket: TicketId
    opened_at: Moment
    stage: str
    domain: str
    demand_type: str
    urgent: bool
    text: str
    missed: bool
    expert_answers: tuple[ExpertAnswerLine, ...]
    """The earliest due first."""


class ScreenPop(Struct, frozen=True, kw_only=True):
    """What the agent should know about a caller; every reading of it stands in the ledger."""

    call: CallId
    caller: str
    area_zh: str
    area_en: str
    calls_total: int
    """Earlier calls, this one not counted."""
    contacts: tuple[Contact, ...]
    open_tickets: tuple[TicketLine, ...]
    ticket: TicketLine | None
    form: TicketForm | None
    """What is already saved for this call."""


class RingElsewhere(Struct, frozen=True, kw_only=True):
    """A call of one's own queues that rings at a colleague's and may be picked up."""

    agent: AgentId
    name: str
    queue: QueueName
    caller: str
    """Masked: it is nobody's call yet."""
    since: Moment
