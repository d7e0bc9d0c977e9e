"""The shipped catalogues say what the national opinion and its annex say."""

from collections import Counter

import pytest

from acd.transfer import TransferMode
from config.catalogues import Catalogue, Mode
from config.directory import DestinationKind
from config.load import load_catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_a_030_the_registry_holds_the_32_lines_and_12345(catalogue: Catalogue) -> None:
    modes = Counter(number.mode for number in catalogue.numbers)
    assert modes == {Mode.HOTLINE: 1, Mode.MERGED: 13, Mode.DUAL_NUMBER: 14, Mode.SUB_CENTRE: 5}
    assert [n.number for n in catalogue.numbers if n.mode is Mode.HOTLINE] == ["12345"]
    assert [n.number for n in catalogue.numbers if not n.number.startswith("123")] == ["96119"]


def test_a_025_five_lines_have_expert_seats_all_of_them_dual_number(catalogue: Catalogue) -> None:
    experts = [number for number in catalogue.numbers if number.expert_seat]
    assert {number.number for number in experts} == {"12348", "12333", "12329", "12316", "12320"}
    assert {number.mode for number in experts} == {Mode.DUAL_NUMBER}


def test_no_transition_prompt_plays_by_default(catalogue: Catalogue) -> None:
    assert all(number.transition is None for number in catalogue.numbers)
    assert all(number.effective_from is number.effective_to is None for number in catalogue.numbers)


def test_a_002_emergency_lines_are_reached_three_party_first(catalogue: Catalogue) -> None:
    emergency = [d for d in catalogue.destinations if d.kind is DestinationKind.EMERGENCY]
    assert {d.number for d in emergency} == {"110", "119", "120", "122"}
    assert {d.modes[0] for d in emergency} == {TransferMode.CONFERENCE}


def test_a_016_each_sub_centre_line_is_a_destination(catalogue: Catalogue) -> None:
    lines = {n.number for n in catalogue.numbers if n.mode is Mode.SUB_CENTRE}
    sub_centres = [d for d in catalogue.destinations if d.kind is DestinationKind.SUB_CENTRE]
    assert lines == {d.number for d in sub_centres}
    assert {d.modes[0] for d in sub_centres} == {TransferMode.CONFERENCE}


def test_a_025_each_line_with_expert_seats_has_its_experts(catalogue: Catalogue) -> None:
    wanted = {number.number for number in catalogue.numbers if number.expert_seat}
    assert wanted == {d.number for d in catalogue.destinations if d.kind is DestinationKind.EXPERT}


def test_a_027_power_water_gas_and_heat_are_there(catalogue: Catalogue) -> None:
    utilities = [d.key for d in catalogue.destinations if d.kind is DestinationKind.UTILITY]
    assert utilities == ["electricity", "water", "gas", "heat"]


def test_a_028_other_cities_are_reached_by_their_area_code(catalogue: Catalogue) -> None:
    cities = {d.number for d in catalogue.destinations if d.kind is DestinationKind.CITY}
    assert {"01012345", "02112345", "02812345", "02312345"} <= cities


def test_every_mode_is_offered_somewhere_and_favourites_have_places_of_their_own(catalogue: Catalogue) -> None:
    assert {mode for d in catalogue.destinations for mode in d.modes} == set(TransferMode)
    places = sorted(d.favourite for d in catalogue.destinations if d.favourite)
    assert places == list(range(1, len(places) + 1))


def test_a_036_ten_reasons_each_with_a_script_in_both_languages(catalogue: Catalogue) -> None:
    reasons = catalogue.demand.not_accepted
    assert [reason.number for reason in reasons] == list(range(1, 11))
    assert all("12345热线不能受理" in r.script_zh or "12345热线不能重复受理" in r.script_zh for r in reasons)
    assert [r.key for r in reasons if r.restricted] == ["state_secret", "trade_secret", "personal_privacy"]


def test_a_035_five_domains_and_five_types(catalogue: Catalogue) -> None:
    assert [c.zh for c in catalogue.demand.types] == ["咨询", "求助", "投诉", "举报", "意见建议"]
    assert len(catalogue.demand.domains) == 5
    assert catalogue.demand.urgencies[0].key == "normal"


def test_b_6_there_is_no_free_busy(catalogue: Catalogue) -> None:
    assert not [reason for reason in catalogue.reasons if reason.zh in ("正忙", "示忙", "忙")]
    assert {"break", "meal", "meeting", "training", "coaching", "system_fault"} <= {
        reason.key for reason in catalogue.reasons if reason.self_service
    }
