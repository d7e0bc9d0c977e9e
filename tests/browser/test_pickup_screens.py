"""Picking up what rings at a colleague's, in a real browser: by two keys, with its reasons, and without our server."""

import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from acd.agent import Presence
from acd.call import Stage
from acd.names import AgentId, Phone, QueueName
from agent_desk.wire_http import RingElsewhere
from tests.browser import views
from tests.browser.conftest import CheckAccess, Shoot
from tests.browser.desk_page import is_in_place
from tests.browser.looks import SMALLEST, Looks
from tests.browser.stand_in import PBX, Registrar, StandIn

pytestmark = pytest.mark.browser

UNKNOWN = {"detail": {"key": "pbx_lost", "zh": "电话系统失联。", "en": "The telephone system is not heard."}}


def ring(seat: str, queue: str, seconds: int) -> RingElsewhere:
    return RingElsewhere(
        agent=AgentId(seat),
        name=f"坐席{seat}",
        queue=QueueName(queue),
        caller="138****5678",
        since=views.ago(seconds * views.SECOND),
    )


class DiallingAsterisk(Registrar):
    """Asterisk's websocket that hears what is dialled, and lets it ring or turns it down."""

    def __init__(self) -> None:
        super().__init__()
        self.dialled: list[str] = []
        self.refusal = ""
        """A status line; empty: 100 Trying, and nothing more."""

    def _hear(self, socket: WebSocketRoute, text: str | bytes) -> None:
        said = text if isinstance(text, str) else text.decode()
        invited = re.match(r"INVITE sip:([^@]+)@", said)
        if invited is None:
            return super()._hear(socket, text)
        self.dialled.append(invited[1])
        kept = [line for line in said.split("\r\n") if re.match(r"(Via|From|To|Call-ID|CSeq):", line, re.I)]
        status = self.refusal or "100 Trying"
        socket.send("\r\n".join([f"SIP/2.0 {status}", *kept, "Content-Length: 0", "", ""]))


class Colleagues(StandIn):
    """A server that tells what rings at colleagues."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.rings: list[RingElsewhere] | None = [ring("6004", "human-resources", 9), ring("6017", "hotline", 3)]
        """None: Asterisk is not heard."""
        self.looks = 0
        self.dialling = DiallingAsterisk()
        page.route_web_socket(PBX, self.dialling.connect)

    def _body(self, path: str, posted: str | None) -> tuple[int, object]:
        if path != "/api/ringing":
            return super()._body(path, posted)
        self.looks += 1
        return (503, UNKNOWN) if self.rings is None else (200, self.rings)


@pytest.fixture
def server(page: Page) -> Colleagues:
    return Colleagues(page)


def open_free(page: Page, server: Colleagues, language: str = "zh", phone: Phone = Phone.WEB) -> None:
    """Open a desk whose agent is ready."""
    server.desk = views.desk(views.me(Presence.READY, phone=phone))
    server.open(f"/desk?lang={language}")
    if phone is Phone.WEB:
        expect(page.get_by_test_id("phone-line")).to_have_attribute("data-line", "registered", timeout=15_000)
    else:
        expect(page.get_by_test_id("pickup")).to_be_visible()


def has_dialled(page: Page, server: Colleagues, *numbers: str) -> None:
    """Wait until Asterisk has heard these: the browser opens the microphone first."""
    for _ in range(750):
        if server.dialling.dialled == list(numbers):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"{server.dialling.dialled} dialled, not {numbers}")


def test_two_keys_dial_the_code_of_the_longest_ring(
    page: Page, server: Colleagues, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    for size, language in looks.anew():
        server.dialling.dialled.clear()
        open_free(page, server, language)
        server.looks = 0
        with looks.at(size, language):
            shoot(f"pickup-closed-{size}-{language}")
            is_in_place(page, accessible)
            assert server.looks == 0, "nothing is asked for while the panel is closed"
            page.keyboard.press("Shift+F2")
            expect(page.get_by_test_id("pickup-seat")).to_be_focused()
            expect(page.locator(".lines [aria-selected=true]")).to_have_attribute("data-testid", "ring-6004")
            shoot(f"pickup-open-{size}-{language}")
            is_in_place(page, accessible)
            page.keyboard.press("Enter")
            asking = "正在代答 6004" if language == "zh" else "Picking up at 6004"
            expect(page.get_by_test_id("pickup-remark")).to_contain_text(asking)
            shoot(f"pickup-asking-{size}-{language}")
            is_in_place(page, accessible)
            has_dialled(page, server, "*86004")
            server.push("me", "me", views.me(Presence.TALKING, phone=Phone.WEB))
            server.push("call", "call", views.desk_call(Stage.TALKING))
            expect(page.get_by_test_id("pickup-panel")).to_have_count(0)
            expect(page.get_by_test_id("pickup")).to_have_attribute("aria-disabled", "true")


def test_arrows_and_figures_choose_another(page: Page, server: Colleagues):
    open_free(page, server)
    page.keyboard.press("Shift+F2")
    expect(page.get_by_test_id("ring-6017")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("ring-6017")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("601")
    expect(page.locator(".lines li")).to_have_count(1)
    page.keyboard.press("Enter")
    has_dialled(page, server, "*86017")
    expect(page.get_by_test_id("pickup-take")).to_have_attribute("aria-disabled", "true")


def test_what_rings_is_looked_at_again_and_again_until_escape(page: Page, server: Colleagues):
    open_free(page, server)
    page.keyboard.press("Shift+F2")
    expect(page.get_by_test_id("ring-6004")).to_be_visible()
    server.rings = [ring("6009", "hotline", 1)]
    expect(page.get_by_test_id("ring-6009")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_test_id("ring-6004")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("pickup-panel")).to_have_count(0)


def test_without_rings_one_sentence_says_so_and_enter_dials_nothing(
    page: Page, server: Colleagues, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    server.rings = []
    for _, language in looks.anew(SMALLEST):
        open_free(page, server, language)
        page.keyboard.press("Shift+F2")
        with looks.at(language):
            none = "没有可以代答的来电" if language == "zh" else "There is no call to pick up"
            expect(page.get_by_test_id("pickup-remark")).to_have_text(none)
            shoot(f"pickup-none-{language}")
            is_in_place(page, accessible)
            page.keyboard.press("Enter")
            expect(page.get_by_role("alert")).to_be_visible()
            assert server.dialling.dialled == []


def test_a_call_that_does_not_come_is_said_and_another_can_be_tried(
    page: Page, server: Colleagues, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    for _, language in looks.anew(SMALLEST):
        server.dialling.refusal = "503 Service Unavailable"
        server.dialling.dialled.clear()
        open_free(page, server, language)
        page.keyboard.press("Shift+F2")
        with looks.at(language):
            expect(page.get_by_test_id("ring-6004")).to_be_visible()
            page.keyboard.press("Enter")
            expect(page.get_by_test_id("pickup-remark")).to_contain_text("503")
            shoot(f"pickup-failed-{language}")
            is_in_place(page, accessible)
            server.dialling.refusal = ""
            page.keyboard.press("Enter")
            has_dialled(page, server, "*86004", "*86004")
            expect(page.get_by_test_id("pickup-remark")).not_to_contain_text("503")


def test_with_a_sip_phone_the_panel_says_what_to_dial(
    page: Page, server: Colleagues, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    open_free(page, server, phone=Phone.SIP)
    page.keyboard.press("Shift+F2")
    for language in looks.languages():
        with looks.at(language):
            expect(page.get_by_test_id("pickup-code")).to_contain_text("*86004")
            expect(page.get_by_test_id("pickup-take")).to_have_count(0)
            shoot(f"pickup-sip-{language}")
            is_in_place(page, accessible)
            page.keyboard.press("ArrowDown")
            expect(page.get_by_test_id("pickup-code")).to_contain_text("*86017")
        page.keyboard.press("ArrowUp")


def test_while_asterisk_is_not_heard_nothing_is_claimed(page: Page, server: Colleagues):
    server.rings = None
    open_free(page, server)
    page.keyboard.press("Shift+F2")
    expect(page.get_by_test_id("pickup-remark")).to_have_text("电话系统失联。")
    expect(page.locator(".lines li")).to_have_count(0)


def test_without_our_server_a_seat_is_entered_by_hand(
    page: Page, server: Colleagues, shoot: Shoot, accessible: CheckAccess, looks: Looks
):
    for _, language in looks.anew(SMALLEST):
        server.come_back()
        server.dialling.dialled.clear()
        open_free(page, server, language)
        server.lose()
        with looks.at(language):
            expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "lost", timeout=15_000)
            page.keyboard.press("Shift+F2")
            entered = "可直接输入工号" if language == "zh" else "enter a seat"
            expect(page.get_by_test_id("pickup-remark")).to_contain_text(entered)
            page.keyboard.type("6001")
            shoot(f"pickup-away-{language}")
            is_in_place(page, accessible)
            page.keyboard.press("Enter")
            has_dialled(page, server, "*86001")


@pytest.mark.parametrize(
    ("presence", "why"), [(Presence.TALKING, "通话中不能代答"), (Presence.RINGING, "正在振铃,先接听自己的来电")]
)
def test_a_desk_with_a_call_says_why_not(page: Page, server: Colleagues, presence: Presence, why: str):
    stage = Stage.TALKING if presence is Presence.TALKING else Stage.RINGING
    server.desk = views.desk(views.me(presence), views.desk_call(stage))
    server.open("/desk")
    expect(page.locator(".summary")).to_be_visible()
    page.keyboard.press("Shift+F2")
    expect(page.get_by_role("alert").filter(has_text=why)).to_be_visible()
    expect(page.get_by_test_id("pickup-panel")).to_have_count(0)
