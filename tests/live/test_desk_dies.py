"""An agent's browser dies in the middle of a talk: the citizen hears so, and is at the head of the queue."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.live.conftest import CHROMIUM_ARGUMENTS
from tests.live.desk_page import press_ready, sign_in, voice_flows
from tests.live.product import Product
from tests.live.sipp import Citizen

pytestmark = [pytest.mark.live, pytest.mark.browser]

BACK_SECONDS, BACK_ALONE_SECONDS = 3.0, 10.0
"""Until the citizen is told and queued again: with our programs, and without any."""


class Mortal:
    """A Chromium that can be killed."""

    def __init__(self, browsers: Playwright) -> None:
        program = shutil.which("chromium")
        if program is None:
            pytest.skip("no Chromium on this machine")
        self._home = Path(tempfile.mkdtemp(prefix="jt-chromium-"))
        arguments = [f"--user-data-dir={self._home}", "--remote-debugging-port=0", "--headless=new", "about:blank"]
        self._process = subprocess.Popen(
            [program, *CHROMIUM_ARGUMENTS, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        port = self._port()
        self.browser: Browser = browsers.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")

    def _port(self) -> int:
        """Chromium writes the port it took into its profile."""
        written = self._home / "DevToolsActivePort"
        give_up = time.monotonic() + 30
        while not (written.exists() and "\n" in written.read_text()):
            assert time.monotonic() < give_up, "Chromium does not start"
            time.sleep(0.05)
        return int(written.read_text().split()[0])

    def page(self) -> Page:
        """A new page in a profile of its own."""
        return self.browser.new_context(viewport={"width": 1366, "height": 768}).new_page()

    def kill(self) -> None:
        """End all its processes as a power cut would."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)

    def close(self) -> None:
        """Kill it if it still runs, and remove its files."""
        if self._process.poll() is None:
            self.kill()
        shutil.rmtree(self._home, ignore_errors=True)


@pytest.fixture
def dying(browsers: Playwright) -> Iterator[Mortal]:
    mortal = Mortal(browsers)
    yield mortal
    mortal.close()


@pytest.fixture(scope="module")
def hotline() -> Iterator[Product]:
    product = Product(JIETONG_SIP_RTP_FIRST="29000", JIETONG_SIP_RTP_LAST="29499")
    try:
        product.start()
        yield product
    finally:
        product.close()


def _stage(product: Product) -> str:
    calls = list(product.board()["calls"].values())
    return str(calls[0]["stage"]) if calls else "gone"


def _talk(product: Product, page: Page, agent: str, caller: str, stays_ms: int | None = None) -> Citizen:
    sign_in(page, product, agent)
    press_ready(page)
    citizen = Citizen(product.sip_port, caller=caller, stays_ms=stays_ms)
    page.get_by_test_id("answer").click(timeout=30_000)
    product.until(lambda: voice_flows(page), 15, "with voice both ways")
    return citizen


def _returned(product: Product) -> list[int]:
    """When the dialplan took the citizen back, by Asterisk's own log: milliseconds since the epoch."""
    rows = (product.directory / "pbx" / "asterisk" / "log" / "cel-custom" / "Master.csv").read_text().splitlines()
    return [int(float(row.split('","')[1]) * 1000) for row in rows if row.startswith('"JT_RETURNED"')]


def back_within(product: Product, seconds: float, killed_at: int) -> None:
    """See that the citizen was told, and is queued again, so soon after a moment."""
    product.until(lambda: any(at > killed_at for at in _returned(product)), seconds + 10, "told that the line was lost")
    took = (min(at for at in _returned(product) if at > killed_at) - killed_at) / 1000
    assert took <= seconds, f"the citizen heard nothing for {took:.1f} s"


def test_the_citizen_goes_to_the_head_of_the_queue_and_the_next_agent_answers(
    hotline: Product, dying: Mortal, phone_chromium: Browser
) -> None:
    citizen = _talk(hotline, dying.page(), "6001", "13800000021")
    behind = Citizen(hotline.sip_port, caller="13800000022", stays_ms=15_000)
    hotline.until(lambda: len(hotline.board()["calls"]) == 2, 15, "with a second caller")
    killed_at = time.time_ns() // 1_000_000
    dying.kill()
    back_within(hotline, BACK_SECONDS, killed_at)
    page = phone_chromium.new_context(permissions=["microphone"]).new_page()
    sign_in(page, hotline, "6002")
    press_ready(page)
    page.get_by_test_id("answer").click(timeout=30_000)
    hotline.until(lambda: voice_flows(page), 15, "with voice both ways again")
    talking = [call for call in hotline.board()["calls"].values() if call["stage"] == "talking"]
    assert [call["caller"] for call in talking] == ["138****0021"], "who was cut off goes before who waits"
    page.get_by_test_id("hang-up").click()
    citizen.wait()
    record = next(call for call in hotline.calls() if call["caller"] == "13800000021")
    assert (record["outcome"], record["agent"], record["loss_stage"]) == ("answered", "6002", None)
    behind.wait()
    behind.close()
    citizen.close()
    page.get_by_test_id("sign-out").click()
    page.get_by_test_id("sign-in-web").wait_for()
    page.close()


def test_it_is_so_with_every_program_of_ours_dead(hotline: Product, dying: Mortal) -> None:
    citizen = _talk(hotline, dying.page(), "6003", "13800000023", stays_ms=32_000)
    hotline.kill()
    killed_at = time.time_ns() // 1_000_000
    dying.kill()
    back_within(hotline, BACK_ALONE_SECONDS, killed_at)
    hotline.start()
    assert _stage(hotline) in ("queue", "ringing"), "taken up again as one who waits"
    citizen.wait()
    citizen.close()
    hotline.until(lambda: _stage(hotline) == "gone", 10, "over")
