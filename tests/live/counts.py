"""SIPp's count beside the core's, call by call: every difference is one sentence."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.live.crowd import Placed, Ring
from tests.live.standstill import apart_ms

BOUND_MS = 500
"""How far apart SIPp's clock readings and the core's may lie: a packet or two may have to wait for a core."""
CLOSE_MS = 100
"""A caller who leaves so shortly before or after an agent answers may count as either."""
_LEFT_BY_CALLER = {"IVR_ABANDON", "QUEUE_ABANDON", "RING_ABANDON"}


@dataclass(frozen=True, kw_only=True)
class CutOff:
    """When Asterisk died and when it was back, in milliseconds since the epoch."""

    died_at: int
    back_at: int

    def met(self, placed: Placed) -> bool:
        """Whether the death ended this call."""
        return placed.invited_at <= self.died_at and (placed.ended_at is None or placed.ended_at > self.died_at)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What SIPp counted, in the words of the board."""

    offered: int
    answered: int
    lost: int


def taken(placed: Mapping[str, Placed]) -> dict[str, Placed]:
    """Return the calls that the hotline took."""
    return {caller: one for caller, one in placed.items() if one.up_at is not None}


def expected(placed: Mapping[str, Placed], rings: Sequence[Ring]) -> Expected:
    """Return SIPp's count: offered is what the hotline took, answered what an agent took."""
    calls = taken(placed)
    answered = {ring.caller for ring in rings if ring.answered_at is not None and ring.caller in calls}
    return Expected(offered=len(calls), answered=len(answered), lost=len(calls) - len(answered))


def differences(
    placed: Mapping[str, Placed],
    rings: Sequence[Ring],
    lines: Sequence[Mapping[str, Any]],
    *,
    cut_off: CutOff | None = None,
    bound_ms: int = BOUND_MS,
) -> list[str]:
    """Return what the core has otherwise than SIPp counted; an empty list: nothing.

    Args:
        placed: by caller.
        rings: of the agents' telephones.
        lines: `jietong calls --json`.
        cut_off: Asterisk's own death, if it died.
        bound_ms: how far apart two readings of the clock may lie.

    """
    found = [f"{one.caller}: the call has no end" for one in placed.values() if one.ended_at is None]
    found += [*_once(placed, lines, cut_off), *_tickets(lines)]
    by_caller = {line["caller"]: line for line in lines}
    of_caller: dict[str, list[Ring]] = {}
    for ring in rings:
        of_caller.setdefault(ring.caller, []).append(ring)
    for caller, one in taken(placed).items():
        if caller in by_caller:
            here = of_caller.get(caller, [])
            found += [f"{caller}: {what}" for what in _call(one, here, by_caller[caller], cut_off, bound_ms)]
    return found


def _once(placed: Mapping[str, Placed], lines: Sequence[Mapping[str, Any]], cut_off: CutOff | None) -> Iterator[str]:
    counted = Counter(line["caller"] for line in lines)
    for caller, one in placed.items():
        times = counted.pop(caller, 0)
        if one.up_at is None and one.heard_at is not None and cut_off is not None and cut_off.met(one):
            wanted = (0, 1)  # Asterisk died in the very moment: it may have told of the call or not
        else:
            wanted = (int(one.up_at is not None),)
        if times not in wanted:
            yield f"{caller}: {times} times in the core, not {wanted[0]} (invited {one.invited_at}, {one.ended_by})"
    for caller, times in counted.items():
        yield f"{caller}: {times} times in the core, and SIPp never placed such a call"


def _tickets(lines: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    of_ticket: dict[str | None, list[str]] = {}
    for line in lines:
        of_ticket.setdefault(line["ticket_id"], []).append(line["caller"])
    for ticket, callers in of_ticket.items():
        if ticket is None:
            yield f"no ticket: {', '.join(callers)}"
        elif len(callers) > 1:
            yield f"one ticket {ticket}: {', '.join(callers)}"


def _call(
    one: Placed, rings: Sequence[Ring], line: Mapping[str, Any], cut_off: CutOff | None, bound_ms: int
) -> Iterator[str]:
    cut = cut_off is not None and cut_off.met(one)
    answers = [ring for ring in rings if ring.answered_at is not None]
    if len(answers) > 1:
        yield f"answered by {[ring.agent for ring in answers]}"
    yield from _apart("offered_at", line, one.heard_at or one.invited_at, bound_ms)
    if answers and not _too_close(one, answers[0]):
        yield from _answered(answers[0], line, bound_ms)
    elif not answers:
        yield from _lost(one, rings, line, cut)
    if cut_off is None or not cut:
        yield from _apart("ended_at", line, one.ended_at, bound_ms)
    elif not cut_off.died_at - bound_ms <= (line["ended_at"] or 0) <= cut_off.back_at + bound_ms:
        yield f"cut off between {cut_off.died_at} and {cut_off.back_at}, ended_at is {line['ended_at']}"


def _answered(ring: Ring, line: Mapping[str, Any], bound_ms: int) -> Iterator[str]:
    if line["outcome"] != "answered":
        yield f"answered by {ring.agent} at {ring.answered_at}, in the core it is {line['outcome']}"
        return
    if line["agent"] != ring.agent:
        yield f"answered by {ring.agent}, in the core by {line['agent']}"
    yield from _apart("answered_at", line, ring.answered_at, bound_ms)


def _lost(one: Placed, rings: Sequence[Ring], line: Mapping[str, Any], cut: bool) -> Iterator[str]:
    stage = line["loss_stage"]
    if line["outcome"] != "lost":
        yield f"no telephone answered it, in the core it is {line['outcome']} by {line['agent']}"
    elif cut:
        if stage != "SYSTEM":
            yield f"cut off by Asterisk's death, in the core it is lost in {stage}"
    elif one.ended_by == "caller":
        ring = max((ring.ended_at or 0 for ring in rings), default=0)
        rang = apart_ms(ring, one.ended_at or 0) <= CLOSE_MS
        if stage not in _LEFT_BY_CALLER or rang != (stage == "RING_ABANDON"):
            when = "while a" if rang else "when no"
            yield f"the caller left {when} telephone rang, in the core it is lost in {stage}"
    elif stage in _LEFT_BY_CALLER:
        yield f"the hotline ended it, in the core it is lost in {stage}"


def _too_close(one: Placed, ring: Ring) -> bool:
    return one.ended_by == "caller" and apart_ms(one.ended_at or 0, ring.answered_at or 0) <= CLOSE_MS


def _apart(what: str, line: Mapping[str, Any], by_sipp: int | None, bound_ms: int) -> Iterator[str]:
    ours = line[what]
    if ours is None or by_sipp is None or apart_ms(ours, by_sipp) > bound_ms:
        yield f"{what} is {ours} in the core, {by_sipp} by SIPp"
