"""Handing on from a desk in a browser: three on the line at once, and no gap for the citizen."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.live.desk_page import press_ready, sign_in, voice_flows
from tests.live.faults import slowness
from tests.live.standstill import apart_ms
from tests.live.transfer_floor import Floor
from tests.live.transfer_parties import now
from tests.live.transfer_play import THIRD, Play
from tests.live.transfer_steps import OUTSIDE

pytestmark = [pytest.mark.live, pytest.mark.browser]

SIP_AGENT = "6001"
THREE_SECONDS, GAP_MS = 1.0, 200
"""From the other side's answer until it is heard; the longest gap in what the citizen hears while all are joined."""
_LEAD_MS = 500


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    with Floor(agents=1, rtp_first=13000) as floor:
        floor.do(floor.people[SIP_AGENT].pause(), 30)
        yield floor


class BrowserPlay:
    """A call whose agent sits at a browser."""

    def __init__(self, floor: Floor, page: Page, seat: str) -> None:
        self.floor, self.page = floor, page
        sign_in(page, floor.product, seat)
        press_ready(page)
        self.play = Play(floor)
        floor.do(self.play.ring_in(), 30)
        page.get_by_test_id("answer").click(timeout=30_000)
        floor.product.until(lambda: voice_flows(page), 20, "with voice both ways")

    def emergency(self) -> None:
        """Call the police into the talk, by two keys."""
        self.page.keyboard.press("F9")
        self.page.keyboard.press("1")

    def consult(self) -> None:
        """Ask somebody first."""
        self.page.keyboard.press("F8")
        self.page.get_by_test_id(f"line-{OUTSIDE}").click()
        self.page.get_by_test_id("mode-transfer_attended").click()

    def answered(self) -> int:
        """The other side answers; return when."""
        self.floor.do(self._answer(), 30)
        return int(self.play.third.call.up.result())

    async def _answer(self) -> None:
        (await self.play.other_side()).answer()

    def shows(self, step: str) -> None:
        """Wait until the desk shows a step of the transfer."""
        self.page.locator(f'[data-testid=hand-sentence][data-step="{step}"]').wait_for(timeout=15_000)

    def heard_from(self, at: int, seconds: float) -> int:
        """Wait until the citizen hears the other side after a moment; return since when."""
        ear = self.play.citizen.ear
        assert ear is not None

        def since() -> list[int]:
            return [max(start, at) for start, end in ear.spells(THIRD) if end > at + _LEAD_MS]

        self.until(lambda: bool(since()), seconds, "with the other side")
        return since()[0]

    def until(self, true: Callable[[], bool], seconds: float, what: str) -> None:
        """Look again and again."""
        self.floor.product.until(true, (seconds + 10) * slowness(), what)

    def end(self) -> None:
        """The other side hangs up, and nothing is left."""
        self.floor.do(self._end(), 30)

    async def _end(self) -> None:
        self.play.third.hang_up()
        await self.play.citizen_ends()


def test_three_are_on_the_line_within_a_second(floor: Floor, phone_chromium: Browser) -> None:
    page = phone_chromium.new_context(permissions=["microphone"]).new_page()
    call = BrowserPlay(floor, page, "6002")
    call.emergency()
    answered_at = call.answered()
    took = apart_ms(call.heard_from(answered_at, THREE_SECONDS), answered_at) / 1000
    assert took <= THREE_SECONDS * slowness(), f"after {took:.1f} s"
    call.shows("joined")
    page.keyboard.press("Control+Enter")
    call.heard_from(now(), 3)
    call.end()
    page.context.close()


def test_a_merge_leaves_no_gap_for_the_citizen(floor: Floor, phone_chromium: Browser) -> None:
    page = phone_chromium.new_context(permissions=["microphone"]).new_page()
    call = BrowserPlay(floor, page, "6003")
    call.consult()
    call.answered()
    call.shows("consulting")
    before = now()
    page.keyboard.press("F2")
    joined_at = call.heard_from(before, 5)
    call.shows("joined")
    ear = call.play.citizen.ear
    assert ear is not None
    gap = ear.longest_gap_ms(before - _LEAD_MS, joined_at + _LEAD_MS)
    assert gap <= GAP_MS * slowness(), f"the citizen heard nothing for {gap} ms"
    page.keyboard.press("Control+Enter")
    call.heard_from(now(), 3)
    call.end()
    page.context.close()
