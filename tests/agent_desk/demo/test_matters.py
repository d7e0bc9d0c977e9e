"""What the demo's tickets say is in the shipped catalogue."""

from random import Random

from agent_desk.compose import Plan
from agent_desk.demo import matters
from agent_desk.demo.matters import matter
from agent_desk.screens import catalogue_for_screens


def test_every_matter_has_a_domain_and_a_type_of_the_catalogue(plan: Plan) -> None:
    catalogue = catalogue_for_screens(plan.settings, plan.catalogue)
    random = Random(1)
    forms = [matter(random, catalogue) for _ in range(300)]
    assert all(form.domain and form.demand_type and form.text for form in forms)
    assert {form.domain for form in forms} == {one.key for one in catalogue.domains}
    assert any(form.not_accepted for form in forms)
    assert any(form.urgent for form in forms)
    assert not any(form.caller_name for form in forms), "the demo invents no persons"


def test_the_same_seed_writes_the_same(plan: Plan) -> None:
    catalogue = catalogue_for_screens(plan.settings, plan.catalogue)
    assert [matter(Random(5), catalogue) for _ in range(3)] == [matter(Random(5), catalogue) for _ in range(3)]
    assert len(matters._MATTERS) > 10
