"""The wallboard in a real browser: right figures, greyed when lost, hatched when Asterisk is lost, at every size."""

import re

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from tests.browser import views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.looks import SIZES, Looks
from tests.browser.page_time import fall_silent, go_on, loss_is_said, stand_still
from tests.browser.stand_in import StandIn

pytestmark = pytest.mark.browser

SCREENS = {**SIZES, "4k": (3840, 2160)}


def test_every_size_of_floor_has_its_arrangement(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    page.set_viewport_size({"width": 1920, "height": 1080})
    server.open("/wallboard?trace=1")
    expect(page.get_by_test_id("board-connect-rate")).to_contain_text("%")
    for agents, queues in ((0, 9), (10, 5), (24, 9), (154, 9), (600, 60)):
        server.show(views.board(agents, queues))
        for language in looks.languages():
            with looks.at(f"{agents} agents", f"{queues} queues", language):
                expect(page.get_by_test_id("board-connect-rate")).to_contain_text("%")
                expect(page.get_by_test_id("board-agents")).to_have_text(str(agents))
                shoot(f"board-{agents}-{queues}-{language}")
                assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
                shown = page.locator("[data-testid^=agent-]").count()
                assert shown == agents or page.locator(".more").count() == 1
                accessible()


def test_every_screen_size_shows_the_same_arrangement(page: Page, server: StandIn, shoot: Shoot, looks: Looks):
    server.open("/wallboard")
    headline = page.get_by_test_id("board-connect-rate")
    expect(headline).to_contain_text("%")
    for size in looks.screens(SCREENS):
        with looks.at(size):
            expect(headline).to_contain_text("%")
            shoot(f"board-size-{size}")
            box = headline.bounding_box()
            assert box is not None
            assert box["height"] >= 0.09 * SCREENS[size][1]


def test_rates_carry_their_counts_and_their_rule(page: Page, server: StandIn):
    server.open("/wallboard")
    card = page.locator(".rate").first
    expect(card).to_contain_text("接通 ÷ 呼入")
    expect(card.locator(".counts")).to_have_text("9,265 / 9,624")


def test_nothing_yet_is_two_dashes_not_a_figure(page: Page, server: StandIn, shoot: Shoot):
    page.set_viewport_size({"width": 1920, "height": 1080})
    server.board = views.board(3, 9, offered=0, bars=0)
    server.open("/wallboard")
    expect(page.get_by_test_id("board-connect-rate")).to_have_text("--")
    expect(page.get_by_test_id("board-sl15")).to_have_text("--")
    shoot("board-first-minute")


def test_a_delta_reaches_the_screen(page: Page, server: StandIn):
    server.board = views.board(10, 5)
    server.open("/wallboard?trace=1")
    expect(page.get_by_test_id("agent-6005")).to_have_attribute("data-presence", "ready")
    server.push("agents", "6005", replace(views.tile(0), agent=views.AgentId("6005")))
    expect(page.get_by_test_id("agent-6005")).to_have_attribute("data-presence", "talking")
    server.push("agents", "6005", None)
    expect(page.get_by_test_id("agent-6005")).to_have_count(0)
    assert page.evaluate("__jietong.board.filter((one) => one.message.type === 'delta').length") == 2


def test_a_gap_asks_for_a_snapshot(page: Page, server: StandIn):
    server.board = views.board(10, 5)
    server.open("/wallboard")
    expect(page.get_by_test_id("board-agents")).to_have_text("10")
    server.board = views.board(12, 5)
    server.seq += 5
    server.push("agents", "6005", None)
    expect(page.get_by_test_id("board-agents")).to_have_text("12")
    assert [message["type"] for message in server.heard] == ["snapshot"]


def test_a_lost_server_greys_the_board_within_three_seconds(page: Page, server: StandIn, shoot: Shoot):
    page.set_viewport_size({"width": 1920, "height": 1080})
    stand_still(page)
    server.open("/wallboard?trace=1")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "live")
    fall_silent(page, server)
    loss_is_said(page)
    shoot("board-lost")
    server.come_back()
    go_on(page)
    expect(page.get_by_test_id("link-lost")).to_be_hidden(timeout=12_000)


def test_a_lost_asterisk_makes_every_agent_unknown(page: Page, server: StandIn, shoot: Shoot):
    page.set_viewport_size({"width": 1920, "height": 1080})
    server.board = views.board(40, 9, pbx="lost")
    server.open("/wallboard")
    expect(page.get_by_test_id("board-state-unknown")).to_contain_text("40")
    expect(page.get_by_test_id("board-alarms")).to_contain_text("听不到电话系统")
    expect(page.get_by_test_id("event-age")).to_contain_text("电话系统失联")
    shoot("board-pbx-lost")


def test_a_quiet_house_shows_no_strip(page: Page, server: StandIn, shoot: Shoot):
    quiet = {name: replace(views.tile(4), agent=views.AgentId(name)) for name in ("6001", "6002")}
    server.board = replace(views.board(2, 5), agents=quiet, queues={})
    server.open("/wallboard")
    expect(page.get_by_test_id("board-connect-rate")).to_contain_text("%")
    server.push("figures", "rolling24h", replace(views.figures(10), rates=()))
    expect(page.locator(".alarms")).to_have_count(0)
    shoot("board-quiet")


def test_what_is_not_final_is_said_and_drawn_so(page: Page, server: StandIn):
    server.board = views.board(24, 9)
    server.open("/wallboard")
    expect(page.get_by_test_id("board-final")).to_have_text(re.compile(r"数据截至 \d\d:\d\d 为最终"))
    expect(page.get_by_test_id("provisional")).to_contain_text("未最终")
    for key, bar in views.intervals(43).items():
        server.push("intervals", key, replace(bar, final=True))
    expect(page.get_by_test_id("provisional")).to_have_count(0)
