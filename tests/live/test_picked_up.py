"""A colleague's ringing call picked up from a desk in a browser: one answered call, and nobody's loss."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright

from acd.agent import Presence
from tests.live.desk_page import sign_in, voice_flows
from tests.live.faults import slowness
from tests.live.heard_sounds import Sound
from tests.live.mortal_browser import BACK_SECONDS, Mortal, back_within
from tests.live.transfer_agents import AgentAtDesk
from tests.live.transfer_books import BOUND_MS, Books, Row
from tests.live.transfer_floor import Floor
from tests.live.transfer_parties import now
from tests.live.transfer_play import Play
from tests.live.transfer_run import books_are_equal, nothing_left

pytestmark = [pytest.mark.live, pytest.mark.browser]

SIP_AGENT = "6001"
"""Does not lift the telephone."""
SEEN_SECONDS = 15
MUSIC_SECONDS = 3
_LOOKED_MS, _UNDER_WAY_MS = 2_500, 1_000
_SECOND = 50
"""Packets of voice."""
_THEIRS = '[role=meter][aria-label="对方"]'


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    with Floor(agents=1, rtp_first=14000) as floor:
        yield floor


@pytest.fixture
def dying(browsers: Playwright) -> Iterator[Mortal]:
    mortal = Mortal(browsers)
    yield mortal
    mortal.close()


class PickedUp:
    """A call that rings at a SIP phone, taken by an agent at a browser, who was not ready and is so again."""

    def __init__(self, floor: Floor, page: Page, seat: str) -> None:
        self.floor, self.page, self.seat = floor, page, seat
        sign_in(page, floor.product, seat)
        self.play = Play(floor)
        floor.do(self.play.ring_in(), 30)
        _, self.ring = floor.do(floor.rung(self.play.caller, 40), 60)
        page.keyboard.press("Shift+F2")
        page.get_by_test_id(f"ring-{SIP_AGENT}").wait_for(timeout=SEEN_SECONDS * 1000)
        page.keyboard.press("Enter")
        self.until(lambda: voice_flows(page), "with voice both ways")

    @property
    def colleague(self) -> AgentAtDesk:
        """Whose telephone rang."""
        return self.floor.people[SIP_AGENT]

    def until(self, true: Callable[[], bool], what: str, seconds: float = SEEN_SECONDS) -> None:
        """Look again and again."""
        self.floor.product.until(true, seconds * slowness(), what)

    def shown(self) -> None:
        """See that the desk shows the talk and what is known of the citizen, and that no other telephone rings."""
        presence = self.page.locator('[data-testid=presence][data-presence="talking"]')
        presence.wait_for(timeout=SEEN_SECONDS * 1000)
        self.page.locator(".call-bar .caller", has_text=self.play.caller).wait_for()
        self.page.locator(".caller-panel .summary", has_text="首次来电").wait_for()
        assert self.page.get_by_test_id("pickup-panel").count() == 0
        self.until(self.ring.over.done, "with the colleague's telephone quiet")
        self.until(lambda: self.colleague.desk.presence is Presence.READY, "with the colleague ready")

    def heard(self) -> None:
        """See that voice comes through both ways: the room alone would be silent to the browser."""
        self.until(lambda: int(self.page.locator(_THEIRS).get_attribute("aria-valuenow") or 0) > 0, "with their voice")
        ear = self.play.citizen.ear
        assert ear is not None
        before = len(ear.packets)
        self.until(lambda: len(ear.packets) > before + _SECOND, "with the agent's voice")

    def held(self) -> None:
        """Hold by the desk's key: the citizen hears our music, and the agent again when they are taken back."""
        ear = self.play.citizen.ear
        assert ear is not None
        ear.tape, held_at = [], now()
        music = Sound(self.floor.product.directory / "pbx" / "asterisk" / "sounds" / "music" / "waiting.wav")
        self.page.keyboard.press("F6")
        self.until(lambda: bool(music.moments(ear, held_at)), "with music for the citizen", MUSIC_SECONDS)
        # It goes on: the dialplan has looked after them meanwhile, which it does every second.
        again = now() + _LOOKED_MS
        self.until(lambda: bool(music.moments(ear, again)), "with more music", SEEN_SECONDS)
        self.page.locator(".call-state", has_text="保持中").wait_for()
        self.page.keyboard.press("F6")
        back_at = now() + _UNDER_WAY_MS
        self.until(lambda: len([at for at in ear.packets if at > back_at]) > _SECOND, "with the agent heard again")
        assert not music.moments(ear, back_at), "music is heard over the agent"
        ear.tape = None

    def row(self) -> Row:
        """The call as it is written at the end."""
        books = Books(self.floor.product.directory)
        self.until(lambda: books.ended(self.play.caller) is not None, "written")
        row = books.ended(self.play.caller)
        assert row is not None
        return row


def test_it_is_one_answered_call_of_whoever_picked_it_up(floor: Floor, phone_chromium: Browser) -> None:
    page = phone_chromium.new_context(permissions=["microphone"]).new_page()
    call = PickedUp(floor, page, "6002")
    call.shown()
    call.heard()
    call.held()
    call.heard()
    floor.do(call.play.citizen_leaves(), 30)
    # Who was not ready is so again, and misses nothing.
    page.locator('[data-testid=presence][data-presence="not_ready"]').wait_for(timeout=SEEN_SECONDS * 1000)
    row = call.row()
    assert (row["agent"], row["loss_stage"], row["transfers"], row["rings"]) == ("6002", None, 0, 1)
    assert row["answered_at"] is not None
    assert row["hold_ms"] >= _LOOKED_MS
    books = Books(floor.product.directory)
    segments = books.rows("SELECT agent FROM call_segments WHERE call_id = ?", row["call_id"])
    assert [one["agent"] for one in segments] == ["6002", "6002"], "before the hold and after it"
    tickets = books.rows("SELECT ticket_id, agent FROM tickets WHERE call_id = ?", row["call_id"])
    assert tickets == [{"ticket_id": row["ticket_id"], "agent": "6002"}]
    told = floor.product.command("call", row["call_id"])
    assert "代答 picked up by 6002" in told
    assert "no answer" not in told, "the ring at the colleague's is nobody's miss"
    page.context.close()
    nothing_left(floor)
    books_are_equal(floor, round(BOUND_MS * slowness()))


def test_who_asks_too_late_is_told_so_and_has_no_call(floor: Floor, phone_chromium: Browser) -> None:
    page = phone_chromium.new_context(permissions=["microphone"]).new_page()
    sign_in(page, floor.product, "6003")
    page.keyboard.press("Shift+F2")
    page.keyboard.type(SIP_AGENT)
    page.keyboard.press("Enter")
    gone = page.locator("[data-testid=pickup-remark].failed", has_text="没有可以代答的来电")
    gone.wait_for(timeout=SEEN_SECONDS * 1000)
    assert page.locator('[data-testid=presence][data-presence="not_ready"]').count() == 1
    page.context.close()
    nothing_left(floor)


def test_a_browser_that_dies_leaves_the_citizen_at_the_head_of_the_queue(floor: Floor, dying: Mortal) -> None:
    call = PickedUp(floor, dying.page(), "6004")
    call.shown()
    killed_at = now()
    dying.kill()
    back_within(floor.product, BACK_SECONDS, killed_at)
    floor.do(call.play.agent_answers(), 60)
    assert call.play.desk.user == SIP_AGENT, "the colleague is rung again, and takes it"
    floor.do(call.play.citizen_leaves(), 30)
    row = call.row()
    assert (row["agent"], row["loss_stage"], row["transfers"]) == (SIP_AGENT, None, 0)
    segments = Books(floor.product.directory).rows(
        "SELECT agent FROM call_segments WHERE call_id = ? ORDER BY started_at", row["call_id"]
    )
    assert [one["agent"] for one in segments] == ["6004", SIP_AGENT]
    nothing_left(floor)
    books_are_equal(floor, round(BOUND_MS * slowness()))
