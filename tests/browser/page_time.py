"""The time of a page, held still by a test and let pass: what a page does by a deadline hangs on no machine's load."""

from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from tests.browser import views
from tests.browser.stand_in import StandIn

LOST_WITHIN_MS = 3_000
"""A page says so long after the last true word, at the latest, that it cannot be believed."""
TICK_MS = 250
"""How often a page looks at its link (socket.ts)."""
PONGS = "__jietong.board.filter((one) => one.message.type === 'pong').length"


def stand_still(page: Page) -> None:
    """Hold the time of the pages that are opened from now on; answers of the server come all the same."""
    page.clock.install()
    page.clock.pause_at(datetime.fromtimestamp(views.now() / 1_000 + 1, UTC))


def pass_time(page: Page, server: StandIn, ms: int) -> None:
    """Let time pass on a page with trace=1, and each ping be answered before the page can miss the answer."""
    for _ in range(0, ms, TICK_MS):
        page.clock.run_for(TICK_MS)
        page.wait_for_function(f"(pongs) => {PONGS} >= pongs", arg=server.pongs)


def go_on(page: Page) -> None:
    """Let the page's time pass as the machine's does."""
    page.clock.resume()


def fall_silent(page: Page, server: StandIn, *, links: int = 1) -> None:
    """Lose the server at the worst moment, when each link of a page with trace=1 has just had its first answer."""
    page.clock.run_for(TICK_MS)
    page.wait_for_function(f"(links) => {PONGS} === links", arg=links)
    server.lose()


def loss_is_said(page: Page) -> None:
    """See that a loss just now is told in time, by the page's clock."""
    expect(page.get_by_test_id("link-lost")).to_have_count(0)
    page.clock.run_for(LOST_WITHIN_MS)
    expect(page.get_by_test_id("link-lost")).to_be_visible()
