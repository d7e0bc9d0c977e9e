"""Who rings in: reproducible, as many as asked for, with the shares asked for."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from agent_desk.demo.citizens import Demand, Fate, visits
from core.callers import mask, normalise


def test_the_same_seed_gives_the_same_citizens() -> None:
    demand = Demand(rate=5, seconds=60)
    assert list(visits(demand, Random(3))) == list(visits(demand, Random(3)))
    assert list(visits(demand, Random(3))) != list(visits(demand, Random(4)))


def test_calls_come_at_the_rate_and_end_with_the_time() -> None:
    came = list(visits(Demand(rate=2, seconds=3_600), Random(1)))
    assert 6_800 < len(came) < 7_600
    assert all(0 < one.at < 3_600 for one in came)
    assert all(one.at <= other.at for one, other in pairwise(came))


def test_there_are_no_more_than_asked_for() -> None:
    assert len(list(visits(Demand(rate=100, seconds=3_600, most=60), Random(1)))) == 60


def test_shares_are_as_asked_for() -> None:
    demand = Demand(rate=10, seconds=1_000, abandon_greeting=0.1, abandon_waiting=0.2, abandon_ringing=0.3)
    fates = Counter(one.fate for one in visits(demand, Random(1)))
    total = sum(fates.values())
    expected = [(Fate.LEAVE_GREETING, 0.1), (Fate.LEAVE_WAITING, 0.2), (Fate.LEAVE_RINGING, 0.3), (Fate.TALK, 0.4)]
    for fate, share in expected:
        assert fates[fate] / total == pytest.approx(share, abs=0.03)


def test_callers_are_numbers_of_china_and_masks_tell_them_apart() -> None:
    came = list(visits(Demand(rate=5, seconds=400, returning=0), Random(1)))
    assert all(normalise(one.caller) == one.caller for one in came)
    assert len({mask(one.caller) for one in came}) == len(came)
    assert any(one.caller.startswith("0") for one in came)


def test_nobody_rings_again_who_may_still_be_on_the_line() -> None:
    demand = Demand(rate=3, seconds=2_000, returning=0.5, patience=30, talk=30)
    last: dict[str, float] = {}
    again = 0
    for one in visits(demand, Random(1)):
        if one.caller in last:
            again += 1
            assert one.at - last[one.caller] > 60
        last[one.caller] = one.at
    assert again > 100


def test_most_dial_the_first_number() -> None:
    came = Counter(one.number for one in visits(Demand(rate=5, seconds=400, numbers=("12345", "12315")), Random(1)))
    assert came["12345"] > 2 * came["12315"] > 0
