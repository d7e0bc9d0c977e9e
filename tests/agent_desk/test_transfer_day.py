"""Figures of transfers as screens show them: every line balances, sums are of counts, 0/0 is no rate."""

from acd.names import DestinationKey, Moment
from agent_desk.transfer_day import transfer_day
from agent_desk.wire_figures import LineFigures
from core.transfer_figures import ConferenceCounts, DestinationCounts, HandOffCounts, TransferFigures


def counts(key: str, **changes: int) -> DestinationCounts:
    names = [name for name in DestinationCounts.__struct_fields__ if name != "destination"]
    return DestinationCounts(destination=DestinationKey(key), **(dict.fromkeys(names, 0) | changes))


def figures(*lines: DestinationCounts, hand_offs: int = 0, calls: int = 0) -> TransferFigures:
    return TransferFigures(
        since=Moment(0),
        until=Moment(10),
        destinations=lines,
        conferences=ConferenceCounts(tried=0, joined=0, completed=1),
        hand_offs=HandOffCounts(answered_calls=calls, handed_on=hand_offs, hand_offs=hand_offs, most=1),
    )


def parts(line: LineFigures) -> int:
    failed = line.no_answer + line.rejected + line.unreachable + line.cancelled
    return line.answered + failed + line.not_known + line.ringing


def test_lines_and_their_sum_balance_and_rates_are_of_the_sums() -> None:
    tax = counts("tax", asked=5, tried=4, answered=2, no_answer=1, cancelled=1, three_tried=2, three_joined=1)
    police = counts("police", asked=3, tried=3, answered=1, rejected=1, unreachable=1, completed=1)
    day = transfer_day(figures(tax, police, hand_offs=1, calls=3), Moment(7), 2)
    assert [line.asked for line in (*day.lines, day.total)] == [parts(line) for line in (*day.lines, day.total)]
    assert (day.total.asked, day.total.ringing, day.total.completed) == (8, 1, 1)
    assert [line.answer_rate.percent for line in (*day.lines, day.total)] == ["50.00", "33.33", "42.86"]
    assert (day.total.three_party.numerator, day.total.three_party.denominator) == (1, 2)
    assert (day.hand_offs.per_call, day.at, day.unwritten, day.three_completed) == ("0.33", 7, 2, 1)


def test_of_nothing_no_rate_is_made_up() -> None:
    day = transfer_day(figures(), Moment(7), 0)
    assert day.lines == ()
    assert (day.total.answer_rate.percent, day.total.three_party.percent, day.hand_offs.per_call) == (None, None, None)
