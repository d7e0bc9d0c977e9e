"""A supervisor changes an agent's state and writes to desks; what the agent sees of it. In a real browser."""

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from acd.agent import Presence
from acd.call import Stage
from acd.forcing import FORCED_REASON, ForcedState
from acd.names import RequestId
from acd.refusal import SENTENCES, Refusal
from agent_desk.wire import Refused
from agent_desk.wire_views import DeskMessage, DeskView, ForcedView
from tests.browser import floor, views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.desk_page import open_desk
from tests.browser.floor_page import fits, open_floor, sent
from tests.browser.looks import Looks
from tests.browser.stand_in import StandIn

pytestmark = pytest.mark.browser
WHY = "系统演练,十分钟"


@pytest.fixture
def supervised(page: Page) -> floor.TwoSockets:
    """A server with a board and the supervisor's desk."""
    return floor.TwoSockets(page)


def message(number: int, text: str, *, to_all: bool = False) -> DeskMessage:
    return DeskMessage(id=f"m{number}", at=views.ago(90_000 - 1_000 * number), by="值班长", text=text, to_all=to_all)


def noted(*messages: DeskMessage, forced: ForcedState | None = None, presence: Presence = Presence.READY) -> DeskView:
    """A desk with what a supervisor did and wrote."""
    reason = FORCED_REASON if presence is Presence.NOT_READY else None
    act = None if forced is None else ForcedView(to=forced, by="值班长", why=WHY, at=views.ago(60_000))
    call = views.desk_call(Stage.TALKING) if presence is Presence.TALKING else None
    shown = views.desk(replace(views.me(presence, reason=reason), forced=act), call)
    return replace(shown, messages={one.id: one for one in messages})


def test_a_state_is_changed_with_its_reason(
    page: Page, supervised: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    for size, language in looks.anew():
        supervised.heard.clear()
        open_floor(page, supervised, language, "6021")
        page.get_by_test_id("force-why").fill(WHY)
        page.get_by_test_id("message-text").fill("请把道路照明的电话转到市政")
        with looks.at(size, language):
            shoot(f"floor-orders-{size}-{language}")
            fits(page, accessible)
            side = page.locator(".side-place")
            scrolls = side.evaluate("(one) => one.scrollHeight > one.clientHeight")
            assert not scrolls, "nobody should scroll to reach a button"
            page.get_by_test_id("force-sign_out").click(force=True)
            expect(page.get_by_test_id("agent-orders").get_by_role("alert")).to_be_visible()
            page.get_by_test_id("force-not_ready").click()
            expect(page.get_by_test_id("force-why")).to_have_value("")
            assert sent(supervised, "force") == [{"target": "6021", "to": "not_ready", "why": WHY}]


def test_a_refusal_is_the_servers_sentence_and_the_reason_stays(
    page: Page, supervised: floor.TwoSockets, shoot: Shoot, looks: Looks
):
    zh, en = SENTENCES[Refusal.PBX_SILENT]
    supervised.refusals["force"] = Refused(request=RequestId(""), key="pbx_silent", zh=zh, en=en)
    open_floor(page, supervised, agent="6005")
    page.get_by_test_id("force-why").fill(WHY)
    page.get_by_test_id("force-ready").click()
    refusal = page.get_by_test_id("agent-orders").get_by_role("alert")
    for language in looks.languages():
        with looks.at(language):
            expect(refusal).to_have_text(zh if language == "zh" else en)
            expect(page.get_by_test_id("force-why")).to_have_value(WHY)
            shoot(f"floor-orders-refused-{language}")


def test_a_reason_does_not_go_along_to_the_next_agent(page: Page, supervised: floor.TwoSockets):
    open_floor(page, supervised, agent="6021")
    page.get_by_test_id("force-why").fill(WHY)
    page.get_by_test_id("agent-6005").click()
    expect(page.get_by_test_id("force-why")).to_have_value("")


def test_messages_go_to_one_or_to_all(page: Page, supervised: floor.TwoSockets, shoot: Shoot):
    open_floor(page, supervised, agent="6021")
    page.get_by_test_id("message-one").click(force=True)
    expect(page.get_by_test_id("agent-orders").get_by_role("alert")).to_have_text("先写消息")
    page.get_by_test_id("message-text").fill("十点开会")
    page.get_by_test_id("message-one").click()
    expect(page.get_by_test_id("message-sent")).to_contain_text("已放到 1 个工作台")
    page.get_by_test_id("message-text").fill("系统将在五分钟后维护")
    page.get_by_test_id("message-all").click()
    expect(page.get_by_test_id("message-sent")).to_contain_text("已放到 24 个工作台,其中 2 个没有打开")
    assert supervised.messages == [
        {"to": ["6021"], "text": "十点开会"},
        {"to": [], "text": "系统将在五分钟后维护"},
    ]
    shoot("floor-message-sent")


def test_who_was_made_not_ready_is_shown_with_the_name(page: Page, supervised: floor.TwoSockets):
    supervised.board = floor.board(24)
    made = floor.tile(6005, Presence.NOT_READY, reason=FORCED_REASON, forced_by="值班长")
    supervised.board.agents["6005"] = made
    open_floor(page, supervised, agent="6005")
    expect(page.get_by_test_id("agent-panel")).to_contain_text("由 值班长 设置")
    expect(page.get_by_test_id("agent-6005")).to_contain_text("强制示忙")


FORCED = (
    (ForcedState.NOT_READY, Presence.NOT_READY),
    (ForcedState.NOT_READY, Presence.TALKING),
    (ForcedState.READY, Presence.READY),
    (ForcedState.SIGN_OUT, Presence.OUT),
)


def test_the_agent_is_told_by_whom_and_why(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.open("/desk?trace=1")
    expect(page.get_by_test_id("presence")).to_be_visible()
    note = page.get_by_test_id("forced-note")
    for to, presence in FORCED:
        for size, language in looks.every():
            # Told anew each time, as what was read stays away.
            server.show(noted(forced=to, presence=presence))
            with looks.at(to, presence, size, language):
                expect(page.get_by_test_id("presence")).to_have_attribute("data-presence", presence)
                expect(note).to_contain_text(WHY)
                expect(note).to_contain_text("值班长")
                shoot(f"desk-forced-{to}-{presence}-{size}-{language}")
                assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
                accessible()
                page.get_by_test_id("forced-seen").click()
                expect(note).to_have_count(0)
            page.mouse.move(5, 5)


def test_a_message_stays_until_it_is_read(
    page: Page, server: StandIn, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    long = "请注意:" + "今天下午三点到五点" * 21
    server.desk = noted(presence=Presence.TALKING)
    open_desk(page, server)
    shown = page.get_by_test_id("desk-message")
    for size, language in looks.every():
        server.show(noted(message(2, "十点开会", to_all=True), message(1, long[:200]), presence=Presence.TALKING))
        with looks.at(size, language):
            expect(shown).to_contain_text("请注意")
            shoot(f"desk-message-{size}-{language}")
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
            accessible()
            with page.expect_request("**/api/desk/messages/m1/read"):
                page.get_by_test_id("message-read").click()
            server.push("messages", "m1", None)
            expect(shown).to_contain_text("十点开会")
            server.push("messages", "m2", None)
            expect(shown).to_have_count(0)
        page.mouse.move(5, 5)
