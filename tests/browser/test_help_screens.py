"""An agent asks for help, in a real browser: on the desk, and seen on the wallboard."""

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from acd.agent import Presence
from tests.browser import floor, transfers, views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.desk_page import is_in_place, open_desk
from tests.browser.floor_page import sent
from tests.browser.looks import Looks
from tests.browser.stand_in import StandIn

pytestmark = pytest.mark.browser


@pytest.fixture
def server(page: Page) -> floor.TwoSockets:
    """A server with a board and the supervisor's desk."""
    return floor.TwoSockets(page)


def test_an_agent_asks_for_help_and_takes_it_back(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.who = StandIn.WHO
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.get_by_test_id("ticket-text").focus()
    for size, language in looks.every():
        with looks.at(size, language):
            page.keyboard.press("F10")
            expect(page.get_by_test_id("help")).to_have_attribute("aria-busy", "false")
            assert sent(server, "help") == [{"wanted": True}]
            asked = replace(views.me(Presence.TALKING), help_since=views.ago(12_000))
            server.tell("desk", "me", "me", asked)
            expect(page.get_by_test_id("help-asked")).to_contain_text("00:1")
            expect(page.get_by_test_id("help")).to_have_attribute("aria-pressed", "true")
            shoot(f"desk-help-{size}-{language}")
            is_in_place(page, accessible)
            page.keyboard.press("F10")
            expect(page.get_by_test_id("help")).to_have_attribute("aria-busy", "false")
            assert sent(server, "help") == [{"wanted": True}, {"wanted": False}]
        server.heard.clear()
        server.tell("desk", "me", "me", views.me(Presence.TALKING))
        expect(page.get_by_test_id("help-asked")).to_have_count(0)


def test_the_most_crowded_call_bar_keeps_its_words(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.who = StandIn.WHO
    server.desk = transfers.desk(transfers.call(transfers.STEPS["joined"]))
    open_desk(page, server)
    server.tell("desk", "me", "me", replace(views.me(Presence.TALKING), help_since=views.ago(12_000)))
    expect(page.get_by_test_id("help-asked")).to_be_visible()
    for language in looks.languages():
        with looks.at(language):
            expect(page.get_by_test_id("help-asked")).to_be_visible()
            shoot(f"desk-help-joined-{language}")
            is_in_place(page, accessible)


def test_the_wallboard_shows_who_asks_for_help(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    page.set_viewport_size({"width": 1920, "height": 1080})
    server.board = floor.board(24)
    server.open("/wallboard")
    first = page.locator(".agent").first
    expect(first).to_have_attribute("data-testid", "agent-6021")
    for language in looks.languages():
        with looks.at(language):
            expect(first).to_have_attribute("data-testid", "agent-6021")
            expect(first).to_contain_text("⚑求助" if language == "zh" else "⚑Help")
            shoot(f"board-help-{language}")
            accessible()
