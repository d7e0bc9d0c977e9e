"""A desk in the browser: opened, and everything in its place without scrolling."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import CheckAccess
from tests.browser.stand_in import StandIn

OVERFLOW = """() => [...document.querySelectorAll(
    'header, .call-bar, .ticket, .fields, .strip, .hand, .chosen, .modes, .commands, .seat, .outcome, .sheet, ' +
    '.cards li')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.getBoundingClientRect().right > innerWidth + 1
    || (one.matches('.ticket, .fields, .hand, .seat, .outcome') && one.scrollHeight > one.clientHeight + 1))
  .map((one) => one.className)"""
"""What is wider than its place, or would need scrolling during a call."""


def open_desk(page: Page, server: StandIn, language: str = "zh") -> None:
    server.open(f"/desk?lang={language}&trace=1")
    expect(page.locator(".summary")).to_be_visible()


def is_in_place(page: Page, accessible: CheckAccess) -> None:
    wide = page.evaluate(OVERFLOW)
    assert wide == [], f"wider than its place: {wide}"
    whole = page.evaluate("document.documentElement.scrollHeight <= innerHeight && scrollX === 0")
    assert whole, "the page would need scrolling"
    accessible()
