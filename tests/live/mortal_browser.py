"""A Chromium that can be killed, and how soon the citizen is back in the queue."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.live.conftest import CHROMIUM_ARGUMENTS
from tests.live.product import Product

BACK_SECONDS = 3.0
"""Until the citizen is told and queued again."""


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


def _returned(product: Product) -> list[int]:
    """When the dialplan took the citizen back, by Asterisk's own log: milliseconds since the epoch."""
    rows = (product.directory / "pbx" / "asterisk" / "log" / "cel-custom" / "Master.csv").read_text().splitlines()
    return [int(float(row.split('","')[1]) * 1000) for row in rows if row.startswith('"JT_RETURNED"')]


def back_within(product: Product, seconds: float, killed_at: int) -> None:
    """See that the citizen was told, and is queued again, so soon after a moment."""
    product.until(lambda: any(at > killed_at for at in _returned(product)), seconds + 10, "told that the line was lost")
    took = (min(at for at in _returned(product) if at > killed_at) - killed_at) / 1000
    assert took <= seconds, f"the citizen heard nothing for {took:.1f} s"
