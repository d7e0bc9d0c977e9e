"""What several kinds of tests share: one Playwright for the session, as two in one thread refuse each other; and how
tests are handed out to several workers."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import Scheduling

from tests.distribution import QuietLast, file_of, place

_SCHEDULER = pytest.StashKey[QuietLast]()


@pytest.fixture(scope="session")
def browsers() -> Iterator[Playwright]:
    """Playwright, started when the first test needs a browser."""
    with sync_playwright() as playwright:
        yield playwright


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of a worker in the order in which files are handed out; without workers the order stays."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: place(file_of(item.nodeid)))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """With `--dist loadfile`, our own order."""
    if config.option.dist != "loadfile":
        return None
    config.stash[_SCHEDULER] = QuietLast(config, log)
    return config.stash[_SCHEDULER]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run whose workers ended before all tests were handed out."""
    scheduler = session.config.stash.get(_SCHEDULER, None)
    if scheduler is not None and scheduler.workqueue and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
