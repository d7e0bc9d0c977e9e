"""The supervisor's floor in a real browser: who needs help first, filters, six hundred agents, and who may."""

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from acd.agent import Presence
from agent_desk.wire_http import Who
from tests.browser import floor, views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.floor_page import fits, open_floor, order
from tests.browser.looks import Looks
from tests.browser.page_time import fall_silent, loss_is_said, stand_still
from tests.browser.stand_in import StandIn

pytestmark = pytest.mark.browser


@pytest.fixture
def server(page: Page) -> floor.TwoSockets:
    """A server with a board and the supervisor's desk."""
    return floor.TwoSockets(page)


@pytest.mark.parametrize("agents", [0, 24, 600])
def test_every_size_of_floor_has_its_arrangement(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks, agents: int
):
    server.board = floor.board(agents)
    server.open("/floor")
    expect(page.get_by_test_id("filter-all")).to_contain_text(str(agents))
    for arrangement in ("tiles", "table"):
        page.get_by_test_id(f"view-{arrangement}").click()
        for size, language in looks.every():
            with looks.at(arrangement, size, language):
                expect(page.get_by_test_id("filter-all")).to_contain_text(str(agents))
                if agents:
                    expect(page.locator("[role=option]").first).to_be_visible()
                shoot(f"floor-{agents}-{arrangement}-{size}-{language}")
                fits(page, accessible)
                drawn = page.locator("[role=option]").count()
                assert drawn == agents if agents <= 24 and arrangement == "tiles" else drawn <= 200


def test_those_in_need_come_first_and_each_says_why(page: Page, server: floor.TwoSockets):
    open_floor(page, server)
    assert order(page)[:7] == [one.agent for one in floor.needy()]
    words = ("求助 00:1", "超时", "久保持", "久振铃", "工作台断开", "话机断开", "整理过长")
    for one, word in zip(floor.needy(), words, strict=True):
        expect(page.get_by_test_id(f"agent-{one.agent}")).to_contain_text(word)
    expect(page.get_by_test_id("filter-need")).to_contain_text("7")


def test_who_asks_for_help_is_seen_at_once(page: Page, server: floor.TwoSockets):
    open_floor(page, server)
    expect(page.get_by_test_id("filter-help")).to_contain_text("1")
    asking = floor.tile(6030, Presence.TALKING, help_since=views.ago(20_000))
    server.tell("board", "agents", "6030", asking)
    expect(page.locator("[role=option] .number").first).to_have_text("6030")
    expect(page.get_by_test_id("filter-help")).to_contain_text("2")


def test_nobody_moves_away_from_under_the_mouse(page: Page, server: floor.TwoSockets):
    open_floor(page, server)
    before = order(page)
    page.get_by_test_id(f"agent-{before[9]}").hover()
    server.tell(
        "board", "agents", before[9], floor.tile(int(before[9]), Presence.TALKING, help_since=views.ago(20_000))
    )
    expect(page.get_by_test_id(f"agent-{before[9]}")).to_contain_text("求助")
    assert order(page) == before
    page.mouse.move(5, 5)
    expect(page.locator("[role=option] .number").first).to_have_text(before[9])


def test_filters_by_state_queue_and_text(page: Page, server: floor.TwoSockets, shoot: Shoot):
    open_floor(page, server)
    page.get_by_test_id("filter-need").click()
    expect(page.locator("[role=option]")).to_have_count(7)
    page.keyboard.press("/")
    expect(page.get_by_test_id("filter-text")).to_be_focused()
    page.keyboard.type("601")
    expect(page.locator("[role=option]")).to_have_count(4)
    page.get_by_test_id("filter-queue").select_option("human-resources")
    assert order(page) == ["6011", "6013"]
    page.get_by_test_id("filter-text").fill("9999")
    expect(page.locator(".empty-floor")).to_contain_text("没有符合条件的坐席")
    shoot("floor-none-match")
    page.locator(".empty-floor button").click()
    expect(page.locator("[role=option]")).to_have_count(24)


def test_arrow_keys_go_through_six_hundred(page: Page, server: floor.TwoSockets):
    server.board = floor.board(600)
    open_floor(page, server)
    page.get_by_test_id("floor-agents").focus()
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_attribute("data-testid", "agent-6021")
    page.keyboard.press("ArrowRight")
    expect(chosen).to_have_attribute("data-testid", "agent-6005")
    page.keyboard.press("End")
    expect(chosen).to_have_attribute("aria-posinset", "600")
    expect(chosen).to_be_in_viewport(ratio=0.98)
    assert page.locator("[role=option]").count() <= 100


def test_a_supervisor_without_a_seat_sees_the_floor_and_is_told_so(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.who = Who(user="admin", name="管理员", role="admin", agent=None, csrf="c")
    open_floor(page, server, agent="6021")
    for language in looks.languages():
        with looks.at(language):
            none = "没有工号" if language == "zh" else "no agent number"
            expect(page.get_by_test_id("agent-panel")).to_contain_text(none)
            expect(page.get_by_test_id("watch-monitor")).to_have_count(0)
            assert "desk" not in server.open_sockets
            shoot(f"floor-no-seat-{language}")
            fits(page, accessible)


def test_others_may_not(page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess):
    server.who = StandIn.WHO
    server.open("/floor")
    expect(page.get_by_role("alert")).to_contain_text("此页只给班长和管理员")
    assert server.open_sockets == {}
    shoot("floor-may-not")
    accessible()


def test_the_door_leads_supervisors_to_the_floor(page: Page, server: floor.TwoSockets, shoot: Shoot):
    server.open("/")
    expect(page.locator("a[href='/floor']")).to_be_visible()
    shoot("door-supervisor")
    server.who = StandIn.WHO
    server.open("/")
    expect(page.locator("a[href='/desk']")).to_be_visible()
    expect(page.locator("a[href='/floor']")).to_have_count(0)


def test_a_lost_server_greys_the_floor(page: Page, server: floor.TwoSockets, shoot: Shoot):
    stand_still(page)
    open_floor(page, server, agent="6021")
    fall_silent(page, server, links=2)
    loss_is_said(page)
    expect(page.get_by_test_id("watch-monitor")).to_have_attribute("aria-disabled", "true")
    shoot("floor-lost")


def test_a_lost_asterisk_makes_every_agent_unknown(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess
):
    server.board = floor.board(24, pbx="lost")
    server.desk = replace(floor.desk(), system=views.system("lost"))
    open_floor(page, server, agent="6021")
    expect(page.get_by_test_id("agent-6021")).to_contain_text("未知")
    expect(page.get_by_test_id("floor-alarms")).to_contain_text("听不到电话系统")
    expect(page.get_by_test_id("filter-need")).to_contain_text("0")
    page.get_by_test_id("watch-monitor").click(force=True)
    expect(page.locator(".agent-panel [role=alert]")).to_have_text("电话系统失联,恢复后才能操作")
    shoot("floor-pbx-lost")
    fits(page, accessible)
