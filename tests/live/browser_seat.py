"""Agents' desks in a Chromium, driven as people would, and killed as by a power cut.

A microphone hears a tone, as everybody's in the tests of transfers; Chromium's own made-up one beeps once a second.
"""

import asyncio
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Playwright

from acd.transfer import Command, Step, TransferMode
from tests.live.conftest import CHROMIUM_ARGUMENTS
from tests.live.faults import slowness
from tests.live.product import Product
from tests.live.transfer_voice import Role

_LOOK_SECONDS = 0.05
_START_SECONDS = 30.0
_SHOWN_MS = 20_000
_RUNG_MS = 90_000
_ALL_IN_FRONT = ("--disable-renderer-backgrounding", "--disable-background-timer-throttling", "--mute-audio")
"""Each desk is its agent's only page; in one browser all but one would be slowed down."""
SPEAK = """
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext();
  const tone = new OscillatorNode(context, { frequency: HERTZ });
  const spoken = context.createMediaStreamDestination();
  tone.connect(new GainNode(context, { gain: 0.3 })).connect(spoken);
  tone.start();
  return spoken.stream;
};
"""
_KEYS = {Command.MERGE: "F2", Command.SWAP: "F9", Command.COMPLETE: "Control+Enter", Command.DROP: "F8"}


class BrowserSeat:
    """One agent at one page."""

    def __init__(self, page: Page, product: Product, user: str) -> None:
        self._page, self._product = page, product
        self.user = user

    async def sign_in(self) -> None:
        """Log in and sign in with the browser's telephone; afterwards the agent is not ready."""
        page, web = self._page, self._product.web
        account = {"user": self.user, "password": self._product.password()}
        reply = await page.context.request.post(f"{web}/api/login", data=account)
        assert reply.ok, f"{self.user} is not let in: {reply.status}"
        await page.goto(f"{web}/desk")
        await self._press("sign-in-web")
        await page.get_by_test_id("not-ready").wait_for()

    async def ready(self) -> None:
        """Ask for calls."""
        await self._press("ready")
        await self._page.locator('[data-testid=presence][data-presence="ready"]').wait_for()

    async def answer(self) -> str:
        """Wait for a ring and answer; return the number of who calls."""
        caller = await self._page.get_by_test_id("ring-caller").inner_text(timeout=_RUNG_MS * slowness())
        await self._press("answer")
        return caller.strip()

    async def transfer(self, to: str, mode: TransferMode) -> None:
        """Hand the call on."""
        await self._page.keyboard.press("F8")
        await self._press(f"line-{to}")
        await self._press(f"mode-{mode}")

    async def command(self, command: Command) -> None:
        """Press a key of the panel."""
        await self._page.keyboard.press(_KEYS[command])

    async def hold(self) -> None:
        """Put the citizen on hold, once nobody else is on the call."""
        await self._page.locator('[data-testid=hold]:not([aria-disabled="true"])').wait_for()
        await self._page.keyboard.press("F6")
        await self._page.locator('[data-testid=hold][aria-pressed="true"]').wait_for()

    async def shows(self, step: Step) -> None:
        """Wait until the desk shows a step of the transfer."""
        await self._page.locator(f'[data-testid=hand-sentence][data-step="{step}"]').wait_for()

    async def shows_no_call(self) -> None:
        """Wait until the agent is not on a call any more."""
        await self._page.locator('[data-testid=presence]:not([data-presence="talking"])').wait_for()

    async def _press(self, button: str) -> None:
        """Press a button once it can be pressed.

        Whether it stands still is not looked at: for that the page must be drawn, and of so many few are.

        """
        await self._page.locator(f'[data-testid="{button}"]:not([aria-disabled="true"])').dispatch_event("click")


class Chromium:
    """One Chromium; each agent has a page and a profile of their own in it."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="jt-chromium-"))
        self._process: asyncio.subprocess.Process | None = None
        self._browser: Browser | None = None

    async def start(self, playwright: Playwright) -> None:
        """Let it run until it can be told what to do."""
        program = shutil.which("chromium")
        if program is None:
            pytest.skip("no Chromium on this machine")
        arguments = [f"--user-data-dir={self._home}", "--remote-debugging-port=0", "--headless=new", "about:blank"]
        self._process = await asyncio.create_subprocess_exec(
            program,
            *CHROMIUM_ARGUMENTS,
            *_ALL_IN_FRONT,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        self._browser = await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{await self._port()}")

    async def _port(self) -> int:
        """Chromium writes the port it took into its profile."""
        written = self._home / "DevToolsActivePort"
        async with asyncio.timeout(_START_SECONDS * slowness()):
            while not (written.exists() and "\n" in written.read_text()):  # noqa: ASYNC110 # another process writes it
                await asyncio.sleep(_LOOK_SECONDS)
        return int(written.read_text().split()[0])

    async def seat(self, product: Product, user: str, role: Role) -> BrowserSeat:
        """A desk whose microphone hears a role's tone."""
        assert self._browser is not None, "it is not started"
        # Without the permission a browser does not tell its addresses, and no voice finds the way.
        context = await self._browser.new_context(
            permissions=["microphone"], reduced_motion="reduce", viewport={"width": 1024, "height": 768}
        )
        page = await context.new_page()
        page.set_default_timeout(_SHOWN_MS * slowness())
        await page.add_init_script(SPEAK.replace("HERTZ", str(int(role))))
        return BrowserSeat(page, product, user)

    def kill(self) -> None:
        """End all its processes at once."""
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    async def close(self) -> None:
        """Kill it if it still runs, and remove its files."""
        self.kill()
        if self._process is not None:
            await self._process.wait()
        shutil.rmtree(self._home, ignore_errors=True)
