"""Everything that travels between browsers and us, as types; `web/src/wire.gen.ts` is written from this file.

Boards and desks are *views*: two-level maps `section -> id -> value`. A browser gets a snapshot, then numbered
deltas; a gap in `seq` makes it ask for a snapshot again. Times are Moments (milliseconds since the epoch), and every
message carries `now`, the server's clock, so that a browser can tick by itself.
"""

from typing import TypeAlias

from msgspec import Struct

from acd.agent import Presence
from acd.call import Stage
from acd.events import TicketForm
from acd.names import AgentId, CallId, Moment, Phone, QueueName, RequestId, TicketId

# --- values inside views ---


class AgentTile(Struct, frozen=True, kw_only=True):
    """One agent on a board."""

    agent: AgentId
    name: str
    presence: Presence
    since: Moment
    reason: str | None
    """Key of the not-ready reason; None in every other presence."""
    until: Moment | None
    """When after-call work ends by itself."""
    held_since: Moment | None
    call: CallId | None
    number: str | None
    """The number the citizen dialled."""
    device: str
    """Asterisk's word for the telephone: NOT_INUSE, INUSE, UNAVAILABLE, ..."""
    desk: bool
    """Whether the desk page is connected."""
    queues: tuple[QueueName, ...]


class QueueLine(Struct, frozen=True, kw_only=True):
    """One queue on a board; counts are today's, by the day the call arrived."""

    queue: QueueName
    waiting: int
    longest_since: Moment | None
    ready: int
    signed_in: int
    requested: int
    answered: int
    answered_in: int
    lost: int


class CallLine(Struct, frozen=True, kw_only=True):
    """One live call on a board; the caller's number is masked."""

    call: CallId
    number: str
    caller: str
    queue: QueueName
    stage: Stage
    since: Moment
    agent: AgentId | None


class Rate(Struct, frozen=True, kw_only=True):
    """A rate with its counts; `percent` is rounded half up to 2 decimals, or None for 0/0 (shown as `--`)."""

    key: str
    numerator: int
    denominator: int
    percent: str | None


class FigureBlock(Struct, frozen=True, kw_only=True):
    """The counts and rates of one period; always offered = answered + lost + in_progress."""

    since: Moment
    offered: int
    requested: int
    answered: int
    answered_in: int
    lost: int
    lost_ivr: int
    lost_queue: int
    lost_ring: int
    lost_overflow: int
    lost_system: int
    in_progress: int
    refused: int
    avg_wait_ms: int | None
    avg_talk_ms: int | None
    rates: tuple[Rate, ...]


class IntervalBar(Struct, frozen=True, kw_only=True):
    """One interval of the arrivals chart."""

    start: Moment
    offered: int
    answered: int
    lost: int


class SystemState(Struct, frozen=True, kw_only=True):
    """Whether what the screen shows can be believed."""

    pbx: str
    """`up`, or `lost`: then every presence on the screen is unknown."""
    since: Moment
    why: str
    event_age_ms: int | None
    """Asterisk's timestamp against the time of arrival, of the newest event."""
    node: str


class Board(Struct, frozen=True, kw_only=True):
    """The wallboard's view. Keys of `figures`: `today`, `rolling24h`; of `system`: `system`."""

    agents: dict[str, AgentTile]
    queues: dict[str, QueueLine]
    calls: dict[str, CallLine]
    figures: dict[str, FigureBlock]
    intervals: dict[str, IntervalBar]
    system: dict[str, SystemState]


class Me(Struct, frozen=True, kw_only=True):
    """The agent whose desk it is."""

    agent: AgentId
    name: str
    presence: Presence
    since: Moment
    reason: str | None
    until: Moment | None
    next_reason: str | None
    """Not ready with this reason after the call under way."""
    phone: Phone | None
    device: str
    queues: tuple[QueueName, ...]
    answered_today: int
    talk_ms_today: int
    acw_ms_today: int
    not_ready_ms_today: dict[str, int]
    """Milliseconds not ready by reason, of finished spells today."""


class DeskCall(Struct, frozen=True, kw_only=True):
    """The call an agent is rung by, talks on, or writes up; the caller's number is whole."""

    call: CallId
    number: str
    caller: str
    queue: QueueName
    stage: Stage
    offered_at: Moment
    queued_at: Moment | None
    ring_since: Moment | None
    answered_at: Moment | None
    held_since: Moment | None
    ended_at: Moment | None
    ticket: TicketId | None
    saved: bool
    """Whether the agent has saved the ticket."""


class QueueGlance(Struct, frozen=True, kw_only=True):
    """How many wait in the agent's queues."""

    waiting: int
    longest_since: Moment | None


class DeskView(Struct, frozen=True, kw_only=True):
    """A desk's view. Keys: `me` of me, `call` of call (absent without one), `queue` of queue, `system` of system."""

    me: dict[str, Me]
    call: dict[str, DeskCall]
    queue: dict[str, QueueGlance]
    system: dict[str, SystemState]


# --- from us to a browser ---


class SectionChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What changed in one section of a view."""

    set: dict[str, object] = {}
    gone: tuple[str, ...] = ()


class BoardSnapshot(Struct, frozen=True, kw_only=True, tag="board_snapshot"):
    """The whole board as of `seq`."""

    seq: int
    now: Moment
    view: Board


class DeskSnapshot(Struct, frozen=True, kw_only=True, tag="desk_snapshot"):
    """The whole desk as of `seq`."""

    seq: int
    now: Moment
    view: DeskView


class Delta(Struct, frozen=True, kw_only=True, tag="delta"):
    """What changed since `seq - 1`."""

    seq: int
    now: Moment
    changes: dict[str, SectionChange]


class Accepted(Struct, frozen=True, kw_only=True, tag="accepted"):
    """The request is fulfilled, as seen by Asterisk."""

    request: RequestId


class Refused(Struct, frozen=True, kw_only=True, tag="refused"):
    """The request is refused; the sentence is for the person who asked."""

    request: RequestId
    key: str
    zh: str
    en: str
    detail: str = ""


class Pong(Struct, frozen=True, kw_only=True, tag="pong"):
    """Answer to Ping."""

    n: int
    now: Moment


ToBrowser: TypeAlias = BoardSnapshot | DeskSnapshot | Delta | Accepted | Refused | Pong

# --- from a browser to us ---


class SignIn(Struct, frozen=True, kw_only=True, tag="sign_in", forbid_unknown_fields=True):
    """Take part with this telephone; the queues are the server's to know."""

    request: RequestId
    phone: Phone


class SignOut(Struct, frozen=True, kw_only=True, tag="sign_out", forbid_unknown_fields=True):
    """Stop taking part."""

    request: RequestId


class Ready(Struct, frozen=True, kw_only=True, tag="ready", forbid_unknown_fields=True):
    """Ask for calls; ends after-call work."""

    request: RequestId


class NotReady(Struct, frozen=True, kw_only=True, tag="not_ready", forbid_unknown_fields=True):
    """Ask for no calls, for a reason of the catalogue; during a call: afterwards."""

    request: RequestId
    reason: str


class HangUp(Struct, frozen=True, kw_only=True, tag="hang_up", forbid_unknown_fields=True):
    """End the call (a browser phone may also do it itself)."""

    request: RequestId


class SaveTicket(Struct, frozen=True, kw_only=True, tag="save_ticket", forbid_unknown_fields=True):
    """Save the ticket of a call."""

    request: RequestId
    call: CallId
    form: TicketForm
    merge_into: TicketId | None = None


class Ping(Struct, frozen=True, kw_only=True, tag="ping", forbid_unknown_fields=True):
    """Are you there? Sent every second by the browser."""

    n: int


class SnapshotAsked(Struct, frozen=True, kw_only=True, tag="snapshot", forbid_unknown_fields=True):
    """A delta was missed: send everything again."""


FromBrowser: TypeAlias = SignIn | SignOut | Ready | NotReady | HangUp | SaveTicket | Ping | SnapshotAsked

# --- answers of the HTTP interface ---


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
    """Address of Asterisk's websocket for a browser phone."""


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
    not_ready: tuple[NotReadyReason, ...]
    domains: tuple[NamedKey, ...]
    demand_types: tuple[NamedKey, ...]
    not_accepted: tuple[NotAcceptedReason, ...]
    rules: tuple[RateRule, ...]
    service_level_ms: int
    acw_seconds: int
    interval_minutes: int


class Contact(Struct, frozen=True, kw_only=True):
    """An earlier call of the same caller."""

    call: CallId
    at: Moment
    number: str
    outcome: str
    agent: AgentId | None
    ticket: TicketId | None


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
