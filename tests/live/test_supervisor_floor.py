"""A supervisor on an agent's call, through everything: two real Chromiums, real Asterisk, SIPp citizen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.desk_page import press_ready, sign_in, voice_flows
from tests.live.product import Product
from tests.live.sipp import Citizen

pytestmark = [pytest.mark.live, pytest.mark.browser]

SEAT = "6004"
"""The supervisor has the seat that no agent has."""


@pytest.fixture(scope="module")
def hall() -> Iterator[Product]:
    """A hall of three agents and a supervisor with a seat."""
    running = Product(JIETONG_DEMO_AGENTS="3", JIETONG_SEATS_COUNT="4")
    running.start()
    yield running
    running.close()


@pytest.fixture(scope="module")
def desk(phone_chromium: Browser, hall: Product) -> Iterator[Page]:
    """Agent 6001, signed in with the browser's telephone."""
    context = phone_chromium.new_context(viewport={"width": 1366, "height": 768}, permissions=["microphone"])
    page = context.new_page()
    sign_in(page, hall, "6001")
    yield page
    context.close()


@pytest.fixture
def agent(desk: Page) -> Page:
    """Agent 6001 at their desk, ready."""
    press_ready(desk)
    return desk


@pytest.fixture
def floor(phone_chromium: Browser, hall: Product) -> Iterator[Page]:
    """The supervisor at the floor, not signed in."""
    context = phone_chromium.new_context(viewport={"width": 1366, "height": 768}, permissions=["microphone"])
    page = context.new_page()
    page.goto(f"{hall.web}/login?next=%2Ffloor")
    page.get_by_test_id("login-user").fill("supervisor")
    page.get_by_test_id("login-password").fill(hall.password())
    page.get_by_test_id("login-submit").click()
    page.wait_for_url("**/floor*")
    page.goto(f"{hall.web}/floor?trace=1")
    yield page
    context.close()


@pytest.fixture
def citizen(hall: Product, agent: Page) -> Iterator[Citizen]:
    """A citizen who talks with agent 6001."""
    caller = Citizen(hall.sip_port, caller="13800000041", stays_ms=None)
    agent.get_by_test_id("answer").click(timeout=30_000)
    hall.until(lambda: voice_flows(agent), 15, "with voice both ways")
    yield caller
    caller.close()


def test_help_is_asked_heard_and_the_call_taken_over(hall: Product, agent: Page, citizen: Citizen, floor: Page) -> None:
    tile = floor.get_by_test_id("agent-6001")
    expect(tile).to_contain_text("通话")
    agent.keyboard.press("F10")
    expect(agent.get_by_test_id("help-asked")).to_be_visible()
    expect(tile).to_contain_text("求助")
    tile.click()
    now = floor.get_by_test_id("watch-now")
    for key, how in (("F2", "monitor"), ("F8", "whisper"), ("F9", "barge"), ("F2", "monitor")):
        floor.keyboard.press(key)
        expect(now).to_have_attribute("data-how", how, timeout=10_000)
        before = floor.evaluate("window.__jietong.rtp()")["received"]
        hall.until(
            lambda seen=before: floor.evaluate("window.__jietong.rtp()")["received"] > seen + 25, 10, f"heard: {how}"
        )
    floor.keyboard.press("F10")
    expect(floor.locator(".ways [role=alert]")).to_have_text("先签入,再拦截")
    floor.get_by_test_id("floor-sign-in").click()
    expect(floor.get_by_test_id("floor-sign-in")).to_have_count(0, timeout=10_000)
    expect(now).to_have_attribute("data-how", "monitor")
    floor.keyboard.press("F10")
    expect(floor.get_by_test_id("my-call")).to_contain_text("13800000041", timeout=10_000)
    expect(now).to_have_count(0)
    expect(agent.locator("[data-testid=presence][data-presence=talking]")).to_have_count(0, timeout=10_000)
    heard = citizen.ear.heard
    hall.until(lambda: citizen.ear.heard > heard + 50, 10, "with the supervisor heard by the citizen")
    with floor.context.expect_page() as opened:
        floor.get_by_test_id("to-desk").click()
    expect(opened.value.get_by_test_id("ticket-text")).to_be_visible(timeout=10_000)
    assert hall.board()["agents"][SEAT]["presence"] == "talking", "the call outlives the second page"
    floor.bring_to_front()
    floor.keyboard.press("F4")
    citizen.wait()


def test_listening_ends_when_it_is_stopped_and_the_call_goes_on(
    hall: Product, agent: Page, citizen: Citizen, floor: Page
) -> None:
    floor.get_by_test_id("agent-6001").click()
    floor.keyboard.press("F2")
    now = floor.get_by_test_id("watch-now")
    expect(now).to_have_attribute("data-how", "monitor", timeout=10_000)
    floor.keyboard.press("F4")
    expect(now).to_have_count(0, timeout=10_000)
    heard = citizen.ear.heard
    hall.until(lambda: citizen.ear.heard > heard + 50, 10, "with the agent still heard by the citizen")
    floor.keyboard.press("Shift+F4")
    floor.get_by_test_id("release-yes").click()
    citizen.wait()
    expect(agent.locator("[data-testid=presence][data-presence=talking]")).to_have_count(0, timeout=10_000)


def _told_by_asterisk(hall: Product) -> list[str]:
    """What app_queue's log says of agent 6001 as a member, in its order."""
    log = hall.directory / "pbx" / "asterisk" / "log" / "queue_log"
    rows = [line.split("|") for line in log.read_text().splitlines()]
    return [row[4] for row in rows if row[3] == "6001" and row[4] in ("PAUSE", "UNPAUSE", "REMOVEMEMBER")]


def test_a_state_that_is_forced_is_asterisks_too_and_the_agent_is_told(hall: Product, agent: Page, floor: Page) -> None:
    floor.get_by_test_id("agent-6001").click()
    for to, presence, verb in (
        ("not_ready", "not_ready", "PAUSE"),
        ("ready", "ready", "UNPAUSE"),
        ("sign_out", "out", "REMOVEMEMBER"),
    ):
        floor.get_by_test_id("force-why").fill(f"演练 {to}")
        floor.get_by_test_id(f"force-{to}").click()
        note = agent.get_by_test_id("forced-note")
        expect(note).to_contain_text(f"演练 {to}", timeout=10_000)
        note.get_by_test_id("forced-seen").click()
        expect(agent.get_by_test_id("presence")).to_have_attribute("data-presence", presence)
        assert _told_by_asterisk(hall)[-1] == verb
