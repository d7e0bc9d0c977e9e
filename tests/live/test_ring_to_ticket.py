"""One call through everything: SIPp citizen, real Asterisk, agent in a real Chromium, ticket core, wallboard."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.live.desk_page import press_ready, sign_in, voice_flows
from tests.live.product import Product
from tests.live.sipp import Citizen
from tests.live.standstill import apart_ms

pytestmark = [pytest.mark.live, pytest.mark.browser]

SAME_MS = 50
"""How far SIPp's clock and the record may differ."""
BOARD_MS = 300
"""How late a wallboard may show an event."""
Ring = Callable[..., Citizen]


@pytest.fixture
def ring(product: Product) -> Iterator[Ring]:
    """Ring in; whatever happens, no call is left behind."""
    citizens: list[Citizen] = []

    def ring_in(**how: Any) -> Citizen:
        citizens.append(Citizen(product.sip_port, **how))
        return citizens[-1]

    yield ring_in
    for citizen in citizens:
        citizen.close()


@pytest.fixture(scope="module")
def board(phone_chromium: Browser, product: Product) -> Iterator[Page]:
    """A wallboard that remembers what came and when."""
    page = phone_chromium.new_page()
    page.goto(f"{product.web}/wallboard?trace=1")
    page.get_by_test_id("board-waiting").wait_for()
    yield page
    page.close()


@pytest.fixture(scope="module")
def desk(phone_chromium: Browser, product: Product) -> Iterator[Page]:
    """Agent 6001, signed in with the browser's telephone."""
    context = phone_chromium.new_context(
        viewport={"width": 1366, "height": 768}, permissions=["microphone", "notifications"]
    )
    page = context.new_page()
    sign_in(page, product, "6001")
    yield page
    page.get_by_test_id("sign-out").click()
    page.get_by_test_id("sign-in-web").wait_for()
    context.close()


@pytest.fixture
def ready(desk: Page) -> Page:
    """The agent is ready and waits."""
    press_ready(desk)
    return desk


def test_ring_answer_talk_ticket_hang_up(product: Product, ready: Page, board: Page, ring: Ring) -> None:
    citizen = ring(caller="13800000011", stays_ms=None)
    ready.get_by_test_id("answer").click(timeout=30_000)
    ready.get_by_test_id("hang-up").wait_for()
    product.until(lambda: voice_flows(ready), 15, "with voice both ways")
    ready.get_by_test_id("domain-public_services").click()
    ready.get_by_test_id("demand-type-help").click()
    ready.get_by_test_id("ticket-place").fill("中原区桐柏路")
    ready.get_by_test_id("ticket-text").fill("路灯不亮,请维修。")
    ready.keyboard.press("Control+s")
    ready.get_by_test_id("ticket-state").get_by_text("已保存").wait_for()
    ready.get_by_test_id("hang-up").click()
    citizen.wait()
    record = _record(product, "13800000011")
    assert citizen.ear.heard > 50, "the citizen heard nothing"
    assert (record["outcome"], record["agent"], record["number"]) == ("answered", "6001", "12345")
    assert apart_ms(record["offered_at"], citizen.sent("INVITE")) <= SAME_MS
    assert apart_ms(record["ended_at"], citizen.received("BYE")) <= SAME_MS
    assert 0 <= record["ended_at"] - record["answered_at"] - record["talk_ms"] <= SAME_MS
    assert _ticket_text(product, record["ticket_id"]) == "路灯不亮,请维修。"
    _board_was_quick(board, record["call_id"])


def test_abandoned_during_the_greeting(product: Product, ready: Page, board: Page, ring: Ring) -> None:
    citizen = ring(caller="13800000012", stays_ms=800)
    citizen.wait()
    _lost_as(product, citizen, "13800000012", "IVR_ABANDON", board)


def test_abandoned_while_queued(product: Product, desk: Page, board: Page, ring: Ring) -> None:
    _press_not_ready(desk)
    citizen = ring(caller="13800000013", stays_ms=9_000)
    citizen.wait()
    record = _lost_as(product, citizen, "13800000013", "QUEUE_ABANDON", board)
    assert record["wait_ms"] > 1_000


def test_abandoned_while_ringing(product: Product, ready: Page, board: Page, ring: Ring) -> None:
    citizen = ring(caller="13800000014", stays_ms=9_000)
    ready.get_by_test_id("answer").wait_for(timeout=30_000)
    citizen.wait()
    _lost_as(product, citizen, "13800000014", "RING_ABANDON", board)
    ready.get_by_test_id("answer").wait_for(state="detached")
    assert product.board()["agents"]["6001"]["presence"] == "ready", "a caller's impatience is not the agent's miss"


def test_nothing_is_left_and_the_books_balance(product: Product, desk: Page) -> None:
    product.until(lambda: not product.board()["calls"], 10, "without calls")
    today = product.board()["figures"]["today"]
    assert today["offered"] == today["answered"] + today["lost"]
    assert today["in_progress"] == 0
    calls = product.calls()
    assert len(calls) == today["offered"]
    assert len({call["ticket_id"] for call in calls}) == len(calls)


def _press_not_ready(desk: Page) -> None:
    desk.get_by_test_id("not-ready").click()
    desk.get_by_test_id("reason-break").click()
    desk.locator('[data-testid=presence][data-presence="not_ready"]').wait_for()


def _record(product: Product, caller: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    def written() -> bool:
        found[:] = [call for call in product.calls() if call["caller"] == caller and call["ended_at"] is not None]
        return bool(found)

    product.until(written, 10, f"with a record of {caller}")
    assert len(found) == 1
    return found[0]


def _lost_as(product: Product, citizen: Citizen, caller: str, stage: str, board: Page) -> dict[str, Any]:
    record = _record(product, caller)
    assert (record["outcome"], record["loss_stage"], record["agent"]) == ("lost", stage, None)
    assert record["ticket_id"]
    assert apart_ms(record["offered_at"], citizen.sent("INVITE")) <= SAME_MS
    assert apart_ms(record["ended_at"], citizen.sent("BYE")) <= SAME_MS
    _board_was_quick(board, record["call_id"])
    return record


def _ticket_text(product: Product, ticket: str) -> str:
    with sqlite3.connect(product.directory / "jietong.sqlite") as database:
        (text,) = database.execute("SELECT text FROM tickets WHERE ticket_id = ?", (ticket,)).fetchone()
    return str(text)


def _board_was_quick(board: Page, call: str) -> None:
    """Every stage the call came to reached the wallboard's page in time, by the event's own time.

    A call that goes back to waiting keeps the time at which its wait began: only the first sight of a stage counts.
    """
    seen = board.evaluate(
        """call => window.__jietong.board
            .filter(one => one.message.type === 'delta' && one.message.changes.calls?.set?.[call])
            .map(one => [one.message.changes.calls.set[call].stage, one.at, one.message.changes.calls.set[call].since])
        """,
        call,
    )
    assert seen, "the wallboard never showed the call"
    first = {stage: apart_ms(int(at), since) for stage, at, since in reversed(seen)}
    assert all(lag <= BOARD_MS for lag in first.values()), seen
