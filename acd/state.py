"""Everything the floor remembers, as one value, and the policy it is judged by."""

from typing import TypeAlias

from immutables import Map
from msgspec import Struct

from acd.agent import Agent, Day
from acd.call import Call
from acd.deadlines import Deadlines
from acd.directory import Destination
from acd.events import LineTold, MemberPaused, MemberRemoved, MemberResumed
from acd.figures import Handed, Tally
from acd.forcing import Forced
from acd.names import AgentId, CallId, DestinationKey, Millis, Moment, Phone, QueueName, RequestId
from acd.watching import Watch


class Policy(Struct, frozen=True, kw_only=True):
    """The rules an installation chose."""

    service_level: Millis = Millis(15_000)
    acw: Millis = Millis(60_000)
    misses_before_away: int = 3
    patience: Millis = Millis(5_000)
    """How long a request waits for Asterisk."""
    dead_member: Millis = Millis(10_000)
    """So long a caller may wait beside a free telephone that is not rung, before its membership is renewed; 0: ever."""
    utc_offset: Millis = Millis(8 * 3_600_000)
    interval: Millis = Millis(900_000)
    not_ready_reasons: frozenset[str] = frozenset()
    queues: tuple[QueueName, ...] = ()
    node: str = "jt1"
    destinations: tuple[Destination, ...] = ()
    """The directory."""


class Wish(Struct, frozen=True, kw_only=True):
    """A request under way: `kind` says what must become true, by `deadline`."""

    agent: AgentId
    kind: str
    """`sign_in`, `sign_out`, `ready`, `not_ready`, `hang_up`, `transfer`, `command`, `watch` or `force`."""
    deadline: Moment
    reason: str = ""
    queues: frozenset[QueueName] = frozenset()
    phone: Phone | None = None
    target: AgentId | None = None
    """Whom a supervisor wants to force."""
    forced: Forced | None = None


class Pbx(Struct, frozen=True, kw_only=True):
    """The link to Asterisk."""

    up: bool = False
    since: Moment = Moment(0)
    why: str = "starting"
    started_at: Moment = Moment(0)
    heard_until: Moment = Moment(0)
    """While it is down: when it was surely up last. A fact of Asterisk's own logs may show that it was so later."""


class DeadMember(Struct, frozen=True, kw_only=True):
    """An agent whom app_queue did not ring though a caller waited and the telephone was free."""

    since: Moment
    """When that was found."""
    last: Moment
    """When the membership was renewed last."""
    count: int
    """How often it was renewed."""
    cleared: Moment | None = None
    """When the agent was rung again, or left."""


Doubt: TypeAlias = MemberRemoved | MemberPaused | MemberResumed


class Return(Struct, frozen=True, kw_only=True):
    """A member whom we asked Asterisk to put back: the agent stays what they were until it has done so, or `until`."""

    until: Moment
    awaited: frozenset[QueueName]
    """Queues of which Asterisk has yet to say that the agent was added."""
    doubts: tuple[Doubt, ...] = ()
    """What Asterisk said, and what becomes true at `until` if it says nothing else."""


class Period(Struct, frozen=True, kw_only=True):
    """Counts of one interval or day: of all calls and by queue."""

    all: Tally = Tally()
    by_queue: Map[QueueName, Tally] = Map()
    handed: Map[DestinationKey, Handed] = Map()
    """Transfers by destination, in the period in which they were asked for."""


ENDED_KEPT = Millis(2 * 3_600_000)
"""How long an ended call's id is remembered at least, twice as long at most: by the times of what Asterisk tells."""
PERIODS_KEPT = Millis(49 * 3_600_000)
"""How long intervals and days are remembered: a rolling 24 h, yesterday, and an hour to spare."""


class State(Struct, frozen=True, kw_only=True):
    """The floor."""

    now: Moment = Moment(0)
    """The newest time seen in any fact."""
    heard_at: Moment = Moment(0)
    """The newest time in any fact that Asterisk told; 0: it never told one."""
    policy: Policy = Policy()
    pbx: Pbx = Pbx()
    agents: Map[AgentId, Agent] = Map()
    calls: Map[CallId, Call] = Map()
    """Live calls, and ended ones whose agent is still in after-call work."""
    wishes: Map[RequestId, Wish] = Map()
    asked: Map[AgentId, tuple[RequestId, ...]] = Map()
    """The keys of `wishes` by agent, oldest first."""
    deadlines: Deadlines = Map()
    """Of every wish and of every after-call work."""
    waiting: Map[CallId, Moment] = Map()
    """Calls in app_queue for which no telephone rings, and since when."""
    dead: Map[AgentId, DeadMember] = Map()
    returning: Map[AgentId, Return] = Map()
    look_at: Moment | None = None
    """When `acd.watchdog` next looks at the floor though nothing happens; None: nothing needs it."""
    intervals: Map[Moment, Period] = Map()
    days: Map[Moment, Period] = Map()
    ended: Map[CallId, frozenset[AgentId]] = Map()
    """Calls that ended lately, with the agents who talked: a fact told twice or late is not taken for a new call,
    and a ticket saved late is still its agent's."""
    ended_before: Map[CallId, frozenset[AgentId]] = Map()
    """The calls in `ended` before its last turn: dropped all at once, as going through them would stall the floor."""
    watches: Map[AgentId, Watch] = Map()
    """Supervisors who hear a call, or are rung to, by their own seat."""
    lines: Map[DestinationKey, LineTold] = Map()
    """How the lines of the directory stand that are not ours, as told last."""
    line_answered: Map[DestinationKey, Moment] = Map()
    """When each destination answered a transfer last."""
    refused: Map[CallId, Moment] = Map()
    """Calls turned away lately, so that one told twice is counted once."""
    ended_turned: Moment = Moment(0)
    prune_at: Moment = Moment(0)
    """When what is old is next forgotten."""
    next_due: Moment | None = None
    """No deadline of an agent or a wish, and no `look_at`, is earlier than this; None: there is none."""
    ticket_day: Moment = Moment(0)
    ticket_count: int = 0
    """Tickets numbered since `ticket_day`."""


def new_agent(agent: AgentId, name: str, at: Moment) -> Agent:
    """Return an agent seen for the first time."""
    return Agent(id=agent, name=name, since=at, day=Day(start=at))
