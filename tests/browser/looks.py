"""One page in both languages, on both screens and in many states, one after the other; what is wrong is told of all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from traceback import extract_tb

from playwright.sync_api import Error, Page, ViewportSize, expect

LANGUAGES = {"zh": "zh-CN", "en": "en"}
SMALLEST = {"1366": (1366, 768)}
SIZES = {**SMALLEST, "1080": (1920, 1080)}
"""The smallest screen and an ordinary one."""
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"
"""What follows its element's size has been drawn by then."""


class Looks:
    """Looks at one page in its combinations, and keeps what is wrong under each one's name."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.wrong: list[str] = []

    @contextmanager
    def at(self, *combination: str) -> Iterator[None]:
        """Keep what fails in this combination, and let the next ones be looked at all the same."""
        name = " ".join(combination)
        try:
            yield
        except AssertionError as error:
            at = extract_tb(error.__traceback__)[-1]
            self.wrong.append(f"{name}: {error} ({Path(at.filename).name}:{at.lineno} {at.line})")
        except Error as error:
            error.add_note(f"in the combination: {name}")
            raise

    def every(self, sizes: Mapping[str, tuple[int, int]] = SIZES) -> Iterator[tuple[str, str]]:
        """Show the open page on each screen in each language; give both names."""
        for language in self.languages():
            for size in self.screens(sizes):
                yield size, language

    def languages(self) -> Iterator[str]:
        """Show the open page in each language, the one it has first; give its name."""
        root = self._page.locator("html")
        now = root.get_attribute("lang")
        for language, tag in sorted(LANGUAGES.items(), key=lambda one: one[1] != now):
            if tag != now:
                # As a click, but the mouse and the focus stay where they are: both are part of what is looked at.
                self._page.get_by_test_id("language").dispatch_event("click")
            expect(root).to_have_attribute("lang", tag)
            self._page.evaluate(TWO_FRAMES)
            yield language

    def screens(self, sizes: Mapping[str, tuple[int, int]] = SIZES) -> Iterator[str]:
        """Show the page on each screen, the one it is on first; give its name."""
        now = self._page.viewport_size
        wanted = {size: ViewportSize(width=width, height=height) for size, (width, height) in sizes.items()}
        for size, screen in sorted(wanted.items(), key=lambda one: one[1] != now):
            if screen != self._page.viewport_size:
                self._page.set_viewport_size(screen)
            self._page.evaluate(TWO_FRAMES)
            yield size

    def anew(self, sizes: Mapping[str, tuple[int, int]] = SIZES) -> Iterator[tuple[str, str]]:
        """Give each combination on its screen, for a page that is opened anew in it and remembers nothing."""
        for language in LANGUAGES:
            for size in self.screens(sizes):
                if self._page.url != "about:blank":
                    self._page.evaluate("localStorage.clear()")
                yield size, language
