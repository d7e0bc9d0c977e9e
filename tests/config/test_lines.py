"""What each room is told of the directory: demo mode never leads outside, and what is not connected is not dialled."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from acd.directory import Destination as Line
from acd.directory import is_open
from acd.names import AgentId, DestinationKey, Millis, Moment
from acd.transfer import TransferMode
from config.catalogues import Catalogue
from config.directory import Destination, Trunk
from config.lines import (
    destination_plans,
    dials,
    lines,
    queues_of_seats,
    seats_not_there,
    step_plans,
    trunk_plans,
    watched,
)
from config.load import load_catalogue, load_settings
from telephony.plan import StepPlan, TrunkPlan

DEMO = load_settings(None, {})
REAL = load_settings(None, {"JIETONG_DEMO_ENABLED": "false"})
CATALOGUE = load_catalogue()
DAY = date(2026, 11, 22)
MONDAY = Moment(4 * 86_400_000)
"""1970-01-05."""
CARRIER = Trunk(name="carrier", host="10.1.1.1", port=5061)


def by_key(made: tuple[Line, ...]) -> Mapping[str, Line]:
    return {line.key: line for line in made}


def changed(key: str, **values: object) -> Catalogue:
    """The shipped catalogue with one line otherwise."""
    others: tuple[Destination, ...] = tuple(
        replace(one, **values) if one.key == key else one for one in CATALOGUE.destinations
    )
    return replace(CATALOGUE, destinations=others)


def test_in_demo_mode_the_shipped_trunks_lead_to_this_machine() -> None:
    assert trunk_plans(DEMO, CATALOGUE) == (
        TrunkPlan(name="carrier", host="127.0.0.4", port=5080),
        TrunkPlan(name="sub-centre", host="127.0.0.3", port=5070),
    )


def test_in_demo_mode_no_trunk_leads_out_though_it_has_an_address() -> None:
    real = replace(CATALOGUE, trunks=(CARRIER, Trunk(name="county", host="10.2.2.2")))
    assert trunk_plans(DEMO, real) == (TrunkPlan(name="carrier", host="127.0.0.4", port=5080),)
    assert trunk_plans(REAL, real) == (
        TrunkPlan(name="carrier", host="10.1.1.1", port=5061),
        TrunkPlan(name="county", host="10.2.2.2", port=5060),
    )


def test_port_0_means_that_there_is_no_such_other_end() -> None:
    lonely = load_settings(None, {"JIETONG_DEMO_SUB_CENTRE_SIP_PORT": "0", "JIETONG_DEMO_SUB_CENTRE_WEB_PORT": "0"})
    assert [trunk.name for trunk in trunk_plans(lonely, CATALOGUE)] == ["carrier"]
    assert not any(line.url for line in watched(lonely, CATALOGUE))


def test_a_line_whose_trunk_has_no_address_is_shown_and_never_dialled() -> None:
    made = by_key(lines(REAL, CATALOGUE))
    assert made.keys() == {one.key for one in CATALOGUE.destinations}
    assert not made["police"].connected
    assert made["expert-law"].connected
    assert made["satisfaction"].connected
    assert destination_plans(REAL, CATALOGUE) == ()
    assert dials(REAL, CATALOGUE) == {}
    partly = replace(CATALOGUE, trunks=(CARRIER, Trunk(name="sub-centre")))
    assert by_key(lines(REAL, partly))["police"].connected
    assert DestinationKey("tax") not in dials(REAL, partly)


def test_what_is_dialled() -> None:
    made = dials(DEMO, CATALOGUE)
    assert made[DestinationKey("police")] == "PJSIP/110@carrier"
    assert made[DestinationKey("tax")] == "PJSIP/12366@sub-centre"
    assert made[DestinationKey("city-hangzhou")] == "PJSIP/057112345@carrier"
    assert made.keys() == {plan.key for plan in destination_plans(DEMO, CATALOGUE)}
    assert not made.keys() & {"expert-law", "satisfaction"}


def test_steps_are_asked_by_the_dialplan() -> None:
    assert step_plans(CATALOGUE) == (
        StepPlan(key="identity-check", prompt="identity-check", max_digits=4),
        StepPlan(key="satisfaction", prompt="satisfaction", max_digits=1),
    )


def test_the_rules_know_each_line() -> None:
    made = by_key(lines(DEMO, changed("tax", ring_seconds=40, hours=("mon 09:00-12:00",))))
    assert made["tax"].ring == 40_000
    assert is_open(made["tax"], Moment(MONDAY + 10 * 3_600_000), Millis(0))
    assert not is_open(made["tax"], Moment(MONDAY + 12 * 3_600_000), Millis(0))
    assert made["expert-law"].queue == "expert-law"
    assert {key for key, line in made.items() if line.emergency} == {"police", "fire", "ambulance", "traffic-police"}
    assert made["satisfaction"].modes == (TransferMode.SUSPEND,)


def test_an_experts_line_is_open_while_any_of_its_experts_is_on_duty() -> None:
    noon, evening = Moment(MONDAY + 9 * 3_600_000), Moment(MONDAY + 20 * 3_600_000)

    def open_at(catalogue: Catalogue, at: Moment) -> bool:
        return is_open(by_key(lines(DEMO, catalogue))["expert-agriculture"], at, Millis(0))

    assert open_at(CATALOGUE, noon)
    assert not open_at(CATALOGUE, evening)
    first, *others = [one for one in CATALOGUE.experts if one.field == "agriculture"]
    late = replace(CATALOGUE, experts=(replace(first, duty=("daily 19:00-21:00",)), *others))
    assert open_at(late, noon)
    assert open_at(late, evening)
    always = replace(CATALOGUE, experts=(replace(first, duty=()), *others))
    assert open_at(always, Moment(MONDAY))
    assert not open_at(changed("expert-agriculture", hours=("sun 09:00-12:00",)), noon)


def test_lines_of_trunks_are_watched_and_the_demos_sub_centre_is_asked_at_its_own_pages(tmp_path: Path) -> None:
    made = {one.key: one for one in watched(DEMO, CATALOGUE)}
    assert made[DestinationKey("tax")].url == "http://127.0.0.1:8346/api/line/12366"
    assert made[DestinationKey("police")].url == ""
    assert (made[DestinationKey("tax")].optional, made[DestinationKey("police")].optional) == (True, False)
    assert not made.keys() & {"expert-law", "satisfaction"}
    settings = load_settings(None, {"JIETONG_DEMO_ENABLED": "false", "JIETONG_DATA_DIRECTORY": str(tmp_path)})
    told = changed("tax", state_url="https://tax.example/line", state_token_file="tax-token")
    (tax,) = (one for one in watched(settings, told) if one.key == "tax")
    assert (tax.url, tax.token_file) == ("https://tax.example/line", tmp_path / "secrets" / "tax-token")
    elsewhere = changed("tax", state_url="https://tax.example/line", state_token_file="/run/secrets/tax")
    (tax,) = (one for one in watched(settings, elsewhere) if one.key == "tax")
    assert tax.token_file == Path("/run/secrets/tax")
    assert not tax.connected
    assert not tax.optional


def test_only_experts_serve_experts_queues_and_nothing_else() -> None:
    queues_of = queues_of_seats(CATALOGUE)
    ordinary = [queue.name for queue in CATALOGUE.queues if not queue.name.startswith("expert-")]
    assert list(queues_of(AgentId("6001"), DAY)) == ordinary
    assert queues_of(AgentId("6231"), DAY) == ("expert-law",)
    served = {queue for seat in range(6001, 6241) for queue in queues_of(AgentId(str(seat)), DAY)}
    assert served == {queue.name for queue in CATALOGUE.queues}


def test_an_expert_serves_while_the_posting_is_valid() -> None:
    first, *others = CATALOGUE.experts
    posted = replace(first, valid_from=date(2026, 7, 1), valid_to=date(2026, 12, 31))
    queues_of = queues_of_seats(replace(CATALOGUE, experts=(posted, *others)))
    seat = AgentId(first.seat)
    assert queues_of(seat, date(2026, 12, 31)) == ("expert-law",)
    assert queues_of(seat, date(2027, 1, 1)) == queues_of(seat, date(2026, 6, 30)) == ()


def test_a_queue_may_name_its_seats_without_taking_them_from_the_others() -> None:
    """A dialect's queue is served by those who speak it, beside the rest; an expert's seat may be named too."""
    named = replace(
        CATALOGUE,
        queues=tuple(
            replace(queue, seats=("6001", "6231")) if queue.name == "transport" else queue for queue in CATALOGUE.queues
        ),
    )
    queues_of = queues_of_seats(named)
    assert {"transport", "hotline"} <= set(queues_of(AgentId("6001"), DAY))
    assert "transport" not in queues_of(AgentId("6002"), DAY)
    assert queues_of(AgentId("6231"), DAY) == ("transport", "expert-law")


def test_seats_that_this_installation_has_not_are_named() -> None:
    assert seats_not_there(DEMO, CATALOGUE) == {}
    small = load_settings(None, {"JIETONG_SEATS_COUNT": "231", "JIETONG_DEMO_AGENTS": "1"})
    missing = seats_not_there(small, CATALOGUE)
    assert missing["expert-law"] == ("6232",)
    assert "hotline" not in missing
