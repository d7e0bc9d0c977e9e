"""Handing a call on, in a real browser: found by a few keys, emergency at once, who hears whom, commands by key."""

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from acd.agent import Presence
from acd.names import RequestId
from agent_desk.wire import Refused
from tests.browser import transfers, views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.desk_page import is_in_place, open_desk
from tests.browser.looks import Looks
from tests.browser.stand_in import StandIn

pytestmark = pytest.mark.browser


def sent(server: StandIn, kind: str) -> list[dict[str, object]]:
    """What the page asked for, without the requests' numbers."""
    return [
        {key: value for key, value in message.items() if key not in ("type", "request")}
        for message in server.heard
        if message["type"] == kind
    ]


def test_the_directory_opens_on_a_key(page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.get_by_test_id("ticket-text").fill("企业办理注销,税务清算环节需要哪些材料?")
    for size, language in looks.every():
        page.keyboard.press("F8")
        with looks.at(size, language):
            expect(page.get_by_test_id("hand-find")).to_be_focused()
            expect(page.get_by_test_id("line-tax")).to_contain_text("空闲 5" if language == "zh" else "Free 5")
            shoot(f"transfer-directory-{size}-{language}")
            is_in_place(page, accessible)
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("hand-find")).to_have_count(0)


def test_a_few_keys_find_a_line_and_enter_takes_the_first_mode(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    for size, language in looks.every():
        page.keyboard.press("F8")
        page.keyboard.type("sw")
        with looks.at(size, language):
            expect(page.locator(".lines li")).to_have_count(1)
            shoot(f"transfer-filtered-{size}-{language}")
            is_in_place(page, accessible)
            page.keyboard.press("Enter")
            expect(page.get_by_test_id("mode-transfer_conference")).to_have_attribute("aria-busy", "false")
            assert sent(server, "transfer") == [{"to": "tax", "mode": "transfer_conference"}]
        server.heard.clear()
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("hand-find")).to_have_count(0)


def test_two_keys_reach_a_favourite_and_other_modes_have_keys_of_their_own(page: Page, server: StandIn):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.keyboard.press("F8")
    page.keyboard.press("Enter")  # nothing is chosen yet, so nobody is called
    page.keyboard.type("1")
    expect(page.locator(".lines [aria-selected=true]")).to_have_attribute("data-testid", "line-tax")
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_test_id("mode-transfer_attended")).to_have_attribute("aria-busy", "false")
    assert sent(server, "transfer") == [{"to": "tax", "mode": "transfer_attended"}]


def test_digits_letters_and_chinese_all_find(page: Page, server: StandIn, looks: Looks):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    for typed, key in (("12360", "customs"), ("火", "fire"), ("ymgl", "immigration"), ("gabj", "police")):
        page.keyboard.press("F8")
        page.keyboard.insert_text(typed)
        with looks.at(typed):
            expect(page.locator(".lines [aria-selected=true]")).to_have_attribute("data-testid", f"line-{key}")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("hand-find")).to_have_count(0)


def test_arrows_go_through_the_lines_and_escape_goes_back_to_the_ticket(page: Page, server: StandIn):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.get_by_test_id("ticket-place").focus()
    page.keyboard.press("F8")
    chosen = page.locator(".lines [aria-selected=true]")
    expect(chosen).to_have_count(0)
    for key, line in (("ArrowDown", "tax"), ("ArrowDown", "customs"), ("ArrowUp", "tax")):
        page.keyboard.press(key)
        expect(chosen).to_have_attribute("data-testid", f"line-{line}")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("hand-find")).to_have_count(0)
    expect(page.get_by_test_id("ticket-place")).to_be_focused()
    assert sent(server, "transfer") == []


def test_every_way_a_line_can_stand_is_a_word(page: Page, server: StandIn):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.keyboard.press("F8")
    words = {
        "tax": "空闲 5 · 等待 0",
        "customs": "数据过期 00:4",
        "tobacco": "全忙 · 等待 3",
        "immigration": "连不上",
        "post": "已下班",
        "police": "状态未知",
        "city-beijing": "未接入",
    }
    for key, word in words.items():
        expect(page.get_by_test_id(f"line-{key}")).to_contain_text(word)
    server.push("directory", "tax", transfers.line("tax", source="told", ready=4, waiting=0, told_at=views.ago(1_000)))
    expect(page.get_by_test_id("line-tax")).to_contain_text("空闲 4")


def test_a_line_that_is_closed_says_so_and_nothing_is_asked(page: Page, server: StandIn, shoot: Shoot):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.keyboard.press("F8")
    page.keyboard.insert_text("邮政")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(transfers.CLOSED[0])
    shoot("transfer-closed")
    assert sent(server, "transfer") == []


def test_a_refusal_is_the_servers_sentence(page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess):
    zh, en = "电话系统没有回应,请再试一次。", "The telephone system did not answer; try again."
    server.refusals["transfer"] = Refused(request=RequestId(""), key="pbx_silent", zh=zh, en=en)
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.keyboard.press("F8")
    page.keyboard.type("sw")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(zh)
    shoot("transfer-refused")
    is_in_place(page, accessible)


def test_emergency_lines_are_two_keys_and_three_party_at_once(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    for size, language in looks.every():
        page.get_by_test_id("ticket-text").focus()
        page.keyboard.press("F9")
        with looks.at(size, language):
            expect(page.get_by_test_id("emergency-fire")).to_be_visible()
            shoot(f"transfer-emergency-{size}-{language}")
            is_in_place(page, accessible)
            page.keyboard.press("3")
            expect(page.get_by_test_id("emergency-ambulance")).to_have_attribute("aria-busy", "false")
            assert sent(server, "transfer") == [{"to": "ambulance", "mode": "transfer_conference"}]
            expect(page.get_by_test_id("ticket-text")).to_have_value("")
        server.heard.clear()
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("emergency-fire")).to_have_count(0)


def test_without_a_call_there_is_nothing_to_hand_on(page: Page, server: StandIn):
    server.desk = views.desk(views.me(Presence.READY))
    server.open("/desk")
    expect(page.get_by_test_id("transfer")).to_be_visible()
    for key in ("F8", "F9"):
        page.keyboard.press(key)
        expect(page.get_by_role("alert").last).to_have_text("没有通话")
    expect(page.locator(".hand")).to_have_count(0)


def test_every_step_shows_who_hears_whom(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    for step, shown in transfers.STEPS.items():
        server.show(transfers.desk(transfers.call(shown)))
        for size, language in looks.every():
            with looks.at(step, size, language):
                expect(page.get_by_test_id("hand-sentence")).to_be_visible()
                shoot(f"transfer-{step}-{size}-{language}")
                is_in_place(page, accessible)
                assert page.locator(".seats .hears").count() == len(shown.hears)
                allowed = page.locator(".commands button[aria-disabled=false]").count()
                assert allowed == len(shown.commands)


def test_keys_command_the_transfer_even_while_writing(page: Page, server: StandIn):
    server.desk = transfers.desk(transfers.call(transfers.STEPS["consulting"]))
    open_desk(page, server)
    page.get_by_test_id("ticket-text").focus()
    for key, command in (("F2", "merge"), ("F9", "swap"), ("Control+Enter", "complete"), ("F8", "drop")):
        page.keyboard.press(key)
        expect(page.get_by_test_id(f"command-{command}")).to_have_attribute("aria-busy", "false")
    assert [message["command"] for message in sent(server, "transfer_command")] == ["merge", "swap", "complete", "drop"]


def test_what_a_step_does_not_allow_says_so(page: Page, server: StandIn):
    server.desk = transfers.desk(transfers.call(transfers.STEPS["calling"]))
    open_desk(page, server)
    expect(page.get_by_test_id("command-merge")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("F2")
    expect(page.get_by_role("alert")).to_have_text("这一步还不能这样做")
    assert sent(server, "transfer_command") == []


def test_each_change_of_step_is_said(page: Page, server: StandIn):
    server.desk = transfers.desk(transfers.call(transfers.STEPS["calling"]))
    open_desk(page, server)
    sentence = page.get_by_test_id("hand-sentence")
    expect(sentence).to_have_attribute("aria-live", "polite")
    expect(sentence).to_contain_text("正在呼叫 12366 税务分中心。市民在听音乐。")
    server.push("call", "call", transfers.call(transfers.STEPS["consulting"]))
    expect(sentence).to_contain_text("您正与 12366 税务分中心 通话。市民在听音乐")
    server.push("call", "call", transfers.call(transfers.STEPS["joined"]))
    expect(sentence).to_contain_text("三方通话")
    server.push("call", "call", transfers.call(replace(transfers.STEPS["joined"], hears=())))
    expect(sentence).to_contain_text("正在接转")


def test_what_is_written_goes_along(page: Page, server: StandIn):
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server)
    page.get_by_test_id("ticket-text").fill("要注销企业")
    page.keyboard.press("F8")
    page.keyboard.type("sw")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("mode-transfer_conference")).to_have_attribute("aria-busy", "false")
    assert [message["type"] for message in server.heard] == ["save_ticket", "transfer"]
    assert server.heard[0]["form"]["text"] == "要注销企业"
