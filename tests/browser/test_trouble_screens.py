"""Trouble on the screens in a real browser: alarms on the wallboard and the desk, and an Asterisk that is not heard."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from acd.agent import Presence
from agent_desk.alarm_words import ALARM_WORDS, AlarmKey
from tests.browser import views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.looks import SIZES, Looks
from tests.browser.stand_in import StandIn
from tests.browser.test_desk_screens import OVERFLOW, STATES

pytestmark = pytest.mark.browser

MANY = {
    **views.alarm(AlarmKey.FACTS_UNKEPT, since=65_000, count=12_345),
    **views.alarm(AlarmKey.RECORDER_BEHIND, since=185_000),
    **views.alarm(AlarmKey.NOT_REGISTERED, "6007"),
    **views.alarm(AlarmKey.NOT_REGISTERED, "6011"),
    **views.alarm(AlarmKey.DEAD_MEMBER, "6008"),
}
SUBJECTS = {key for key in AlarmKey if "{subject}" in ALARM_WORDS[key].board.zh}
FIGURES = ("board-connect-rate", "board-sl15", "board-waiting", "board-offered", "board-final")
OUTSIDE = """() => [...document.querySelectorAll('.alarm, .alarm p, .tile, .headline')]
  .filter((one) => { const box = one.getBoundingClientRect();
    return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || one.scrollWidth > one.clientWidth + 1; })
  .map((one) => one.className + ': ' + one.textContent.slice(0, 60))"""


def test_alarms_cannot_be_overlooked_and_push_no_figure_off(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.board = replace(views.board(24, 9), alarms=MANY)
    server.open("/wallboard")
    strip = page.get_by_test_id("board-alarms")
    expect(strip.locator(".alarm")).to_have_count(2)
    for size, language in looks.every():
        with looks.at(size, language):
            width, height = SIZES[size]
            expect(strip.locator(".alarm")).to_have_count(2)
            expect(strip.locator(".alarm").first).to_have_attribute("data-alarm", "facts_unkept")
            expect(strip.locator(".critical")).to_contain_text("严重" if language == "zh" else "Critical")
            shoot(f"board-alarms-{size}-{language}")
            box = strip.bounding_box()
            assert box is not None
            assert box["width"] > 0.95 * width
            assert box["height"] >= 0.07 * height
            for name in FIGURES:
                expect(page.get_by_test_id(name)).to_be_in_viewport(ratio=1)
            assert page.evaluate(OUTSIDE.replace(", .tile", "")) == []
            accessible()


def test_each_alarm_can_be_read_whole(page: Page, server: StandIn, shoot: Shoot, looks: Looks):
    server.open("/wallboard?trace=1")
    expect(page.get_by_test_id("board-connect-rate")).to_be_visible()
    for key in AlarmKey:
        other = AlarmKey.PBX_LOST if key is not AlarmKey.PBX_LOST else AlarmKey.OVERLOAD
        subject = "6007" if key in SUBJECTS else ""
        alarms = views.alarm(key, subject, count=12, since=3_700_000) | views.alarm(other, since=3_700_000)
        server.show(replace(views.board(24, 9), alarms=alarms))
        for language in looks.languages():
            with looks.at(key, language):
                expect(page.locator(f"[data-alarm={key}]")).to_be_visible()
                expect(page.locator(f"[data-alarm={key}] .for")).to_have_text(re.compile(r"1:01:4\d"))
                shoot(f"alarm-{key}-{language}")
                wide = OUTSIDE.replace(", .tile, .headline", "").replace(".alarm p", ".alarm p, .alarm b")
                assert page.evaluate(wide) == []


def test_an_alarm_comes_and_goes_by_itself(page: Page, server: StandIn):
    server.board = views.board(10, 5)
    server.open("/wallboard")
    strip = page.get_by_test_id("board-alarms")
    expect(page.get_by_test_id("board-connect-rate")).to_contain_text("%")
    expect(strip.locator("[data-alarm=journal_blocked]")).to_have_count(0)
    (told,) = views.alarm(AlarmKey.JOURNAL_BLOCKED).values()
    server.push("alarms", told.key, told)
    expect(strip.locator("[data-alarm=journal_blocked]")).to_be_visible()
    server.push("alarms", told.key, None)
    expect(strip.locator("[data-alarm=journal_blocked]")).to_have_count(0)


def lost(name: str) -> views.DeskView:
    """A desk as it is when Asterisk is lost in this state."""
    alarms = views.alarm(AlarmKey.PBX_LOST, agents=True)
    return replace(STATES[name](), system=views.system("lost"), alarms=alarms)


def told(key: AlarmKey) -> views.DeskView:
    """A ready agent's desk with one alarm."""
    pbx = "lost" if key is AlarmKey.STANDBY else "up"
    view = views.desk(views.me(Presence.READY), pbx=pbx)
    return replace(view, alarms=views.alarm(key, "6021", agents=True))


NAMES = ("sign-in", "ready", "over-limit", "ringing", "talking", "after-call")
TROUBLE: dict[str, Callable[[], views.DeskView]] = {
    **{f"pbx-lost-{name}": partial(lost, name) for name in NAMES},
    **{f"alarm-{key}": partial(told, key) for key, words in ALARM_WORDS.items() if words.desk is not None},
}


def test_no_trouble_overflows_the_smallest_screen(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.open("/desk?trace=1")
    expect(page.get_by_test_id("presence")).to_be_visible()
    for state, view in TROUBLE.items():
        server.show(view())
        for language in looks.languages():
            with looks.at(state, language):
                expect(page.locator(".banner")).to_be_visible()
                shoot(f"desk-{state}-{language}")
                assert page.evaluate(OVERFLOW) == []
                assert page.evaluate("document.documentElement.scrollHeight <= innerHeight && scrollX === 0")
                accessible()


def test_without_asterisk_nothing_on_the_desk_is_told_as_if_it_were_known(page: Page, server: StandIn, looks: Looks):
    server.open("/desk?trace=1")
    expect(page.get_by_test_id("presence")).to_be_visible()
    for state in ("talking", "ready", "ringing", "after-call"):
        server.show(STATES[state]())
        server.show(lost(state))
        with looks.at(state):
            expect(page.get_by_test_id("presence")).to_have_text("?未知")
            expect(page.locator("[data-alarm=pbx_lost]")).to_contain_text("听不到电话系统")
            expect(page.locator(".state-time")).to_have_text("--:--")
            expect(page.locator(".call-bar")).to_contain_text("通话状态未知")
            expect(page.locator(".sheet")).to_have_count(0)
            expect(page.locator(".glance")).to_contain_text("未知")
            expect(page.get_by_test_id("phone-line")).to_contain_text("未知")


def test_without_asterisk_a_button_says_why_it_does_nothing(page: Page, server: StandIn, shoot: Shoot, looks: Looks):
    server.desk = lost("talking")
    server.open("/desk")
    said = page.locator(".refusal")
    for button in ("ready", "not-ready", "sign-out", "hang-up"):
        page.get_by_test_id(button).click(force=True)
        with looks.at(button):
            expect(said).to_contain_text("电话系统失联")
            shoot(f"desk-why-{button}")
            assert server.heard == []
            expect(said).to_have_count(0, timeout=8_000)


def test_a_key_that_does_nothing_says_why_too(page: Page, server: StandIn):
    server.desk = lost("talking")
    server.open("/desk")
    expect(page.get_by_test_id("ready")).to_be_visible()
    page.keyboard.press("Shift+F9")
    expect(page.locator(".refusal")).to_contain_text("电话系统失联")
    assert server.heard == []


def test_when_asterisk_is_back_the_desk_is_as_before(page: Page, server: StandIn):
    server.desk = lost("ready")
    server.open("/desk")
    expect(page.get_by_test_id("presence")).to_have_text("?未知")
    server.push("system", "system", views.system()["system"])
    server.push("alarms", AlarmKey.PBX_LOST, None)
    expect(page.get_by_test_id("presence")).to_contain_text("空闲")
    expect(page.locator(".banner")).to_have_count(0)


def test_an_agent_is_told_of_their_own_telephone(page: Page, server: StandIn):
    server.desk = STATES["ready"]()
    server.open("/desk")
    expect(page.get_by_test_id("presence")).to_contain_text("空闲")
    for key, alarm in views.alarm(AlarmKey.NOT_REGISTERED, "6021", agents=True).items():
        server.push("alarms", key, alarm)
    expect(page.locator("[data-alarm=not_registered]")).to_contain_text("请检查电源与网线")
    expect(page.locator(".call-bar")).to_contain_text("现在接不到来电")
