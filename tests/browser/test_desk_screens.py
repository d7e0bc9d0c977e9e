"""The agent's desk in a real browser: every state of a shift at 1366x768, in both languages, with the keys."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from acd.agent import Presence
from acd.call import Stage
from acd.names import RequestId
from agent_desk.wire import Refused
from tests.browser import views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.looks import Looks
from tests.browser.page_time import fall_silent, go_on, loss_is_said, stand_still
from tests.browser.stand_in import StandIn

pytestmark = pytest.mark.browser

States = dict[str, Callable[[], views.DeskView]]
STATES: States = {
    "sign-in": lambda: views.desk(views.me(Presence.OUT)),
    "just-signed-in": lambda: views.desk(views.me(Presence.NOT_READY, reason="signed-in"), waiting=0),
    "ready": lambda: views.desk(views.me(Presence.READY)),
    "over-limit": lambda: views.desk(views.me(Presence.NOT_READY, reason="break", since=13 * views.MINUTE)),
    "ringing": lambda: views.desk(views.me(Presence.RINGING, since=3_000), views.desk_call(Stage.RINGING)),
    "talking": lambda: views.desk(views.me(Presence.TALKING), views.desk_call(Stage.TALKING)),
    "held": lambda: views.desk(views.me(Presence.TALKING), views.desk_call(Stage.TALKING, held=True)),
    "after-call": lambda: views.desk(views.me(Presence.ACW), views.desk_call(Stage.ENDED)),
    "pbx-lost": lambda: views.desk(views.me(Presence.TALKING), views.desk_call(Stage.TALKING), pbx="lost"),
}
OVERFLOW = """() => [...document.querySelectorAll('header, .call-bar, .ticket, .fields, .strip, .choice, .sheet')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.className)"""


def test_no_state_overflows_the_smallest_screen(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.open("/desk?trace=1")
    expect(page.get_by_test_id("presence")).to_be_visible()
    for state, view in STATES.items():
        server.show(view())
        for language in looks.languages():
            with looks.at(state, language):
                expect(page.get_by_test_id("presence")).to_be_visible()
                if server.desk.call:
                    expect(page.locator(".summary")).to_be_visible()
                shoot(f"desk-{state}-{language}")
                assert page.evaluate(OVERFLOW) == []
                assert page.evaluate("document.documentElement.scrollHeight <= innerHeight && scrollX === 0")
                accessible()


def test_a_wide_screen_is_used(page: Page, server: StandIn, shoot: Shoot):
    page.set_viewport_size({"width": 1920, "height": 1080})
    server.desk = STATES["talking"]()
    server.open("/desk")
    expect(page.locator(".summary")).to_be_visible()
    shoot("desk-talking-1080")


def test_the_browser_phone_registers_before_the_sign_in_is_sent(page: Page, server: StandIn, shoot: Shoot):
    server.open("/desk")
    page.get_by_test_id("sign-in-web").click()
    expect(page.get_by_test_id("phone-line")).to_have_attribute("data-line", "registered")
    assert [(message["type"], message.get("phone")) for message in server.heard] == [("sign_in", "web")]
    server.push("me", "me", views.me(Presence.NOT_READY, reason="signed-in", phone=views.Phone.WEB))
    expect(page.get_by_test_id("presence")).to_have_attribute("data-presence", "not_ready")
    shoot("desk-web-signed-in")


def test_after_a_reload_the_browser_phone_registers_again(page: Page, server: StandIn):
    server.desk = views.desk(views.me(Presence.READY, phone=views.Phone.WEB))
    server.open("/desk")
    expect(page.get_by_test_id("phone-line")).to_have_attribute("data-line", "registered")
    assert server.heard == []


def test_a_phone_that_loses_asterisk_registers_again_by_itself(page: Page, server: StandIn):
    server.desk = views.desk(views.me(Presence.READY, phone=views.Phone.WEB))
    server.open("/desk")
    expect(page.get_by_test_id("phone-line")).to_have_attribute("data-line", "registered")
    server.asterisk.drop()
    expect(page.get_by_test_id("phone-line")).to_have_attribute("data-line", "lost")
    expect(page.get_by_test_id("phone-line")).to_have_attribute("data-line", "registered", timeout=10_000)
    assert server.asterisk.registered == 2


def test_a_phone_that_is_refused_asks_for_a_new_password_on_request(page: Page, server: StandIn, shoot: Shoot):
    server.desk = views.desk(views.me(Presence.READY, phone=views.Phone.WEB))
    server.asterisk.refuse_with = "403 Forbidden"
    server.open("/desk")
    expect(page.get_by_test_id("phone-line")).to_have_attribute("data-line", "refused")
    expect(page.get_by_role("alert")).to_contain_text("接不到来电")
    shoot("desk-phone-refused")
    server.asterisk.refuse_with = ""
    page.get_by_test_id("register-again").click()
    expect(page.get_by_test_id("phone-line")).to_have_attribute("data-line", "registered")


def test_without_a_microphone_nobody_signs_in_with_the_browser(page: Page, server: StandIn, shoot: Shoot):
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    server.open("/desk")
    page.get_by_test_id("sign-in-web").click()
    expect(page.get_by_role("alert")).to_contain_text("不许使用麦克风")
    shoot("desk-no-microphone")
    assert server.heard == []


def test_a_sip_phone_gets_its_account(page: Page, server: StandIn, shoot: Shoot):
    server.open("/desk")
    page.get_by_test_id("sign-in-sip").click()
    expect(page.locator(".account")).to_contain_text("127.0.0.1:5060")
    expect(page.locator(".account")).to_contain_text("6021-sip")
    shoot("desk-sip-account")
    page.get_by_test_id("sign-in-sip-go").click()
    expect(page.locator(".account")).to_be_hidden()
    assert [(message["type"], message["phone"]) for message in server.heard] == [("sign_in", "sip")]


def test_keys_ask_the_server(page: Page, server: StandIn):
    server.desk = STATES["just-signed-in"]()
    server.open("/desk")
    expect(page.get_by_test_id("ready")).to_be_visible()
    page.keyboard.press("Shift+F8")
    expect(page.get_by_test_id("ready")).to_have_attribute("aria-busy", "false")
    page.keyboard.press("Shift+F9")
    page.get_by_test_id("reason-meal").click()
    expect(page.get_by_test_id("not-ready")).to_have_attribute("aria-busy", "false")
    server.push("call", "call", views.desk_call(Stage.TALKING))
    server.push("me", "me", views.me(Presence.TALKING))
    expect(page.get_by_test_id("hang-up")).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("F4")
    expect(page.get_by_test_id("hang-up")).to_have_attribute("aria-busy", "false")
    types = [(message["type"], message.get("reason")) for message in server.heard]
    assert types == [("ready", None), ("not_ready", "meal"), ("hang_up", None)]


def test_a_refusal_shows_the_servers_sentence(page: Page, server: StandIn, shoot: Shoot):
    server.desk = STATES["just-signed-in"]()
    zh, en = "电话系统没有回应,请再试一次。", "The telephone system did not answer; try again."
    server.refusals["ready"] = Refused(request=RequestId(""), key="pbx_silent", zh=zh, en=en)
    server.open("/desk")
    page.get_by_test_id("ready").click()
    expect(page.get_by_role("alert")).to_have_text(zh)
    shoot("desk-refused")
    expect(page.get_by_test_id("presence")).to_have_attribute("data-presence", "not_ready")


def test_the_reasons_say_what_is_left(page: Page, server: StandIn, shoot: Shoot):
    server.desk = STATES["ready"]()
    server.open("/desk")
    page.get_by_test_id("not-ready").click()
    expect(page.get_by_test_id("reason-break")).to_contain_text("余 22:00")
    expect(page.get_by_test_id("reason-meal")).to_contain_text("超 02:00")
    shoot("desk-reasons")


def test_what_is_missing_is_named_and_nothing_is_sent(page: Page, server: StandIn, shoot: Shoot):
    server.desk = STATES["talking"]()
    server.open("/desk")
    page.get_by_test_id("ticket-text").fill("路灯不亮")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_have_text("还缺: 领域、类型")
    shoot("desk-missing")
    assert server.heard == []


def test_a_form_survives_a_reload_and_goes_with_the_saving(page: Page, server: StandIn, shoot: Shoot):
    server.desk = STATES["talking"]()
    server.open("/desk")
    page.get_by_test_id("domain-public_services").click()
    page.get_by_test_id("demand-type-help").click()
    page.get_by_test_id("ticket-place").fill("金水区花园路 12 号")
    page.get_by_test_id("ticket-text").fill("路灯三天不亮。")
    page.reload()
    expect(page.get_by_test_id("ticket-text")).to_have_value("路灯三天不亮。")
    expect(page.get_by_test_id("ticket-state")).to_contain_text("已恢复")
    shoot("desk-restored")
    page.keyboard.press("Control+s")
    expect(page.get_by_test_id("ticket-state")).not_to_contain_text("已恢复")
    saved = server.heard[-1]
    assert saved["type"] == "save_ticket"
    assert saved["call"] == views.CALL
    assert saved["form"]["domain"] == "public_services"
    assert saved["merge_into"] is None
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('jt.draft.'))") == []


def test_a_repeat_call_is_put_into_the_open_ticket(page: Page, server: StandIn, shoot: Shoot):
    server.desk = STATES["talking"]()
    server.open("/desk")
    page.get_by_test_id("merge-JT20261118-000407").click()
    page.get_by_test_id("ticket-text").fill("再次来电催办")
    shoot("desk-merge")
    page.get_by_test_id("ticket-save").click()
    expect(page.get_by_test_id("ticket-save")).to_have_attribute("aria-busy", "false")
    assert server.heard[-1]["merge_into"] == "JT20261118-000407"


def test_a_demand_that_is_not_accepted_shows_the_script(page: Page, server: StandIn, shoot: Shoot):
    server.desk = STATES["talking"]()
    server.open("/desk")
    page.get_by_test_id("ticket-not-accepted").select_option(index=1)
    expect(page.locator(".script")).to_be_visible()
    shoot("desk-not-accepted")


def test_a_lost_server_is_said_and_the_form_goes_on(page: Page, server: StandIn, shoot: Shoot):
    stand_still(page)
    server.desk = STATES["talking"]()
    server.open("/desk?trace=1")
    expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "live")
    fall_silent(page, server)
    loss_is_said(page)
    page.get_by_test_id("ticket-text").fill("断线时也能写")
    expect(page.get_by_test_id("ticket-save")).to_have_attribute("aria-disabled", "true")
    shoot("desk-lost")
    server.come_back()
    go_on(page)
    expect(page.get_by_test_id("link-lost")).to_be_hidden(timeout=12_000)
    expect(page.get_by_test_id("ticket-text")).to_have_value("断线时也能写")


def test_an_unsaved_form_of_an_earlier_call_is_offered_again(page: Page, server: StandIn, shoot: Shoot):
    server.desk = STATES["after-call"]()
    server.open("/desk")
    page.get_by_test_id("ticket-text").fill("没有来得及保存")
    next_call = replace(views.desk_call(Stage.RINGING), call=views.CallId("jt1-2.1"), caller="13700001111")
    server.push("me", "me", views.me(Presence.RINGING, since=1_000))
    server.push("call", "call", next_call)
    expect(page.get_by_test_id("ticket-earlier")).to_contain_text("13800005678")
    expect(page.get_by_test_id("ticket-text")).to_have_value("没有来得及保存")
    shoot("desk-ringing-unsaved")
    server.push("me", "me", views.me(Presence.TALKING, since=1_000))
    server.push("call", "call", replace(next_call, stage=Stage.TALKING))
    expect(page.locator(".shelved")).to_contain_text("没有来得及保存")
    expect(page.get_by_test_id("ticket-text")).to_have_value("")
    shoot("desk-shelved")


def test_language_changes_without_a_reload(page: Page, server: StandIn):
    server.desk = STATES["talking"]()
    server.open("/desk")
    page.get_by_test_id("ticket-text").fill("原样保留")
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("ready")).to_contain_text("Ready")
    expect(page.get_by_test_id("ticket-text")).to_have_value("原样保留")


def test_the_keys_are_on_a_card(page: Page, server: StandIn, shoot: Shoot):
    server.desk = STATES["ready"]()
    server.open("/desk")
    expect(page.get_by_test_id("ready")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Ctrl+S")
    shoot("desk-keys")


def test_someone_without_a_seat_is_told(page: Page, server: StandIn, shoot: Shoot):
    server.who = replace(StandIn.WHO, agent=None, role="supervisor", name="值班长")
    server.open("/desk")
    expect(page.get_by_text("值班长 没有工号")).to_be_visible()
    shoot("desk-no-seat")
