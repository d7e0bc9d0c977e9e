"""The audit: our core's calls and figures beside Asterisk's own logs, call by call, as both are read."""

from collections.abc import AsyncIterator, Iterable

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from acd.names import CallId, Millis, Moment
from agent_desk.balance import Figures, Line, Side, Sweep, our_line, settled, their_line
from agent_desk.comparison import Difference, Rule, alive, differences
from agent_desk.queue_comparison import queue_differences
from agent_desk.segment_comparison import segment_differences
from core.audited_calls import AuditedCall, audited_calls, tickets_without_call
from telephony.backfill import Logs
from telephony.book import Book
from telephony.entry import Entry, when

MOST_DIFFERENCES = 1_000
"""So many are kept and told; the others are counted."""


class Period(Struct, frozen=True, kw_only=True):
    """What is audited: calls offered in [since, until)."""

    since: Moment
    until: Moment
    tolerance: Millis
    interval: Millis
    service_level: Millis
    utc_offset: Millis

    @property
    def rule(self) -> Rule:
        """How exactly the books must agree."""
        return Rule(until=self.until, tolerance=self.tolerance, utc_offset=self.utc_offset)


class Report(Struct, kw_only=True):
    """What an audit found."""

    since: Moment
    until: Moment
    tolerance_ms: Millis
    calls: int = 0
    """Compared, open ones left out."""
    instants: int = 0
    """Moments at which something happened, and both books were weighed."""
    open: list[CallId] = []
    """Calls that had not ended at `until`."""
    differences: list[Difference] = []
    more: int = 0
    """Differences beyond those listed."""

    @property
    def equal(self) -> bool:
        """Whether the books agree and balance."""
        return not self.differences

    def lines(self) -> list[str]:
        """Return the report in words."""
        waiting = f"; open at the end: {', '.join(self.open)}" if self.open else ""
        if self.equal:
            return [f"equal: {self.calls} calls, books balance at {self.instants} instants{waiting}"]
        found = len(self.differences) + self.more
        head = f"not equal: {found} differences in {self.calls} calls and {self.instants} instants{waiting}"
        more = [f"... and {self.more} more"] if self.more else []
        return [head, *(difference.sentence for difference in self.differences), *more]

    def json(self) -> bytes:
        """Return the report for programs."""
        listed = [{**msgspec.structs.asdict(one), "sentence": one.sentence} for one in self.differences]
        return msgspec.json.encode({"equal": self.equal, **msgspec.structs.asdict(self), "differences": listed})


class Audit:
    """One audit under way: it is told calls in any order, each once."""

    def __init__(self, period: Period) -> None:
        self._period, self._rule = period, period.rule
        self.report = Report(since=period.since, until=period.until, tolerance_ms=period.tolerance)
        self._sweep = Sweep(period.until)
        self._figures = Figures(period.interval, period.service_level)

    def both(self, ours: AuditedCall, theirs: Entry) -> None:
        """Compare a call that stands in both books."""
        if not self._within(theirs.offered.at):
            return
        self._note(differences(ours, theirs, self._rule))
        line, other = our_line(ours), _line_of(theirs, ours.ended_at)
        self._sweep.add(Side.OURS, line)
        self._sweep.add(Side.THEIRS, other)
        if alive(theirs, self._period.until):
            self.report.open.append(theirs.call)
            return
        self.report.calls += 1
        self._note(segment_differences(ours, theirs, self._rule))
        self._note(queue_differences(ours, theirs, self._rule))
        self._figures.add(Side.OURS, line)
        self._figures.add(Side.THEIRS, settled(line, other, self._period.tolerance))

    def only_ours(self, ours: AuditedCall, begins: str) -> None:
        """Note a call that Asterisk knows nothing of.

        Args:
            begins: where Asterisk's log begins, in words.

        """
        if not self._within(ours.offered_at):
            return
        self.report.calls += 1
        evidence = f"no JT_OFFERED row; {begins}"
        offered = f"offered {self._rule.shown(ours.offered_at)}"
        self._note([Difference(call=ours.call_id, field="call", ours=offered, theirs="none", evidence=evidence)])
        self._sweep.add(Side.OURS, our_line(ours))
        self._figures.add(Side.OURS, our_line(ours))

    def only_theirs(self, theirs: Entry) -> None:
        """Note a call that we know nothing of; one that is still waiting is written when it is over."""
        if not self._within(theirs.offered.at):
            return
        line = _line_of(theirs, when(theirs.restart))
        self._sweep.add(Side.THEIRS, line)
        if alive(theirs, self._period.until):
            self.report.open.append(theirs.call)
            return
        self.report.calls += 1
        offered = f"offered {self._rule.shown(theirs.offered.at)}"
        evidence = theirs.offered.place
        self._note([Difference(call=theirs.call, field="call", ours="none", theirs=offered, evidence=evidence)])
        self._figures.add(Side.THEIRS, line)

    def stray(self, what: str, ours: str, theirs: str, evidence: str) -> None:
        """Note a difference that belongs to no call."""
        self._note([Difference(call=None, field=what, ours=ours, theirs=theirs, evidence=evidence)])

    def close(self) -> Report:
        """Weigh the sums, and return what was found."""
        self._note(self._sweep.differences(self._rule))
        self._note(self._figures.differences(self._rule))
        self.report.instants = self._sweep.instants
        return self.report

    def _within(self, offered_at: Moment) -> bool:
        return self._period.since <= offered_at < self._period.until

    def _note(self, found: Iterable[Difference]) -> None:
        for difference in found:
            if len(self.report.differences) < MOST_DIFFERENCES:
                self.report.differences.append(difference)
            else:
                self.report.more += 1


def _line_of(theirs: Entry, ended_by_us: Moment | None) -> Line:
    """A call that a restart cut off has no end in the logs: the end we gave it is compared elsewhere."""
    return their_line(theirs, ended_by_us if theirs.ended is None else theirs.ended.at)


async def audit(period: Period, logs: Logs, session: AsyncSession) -> Report:
    """Read both books side by side; in memory are only calls that one of them has not come to yet.

    Raises:
        OSError: a log cannot be read.

    """
    # A call on the border may have been offered on either side of it by the two clock readings.
    since, until = Moment(period.since - period.tolerance), Moment(period.until + period.tolerance)
    under_way, book = Audit(period), Book(logs, since, until)
    ours: dict[CallId, AuditedCall] = {}
    theirs: dict[CallId, Entry] = {}
    source = audited_calls(session, since, until)
    for entry in book.entries():
        await _read_up_to(Moment(entry.offered.at + period.tolerance), source, ours)
        record = ours.pop(entry.call, None)
        if record is None:
            theirs[entry.call] = entry
        else:
            under_way.both(record, entry)
    await _read_up_to(until, source, ours)
    _unpaired(under_way, ours, theirs, _begins(book, period.rule))
    for row in book.unreadable:
        under_way.stray("row of CEL", "none", "not to be read", row)
    for ticket, call in await tickets_without_call(session, period.since, period.until):
        under_way.stray(f"ticket {ticket}", f"opened by call {call}", "no such call", "the core's tables")
    return under_way.close()


async def _read_up_to(moment: Moment, source: AsyncIterator[AuditedCall], into: dict[CallId, AuditedCall]) -> None:
    """Read our calls offered up to `moment`, and one more."""
    newest = next(reversed(into.values()), None)
    if newest is not None and newest.offered_at > moment:
        return
    async for call in source:
        into[call.call_id] = call
        if call.offered_at > moment:
            return


def _unpaired(under_way: Audit, ours: dict[CallId, AuditedCall], theirs: dict[CallId, Entry], begins: str) -> None:
    for call, record in ours.items():
        entry = theirs.pop(call, None)
        if entry is None:
            under_way.only_ours(record, begins)
        else:  # offered at another time than they say
            under_way.both(record, entry)
    for entry in theirs.values():
        under_way.only_theirs(entry)


def _begins(book: Book, rule: Rule) -> str:
    if book.begins is None:
        return "the log is empty"
    return f"the log begins at {rule.shown(book.begins.at)} ({book.begins.place})"
