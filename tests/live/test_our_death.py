"""Our own process is killed in the middle of calls: the line goes on, and afterwards not one call is missing."""

import time
from collections import Counter

import pytest

from acd.events import DeviceChanged
from acd.reconcile import unseen
from agent_desk.demo.agent import Habits
from agent_desk.demo.callers import count
from agent_desk.demo.citizens import Demand
from tests.live.demo_play import asked_anew, folded, in_a_thread_of_its_own, played
from tests.live.product import Product

pytestmark = pytest.mark.live

CALLS, AGENTS = 60, 10
BEFORE, DEAD = 6.0, 10.0
"""Seconds of calls before the kill, and until the restart."""


def test_a_kill_costs_no_call() -> None:
    product = Product(JIETONG_SIP_RTP_FIRST="27000", JIETONG_SIP_RTP_LAST="27999")
    try:
        product.start()

        def killed_and_started_again() -> None:
            time.sleep(BEFORE)  # the fault is a matter of time: calls are under way in every stage
            product.kill()
            time.sleep(DEAD)
            product.start()

        demand = Demand(
            rate=3.0,
            abandon_greeting=0.08,
            abandon_waiting=0.15,
            abandon_ringing=0.0,
            patience=60.0,
            talk=5.0,
            numbers=("12345",),
            returning=0.0,
            most=CALLS,
        )
        rung, tally = in_a_thread_of_its_own(
            played(product, demand, Habits(talk=3.0, acw=0.5), AGENTS, killed_and_started_again)
        )
        calls, today = product.calls(), product.board()["figures"]["today"]
        snapshot = in_a_thread_of_its_own(asked_anew(product))
        product.stop()
        left = [one for one in unseen(folded(product.directory / "journal"), snapshot)]
    finally:
        product.close()
    assert all(one.up_at is not None for one in rung), "the hotline answers though we are dead"
    assert Counter(one.caller for one in rung) == Counter(call["caller"] for call in calls)
    counted, records = count(rung), Counter(call["outcome"] for call in calls)
    assert records == {"answered": counted.talked, "lost": counted.left + counted.sent_away}
    assert counted.talked == tally.answered
    assert (today["offered"], today["answered"], today["in_progress"]) == (CALLS, counted.talked, 0)
    assert len({call["ticket_id"] for call in calls}) == CALLS
    assert [one for one in left if not isinstance(one, DeviceChanged)] == []
    by_caller = {call["caller"]: call for call in calls}
    apart = [abs(by_caller[one.caller]["ended_at"] - one.ended_at) for one in rung if one.ended_at is not None]
    assert max(apart) <= 500, sorted(apart)[-5:]
