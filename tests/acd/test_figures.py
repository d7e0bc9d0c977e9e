"""The measures: B.3's formulas, B.4's order, and percentages that agree with decimal arithmetic."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.call import Call
from acd.figures import DAY, MEASURES, Tally, add, counts, day_of, interval_of, lost, percent
from acd.names import LossStage, Millis, Moment
from tests.acd.playbook import C1, T0, Q

UTC8 = Millis(8 * 3_600_000)
BY_KEY = {measure.key: measure for measure in MEASURES}


def rate(key: str, tally: Tally) -> str | None:
    return percent(*counts(BY_KEY[key], tally))


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """Counts as the fold makes them: A15 <= A <= R <= V, and no more losses than calls left."""
    offered = draw(st.integers(0, 500))
    requested = draw(st.integers(0, offered))
    answered = draw(st.integers(0, requested))
    return Tally(
        offered=offered,
        requested=requested,
        answered=answered,
        answered_in=draw(st.integers(0, answered)),
        lost_queue=draw(st.integers(0, offered - answered)),
    )


def test_binzhou_2021_is_98_78_and_taizhou_2018_is_95_85() -> None:
    assert rate("connect_rate_inbound", Tally(offered=16_567, answered=16_365)) == "98.78"
    assert rate("connect_rate_inbound", Tally(offered=19_668, answered=18_851)) == "95.85"


def test_wuyi_s_15_second_rate_exceeds_its_connection_rate_only_by_its_base() -> None:
    tally = Tally(offered=10_000, requested=10_000, answered=9_438, answered_in=9_323, lost_queue=562)
    assert rate("connect_rate_inbound", tally) == "94.38"
    assert rate("sl15_of_answered", tally) == "98.78"
    assert rate("sl15_of_requests", tally) == "93.23"
    assert rate("loss_rate", tally) == "5.62"


def test_nothing_of_nothing_is_no_rate() -> None:
    assert all(rate(measure.key, Tally()) is None for measure in MEASURES)
    assert percent(0, 0) is None
    assert percent(0, 5) == "0.00"


def test_percentages_round_half_up_like_decimal_for_every_fraction_to_300() -> None:
    cent = Decimal("0.01")
    for denominator in range(1, 301):
        for numerator in range(denominator + 1):
            exact = (Decimal(100 * numerator) / denominator).quantize(cent, ROUND_HALF_UP)
            assert percent(numerator, denominator) == str(exact), (numerator, denominator)


@given(st.integers(1, 10**9), st.data())
def test_large_counts_round_half_up_too(denominator: int, data: st.DataObject) -> None:
    numerator = data.draw(st.integers(0, denominator))
    scaled, rest = divmod(numerator * 10_000, denominator)
    exact = Decimal(scaled + (2 * rest >= denominator)) / 100
    assert percent(numerator, denominator) == str(exact.quantize(Decimal("0.01")))


def test_an_exact_half_goes_up() -> None:
    assert percent(1, 20_000) == "0.01"
    assert percent(1, 20_001) == "0.00"
    assert percent(3, 20_000) == "0.02"


@given(tallies())
def test_the_strict_15_second_rate_never_exceeds_the_agent_connection_rate(tally: Tally) -> None:
    strict, base = counts(BY_KEY["sl15_of_requests"], tally)
    connected, same = counts(BY_KEY["connect_rate_agent"], tally)
    assert base == same
    assert strict <= connected


@given(tallies())
def test_the_strict_rate_is_the_product_of_the_other_two(tally: Tally) -> None:
    within, of_answered = counts(BY_KEY["sl15_of_answered"], tally)
    connected, requests = counts(BY_KEY["connect_rate_agent"], tally)
    strict, base = counts(BY_KEY["sl15_of_requests"], tally)
    assert strict * of_answered * requests == within * connected * base


@given(tallies(), tallies())
def test_totals_are_sums_of_counts(one: Tally, other: Tally) -> None:
    total = add(one, other)
    for name in (*Tally.__struct_fields__, "lost", "in_progress"):
        assert getattr(total, name) == getattr(one, name) + getattr(other, name)
    assert add(one, Tally()) == one


@pytest.mark.parametrize("stage", LossStage)
def test_every_stage_of_loss_is_counted_once(stage: LossStage) -> None:
    call = Call(id=C1, node="jt1", number="12345", caller="", queue=Q, offered_at=T0, loss_stage=stage, ended_at=T0)
    assert lost(call, Millis(15_000)).lost == 1
    assert lost(call, Millis(15_000)).lost_in == 0, "who never asked for an agent is in no 15-second figure"


def test_a_call_that_was_not_lost_cannot_be_counted_lost() -> None:
    call = Call(id=C1, node="jt1", number="12345", caller="", queue=Q, offered_at=T0)
    with pytest.raises(ValueError, match="was not lost"):
        lost(call, Millis(15_000))


def test_the_day_turns_at_midnight_in_china() -> None:
    midnight = Moment(T0 - 8 * 3_600_000)
    assert day_of(midnight, UTC8) == midnight
    assert day_of(Moment(midnight + DAY - 1), UTC8) == midnight
    assert day_of(Moment(midnight - 1), UTC8) == midnight - DAY
    assert day_of(Moment(midnight + DAY), UTC8) == midnight + DAY


def test_an_interval_holds_its_first_millisecond_and_not_the_next_interval_s() -> None:
    quarter = Millis(900_000)
    assert interval_of(T0, quarter) == interval_of(Moment(T0 + 899_999), quarter) == T0
    assert interval_of(Moment(T0 + 900_000), quarter) == T0 + 900_000


def test_every_measure_says_its_rule_in_both_languages() -> None:
    for measure in MEASURES:
        assert measure.rule_zh and measure.rule_en and measure.name_zh and measure.name_en
        assert hasattr(Tally(), measure.numerator)
        assert hasattr(Tally(), measure.denominator)
