"""No expert is on duty: a real call, a desk in a real Chromium, one key, and the ticket is with the experts' unit."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.live.desk_page import press_ready, sign_in, voice_flows
from tests.live.product import Product
from tests.live.sipp import Citizen

pytestmark = [pytest.mark.live, pytest.mark.browser]

CALLER, QUESTION = "13800000031", "企业拖欠工资两个月,能否申请仲裁?"


@pytest.fixture
def desk(phone_chromium: Browser, product: Product) -> Iterator[Page]:
    """Agent 6001, ready with the browser's telephone."""
    context = phone_chromium.new_context(
        viewport={"width": 1366, "height": 768}, permissions=["microphone", "notifications"]
    )
    page = context.new_page()
    sign_in(page, product, "6001")
    press_ready(page)
    yield page
    page.get_by_test_id("sign-out").click()
    page.get_by_test_id("sign-in-web").wait_for()
    context.close()


@pytest.fixture
def citizen(product: Product, desk: Page) -> Iterator[Citizen]:
    """Somebody who rings in and stays."""
    del desk  # ready before they ring
    ringing = Citizen(product.sip_port, caller=CALLER, stays_ms=None)
    yield ringing
    ringing.close()


def test_one_key_sends_the_ticket_to_the_experts_unit(product: Product, desk: Page, citizen: Citizen) -> None:
    desk.get_by_test_id("answer").click(timeout=30_000)
    desk.get_by_test_id("hang-up").wait_for()
    product.until(lambda: voice_flows(desk), 15, "with voice both ways")
    desk.get_by_test_id("ticket-text").fill(QUESTION)
    desk.keyboard.press("F8")
    desk.keyboard.type("12348")
    desk.get_by_test_id("ask-expert").wait_for()
    assert "无人在岗" in desk.get_by_test_id("line-expert-law").inner_text()
    for _ in range(2):  # a hasty hand
        desk.keyboard.press("Enter")
    desk.get_by_test_id("expert-due").wait_for(timeout=10_000)
    ticket = desk.get_by_test_id("ticket-number").inner_text()
    (due,) = json.loads(product.command("answers", "--json"))
    assert (due["ticket_id"], due["field"], due["agent"], due["stage"]) == (ticket, "law", "6001", "dispatched")
    assert json.loads(product.command("answers", "--overdue", "--json")) == []
    desk.keyboard.press("Escape")
    desk.get_by_test_id("hang-up").click()
    citizen.wait()
    product.until(lambda: any(call["caller"] == CALLER for call in product.calls()), 10, "with the call's record")
    (call,) = [call for call in product.calls() if call["caller"] == CALLER]
    assert (call["call_id"], call["ticket_id"]) == (due["call_id"], ticket)
    told = product.command("call", call["call_id"])
    assert f"工单 ticket {ticket}: 公共法律服务专家 Legal experts, 市司法局, 书面答复期限" in told
