"""The day's transfers on the supervisor's floor, in a real browser: counts, rates, rules, and how old they are."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import figures, floor
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.floor_page import fits, open_floor
from tests.browser.looks import Looks
from tests.browser.page_time import pass_time, stand_still

pytestmark = pytest.mark.browser


@pytest.fixture
def server(page: Page) -> floor.TwoSockets:
    """A server with a board, the supervisor's desk and figures."""
    return floor.TwoSockets(page)


def opened(page: Page, server: floor.TwoSockets) -> None:
    open_floor(page, server)
    page.get_by_test_id("view-transfers").click()
    expect(page.get_by_test_id("figures-at")).to_be_visible()


def test_a_busy_day_with_every_line(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    open_floor(page, server, agent="6021")
    for size, language in looks.every():
        page.get_by_test_id("view-transfers").click()
        expect(page.get_by_test_id("figures-at")).to_be_visible()
        with looks.at(size, language):
            rule = "中途取消的计入分母" if language == "zh" else "those given up are in it"
            expect(page.get_by_test_id("transfer-figures")).to_contain_text(rule)
            tax = page.get_by_test_id("figures-line-tax")
            expect(tax).to_contain_text("92.62 %")
            expect(tax).to_contain_text("1,204 / 1,300")
            assert tax.locator("td").all_inner_texts()[:8] == ["1,302", "1,204", "61", "12", "4", "19", "0", "2"]
            assert page.locator(".by-line tbody tr").nth(1).get_attribute("data-testid") == "figures-line-tax"
            shoot(f"figures-busy-{size}-{language}")
            fits(page, accessible)
            wide = page.locator(".by-line").evaluate("(one) => one.scrollWidth > one.clientWidth")
            assert not wide, "the table is too wide"
        page.get_by_test_id("view-transfers").click()
        expect(page.get_by_test_id("floor-agents")).to_be_visible()


def test_a_day_without_transfers(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.days["back=0"] = figures.day([])
    opened(page, server)
    for language in looks.languages():
        with looks.at(language):
            expect(page.get_by_test_id("figures-answer-rate")).to_contain_text("--")
            expect(page.get_by_test_id("figures-hand-offs")).to_contain_text("--")
            expect(page.get_by_test_id("figures-none")).to_be_visible()
            shoot(f"figures-none-{language}")
            fits(page, accessible)


def test_they_are_counted_anew_while_they_are_shown(page: Page, server: floor.TwoSockets):
    stand_still(page)
    server.days["back=0"] = figures.day([figures.line("tax", 1)])
    opened(page, server)
    expect(page.get_by_test_id("figures-answer-rate")).to_contain_text("1 / 1")
    server.days["back=0"] = figures.day([figures.line("tax", 2, 1, 0, 0, 0)], unwritten=3)
    pass_time(page, server, 4_750)
    expect(page.get_by_test_id("figures-answer-rate")).to_contain_text("1 / 1")
    pass_time(page, server, 250)
    expect(page.get_by_test_id("figures-answer-rate")).to_contain_text("2 / 3")
    expect(page.get_by_test_id("transfer-figures")).to_contain_text("3 条变动")
    page.get_by_test_id("figures-1").click()
    expect(page.get_by_test_id("figures-line-tax")).to_contain_text("1,204")


def test_old_figures_look_old(page: Page, server: floor.TwoSockets, shoot: Shoot):
    server.days["back=0"] = figures.day(age=61_000)
    opened(page, server)
    expect(page.get_by_test_id("figures-at")).to_contain_text("以后没有更新")
    shoot("figures-old")


def test_a_slash_leads_back_to_finding_an_agent(page: Page, server: floor.TwoSockets):
    opened(page, server)
    page.keyboard.press("/")
    expect(page.get_by_test_id("filter-text")).to_be_focused()
    expect(page.get_by_test_id("floor-agents")).to_be_visible()
