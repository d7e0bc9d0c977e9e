"""Asterisk's own book of calls: what CEL and queue_log together say of each, without any help of ours.

It is read for audits, so it does not go through the facts that `fold` is told: what those leave out or get wrong must
show here. Memory holds the calls that are not over, however long the logs are.
"""

import json
from collections import deque
from collections.abc import Iterator
from itertools import chain
from typing import Final

from acd.names import AgentId, LossStage, Moment, QueueName, citizens_leg, is_third_leg, phone_of
from acd.watching import is_watch_leg
from telephony.backfill import Logs
from telephony.cel import CelRow, rows
from telephony.entry import Entry, Leg, Mark, OtherSide, Pickup, Unread
from telephony.numbered_lines import NumberedLines
from telephony.queue_log import RESTARTED, QueueRow, queue_rows
from telephony.spells import Move
from telephony.third_legs import call_of

SETTLED_MS: Final = 5_000
"""So long after its end a call's last rows are in both logs."""
_KINDS: Final = tuple(
    f'"{kind}"'
    for kind in (
        *("JT_OFFERED", "JT_REQUESTED", "JT_LOST", "JT_HANDED", "JT_RETURNED", "JT_PICKED"),
        *("JT_BARGED", "APP_START", "CHAN_START", "BRIDGE_ENTER", "HANGUP"),
    )
)
_WITHOUT_TRANSFER: Final = ("room", "music")
"""Where a colleague who picked a call up has the citizen: with them, and on hold."""
_EXIT: Final = '"BRIDGE_EXIT"'


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
        self._open: dict[str, Entry] = {}
        self._linked: dict[str, Entry] = {}
        """By the legs of colleagues who took a call: those began as calls of their own."""
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
            elif line.startswith(_EXIT):
                self._keep(line)

    def _keep(self, line: str) -> None:
        """Keep the row of a leg that left a bridge as it is: most calls are handed on to nobody, and nobody asks."""
        head = line.split('","', 4)
        if len(head) == 5 and (entry := self._entry(head[3])) is not None:
            entry.unread.append((line, self._cel.place))

    def _entry(self, linkedid: str) -> Entry | None:
        """Return the call of a row; a leg that we rang is linked to nothing but its own name."""
        entry = self._open.get(linkedid) or self._linked.get(linkedid)
        if entry is not None:
            return entry
        call = call_of(linkedid)
        return None if call is None else self._open.get(call)

    def _settled(self, entry: Entry, now: Moment) -> bool:
        return entry.ended is not None and now - entry.ended.at > SETTLED_MS

    def _close(self, entry: Entry) -> Entry:
        del self._open[entry.call]
        if entry.left_queue:
            entry.moves = list(self._moves(entry.unread))
            for spell in entry.spells(None if entry.ended is None else entry.ended.at):
                if (pickup := entry.pickups.get(spell.leg)) is not None and pickup.joined is None:
                    pickup.joined = Mark(spell.start, spell.place)
        entry.unread.clear()
        for leg in entry.pickups:
            self._linked.pop(leg, None)
        return entry

    def _moves(self, unread: list[Unread]) -> Iterator[Move]:
        for told, place in unread:
            for row in rows((told,)) if isinstance(told, str) else (told,):
                try:
                    bridge = None if row.kind == "HANGUP" else str(json.loads(row.extra)["bridge_id"])
                except (ValueError, KeyError) as error:
                    self.unreadable.append(f"{place} ({row.kind}) makes no sense: {error!r}")
                    continue
                yield Move(at=row.at, leg=row.leg, bridge=bridge, enters=row.kind == "BRIDGE_ENTER", place=place)

    def _told(self, row: CelRow) -> None:
        entry = self._entry(row.call)
        if row.kind == "JT_OFFERED":
            self._offered(row, entry)
        elif entry is not None:
            mark = Mark(row.at, self._cel.place)
            entry.last = max(entry.last, row.at)
            if row.kind == "JT_BARGED":
                entry.barging.add(row.leg)
            elif row.kind == "BRIDGE_ENTER" and row.leg in entry.barging:
                entry.barging.remove(row.leg)  # a supervisor who speaks in the room has no talk of their own
            elif row.kind in ("BRIDGE_ENTER", "HANGUP"):
                entry.unread.append((row, mark.place))
            if row.kind == "JT_PICKED":
                entry.pickups.setdefault(row.leg, Pickup(agent=AgentId(_extra(row, 1)[0]), taken=mark))
                self._linked[row.leg] = entry
            elif row.leg == citizens_leg(entry.call):
                self._citizens_leg(entry, row, mark)
            elif row.leg in entry.others or (row.kind == "CHAN_START" and _is_other_side(entry, row)):
                _other_side(entry, row, mark)
            elif (phone := phone_of(row.endpoint)) is not None:
                _agents_leg(entry, row, phone[0], mark)

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

    def _citizens_leg(self, entry: Entry, row: CelRow, mark: Mark) -> None:
        match row.kind:
            case "JT_REQUESTED":
                entry.asked = entry.asked or mark
            case "APP_START":
                entry.waited = entry.waited or mark
            case "JT_LOST" if entry.lost is None:
                _, entry.lost_cause, stage = _extra(row, 3)
                entry.lost, entry.lost_stage = mark, LossStage(stage)
            case "JT_HANDED" if entry.pickups and _extra(row, 1)[0] in _WITHOUT_TRANSFER:
                entry.brought_in += _extra(row, 1) == ["room"]  # a transfer is told by the other side that it rings
            case "JT_HANDED":
                entry.handed = entry.handed or mark
                entry.came_again += _extra(row, 1) == ["queue"]
            case "JT_RETURNED":
                entry.came_again += 1
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


def _is_other_side(entry: Entry, row: CelRow) -> bool:
    """Whether a leg that begins is nobody's whom the queue found: rung by us, or dialled for a released call.

    A supervisor's is one too: they may take the call over.
    """
    ours = is_third_leg(entry.call, row.leg) or is_watch_leg(entry.call, row.leg)
    return ours or (entry.handed is not None and phone_of(row.endpoint) is None)


def _other_side(entry: Entry, row: CelRow, mark: Mark) -> None:
    if row.kind == "CHAN_START":
        phone = phone_of(row.endpoint)
        entry.others.setdefault(row.leg, OtherSide(agent=None if phone is None else phone[0], rung=mark))
        if not is_watch_leg(entry.call, row.leg):
            entry.handed = entry.handed or mark
    elif row.kind == "HANGUP":
        entry.others[row.leg].ended = entry.others[row.leg].ended or mark


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


def _extra(row: CelRow, count: int) -> list[str]:
    fields = str(json.loads(row.extra)["extra"]).split("|")
    if len(fields) != count:
        raise ValueError(f"{len(fields)} fields instead of {count}")
    return fields
