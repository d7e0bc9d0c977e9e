"""A real headless Chromium, with the server stood in for; screenshots go to var/shots."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.browser.looks import SIZES, Looks
from tests.browser.stand_in import DIST, StandIn
from tests.chromium import arguments

SHOTS = Path(os.environ.get("JIETONG_TEST_SHOTS") or Path(__file__).parents[2] / "var" / "shots")
AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
"""The accessibility checker that the web tests install."""

Shoot = Callable[[str], None]
CheckAccess = Callable[[], None]


@pytest.fixture(scope="session")
def chromium(browsers: Playwright) -> Iterator[Browser]:
    """One browser for all tests here."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine")
    if not (DIST / "index.html").is_file():
        pytest.skip("agent_desk/web/dist is not built: run `npm run build` in agent_desk/web")
    browser = browsers.chromium.launch(executable_path=program, args=arguments())
    yield browser
    browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own; an error on its console that nobody expected fails the test."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, permissions=["microphone"])
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def server(page: Page) -> StandIn:
    """The stand-in server of `page`."""
    return StandIn(page)


@pytest.fixture
def shoot(page: Page) -> Shoot:
    """Keep a picture of the page under this name."""

    def take(name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png")

    return take


@pytest.fixture
def accessible(page: Page) -> CheckAccess:
    """Fail when axe finds anything on the page as it stands: contrast, names, roles."""

    def check() -> None:
        assert AXE.is_file(), "axe-core is missing: run `npm install` in agent_desk/web"
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE.read_text(encoding="utf-8") + "; 0")
        found = page.evaluate(
            "axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>"
            " nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary.slice(0, 200)}`)))"
        )
        assert found == []

    return check


@pytest.fixture
def looks(page: Page) -> Iterator[Looks]:
    """Combinations that are looked at on one page; what was wrong in any of them fails the test."""
    looks = Looks(page)
    yield looks
    assert looks.wrong == [], "\n".join(looks.wrong)


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Both languages."""
    return str(request.param)


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest, page: Page) -> str:
    """The smallest screen and an ordinary one."""
    width, height = SIZES[request.param]
    page.set_viewport_size({"width": width, "height": height})
    return str(request.param)
