"""Sums over two books of calls: balance at every instant, and the same figures in every interval. Pure.

An instant costs eight bytes of memory, an interval of a queue a few hundred; the calls themselves are not kept.
"""

from array import array
from collections.abc import Iterator
from enum import IntEnum
from itertools import groupby
from operator import add
from typing import Final

from msgspec import Struct
from msgspec.structs import astuple

from acd import figures
from acd.call import Call, Talk
from acd.figures import Tally
from acd.names import AgentId, CallId, LegId, LossStage, Millis, Moment, QueueName
from agent_desk.comparison import Difference, Rule
from core.audited_calls import AuditedCall
from telephony.entry import Entry, when

_HOUR: Final = 3_600_000
_SUMS: Final = ("wait_answered_ms", "talk_ms")
_STAGES: Final = tuple(LossStage)
_FIELDS: Final = Tally.__struct_fields__


class Side(IntEnum):
    """Whose book."""

    OURS = 0
    THEIRS = 1


_NAMES: Final = {Side.OURS: "ours", Side.THEIRS: "Asterisk's"}
_OFFERED, _WAITS_NO_MORE, _ANSWERED, _LOST = 0, 1, 2, 3
"""What happens at an instant; `_LOST` and above: lost in the stage of that number."""


class Line(Struct, frozen=True, kw_only=True):
    """A call as sums see it."""

    queue: QueueName
    offered_at: Moment
    requested_at: Moment | None
    queued_at: Moment | None
    answered_at: Moment | None
    ended_at: Moment | None
    talk_ms: Millis
    loss_stage: LossStage | None


def our_line(call: AuditedCall) -> Line:
    """Return our record as sums see it."""
    return Line(**{name: getattr(call, name) for name in Line.__struct_fields__})


def their_line(entry: Entry, ended_at: Moment | None) -> Line:
    """Return Asterisk's entry as sums see it; `ended_at` is its end, or for a call cut off the end we gave it."""
    return Line(
        queue=entry.queue,
        offered_at=entry.offered.at,
        requested_at=when(entry.requested),
        queued_at=when(entry.queued),
        answered_at=when(entry.answered),
        ended_at=ended_at,
        talk_ms=entry.talk_ms(ended_at),
        loss_stage=entry.loss[0],
    )


def settled(ours: Line, theirs: Line, tolerance: Millis) -> Line:
    """Return their line with our times where the two agree: on the edge of an interval, or of the 15 seconds, two
    clock readings of one moment must not count on two sides."""

    def one(our: Moment | None, their: Moment | None) -> Moment | None:
        agree = our is not None and their is not None and abs(our - their) <= tolerance
        return our if agree else their

    return Line(
        queue=theirs.queue,
        offered_at=one(ours.offered_at, theirs.offered_at) or theirs.offered_at,
        requested_at=one(ours.requested_at, theirs.requested_at),
        queued_at=one(ours.queued_at, theirs.queued_at),
        answered_at=one(ours.answered_at, theirs.answered_at),
        ended_at=one(ours.ended_at, theirs.ended_at),
        talk_ms=theirs.talk_ms,
        loss_stage=theirs.loss_stage,
    )


class Sweep:
    """Walks through every instant of both books: offered = answered + lost by stage + waiting at each."""

    def __init__(self, until: Moment) -> None:
        self.instants = 0
        self._until = until
        self._hours: dict[int, array[int]] = {}

    def add(self, side: Side, line: Line) -> None:
        """Enter what happened to one call before the audit's end."""
        self._put(line.offered_at, side, _OFFERED)
        ends = [at for at in (line.answered_at, line.ended_at) if at is not None]
        if ends:
            self._put(min(ends), side, _WAITS_NO_MORE)
        if line.answered_at is not None:
            self._put(line.answered_at, side, _ANSWERED)
        if line.loss_stage is not None and line.ended_at is not None:
            self._put(line.ended_at, side, _LOST + _STAGES.index(line.loss_stage))

    def _put(self, at: Moment, side: Side, what: int) -> None:
        if at < self._until:
            # One whole number per event, so that sorting them is all there is to do.
            self._hours.setdefault(at // _HOUR, array("q")).append(at << 5 | side << 4 | what)

    def differences(self, rule: Rule) -> Iterator[Difference]:
        """Yield the instants at which a book stops balancing, or balances with other sums than before."""
        counts = {side: [0] * (_LOST + len(_STAGES)) for side in Side}
        off = dict.fromkeys(Side, 0)
        for hour in sorted(self._hours):
            for at, events in groupby(sorted(self._hours[hour]), key=lambda event: event >> 5):
                self.instants += 1
                for event in events:
                    counts[Side(event >> 4 & 1)][event & 15] += 1
                for side, count in counts.items():
                    wrong = _wrong(count)
                    if wrong != off[side]:
                        off[side] = wrong
                        if wrong:
                            yield _off_balance(side, Moment(at), count, rule)


def _wrong(count: list[int]) -> int:
    """How far a book is from balance; 0: it balances."""
    waiting = count[_OFFERED] - count[_WAITS_NO_MORE]
    return (count[_OFFERED] - count[_ANSWERED] - sum(count[_LOST:]) - waiting) or min(0, waiting)


def _off_balance(side: Side, at: Moment, count: list[int], rule: Rule) -> Difference:
    lost = ", ".join(f"{stage} {n}" for stage, n in zip(_STAGES, count[_LOST:], strict=True) if n) or "none"
    waiting = count[_OFFERED] - count[_WAITS_NO_MORE]
    seen = f"offered {count[_OFFERED]}, answered {count[_ANSWERED]}, lost {lost}, waiting {waiting}"
    return Difference(
        call=None,
        field=f"balance of {_NAMES[side]} at {rule.shown(at)}",
        ours=seen if side is Side.OURS else "not in question",
        theirs=seen if side is Side.THEIRS else "not in question",
        evidence="offered is not answered + lost + waiting, or fewer than none wait",
    )


class Figures:
    """The figures of `acd.figures` from both books, by interval of arrival and by queue."""

    def __init__(self, interval: Millis, service_level: Millis) -> None:
        self._interval, self._service_level = interval, service_level
        self._sums: dict[tuple[Moment, QueueName], tuple[list[int], list[int]]] = {}

    def add(self, side: Side, line: Line) -> None:
        """Count one call."""
        key = figures.interval_of(line.offered_at, self._interval), line.queue
        sums = self._sums.setdefault(key, ([0] * len(_FIELDS), [0] * len(_FIELDS)))[side]
        for tally in _tallies(line, self._service_level):
            sums[:] = map(add, sums, astuple(tally))

    def differences(self, rule: Rule) -> Iterator[Difference]:
        """Yield every count that differs; sums of times may differ by the tolerance for each call."""
        for (start, queue), (ours, theirs) in sorted(self._sums.items()):
            for name, our, their in zip(_FIELDS, ours, theirs, strict=True):
                allowed = rule.tolerance * max(ours[0], theirs[0]) if name in _SUMS else 0
                if abs(our - their) > allowed:
                    yield Difference(
                        call=None,
                        field=f"{name} of {queue} in the interval from {rule.shown(start)}",
                        ours=str(our),
                        theirs=str(their),
                        evidence=f"{ours[0]} calls of ours and {theirs[0]} of Asterisk's arrived in it",
                    )


def _tallies(line: Line, service_level: Millis) -> Iterator[Tally]:
    yield Tally(offered=1, requested=int(line.requested_at is not None))
    call = _as_call(line)
    if line.answered_at is not None:
        yield figures.answered(call, service_level)
        if line.ended_at is not None:
            yield figures.talked(call)
    elif line.loss_stage is not None:
        yield figures.lost(call, service_level)


def _as_call(line: Line) -> Call:
    """Return a call with just what the figures ask of it."""
    talks: tuple[Talk, ...] = ()
    if line.answered_at is not None:
        end = Moment(line.answered_at + line.talk_ms)
        talks = (Talk(agent=AgentId(""), leg=LegId(""), start=line.answered_at, end=end),)
    return Call(
        id=CallId(""),
        node="",
        number="",
        caller="",
        queue=line.queue,
        offered_at=line.offered_at,
        requested_at=line.requested_at,
        queued_at=line.queued_at,
        talks=talks,
        ended_at=line.ended_at,
        loss_stage=line.loss_stage,
    )
