"""A supervisor on an agent's call in a real browser: in every way, refused, released, taken over."""

import pytest
from playwright.sync_api import Page, expect

from acd.agent import Presence
from acd.call import Stage
from acd.names import CallId, Phone, RequestId
from acd.watching import Watching
from agent_desk.wire import Refused
from tests.browser import floor, views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.floor_page import fits, open_floor, sent
from tests.browser.looks import Looks

pytestmark = pytest.mark.browser


@pytest.fixture
def server(page: Page) -> floor.TwoSockets:
    """A server with a board and the supervisor's desk."""
    return floor.TwoSockets(page)


def test_an_agent_who_talks_can_be_listened_to(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    open_floor(page, server, agent="6021")
    page.mouse.move(5, 5)
    for size, language in looks.every():
        with looks.at(size, language):
            expect(page.get_by_test_id("watch-monitor")).to_have_attribute("aria-disabled", "false")
            shoot(f"floor-selected-{size}-{language}")
            fits(page, accessible)


def test_the_way_of_now_is_said(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    open_floor(page, server)
    now = page.get_by_test_id("watch-now")
    sentences = {
        "ringing": "正在接入 6021 的通话",
        "monitor": "您在监听 6021 与 138****5678 的通话;双方听不到您。",
        "whisper": "您在对 6021 耳语;138****5678 听不到您。",
        "barge": "您已插入 6021 与 138****5678 的通话;双方都听得到您。",
    }
    for how, sentence in sentences.items():
        server.show(floor.desk(on=floor.watch(None if how == "ringing" else Watching(how))))
        for size, language in looks.every():
            with looks.at(how, size, language):
                expect(now).to_contain_text(sentence if language == "zh" else "6021")
                chosen = page.locator("[role=option][aria-selected=true]")
                expect(chosen).to_have_attribute("data-testid", "agent-6021")
                shoot(f"floor-{how}-{size}-{language}")
                fits(page, accessible)
                if how != "ringing":
                    expect(page.get_by_test_id(f"watch-{how}")).to_have_attribute("aria-pressed", "true")


def test_listening_rings_the_page_which_answers_by_itself(page: Page, server: floor.TwoSockets, shoot: Shoot):
    # Asterisk rings before the server says that a watch is under way.
    server.when_asked = lambda message: server.caller.ring() if message["how"] == "monitor" else None
    open_floor(page, server, agent="6021")
    page.keyboard.press("F2")
    expect(page.get_by_test_id("watch-monitor")).to_have_attribute("aria-busy", "false")
    assert sent(server, "watch") == [{"target": "6021", "how": "monitor", "phone": "web"}]
    assert server.caller.registered == 1
    server.tell("desk", "watch", "watch", floor.watch(None))
    expect(page.locator(".watch-now .meter")).to_be_visible()
    assert server.caller.answers[-1] == "SIP/2.0 200 OK"
    server.tell("desk", "watch", "watch", floor.watch(Watching.MONITOR))
    shoot("floor-listening-with-sound")
    for key, how in (("F8", Watching.WHISPER), ("F9", Watching.BARGE)):
        page.keyboard.press(key)
        expect(page.get_by_test_id(f"watch-{how}")).to_have_attribute("aria-busy", "false")
        server.tell("desk", "watch", "watch", floor.watch(how))
        expect(page.get_by_test_id(f"watch-{how}")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("F7")
    expect(page.get_by_test_id("watch-mute")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("F4")
    expect(page.get_by_test_id("watch-stop")).to_have_attribute("aria-busy", "false")
    assert [one["how"] for one in sent(server, "watch")] == ["monitor", "whisper", "barge", "stop"]
    assert server.caller.registered == 1, "one telephone for the whole watch"


def test_a_call_that_nobody_asked_for_is_not_answered(page: Page, server: floor.TwoSockets, shoot: Shoot):
    server.desk = floor.desk(Presence.NOT_READY)
    open_floor(page, server, agent="6021")
    expect(page.get_by_test_id("phone-line")).to_have_attribute("data-line", "registered")
    server.tell("desk", "call", "call", views.desk_call(Stage.RINGING))
    server.tell("desk", "me", "me", floor.supervisor(Presence.RINGING))
    server.caller.ring()
    expect(page.get_by_test_id("answer")).to_be_visible()
    shoot("floor-citizen-rings")
    assert not any(" 200 " in one for one in server.caller.answers)
    expect(page.get_by_test_id("watch-monitor")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("F2")
    expect(page.get_by_test_id("answer")).to_have_count(0)
    assert sent(server, "watch") == []
    assert server.caller.answers[-1] == "SIP/2.0 200 OK"


def test_a_citizens_call_is_not_taken_for_the_watch(page: Page, server: floor.TwoSockets):
    server.desk = floor.desk(Presence.NOT_READY)
    open_floor(page, server, agent="6021")
    expect(page.get_by_test_id("phone-line")).to_have_attribute("data-line", "registered")
    server.tell("desk", "me", "me", floor.supervisor(Presence.RINGING))
    server.tell("desk", "watch", "watch", floor.watch(None))
    expect(page.get_by_test_id("watch-now")).to_be_visible()
    server.caller.ring()
    expect(page.get_by_test_id("answer")).to_be_visible()
    assert not any(" 200 " in one for one in server.caller.answers)


def test_a_sip_telephone_is_picked_up_by_hand(page: Page, server: floor.TwoSockets):
    server.desk = floor.desk(Presence.NOT_READY, phone=Phone.SIP)
    open_floor(page, server, agent="6021")
    page.keyboard.press("F2")
    expect(page.get_by_test_id("watch-monitor")).to_have_attribute("aria-busy", "false")
    assert sent(server, "watch") == [{"target": "6021", "how": "monitor", "phone": "sip"}]
    server.tell("desk", "watch", "watch", floor.watch(None))
    expect(page.get_by_test_id("watch-now")).to_contain_text("请拿起您的 SIP 话机")
    assert server.caller.registered == 0


def test_a_refusal_is_the_servers_sentence(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    zh, en = "这个坐席现在没有与市民通话。", "This agent is not talking with a citizen now."
    server.refusals["watch"] = Refused(request=RequestId(""), key="no_call_there", zh=zh, en=en)
    open_floor(page, server, agent="6021")
    page.keyboard.press("F2")
    page.mouse.move(5, 5)
    for size, language in looks.every():
        with looks.at(size, language):
            expect(page.locator(".agent-panel [role=alert]")).to_have_text(zh if language == "zh" else en)
            shoot(f"floor-refused-{size}-{language}")
            fits(page, accessible)


def test_without_a_microphone_nothing_is_asked(page: Page, server: floor.TwoSockets):
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))"
    )
    open_floor(page, server, agent="6021")
    page.keyboard.press("F2")
    expect(page.locator(".agent-panel [role=alert]")).to_contain_text("没有找到麦克风")
    assert sent(server, "watch") == []


def test_a_button_that_does_nothing_says_why(page: Page, server: floor.TwoSockets, looks: Looks):
    ways = (
        ("6014", "monitor", "这位坐席现在没有通话"),
        ("6021", "intercept", "先监听,再拦截"),
        ("6014", "force_release", "这位坐席现在没有通话"),
    )
    for agent, how, why in ways:
        open_floor(page, server, agent=agent)
        with looks.at(agent, how):
            button = page.get_by_test_id(f"watch-{how}")
            expect(button).to_have_attribute("aria-disabled", "true")
            button.click(force=True)
            expect(page.locator(".agent-panel [role=alert]")).to_have_text(why)
            assert sent(server, "watch") == []


def test_on_one_call_at_a_time(page: Page, server: floor.TwoSockets):
    server.desk = floor.desk(on=floor.watch(Watching.MONITOR))
    open_floor(page, server, agent="6008")
    expect(page.get_by_test_id("watch-now")).to_contain_text("6021")
    page.get_by_test_id("watch-monitor").click(force=True)
    expect(page.locator(".agent-panel [role=alert]")).to_have_text("您正在 6021 的通话中,先停止")


def test_a_forced_release_is_asked_once_more(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    open_floor(page, server, agent="6021")
    for size, language in looks.every():
        with looks.at(size, language):
            page.keyboard.press("Shift+F4")
            expect(page.get_by_test_id("release-no")).to_be_focused()
            expect(page.get_by_test_id("release-confirm")).to_contain_text("6021")
            page.mouse.move(5, 5)
            shoot(f"floor-release-{size}-{language}")
            fits(page, accessible)
            page.keyboard.press("Enter")
            expect(page.get_by_test_id("release-confirm")).to_have_count(0)
            assert sent(server, "watch") == []
            page.get_by_test_id("watch-force_release").click()
            page.get_by_test_id("release-yes").click()
            expect(page.get_by_test_id("release-confirm")).to_have_count(0)
            assert sent(server, "watch") == [{"target": "6021", "how": "force_release", "phone": "web"}]
        server.heard.clear()


def test_another_call_is_not_released_in_place_of_the_first(page: Page, server: floor.TwoSockets):
    open_floor(page, server, agent="6021")
    page.get_by_test_id("watch-force_release").click()
    server.tell("board", "agents", "6021", floor.tile(6021, Presence.TALKING, number="12319"))
    expect(page.get_by_test_id("agent-6021")).to_contain_text("12319")
    expect(page.get_by_test_id("release-yes")).to_be_visible()
    server.tell("board", "agents", "6021", floor.tile(6021, Presence.TALKING, call=CallId("jt1-2.1")))
    expect(page.get_by_test_id("release-yes")).to_have_count(0)


def test_taking_over_wants_a_sign_in_and_leads_to_the_desk(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.desk = floor.desk(on=floor.watch(Watching.MONITOR))
    for size, language in looks.anew():
        server.heard.clear()
        open_floor(page, server, language)
        with looks.at(size, language):
            page.keyboard.press("F10")
            expect(page.locator(".ways [role=alert]")).to_contain_text("签入" if language == "zh" else "Sign in")
            page.get_by_test_id("floor-sign-in").click()
            expect(page.get_by_test_id("floor-sign-in")).to_have_attribute("aria-busy", "false")
            assert sent(server, "sign_in") == [{"phone": "web"}]
            server.tell("desk", "me", "me", floor.supervisor(Presence.NOT_READY))
            expect(page.get_by_test_id("floor-sign-in")).to_have_count(0)
            page.keyboard.press("F10")
            expect(page.get_by_test_id("watch-intercept")).to_have_attribute("aria-busy", "false")
            assert sent(server, "watch") == [{"target": "6021", "how": "intercept", "phone": "web"}]
            server.tell("desk", "watch", "watch", None)
            server.tell("desk", "call", "call", views.desk_call(Stage.TALKING))
            server.tell("desk", "me", "me", floor.supervisor(Presence.TALKING))
            expect(page.get_by_test_id("to-desk")).to_have_attribute("href", "/desk")
            page.mouse.move(5, 5)
            shoot(f"floor-taken-over-{size}-{language}")
            fits(page, accessible)
