"""Asterisk's own book of calls: what CEL and queue_log together say of each, without any help of ours.

It is read for audits, so it does not go through the facts that `fold` is told: what those leave out or get wrong must
show here. Memory holds the calls that are not over, however long the logs are.
"""

import json
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import Final

from msgspec import Struct, field

from acd.names import AgentId, CallId, LegId, LossStage, Millis, Moment, QueueName, citizens_leg, phone_of
from telephony.backfill import Logs
from telephony.cel import CelRow, rows
from telephony.numbered_lines import NumberedLines
from telephony.queue_log import RESTARTED, QueueRow, queue_rows

SETTLED_MS: Final = 5_000
"""So long after its end a call's last rows are in both logs."""
_KINDS: Final = tuple(
    f'"{kind}"'
    for kind in (*("JT_OFFERED", "JT_REQUESTED", "JT_LOST", "APP_START", "CHAN_START", "BRIDGE_ENTER", "HANGUP"),)
)


class Mark(Struct, frozen=True):
    """When something happened, and where that is written."""

    at: Moment
    place: str


def when(mark: Mark | None) -> Moment | None:
    """Return the moment of a mark; None if there is none."""
    return None if mark is None else mark.at


class Leg(Struct, kw_only=True):
    """An agent's leg of a call."""

    agent: AgentId
    rung: Mark
    joined: Mark | None = None
    """It entered the bridge with the citizen."""
    ended: Mark | None = None


class Entry(Struct, kw_only=True):
    """What the logs say of one call."""

    call: CallId
    number: str
    queue: QueueName
    caller: str
    offered: Mark
    times_offered: int = 1
    asked: Mark | None = None
    """The dialplan's own row that the caller asked for an agent."""
    waited: Mark | None = None
    """Queue() began; that the caller was let in, queue_log says."""
    lost: Mark | None = None
    """The dialplan gave the call up."""
    lost_stage: LossStage | None = None
    lost_cause: str = ""
    ended: Mark | None = None
    last: Moment
    """The newest of its rows."""
    restart: Mark | None = None
    """Asterisk started anew and the call has no end: it ended some time between `last` and then."""
    legs: dict[LegId, Leg] = field(default_factory=dict)
    in_queue_log: list[QueueRow] = field(default_factory=list)

    def queue_log(self, *verbs: str) -> list[QueueRow]:
        """Return the queue_log's rows with one of these verbs, in their order."""
        return [row for row in self.in_queue_log if row.verb in verbs]

    @property
    def queued(self) -> Mark | None:
        """The caller entered the queue: by CEL's clock, if queue_log confirms it."""
        return self.waited if self.queue_log("ENTERQUEUE") else None

    @property
    def requested(self) -> Mark | None:
        """The caller asked for an agent, or had one rung."""
        marks = (self.asked, self.waited, *(leg.rung for leg in self.legs.values()))
        return next((mark for mark in marks if mark is not None), None)

    @property
    def answered(self) -> Mark | None:
        """The first agent was joined with the citizen."""
        return min((leg.joined for leg in self.legs.values() if leg.joined is not None), key=_at, default=None)

    @property
    def talked_with(self) -> Leg | None:
        """The leg of the last agent on the line."""
        joined = [(leg.joined.at, leg) for leg in self.legs.values() if leg.joined is not None]
        return max(joined, key=lambda pair: pair[0])[1] if joined else None

    @property
    def loss(self) -> tuple[LossStage | None, str]:
        """Stage and cause of an unanswered call's loss; of others none."""
        if self.answered is not None or (self.ended is None and self.restart is None):
            return None, ""
        if self.lost_stage is not None:
            return self.lost_stage, self.lost_cause
        if self.restart is not None:
            return LossStage.SYSTEM, "ENGINE_RESTART"
        if self.requested is None:
            return LossStage.IVR_ABANDON, ""
        # app_queue writes this row only for a telephone that still rang when the caller left.
        return (LossStage.RING_ABANDON if self.queue_log("RINGCANCELED") else LossStage.QUEUE_ABANDON), ""

    def wait_ms(self, ended: Moment | None) -> Millis:
        """From queue entry to the answer or the end; 0 if never queued."""
        until = ended if self.answered is None else self.answered.at
        return Millis(0) if self.queued is None or until is None else Millis(max(0, until - self.queued.at))

    def talk_ms(self, ended: Moment | None) -> Millis:
        """Time of agents on the line with the citizen, until they left or the call ended."""
        spoken = 0
        for leg in self.legs.values():
            ends = [at for at in (when(leg.ended), ended) if at is not None]
            if leg.joined is not None and ends:
                spoken += max(0, min(ends) - leg.joined.at)
        return Millis(spoken)


class Book:
    """Reads the calls offered in [since, until).

    Args:
        logs: where Asterisk writes; rotated files (`.1`) are read too.

    """

    def __init__(self, logs: Logs, since: Moment, until: Moment) -> None:
        self.begins: Mark | None = None
        """The first row of CEL that was looked at."""
        self.unreadable: list[str] = []
        """Rows about calls that make no sense, with their places."""
        self._since, self._until = since, until
        self._cel = NumberedLines(logs.cel)
        self._queue_rows = queue_rows(NumberedLines(logs.queue_log), since)
        self._next: QueueRow | None = None
        self._open: dict[CallId, Entry] = {}
        self._over: deque[Entry] = deque()
        self._restarts: list[Mark] = []

    def entries(self) -> Iterator[Entry]:
        """Yield every call once, in the order in which they ended; calls without an end come last.

        Raises:
            OSError: a log cannot be read.

        """
        self._next = next(self._queue_rows, None)
        for row in rows(self._lines()):
            try:
                self._told(row)
            except (ValueError, KeyError) as error:
                self.unreadable.append(f"{self._cel.place} ({row.kind}) makes no sense: {error!r}")
            self._queue_log_until(Moment(row.at - 1000))
            while self._over and self._settled(self._over[0], row.at):
                yield self._close(self._over.popleft())
            if row.at >= self._until + SETTLED_MS and not self._open:
                return
        self._queue_log_until(None)
        for entry in chain(tuple(self._over), tuple(self._open.values())):
            if entry.ended is None:
                entry.restart = next((mark for mark in self._restarts if mark.at + 999 >= entry.last), None)
            if entry.call in self._open:
                yield self._close(entry)

    def _lines(self) -> Iterator[str]:
        """Pass on what may matter: most rows do not, and reading them as CSV is the greater part of the work."""
        begin = f"{self._since // 1000:010d}"
        for line in self._cel:
            if line.startswith(_KINDS):
                at = line.split('","', 2)[1]
                if self.begins is None and at.replace(".", "", 1).isdigit():
                    self.begins = Mark(Moment(int(float(at) * 1000)), self._cel.place)
                if at >= begin:
                    yield line

    def _settled(self, entry: Entry, now: Moment) -> bool:
        return entry.ended is not None and now - entry.ended.at > SETTLED_MS

    def _close(self, entry: Entry) -> Entry:
        del self._open[entry.call]
        return entry

    def _told(self, row: CelRow) -> None:
        entry = self._open.get(row.call)
        if row.kind == "JT_OFFERED":
            self._offered(row, entry)
        elif entry is not None:
            entry.last = max(entry.last, row.at)
            if row.leg == citizens_leg(row.call):
                self._citizens_leg(entry, row)
            elif row.context == "from-desk" and (phone := phone_of(row.endpoint)) is not None:
                _agents_leg(entry, row, phone[0], Mark(row.at, self._cel.place))

    def _offered(self, row: CelRow, entry: Entry | None) -> None:
        if entry is not None:
            entry.times_offered += 1
        elif self._since <= row.at < self._until:
            number, queue, caller = _extra(row, 3)
            self._open[row.call] = Entry(
                call=row.call,
                number=number,
                queue=QueueName(queue),
                caller=caller,
                offered=Mark(row.at, self._cel.place),
                last=row.at,
            )

    def _citizens_leg(self, entry: Entry, row: CelRow) -> None:
        mark = Mark(row.at, self._cel.place)
        match row.kind:
            case "JT_REQUESTED":
                entry.asked = entry.asked or mark
            case "APP_START":
                entry.waited = entry.waited or mark
            case "JT_LOST" if entry.lost is None:
                _, entry.lost_cause, stage = _extra(row, 3)
                entry.lost, entry.lost_stage = mark, LossStage(stage)
            case "HANGUP" if entry.ended is None:
                entry.ended = mark
                self._over.append(entry)
            case _:
                return

    def _queue_log_until(self, moment: Moment | None) -> None:
        """Enter the rows up to `moment`, or all: it lags behind CEL, so that a row finds its call."""
        while self._next is not None and (moment is None or self._next.at <= moment):
            row = self._next
            if row.verb == RESTARTED:
                self._restarts.append(Mark(row.at, row.place))
            elif (entry := self._open.get(row.call)) is not None:
                entry.in_queue_log.append(row)
            self._next = next(self._queue_rows, None)


def _agents_leg(entry: Entry, row: CelRow, agent: AgentId, mark: Mark) -> None:
    if row.kind == "CHAN_START":
        entry.legs.setdefault(row.leg, Leg(agent=agent, rung=mark))
        return
    leg = entry.legs.get(row.leg)
    if leg is None:
        return
    if row.kind == "BRIDGE_ENTER":
        leg.joined = leg.joined or mark
    elif row.kind == "HANGUP":
        leg.ended = leg.ended or mark


def _at(mark: Mark) -> Moment:
    return mark.at


def _extra(row: CelRow, count: int) -> list[str]:
    fields = str(json.loads(row.extra)["extra"]).split("|")
    if len(fields) != count:
        raise ValueError(f"{len(fields)} fields instead of {count}")
    return fields
