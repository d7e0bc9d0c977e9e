"""The figures of transfers as screens show them; pure."""

from collections.abc import Iterable

from acd.figures import percent
from acd.names import DestinationKey, Moment
from agent_desk.wire_figures import HandOffs, LineFigures, TransferDay
from agent_desk.wire_views import Rate
from core.transfer_figures import (
    ANSWER_RATE,
    THREE_PARTY_RATE,
    DestinationCounts,
    FigureRule,
    HandOffCounts,
    Ratio,
    TransferFigures,
)

_SUMMED = tuple(name for name in DestinationCounts.__struct_fields__ if name != "destination")


def transfer_day(figures: TransferFigures, at: Moment, unwritten: int) -> TransferDay:
    """Return what is shown of one day.

    Args:
        at: when it was counted.
        unwritten: how many changes were still to be written then.

    """
    return TransferDay(
        since=figures.since,
        until=figures.until,
        at=at,
        unwritten=unwritten,
        lines=tuple(map(_line, figures.destinations)),
        total=_line(_sum(figures.destinations)),
        three_completed=figures.conferences.completed,
        hand_offs=_hand_offs(figures.hand_offs),
    )


def _sum(destinations: Iterable[DestinationCounts]) -> DestinationCounts:
    """Add counts, never average rates."""
    listed = tuple(destinations)
    sums = {name: sum(getattr(one, name) for one in listed) for name in _SUMMED}
    return DestinationCounts(destination=DestinationKey(""), **sums)


def _line(counts: DestinationCounts) -> LineFigures:
    return LineFigures(
        destination=counts.destination,
        asked=counts.asked,
        answered=counts.answered,
        no_answer=counts.no_answer,
        rejected=counts.rejected,
        unreachable=counts.unreachable,
        cancelled=counts.cancelled,
        not_known=counts.not_known,
        ringing=counts.ringing,
        completed=counts.completed,
        answer_rate=_rate(ANSWER_RATE, counts.answer_rate),
        three_party=_rate(THREE_PARTY_RATE, counts.three_party_rate),
    )


def _rate(rule: FigureRule, ratio: Ratio) -> Rate:
    return Rate(
        key=rule.key,
        numerator=ratio.numerator,
        denominator=ratio.denominator,
        percent=percent(ratio.numerator, ratio.denominator),
    )


def _hand_offs(counts: HandOffCounts) -> HandOffs:
    value = counts.per_call.value
    return HandOffs(
        calls=counts.answered_calls,
        handed_on=counts.handed_on,
        hand_offs=counts.hand_offs,
        most=counts.most,
        per_call=None if value is None else f"{value:.2f}",
    )
