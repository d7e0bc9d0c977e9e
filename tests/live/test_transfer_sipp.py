"""Calls that SIPp places, answers and hangs up, each handed on: its clocks and counts, and what is written of each."""

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.crowd import Placed, Ring
from tests.live.faults import slowness
from tests.live.hotline import now_ms
from tests.live.standstill import apart_ms
from tests.live.transfer_books import BOUND_MS, Books
from tests.live.transfer_sipp import MODE, PACKET_MS, TO, SippHotline

pytestmark = pytest.mark.live

FULL = os.environ.get("JIETONG_TEST_FAULTS") == "full"
CALLS, RATE = (300, 2.0) if FULL else (60, 2.0)
AGENTS = 24
_HEARD_SHARE = 0.8
"""Of the packets that a talk of some length makes, at least so many come: the ways there and back take some."""
_WRITTEN_SECONDS = 20.0


@pytest.fixture(scope="module")
def hotline() -> Iterator[SippHotline]:
    with SippHotline(agents=AGENTS, rtp_first=17_000) as hotline:
        hotline.open()
        yield hotline


def by_caller(rings: list[Ring]) -> dict[str, Ring]:
    """The one ring of each caller that was answered."""
    answered = [ring for ring in rings if ring.answered_at is not None]
    assert len({ring.caller for ring in answered}) == len(answered), "a caller was answered twice on one side"
    return {ring.caller: ring for ring in answered}


def differences(books: Books, one: Placed, agent: Ring, other: Ring, bound_ms: int) -> list[str]:
    """Return what is written otherwise than SIPp's clocks tell."""
    call = books.ended(one.caller)
    if call is None:
        return [f"{one.caller}: no end of the call is written"]
    segments = books.rows("SELECT * FROM call_segments WHERE call_id = ? ORDER BY started_at", call["call_id"])
    transfers = books.rows("SELECT * FROM call_transfers WHERE call_id = ?", call["call_id"])
    pairs = [("the call's end", call["ended_at"], one.ended_at)]
    for ring, third in ((agent, False), (other, True)):
        ours = [one for one in segments if one["with_citizen"] and (one["destination"] is not None) is third]
        what = "the other side" if third else "the agent"
        if not ours:
            return [f"{one.caller}: no talk with {what} is written"]
        pairs += [
            (f"{what}'s first word", ours[0]["started_at"], ring.answered_at),
            (f"{what}'s last word", ours[-1]["ended_at"], ring.ended_at),
        ]
    told = [
        f"{what}: written {written}, SIPp {seen}" for what, written, seen in pairs if _apart(written, seen) > bound_ms
    ]
    modes = [(row["mode"], row["destination"], row["completed_at"] is not None) for row in transfers]
    if modes != [(MODE, TO, True)]:
        told.append(f"transfers are {modes}")
    return [f"{one.caller}: {what}" for what in told]


def _apart(written: Any, seen: int | None) -> int:
    return 1 << 60 if written is None or seen is None else apart_ms(int(written), seen)


@pytest.mark.timeout(900 if FULL else 300)
def test_what_is_written_of_calls_handed_on_is_what_sipp_counted(hotline: SippHotline) -> None:
    since = now_ms()
    callers = hotline.citizens(rate=RATE, calls=CALLS)
    callers.wait(CALLS / RATE + 60 * slowness())
    bound = round(BOUND_MS * slowness())
    assert callers.counted("SuccessfulCall(C)") == CALLS
    placed, agents, others = callers.placed(), by_caller(hotline.telephones.rings()), by_caller(hotline.others.rings())
    assert set(agents) == set(others) == set(placed)
    assert {ring.ended_by for ring in agents.values()} == {"hotline"}, "each agent is let go by the transfer"
    books = Books(hotline.product.directory)

    def wrong() -> list[str]:
        return [
            what
            for one in placed.values()
            for what in differences(books, one, agents[one.caller], others[one.caller], bound)
        ]

    give_up = time.monotonic() + _WRITTEN_SECONDS * slowness()
    while (apart := wrong()) and time.monotonic() < give_up:
        time.sleep(0.5)
    assert apart == []
    _voice_was_heard(hotline, list(agents.values()), list(others.values()))
    for telephones in (hotline.telephones, hotline.others):
        telephones.end()
        assert telephones.counted("FailedCall(C)") == 0, telephones.errors()
    status, said = hotline.audit(since, bound)
    assert status == 0, said


def _voice_was_heard(hotline: SippHotline, agents: list[Ring], others: list[Ring]) -> None:
    """See that as many packets came to each side as its talks are long; the citizens hear both sides' echoes."""
    of_agents, of_others = _packets(agents), _packets(others)
    for who, ear, due in (
        ("agents", hotline.agents_ear, of_agents),
        ("the other side", hotline.others_ear, of_others),
        ("citizens", hotline.citizens_ear, of_agents + of_others),
    ):
        print(f"{who} heard {ear.heard} packets, their talks make {due}", flush=True)
        assert ear.heard >= _HEARD_SHARE * due, f"{who} heard {ear.heard} packets of {due}"


def _packets(rings: list[Ring]) -> int:
    return sum((ring.ended_at or 0) - (ring.answered_at or 0) for ring in rings) // PACKET_MS
