"""The page about the interface: a real house, a real Chromium, and nobody else's server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Page, expect

from tests.agent_desk.served import Served, served
from tests.browser.conftest import Shoot

pytestmark = pytest.mark.browser


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A house in a thread of its own, because Playwright has this one's loop."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(served(tmp_path / "var", monkeypatch)) as running,
    ):
        yield running


def test_the_interface_is_shown_without_leaving_this_origin(page: Page, running: Served, shoot: Shoot) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"http://{running.web}/docs")
    expect(page.locator("#operations-floor-board_route_api_board_get")).to_be_visible()
    expect(page.locator(".opblock-summary-path", has_text="/api/login")).to_be_visible()
    shoot("docs")
    assert asked, "nothing was asked for"
    assert [url for url in asked if not url.startswith((f"http://{running.web}/", "data:"))] == []


def test_who_is_logged_in_may_try_out_what_changes_something(page: Page, running: Served) -> None:
    credentials = {"user": "6001", "password": running.plan.demo_password}
    page.goto(f"http://{running.web}/docs")
    reply = page.evaluate(
        "async (body) => (await fetch('/api/login', {method: 'POST', body: JSON.stringify(body),"
        " headers: {'Content-Type': 'application/json'}})).status",
        credentials,
    )
    assert reply == 200
    block = page.locator(".opblock", has_text="/api/logout")
    block.locator(".opblock-summary").click()
    block.get_by_role("button", name="Try it out").click()
    with page.expect_response("**/api/logout") as answered:
        block.get_by_role("button", name="Execute").click()
    assert answered.value.ok, answered.value.text()
