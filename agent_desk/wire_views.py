"""The live views as types: what a wallboard and an agent's desk show; wire.py carries them.

A view is a two-level map `section -> id -> value`. Times are Moments (milliseconds since the epoch), durations
milliseconds.
"""

from msgspec import Struct

from acd.agent import Presence
from acd.call import Stage
from acd.forcing import ForcedState
from acd.names import AgentId, CallId, Moment, Phone, QueueName, TicketId
from acd.watching import Watching
from agent_desk.alarm_words import AlarmKey, Level
from agent_desk.wire_transfers import DirectoryLine, Handing, LastTransfer, Passed, TransferView


class AgentTile(Struct, frozen=True, kw_only=True):
    """One agent on a board."""

    agent: AgentId
    name: str
    presence: Presence
    since: Moment
    reason: str | None
    """Key of the not-ready reason; None in every other presence."""
    forced_by: str | None
    """The supervisor who made the agent what they are, by name; None: nobody did."""
    until: Moment | None
    """When after-call work ends by itself."""
    held_since: Moment | None
    help_since: Moment | None
    """Since when the agent asks for a supervisor's help."""
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
    handing: Handing | None


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
    final_to: Moment
    """Calls that arrived before this moment are counted for good; what arrived later may still change."""


class IntervalBar(Struct, frozen=True, kw_only=True):
    """One interval of the arrivals chart."""

    start: Moment
    offered: int
    answered: int
    lost: int
    final: bool
    """Whether these counts stay as they are."""


class SystemState(Struct, frozen=True, kw_only=True):
    """Whether what the screen shows can be believed."""

    pbx: str
    """`up`, or `lost`: then every presence on the screen is unknown."""
    since: Moment
    why: str
    event_age_ms: int | None
    """Asterisk's timestamp against the time of arrival, of the newest event."""
    node: str


class Alarm(Struct, frozen=True, kw_only=True):
    """Something is wrong: what, since when, and what to do."""

    key: AlarmKey
    level: Level
    since: Moment
    subject: str
    """The agent or queue it is about; empty: everybody."""
    count: int
    why: str
    """What the machine said, in its own words; may be empty."""
    zh: str
    en: str
    do_zh: str
    do_en: str


class Board(Struct, frozen=True, kw_only=True):
    """The wallboard's view. Keys of `figures`: `today`, `rolling24h`; of `system`: `system`."""

    agents: dict[str, AgentTile]
    queues: dict[str, QueueLine]
    calls: dict[str, CallLine]
    figures: dict[str, FigureBlock]
    intervals: dict[str, IntervalBar]
    system: dict[str, SystemState]
    lines: dict[str, DirectoryLine]
    """The lines of the directory that are not queues of ours."""
    alarms: dict[str, Alarm]
    """By key, and subject if there is one; the worst first in a snapshot, in any order after a delta."""


class WatchView(Struct, frozen=True, kw_only=True):
    """The call of an agent that this supervisor is on."""

    call: CallId
    target: AgentId
    how: Watching | None
    """None: the supervisor's own telephone rings."""
    since: Moment


class ForcedView(Struct, frozen=True, kw_only=True):
    """What a supervisor made of an agent."""

    to: ForcedState
    by: str
    """The supervisor's name."""
    why: str
    """In their words; may be empty."""
    at: Moment


class DeskMessage(Struct, frozen=True, kw_only=True):
    """A supervisor's message that the agent has not read yet."""

    id: str
    at: Moment
    by: str
    text: str
    to_all: bool


class Me(Struct, frozen=True, kw_only=True):
    """The agent whose desk it is."""

    agent: AgentId
    name: str
    presence: Presence
    since: Moment
    reason: str | None
    until: Moment | None
    help_since: Moment | None
    """Since when the agent asks for a supervisor's help."""
    next_reason: str | None
    """Not ready with this reason after the call under way."""
    forced: ForcedView | None
    """By whom the agent was made what they are, or will be after the call; None: by nobody."""
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
    transfer: TransferView | None
    last_transfer: LastTransfer | None
    """None also while one is under way."""
    passed: Passed | None
    came_from: str
    """The trunk of the hotline that passed the call on to us, such as 110's; empty: the citizen rang us."""
    reference: str
    """What that hotline calls the matter; may be empty."""


class QueueGlance(Struct, frozen=True, kw_only=True):
    """How many wait in the agent's queues."""

    waiting: int
    longest_since: Moment | None


class DeskView(Struct, frozen=True, kw_only=True):
    """A desk's view. Keys: `me` of me, `call` of call (absent without one), `queue` of queue, `system` of system,
    `watch` of watch (absent unless a supervisor is on a call)."""

    me: dict[str, Me]
    watch: dict[str, WatchView]
    call: dict[str, DeskCall]
    queue: dict[str, QueueGlance]
    system: dict[str, SystemState]
    directory: dict[str, DirectoryLine]
    """Only while the agent talks: nobody else can transfer, and it changes all the time."""
    messages: dict[str, DeskMessage]
    """Not read yet, by id."""
    alarms: dict[str, Alarm]
    """Those that concern this agent, in words for agents."""
