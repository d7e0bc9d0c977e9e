"""The supervisor's floor in a real browser: who needs help first, on the line in every way, and help on the desk."""

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from acd.agent import Presence
from acd.call import Stage
from acd.names import CallId, Phone, RequestId
from acd.watching import Watching
from agent_desk.wire import Refused
from agent_desk.wire_http import Who
from tests.browser import floor, transfers, views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.desk_page import is_in_place, open_desk
from tests.browser.stand_in import StandIn

pytestmark = pytest.mark.browser

OVERFLOW = """() => [...document.querySelectorAll(
    'header, .filters, .filters button, .agent-panel, .watch-now, .ways button, .ways small, .strip, .confirm, ' +
    '.spot .word, .spot .badge, .spot .number, .spot .handed, .floor-alarms .banner > :not(.act)')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => `${one.className} ${one.textContent}`)"""
"""What is wider than its place: names and what to do about an alarm may be cut, nothing else."""


@pytest.fixture
def server(page: Page) -> floor.TwoSockets:
    """A server with a board and the supervisor's desk."""
    return floor.TwoSockets(page)


def open_floor(page: Page, server: floor.TwoSockets, language: str = "zh", agent: str | None = None) -> None:
    server.open(f"/floor?lang={language}")
    expect(page.get_by_test_id("floor-agents")).to_be_visible()
    if server.who is not None and server.who.agent is not None:
        expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "live")
    if agent is not None:
        page.get_by_test_id(f"agent-{agent}").click()


def fits(page: Page, accessible: CheckAccess) -> None:
    assert page.evaluate(OVERFLOW) == []
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight && scrollX === 0")
    accessible()


def sent(server: floor.TwoSockets, kind: str) -> list[dict[str, object]]:
    """What the page asked for, without the requests' numbers."""
    return [
        {key: value for key, value in message.items() if key not in ("type", "request")}
        for message in server.heard
        if message["type"] == kind
    ]


def order(page: Page) -> list[str]:
    """The agents as they are shown."""
    return page.locator("[role=option] .number").all_inner_texts()


@pytest.mark.parametrize("agents", [0, 24, 600])
@pytest.mark.parametrize("table", [False, True], ids=["tiles", "table"])
def test_every_size_of_floor_has_its_arrangement(
    page: Page,
    server: floor.TwoSockets,
    shoot: Shoot,
    accessible: CheckAccess,
    size: str,
    language: str,
    agents: int,
    *,
    table: bool,
):
    server.board = floor.board(agents)
    server.open(f"/floor?lang={language}")
    expect(page.get_by_test_id("filter-all")).to_contain_text(str(agents))
    page.get_by_test_id("view-table" if table else "view-tiles").click()
    if agents:
        expect(page.locator("[role=option]").first).to_be_visible()
    shoot(f"floor-{agents}-{'table' if table else 'tiles'}-{size}-{language}")
    fits(page, accessible)
    drawn = page.locator("[role=option]").count()
    assert drawn == agents if agents <= 24 and not table else drawn <= 200


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


def test_an_agent_who_talks_can_be_listened_to(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, size: str, language: str
):
    open_floor(page, server, language, "6021")
    expect(page.get_by_test_id("watch-monitor")).to_have_attribute("aria-disabled", "false")
    page.mouse.move(5, 5)
    shoot(f"floor-selected-{size}-{language}")
    fits(page, accessible)


@pytest.mark.parametrize("how", ["ringing", "monitor", "whisper", "barge"])
def test_the_way_of_now_is_said(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, size: str, language: str, how: str
):
    server.desk = floor.desk(on=floor.watch(None if how == "ringing" else Watching(how)))
    open_floor(page, server, language)
    now = page.get_by_test_id("watch-now")
    sentences = {
        "ringing": "正在接入 6021 的通话",
        "monitor": "您在监听 6021 与 138****5678 的通话;双方听不到您。",
        "whisper": "您在对 6021 耳语;138****5678 听不到您。",
        "barge": "您已插入 6021 与 138****5678 的通话;双方都听得到您。",
    }
    expect(now).to_contain_text(sentences[how] if language == "zh" else "6021")
    expect(page.locator("[role=option][aria-selected=true]")).to_have_attribute("data-testid", "agent-6021")
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
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, size: str, language: str
):
    zh, en = "这个坐席现在没有与市民通话。", "This agent is not talking with a citizen now."
    server.refusals["watch"] = Refused(request=RequestId(""), key="no_call_there", zh=zh, en=en)
    open_floor(page, server, language, "6021")
    page.keyboard.press("F2")
    expect(page.locator(".agent-panel [role=alert]")).to_have_text(zh if language == "zh" else en)
    page.mouse.move(5, 5)
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


@pytest.mark.parametrize(
    ("agent", "how", "why"),
    [
        ("6014", "monitor", "这位坐席现在没有通话"),
        ("6021", "intercept", "先监听,再拦截"),
        ("6014", "force_release", "这位坐席现在没有通话"),
    ],
)
def test_a_button_that_does_nothing_says_why(page: Page, server: floor.TwoSockets, agent: str, how: str, why: str):
    open_floor(page, server, agent=agent)
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
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, size: str, language: str
):
    open_floor(page, server, language, "6021")
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


def test_another_call_is_not_released_in_place_of_the_first(page: Page, server: floor.TwoSockets):
    open_floor(page, server, agent="6021")
    page.get_by_test_id("watch-force_release").click()
    server.tell("board", "agents", "6021", floor.tile(6021, Presence.TALKING, number="12319"))
    expect(page.get_by_test_id("agent-6021")).to_contain_text("12319")
    expect(page.get_by_test_id("release-yes")).to_be_visible()
    server.tell("board", "agents", "6021", floor.tile(6021, Presence.TALKING, call=CallId("jt1-2.1")))
    expect(page.get_by_test_id("release-yes")).to_have_count(0)


def test_taking_over_wants_a_sign_in_and_leads_to_the_desk(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, size: str, language: str
):
    server.desk = floor.desk(on=floor.watch(Watching.MONITOR))
    open_floor(page, server, language)
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


def test_a_supervisor_without_a_seat_sees_the_floor_and_is_told_so(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, language: str
):
    server.who = Who(user="admin", name="管理员", role="admin", agent=None, csrf="c")
    open_floor(page, server, language, "6021")
    expect(page.get_by_test_id("agent-panel")).to_contain_text("没有工号" if language == "zh" else "no agent number")
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
    open_floor(page, server, agent="6021")
    server.lose()
    expect(page.get_by_test_id("link-lost")).to_be_visible(timeout=3_500)
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


def test_an_agent_asks_for_help_and_takes_it_back(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, size: str, language: str
):
    server.who = StandIn.WHO
    server.desk = transfers.desk(transfers.call())
    open_desk(page, server, language)
    page.get_by_test_id("ticket-text").focus()
    page.keyboard.press("F10")
    expect(page.get_by_test_id("help")).to_have_attribute("aria-busy", "false")
    assert sent(server, "help") == [{"wanted": True}]
    asked = replace(views.me(Presence.TALKING), help_since=views.ago(12_000))
    server.tell("desk", "me", "me", asked)
    expect(page.get_by_test_id("help-asked")).to_contain_text("00:1")
    expect(page.get_by_test_id("help")).to_have_attribute("aria-pressed", "true")
    shoot(f"desk-help-{size}-{language}")
    is_in_place(page, accessible)
    page.keyboard.press("F10")
    expect(page.get_by_test_id("help")).to_have_attribute("aria-busy", "false")
    assert sent(server, "help") == [{"wanted": True}, {"wanted": False}]


def test_the_most_crowded_call_bar_keeps_its_words(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, language: str
):
    server.who = StandIn.WHO
    server.desk = transfers.desk(transfers.call(transfers.STEPS["joined"]))
    open_desk(page, server, language)
    server.tell("desk", "me", "me", replace(views.me(Presence.TALKING), help_since=views.ago(12_000)))
    expect(page.get_by_test_id("help-asked")).to_be_visible()
    shoot(f"desk-help-joined-{language}")
    is_in_place(page, accessible)


def test_the_wallboard_shows_who_asks_for_help(
    page: Page, server: floor.TwoSockets, shoot: Shoot, accessible: CheckAccess, language: str
):
    page.set_viewport_size({"width": 1920, "height": 1080})
    server.board = floor.board(24)
    server.open(f"/wallboard?lang={language}")
    first = page.locator(".agent").first
    expect(first).to_have_attribute("data-testid", "agent-6021")
    expect(first).to_contain_text("⚑求助" if language == "zh" else "⚑Help")
    shoot(f"board-help-{language}")
    accessible()
