"""What several kinds of tests share: one Playwright for the session, as two in one thread refuse each other."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright


@pytest.fixture(scope="session")
def browsers() -> Iterator[Playwright]:
    """Playwright, started when the first test needs a browser."""
    with sync_playwright() as playwright:
        yield playwright
