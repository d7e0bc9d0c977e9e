"""Two bridges on one Asterisk: one writes, the other waits warm and takes over within five seconds."""

import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.live.product import Product
from tests.live.sipp import Citizen

pytestmark = pytest.mark.live

TAKEN_OVER_SECONDS = 5.0


@pytest.fixture
def pair() -> Iterator[tuple[Product, Product]]:
    """Two installations, each with data of its own, on the first one's Asterisk."""
    first = Product(JIETONG_SIP_RTP_FIRST="25000", JIETONG_SIP_RTP_LAST="25499")
    second: Product | None = None
    try:
        first.start()
        shared = {name: first.environ[name] for name in first.environ if name.startswith("JIETONG_SIP_")}
        second = Product(
            **shared,
            JIETONG_AMI_PORT=first.environ["JIETONG_AMI_PORT"],
            JIETONG_PBX_HTTP_PORT=first.environ["JIETONG_PBX_HTTP_PORT"],
            JIETONG_PBX_MANAGED="false",
            JIETONG_PBX_DIRECTORY=str(first.directory / "pbx" / "asterisk"),
        )
        (second.directory / "secrets").mkdir(mode=0o700)
        (second.directory / "secrets" / "ami").write_text((first.directory / "secrets" / "ami").read_text())
        second.launch()
        second.until(lambda: "another bridge" in _asterisk(second)["why"], 60, "watching")
        yield first, second
    finally:
        if second is not None:
            second.close()
        first.close()


def _asterisk(product: Product) -> dict[str, Any]:
    """How a product hears Asterisk."""
    try:
        part: dict[str, Any] = httpx.get(f"{product.web}/healthz", timeout=2, trust_env=False).json()["parts"][
            "asterisk"
        ]
    except httpx.TransportError:
        return {"ok": False, "why": "not there"}
    return part


def _holds(product: Product) -> bool:
    part = _asterisk(product)
    return bool(part["ok"]) and not part["why"]


def _took(true: Callable[[], bool], product: Product) -> float:
    began = time.monotonic()
    product.until(true, 15, "taken over")
    return time.monotonic() - began


def test_the_second_takes_over_from_a_killed_first_and_misses_no_call(pair: tuple[Product, Product]) -> None:
    first, second = pair
    before = Citizen(first.sip_port, caller="13800000001", stays_ms=500)
    before.wait()
    first.until(lambda: first.board()["figures"]["today"]["lost"] == 1, 5, "told of the first call")
    assert second.board()["figures"]["today"]["offered"] == 0, "a watcher writes nothing"
    first.kill()
    meanwhile = Citizen(first.sip_port, caller="13800000002", stays_ms=500)
    assert _took(lambda: _holds(second), second) <= TAKEN_OVER_SECONDS
    meanwhile.wait()
    after = Citizen(first.sip_port, caller="13800000003", stays_ms=500)
    after.wait()
    told = ["13800000001", "13800000002", "13800000003"]
    second.until(lambda: second.board()["figures"]["today"]["lost"] == len(told), 5, "told of all calls")
    assert sorted(call["caller"] for call in second.calls()) == told, "whoever holds has the whole books"
    first.start(until=lambda: "another bridge" in _asterisk(first)["why"])
    assert _holds(second), "who came back does not take what the other holds"
    for citizen in (before, meanwhile, after):
        citizen.close()


def test_a_first_that_stood_still_finds_itself_taken_over(pair: tuple[Product, Product]) -> None:
    first, second = pair
    first.signal(signal.SIGSTOP)
    try:
        assert _took(lambda: _holds(second), second) <= TAKEN_OVER_SECONDS
    finally:
        first.signal(signal.SIGCONT)
    first.until(lambda: "another bridge" in _asterisk(first)["why"], 10, "stood down")
    assert _holds(second)
