"""The catalogue of screens is checked where it is served: tests/agent_desk/routes/test_floor.py; here its details."""

from agent_desk.compose import Plan
from agent_desk.screens import catalogue_for_screens


def test_each_number_has_the_greeting_that_its_agent_speaks(plan: Plan) -> None:
    catalogue = catalogue_for_screens(plan.settings, plan.catalogue)
    greetings = {number.number: number.greeting_zh for number in catalogue.numbers}
    assert "12345" in greetings["12345"]
    assert "12333" in greetings["12333"]


def test_each_number_is_named_and_greeted_in_english_too(plan: Plan) -> None:
    catalogue = catalogue_for_screens(plan.settings, plan.catalogue)
    line = next(number for number in catalogue.numbers if number.number == "12348")
    assert line.name_en.isascii()
    assert line.greeting_en == "Hello, 12348, legal services."


def test_settings_reach_the_screens(plan: Plan) -> None:
    catalogue = catalogue_for_screens(plan.settings, plan.catalogue)
    assert (catalogue.service_level_ms, catalogue.demo) == (15_000, True)
