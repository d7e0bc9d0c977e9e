"""Settings and catalogues as the plan of an Asterisk."""

import re
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from config.catalogues import Catalogue
from config.load import load_catalogue, load_settings
from config.plans import floor_policy, pbx_plan
from telephony.plan import PbxPlan


def plan(catalogue: Catalogue | None = None, **environ: str) -> PbxPlan:
    return pbx_plan(
        load_settings(None, environ),
        catalogue or load_catalogue(),
        ami_secret="s3cret",
        citizen_password="citizen",
        base=Path("/srv/pbx"),
    )


def test_the_plan_has_every_number_queue_and_prompt() -> None:
    made = plan()
    assert len(made.numbers) == 33
    assert {n.queue for n in made.numbers} <= {q.name for q in made.queues}
    assert {n.greeting for n in made.numbers} <= {p.key for p in made.prompts}
    assert all(re.fullmatch(r"[a-z0-9-]+", q.name) for q in made.queues)
    assert made.ami_secret == "s3cret"


def test_demo_mode_admits_a_trunk_and_a_citizens_phone() -> None:
    assert (plan().trunk_addresses, plan().citizen_phone) == (("127.0.0.2",), True)
    live = plan(JIETONG_DEMO_ENABLED="false", JIETONG_SIP_TRUNK_ADDRESSES="10.0.0.1")
    assert (live.trunk_addresses, live.citizen_phone) == (("10.0.0.1",), False)


def test_dates_become_days() -> None:
    catalogue = load_catalogue()
    number = replace(
        catalogue.numbers[1],
        transition="transition",
        transition_to=date(2021, 12, 31),
        effective_from=date(2021, 7, 1),
    )
    made = plan(replace(catalogue, numbers=(number,))).numbers[0]
    assert (made.transition, made.transition_from, made.transition_to) == ("transition", None, "2021-12-31")
    assert (made.open_from, made.open_to) == ("2021-07-01", None)


def test_the_plan_has_trunks_lines_and_steps() -> None:
    made = plan()
    trunks = {trunk.name for trunk in made.trunks}
    assert trunks == {"carrier", "sub-centre"}
    assert {d.trunk for d in made.destinations} == trunks
    assert {step.prompt for step in made.steps} <= {prompt.key for prompt in made.prompts}
    assert plan(JIETONG_DEMO_ENABLED="false").trunks == ()


def test_the_floors_rules_are_in_milliseconds() -> None:
    settings = load_settings(None, {"JIETONG_FLOOR_ACW_SECONDS": "7", "JIETONG_FLOOR_UTC_OFFSET_MINUTES": "480"})
    policy = floor_policy(settings, load_catalogue())
    assert (policy.acw, policy.utc_offset, policy.service_level) == (7_000, 28_800_000, 15_000)
    assert {"hotline", "expert-law"} <= set(policy.queues)
