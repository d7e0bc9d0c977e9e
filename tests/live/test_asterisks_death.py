"""Asterisk itself is killed in the middle of calls: it comes back by itself, and what was cut off is told as such."""

import os
import signal
import time
from collections import Counter

import pytest

from agent_desk.demo.agent import Habits
from agent_desk.demo.citizens import Demand
from tests.live.demo_play import in_a_thread_of_its_own, played
from tests.live.product import Product

pytestmark = pytest.mark.live

CALLS, AGENTS = 24, 8
BEFORE = 5.0
"""Seconds of calls before the kill."""


def test_a_killed_asterisk_comes_back_and_its_calls_are_accounted_for() -> None:
    product = Product(JIETONG_SIP_RTP_FIRST="28000", JIETONG_SIP_RTP_LAST="28999")
    try:
        product.start()
        pid_file = product.directory / "pbx" / "asterisk" / "run" / "pbx.pid"

        killed_at: list[int] = []

        def killed() -> None:
            time.sleep(BEFORE)  # the fault is a matter of time: calls are under way in every stage
            killed_at.append(time.time_ns() // 1_000_000)
            os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)

        demand = Demand(
            rate=1.0,
            abandon_greeting=0.0,
            abandon_waiting=0.0,
            abandon_ringing=0.0,
            patience=20.0,
            talk=4.0,
            numbers=("12345",),
            returning=0.0,
            most=CALLS,
        )
        rung, _ = in_a_thread_of_its_own(played(product, demand, Habits(talk=3.0, acw=0.5), AGENTS, killed))
        calls, today = product.calls(), product.board()["figures"]["today"]
    finally:
        product.close()
    placed = Counter(one.caller for one in rung if one.up_at is not None)
    assert Counter(call["caller"] for call in calls) == placed, "a call that was answered by Asterisk is missing"
    (kill,) = killed_at
    # queue_log tells the new start in whole seconds: what was cut off may end up to a second before the kill.
    cut_off = [call for call in calls if call["offered_at"] < kill and kill - 1_000 <= call["ended_at"] < kill + 1_000]
    assert cut_off, "the kill met nobody"
    running_after = [call for call in calls if call["offered_at"] < kill and call["ended_at"] >= kill + 1_000]
    assert running_after == [], "seconds in which Asterisk was dead count as talk"
    assert {call["loss_stage"] for call in cut_off} <= {None, "SYSTEM"}, "a call cut off is told as an abandon"
    assert max(call["answered_at"] or 0 for call in calls) > max(call["ended_at"] for call in cut_off), (
        "nobody was answered after the restart"
    )
    assert today["offered"] == today["answered"] + today["lost"] == len(calls)
