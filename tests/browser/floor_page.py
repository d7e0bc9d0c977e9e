"""The supervisor's floor in the browser: opened, read, and everything in its place."""

from playwright.sync_api import Page, expect

from tests.browser import floor
from tests.browser.conftest import CheckAccess

OVERFLOW = """() => [...document.querySelectorAll(
    'header, .filters, .filters button, .agent-panel, .watch-now, .ways button, .ways small, .strip, .confirm, ' +
    '.spot .word, .spot .badge, .spot .number, .spot .handed, .floor-alarms .banner > :not(.act)')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => `${one.className} ${one.textContent}`)"""
"""What is wider than its place: names and what to do about an alarm may be cut, nothing else."""


def open_floor(page: Page, server: floor.TwoSockets, language: str = "zh", agent: str | None = None) -> None:
    server.open(f"/floor?lang={language}&trace=1")
    expect(page.get_by_test_id("floor-agents")).to_be_visible()
    if server.who is not None and server.who.agent is not None:
        expect(page.get_by_test_id("link-state")).to_have_attribute("data-state", "live")
    if agent is not None:
        page.get_by_test_id(f"agent-{agent}").click()


def fits(page: Page, accessible: CheckAccess) -> None:
    wide = page.evaluate(OVERFLOW)
    assert wide == [], f"wider than its place: {wide}"
    whole = page.evaluate("document.documentElement.scrollHeight <= innerHeight && scrollX === 0")
    assert whole, "the page would need scrolling"
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
