"""How a transfer ended, the desk that receives the call, and the board, in a real browser."""

from itertools import count

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from acd.agent import Presence
from acd.call import Stage
from acd.events import TicketForm
from acd.names import RingResult
from acd.transfer import Step, TransferMode
from agent_desk.wire_transfers import Handing, Hears
from agent_desk.wire_views import CallLine
from tests.browser import transfers, views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.desk_page import is_in_place, open_desk
from tests.browser.looks import Looks
from tests.browser.stand_in import StandIn

pytestmark = pytest.mark.browser

OUTCOMES = {
    "no-answer": (transfers.last(RingResult.NO_ANSWER), "无人接听,市民已回到您这里"),
    "busy": (transfers.last(RingResult.REJECTED), "忙或拒接"),
    "step-done": (
        transfers.last(None, completed=True, mode=TransferMode.SUSPEND, to=transfers.STEPS["step"].to, answer="4821"),
        "市民按键: 4821",
    ),
}


def test_the_outcome_is_said(page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    told = page.get_by_test_id("hand-outcome")
    numbers = count(1)
    for outcome, (over, words) in OUTCOMES.items():
        for size, language in looks.every():
            # The next transfer of the call each time, as what was put away stays away.
            server.show(transfers.desk(transfers.call(over=replace(over, number=next(numbers)))))
            with looks.at(outcome, size, language):
                expect(told).to_be_visible()
                if language == "zh":
                    expect(told).to_contain_text(words)
                shoot(f"transfer-outcome-{outcome}-{size}-{language}")
                is_in_place(page, accessible)
                page.get_by_test_id("hand-put-away").click()
                expect(told).to_have_count(0)
            page.mouse.move(5, 5)


def test_after_handing_over_the_ticket_is_written_up(page: Page, server: StandIn, shoot: Shoot):
    over = transfers.last(RingResult.ANSWERED, completed=True, mode=TransferMode.CONFERENCE)
    server.desk = transfers.desk(transfers.call(over=over, stage=Stage.ENDED), Presence.ACW)
    open_desk(page, server)
    expect(page.get_by_test_id("hand-outcome")).to_contain_text("已转出到 12366 税务分中心")
    expect(page.get_by_test_id("hand-again")).to_have_count(0)
    shoot("transfer-handed-over")


WIDE_LINES = """[...document.querySelectorAll('.sub-centres li')].filter(
  (one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"""
NOTES = TicketForm(domain="public_services", demand_type="help", text="企业注销,税务清算需要哪些材料", place="金水区")


def test_the_receiving_desk_knows_who_passes_the_call_on(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    ringing = transfers.call(from_agent=transfers.passed(TransferMode.ATTENDED), stage=Stage.RINGING)
    server.desk = transfers.desk(ringing, Presence.RINGING)
    server.pop = views.pop(NOTES)
    open_desk(page, server)
    for size, language in looks.every():
        with looks.at(size, language):
            expect(page.get_by_test_id("ring-passed")).to_contain_text("6033")
            expect(page.get_by_test_id("ring-notes")).to_contain_text("企业注销")
            shoot(f"transfer-receiving-ring-{size}-{language}")
            is_in_place(page, accessible)


def test_a_call_that_110_passed_on_says_whose_it_is(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    from_110 = {"came_from": "110", "reference": "110-20261121.7"}
    server.desk = transfers.desk(replace(transfers.call(stage=Stage.RINGING), **from_110), Presence.RINGING)
    open_desk(page, server)
    for size, language in looks.every():
        with looks.at("ringing", size, language):
            expect(page.get_by_test_id("ring-came-from")).to_contain_text("110-20261121.7")
            shoot(f"handed-over-ring-{size}-{language}")
            is_in_place(page, accessible)
    server.push("call", "call", replace(transfers.call(), **from_110))
    expect(page.locator(".call-bar.live")).to_be_visible()
    for size, language in looks.every():
        with looks.at("talking", size, language):
            expect(page.get_by_test_id("came-from")).to_contain_text("110 转来" if language == "zh" else "by 110")
            shoot(f"handed-over-call-{size}-{language}")
            is_in_place(page, accessible)


def test_the_receiving_desk_goes_on_in_the_same_ticket(page: Page, server: StandIn, shoot: Shoot):
    consulted = transfers.passed(TransferMode.ATTENDED, Hears.AGENT_OTHER)
    server.desk = transfers.desk(transfers.call(from_agent=consulted))
    server.pop = views.pop(NOTES)
    open_desk(page, server)
    expect(page.get_by_test_id("passed")).to_contain_text("6033 转来 · 通话转 · 您正与 6033 通话,市民在听音乐")
    expect(page.get_by_test_id("ticket-text")).to_have_value(NOTES.text)
    shoot("transfer-receiving-consulted")
    server.pop = views.pop(replace(NOTES, text="企业注销,已在电子税务局提交"))
    server.push("call", "call", transfers.call(from_agent=replace(consulted, hears=(), alone=True)))
    expect(page.get_by_test_id("passed")).to_contain_text("6033 已退出")
    expect(page.get_by_test_id("ticket-text")).to_have_value("企业注销,已在电子税务局提交")


@pytest.mark.parametrize("agents", [24, 154])
def test_the_board_shows_transfers_and_sub_centres(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks, agents: int
):
    page.set_viewport_size({"width": 1920, "height": 1080})
    floor = views.board(agents, 9)
    tile = floor.agents["6001"]
    assert tile.call is not None
    line = CallLine(
        call=tile.call,
        number="12345",
        caller="138****5678",
        queue=views.QueueName("general"),
        stage=Stage.TALKING,
        since=tile.since,
        agent=tile.agent,
        handing=Handing(to=transfers.TAX, step=Step.JOINED),
    )
    server.board = replace(floor, calls={tile.call: line}, lines=transfers.lines())
    server.open("/wallboard")
    expect(page.get_by_test_id("sub-centre-tax")).to_be_visible()
    for language in looks.languages():
        with looks.at(language):
            expect(page.get_by_test_id("sub-centre-tax")).to_contain_text("空闲 5" if language == "zh" else "Free 5")
            expect(page.get_by_test_id("sub-centre-customs")).to_have_class("stale")
            shoot(f"board-transfers-{agents}-{language}")
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")
            assert page.evaluate(WIDE_LINES) == []
            accessible()
