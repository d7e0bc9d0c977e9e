"""The comparison with SIPp's count finds every kind of difference: one is planted at a time."""

from dataclasses import replace
from typing import Any

import pytest

from tests.live.counts import BOUND_MS, CutOff, Expected, differences, expected
from tests.live.crowd import Placed, Ring

TALKED = Placed(caller="1", invited_at=999, heard_at=1_000, up_at=1_002, ended_at=9_000, ended_by="hotline")
LEFT = Placed(caller="2", invited_at=999, heard_at=1_000, up_at=1_002, ended_at=5_000, ended_by="caller")
RUNG = Placed(caller="3", invited_at=999, heard_at=1_000, up_at=1_002, ended_at=5_000, ended_by="caller")
REFUSED = Placed(caller="4", invited_at=999, ended_at=1_500, ended_by="refused")
PLACED = {one.caller: one for one in (TALKED, LEFT, RUNG, REFUSED)}
RINGS = [
    Ring(caller="1", agent="6001", rung_at=4_000, answered_at=5_000, ended_at=9_000, ended_by="agent"),
    Ring(caller="3", agent="6002", rung_at=4_000, ended_at=5_010, ended_by="cancelled"),
]


def line(caller: str, **said: Any) -> dict[str, Any]:
    base = {
        "caller": caller,
        "ticket_id": f"JT{caller}",
        "offered_at": 1_001,
        "answered_at": None,
        "ended_at": 5_001,
        "agent": None,
    }
    return {**base, "outcome": "lost", "loss_stage": "QUEUE_ABANDON", **said}


ANSWERED = line("1", answered_at=5_004, ended_at=9_003, agent="6001", outcome="answered", loss_stage=None)
LINES = [ANSWERED, line("2"), line("3", loss_stage="RING_ABANDON")]
DEATH = CutOff(died_at=4_500, back_at=8_000)


def test_what_is_equal_has_no_difference() -> None:
    assert differences(PLACED, RINGS, LINES) == []
    assert expected(PLACED, RINGS) == Expected(offered=3, answered=1, lost=2)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (LINES[1:], "1: 0 times in the core, not 1"),
        ([*LINES, {**LINES[1], "ticket_id": "JT9"}], "2: 2 times in the core, not 1"),
        ([*LINES, line("4")], "4: 1 times in the core, not 0"),
        ([*LINES, line("5")], "5: 1 times in the core, and SIPp never placed such a call"),
        ([{**ANSWERED, "agent": "6002"}, *LINES[1:]], "1: answered by 6001, in the core by 6002"),
        ([line("1", ended_at=9_000), *LINES[1:]], "1: answered by 6001 at 5000, in the core it is lost"),
        ([{**ANSWERED, "offered_at": 1_001 + BOUND_MS}, *LINES[1:]], "1: offered_at is 1501 in the core, 1000 by SIPp"),
        ([{**ANSWERED, "answered_at": 5_001 + BOUND_MS}, *LINES[1:]], "1: answered_at is 5501 in the core"),
        ([{**ANSWERED, "ended_at": 8_999 - BOUND_MS}, *LINES[1:]], "1: ended_at is 8499 in the core"),
        ([{**ANSWERED, "ended_at": None}, *LINES[1:]], "1: ended_at is None in the core"),
        ([LINES[0], line("2", outcome="answered", agent="6003"), LINES[2]], "2: no telephone answered it"),
        ([LINES[0], line("2", loss_stage="RING_ABANDON"), LINES[2]], "2: the caller left when no telephone rang"),
        ([LINES[0], line("2", loss_stage="SYSTEM"), LINES[2]], "2: the caller left when no telephone rang"),
        ([*LINES[:2], line("3")], "3: the caller left while a telephone rang"),
    ],
)
def test_each_difference_is_one_sentence(lines: list[dict[str, Any]], said: str) -> None:
    (found,) = differences(PLACED, RINGS, lines)
    assert found.startswith(said)


def test_each_call_has_a_ticket_of_its_own() -> None:
    none, shared = {**LINES[1], "ticket_id": None}, {**LINES[2], "ticket_id": "JT1"}
    assert differences(PLACED, RINGS, [LINES[0], none, LINES[2]]) == ["no ticket: 2"]
    assert differences(PLACED, RINGS, [*LINES[:2], shared]) == ["one ticket JT1: 1, 3"]


def test_a_call_without_end_is_told() -> None:
    placed = {**PLACED, "2": replace(LEFT, ended_at=None, ended_by="")}
    assert "2: the call has no end" in differences(placed, RINGS, LINES)


def test_two_agents_on_one_call_are_told() -> None:
    both = [*RINGS, Ring(caller="1", agent="6002", rung_at=4_000, answered_at=5_000)]
    assert differences(PLACED, both, LINES) == ["1: answered by ['6001', '6002']"]


def test_a_caller_lost_by_the_hotline_is_no_abandon() -> None:
    placed = {**PLACED, "2": replace(LEFT, ended_by="hotline")}
    (found,) = differences(placed, RINGS, LINES)
    assert found == "2: the hotline ended it, in the core it is lost in QUEUE_ABANDON"


def test_asterisks_death_is_no_abandon_and_ends_what_it_met() -> None:
    system = [{**ANSWERED, "ended_at": 7_900}, line("2", loss_stage="SYSTEM"), line("3", loss_stage="SYSTEM")]
    assert differences(PLACED, RINGS, system, cut_off=DEATH) == []
    abandon = [system[0], LINES[1], system[2]]
    assert differences(PLACED, RINGS, abandon, cut_off=DEATH) == [
        "2: cut off by Asterisk's death, in the core it is lost in QUEUE_ABANDON"
    ]
    late = [{**system[0], "ended_at": 9_000}, *system[1:]]
    assert differences(PLACED, RINGS, late, cut_off=DEATH) == ["1: cut off between 4500 and 8000, ended_at is 9000"]


def test_a_call_that_died_before_it_was_up_may_be_told_or_not() -> None:
    unheard = Placed(caller="6", invited_at=4_400, heard_at=4_450, ended_at=49_000, ended_by="unanswered")
    system = [{**ANSWERED, "ended_at": 7_900}, line("2", loss_stage="SYSTEM"), line("3", loss_stage="SYSTEM")]
    placed = {**PLACED, "6": unheard}
    assert differences(placed, RINGS, system, cut_off=DEATH) == []
    assert differences(placed, RINGS, [*system, line("6", loss_stage="SYSTEM")], cut_off=DEATH) == []
    assert differences(placed, RINGS, [*LINES, line("6")]) == [
        "6: 1 times in the core, not 0 (invited 4400, unanswered)"
    ]
