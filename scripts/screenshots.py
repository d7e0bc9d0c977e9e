"""Renews docs/images from the running product: `make run` and `jietong demo sub-centre`, then, after `make test` once,
`.venv/bin/python scripts/screenshots.py`. About three minutes. English versions to look at go to var/shots.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import which
from signal import SIGINT

from playwright.sync_api import Browser, Page, expect, sync_playwright

from agent_desk.compose import read_plan

ROOT = Path(__file__).parents[1]
IMAGES, ENGLISH = ROOT / "docs" / "images", ROOT / "var" / "shots"
ARGUMENTS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]
TALK_SECONDS = 25
CALLER = "13800005678"
"""A demo number, as the tests use."""
FLOOR_SECONDS = 90
"""How long the floor fills before its picture is taken."""


def main() -> None:
    """Take the pictures."""
    plan = read_plan()
    host, port = plan.web_address
    home, first = f"http://{host}:{port}", plan.settings.seats.first
    IMAGES.mkdir(parents=True, exist_ok=True)
    ENGLISH.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium") or which("chromium-browser") or which("google-chrome"), args=ARGUMENTS
        )
        desk = _signed_in(browser, home, str(first), plan.demo_password)
        citizen = _page(browser, f"{home}/call?lang=zh", 900, 800)
        board = _page(browser, f"{home}/wallboard?lang=zh", 1920, 1080)
        _ring(citizen, desk, "12345")
        _write(desk, "public_services", "help", "花园路与建设路口", "路口的路灯三天没有亮,晚上行人看不清,请派人维修。")
        _save_and_end(desk)
        desk.get_by_test_id("ready").click()
        # Before the floor fills, or somebody else's call might ring here first.
        _ring(citizen, desk, "12333")
        _write(desk, "public_services", "enquiry", "", "诉求人换了工作单位,咨询社会保险关系如何转移接续,")
        with _floor(first + 1):
            board.wait_for_timeout(FLOOR_SECONDS * 1_000)
            _take(desk, "desk")
            _take(board, "wallboard")
        browser.close()


def _page(browser: Browser, address: str, width: int, height: int) -> Page:
    page = browser.new_context(
        viewport={"width": width, "height": height}, permissions=["microphone"], timezone_id="Asia/Shanghai"
    ).new_page()
    page.goto(address)
    return page


def _signed_in(browser: Browser, home: str, user: str, password: str) -> Page:
    page = _page(browser, f"{home}/login?lang=zh&next=/desk", 1366, 768)
    page.get_by_test_id("login-user").fill(user)
    page.get_by_test_id("login-password").fill(password)
    page.get_by_test_id("login-submit").click()
    sign_in, at_work = page.get_by_test_id("sign-in-web"), page.get_by_test_id("hang-up")
    expect(sign_in.or_(at_work)).to_be_visible()
    if sign_in.is_visible():
        sign_in.click()
    expect(page.get_by_test_id("phone-line")).to_have_attribute("data-line", "registered", timeout=20_000)
    if page.get_by_test_id("presence").get_attribute("data-presence") != "ready":
        page.get_by_test_id("ready").click(timeout=20_000)
    return page


def _ring(citizen: Page, desk: Page, number: str) -> None:
    """Ring in from the citizen's page; the desk answers."""
    expect(citizen.get_by_test_id("call-dial")).to_have_attribute("aria-disabled", "false", timeout=20_000)
    citizen.get_by_test_id("call-number").fill(number)
    citizen.get_by_test_id("call-from").fill(CALLER)
    citizen.get_by_test_id("call-dial").click()
    expect(desk.get_by_test_id("ring-caller")).to_have_text(CALLER, timeout=60_000)
    desk.get_by_test_id("answer").click()
    expect(desk.get_by_test_id("hang-up")).to_have_attribute("aria-disabled", "false", timeout=20_000)


def _write(desk: Page, domain: str, kind: str, place: str, text: str) -> None:
    desk.get_by_test_id(f"domain-{domain}").click()
    desk.get_by_test_id(f"demand-type-{kind}").click()
    desk.get_by_test_id("ticket-place").fill(place)
    desk.get_by_test_id("ticket-text").fill(text)


def _save_and_end(desk: Page) -> None:
    desk.wait_for_timeout(TALK_SECONDS * 1_000)
    desk.get_by_test_id("ticket-save").click()
    expect(desk.get_by_test_id("ticket-save")).to_have_attribute("aria-busy", "false")
    desk.get_by_test_id("hang-up").click()
    expect(desk.get_by_test_id("presence")).to_have_attribute("data-presence", "acw", timeout=20_000)


@contextmanager
def _floor(first: int) -> Iterator[None]:
    """Demo agents and citizens at work; both stop at the end."""
    command = [sys.executable, "-m", "agent_desk", "demo"]
    agents = [*command, "agents", "--count", "16", "--talk", "20", "--first", str(first), "--breaks", "0.1"]
    callers = [*command, "callers", "--rate", "0.5", "--minutes", "3"]
    running = [subprocess.Popen(one, cwd=ROOT) for one in (agents, callers)]
    try:
        yield
    finally:
        for one in running:
            with suppress(ProcessLookupError):
                one.send_signal(SIGINT)
            one.wait(30)


def _take(page: Page, name: str) -> None:
    """Keep the page in Chinese for the README, and in English to be looked at."""
    page.screenshot(path=IMAGES / f"{name}.png")
    page.get_by_test_id("language").click()
    page.screenshot(path=ENGLISH / f"{name}.en.png")
    page.get_by_test_id("language").click()


if __name__ == "__main__":
    main()
