"""Who was on the line when: our segments of a call beside what Asterisk's bridges say. Pure."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from acd.names import AgentId, LegId, Millis, Moment
from acd.watching import is_watch_leg
from agent_desk.comparison import Difference, Rule
from core.audited_calls import AuditedCall
from core.rows import SegmentRow
from telephony.entry import Entry
from telephony.spells import Spell, conference_ms, consult_ms

_Kind: TypeAlias = tuple[LegId, AgentId | None, bool]
"""Leg, agent, and whether the citizen heard them."""


def segment_differences(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    """Compare an ended call's segments, and what they sum up to."""
    if ours.segments is None:
        return  # written before segments were kept
    ended = ours.ended_at if theirs.ended is None else theirs.ended.at
    spells = theirs.spells(ended)
    plain = ours.transfers == ours.consult_ms == ours.conference_ms == 0 and not theirs.left_queue
    if plain and ours.segments == len(spells) <= 1:
        return  # its ends are compared as `answered_at` and `talk_ms`
    if (theirs.handed is None) is not (ours.transfers == 0):
        where = (theirs.handed or theirs.offered).place
        seen = "handed on" if theirs.handed is not None else "not handed on"
        yield _differs(theirs, "transfers", str(ours.transfers), seen, where)
    rung = [side.rung for leg, side in theirs.others.items() if not is_watch_leg(theirs.call, leg)]
    if len(rung) > ours.transfers > 0:
        seen = f"{len(rung)} other sides rung"
        yield _differs(theirs, "transfers", str(ours.transfers), seen, ", ".join(mark.place for mark in rung))
    last = (theirs.ended or theirs.restart or theirs.offered).place
    if ours.segments and not ours.on_line:  # a plain call's only one is not read: the call's own times say the same
        if ours.segments != len(spells):
            yield _differs(theirs, "segments", str(ours.segments), str(len(spells)), last)
    else:
        yield from _unpaired(ours, theirs, ended, spells, rule)
    for field, our, their in (
        ("consult_ms", ours.consult_ms, consult_ms(spells)),
        ("conference_ms", ours.conference_ms, conference_ms(spells)),
    ):
        # Each segment has two ends, read by two clocks.
        if abs(our - their) > rule.tolerance * max(1, len(spells)):
            yield _differs(theirs, field, f"{our} ms", f"{their} ms", last)


def _unpaired(
    ours: AuditedCall, theirs: Entry, ended: Moment | None, spells: Sequence[Spell], rule: Rule
) -> Iterator[Difference]:
    """Yield the segments that only one book has; those shorter than two clock readings may differ are nobody's."""
    left = list(spells)
    for row in ours.on_line:
        end = row.ended_at if row.ended_at is not None else ended
        pair = next((one for one in left if _same(row, end, one, rule)), None)
        if pair is not None:
            left.remove(pair)
        elif end is None or end - row.started_at > _shortest(rule):
            beside = next((one for one in left if _kind_of_theirs(one) == _kind_of_ours(row)), None)
            if beside is not None:
                left.remove(beside)
            where = theirs.offered.place if beside is None else beside.place
            our = _words(_kind_of_ours(row), row.started_at, end, rule)
            yield _differs(theirs, "segment", our, _spoken(beside, rule), where)
    for one in left:
        if one.end - one.start > _shortest(rule):
            yield _differs(theirs, "segment", "none", _spoken(one, rule), one.place)


def _shortest(rule: Rule) -> Millis:
    return Millis(2 * rule.tolerance)


def _same(row: SegmentRow, end: Moment | None, spell: Spell, rule: Rule) -> bool:
    near = abs(row.started_at - spell.start) <= rule.tolerance and end is not None
    return near and abs((end or 0) - spell.end) <= rule.tolerance and _kind_of_ours(row) == _kind_of_theirs(spell)


def _kind_of_ours(row: SegmentRow) -> _Kind:
    return row.leg, row.agent, row.with_citizen


def _kind_of_theirs(spell: Spell) -> _Kind:
    return spell.leg, spell.agent, spell.with_citizen


def _spoken(spell: Spell | None, rule: Rule) -> str:
    return "none" if spell is None else _words(_kind_of_theirs(spell), spell.start, spell.end, rule)


def _words(kind: _Kind, start: Moment, end: Moment | None, rule: Rule) -> str:
    _, agent, with_citizen = kind
    who = "the other side" if agent is None else agent
    return f"{who} {'with' if with_citizen else 'without'} the citizen {rule.shown(start)} to {rule.shown(end)}"


def _differs(theirs: Entry, field: str, our: str, their: str, evidence: str) -> Difference:
    return Difference(call=theirs.call, field=field, ours=our, theirs=their, evidence=evidence)
