"""20 calls a second through the whole product with 200 agents: a real Asterisk, SIPp's callers and telephones, desks.

Every agent's desk is a websocket of its own. Counted is over the span of the calls: what SIPp placed against what the
ticket core holds, the age of Asterisk's events when they arrive (from /metrics), and processor time of the platform's
process beside Asterisk's. Needs root and a private Asterisk, as the live tests do.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import httpx

from tests.live.crowd import Callers
from tests.live.hotline import Hotline

RATE, AGENTS, SECONDS = 20.0, 200, 60
RTP_FIRST = 24_000
TALKS_MS = (3_000, 4_000, 5_000)
AGE_LIMIT = 0.2
"""Seconds; 99 % of the events must be younger when they arrive."""
_AGE = "jietong_event_age_seconds_bucket"
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def ages(web: str) -> dict[float, float]:
    """Return how many events were at most so old, by the histogram's bounds in seconds."""
    text = httpx.get(f"{web}/metrics", timeout=5, trust_env=False).raise_for_status().text
    lines = [line for line in text.splitlines() if line.startswith(_AGE)]
    return {float(line.split('"')[1]): float(line.rpartition(" ")[2]) for line in lines}


def share_within(before: dict[float, float], after: dict[float, float], bound: float) -> tuple[float, int]:
    """Return the share of the events between two readings that were at most so old, and how many events."""
    counted = {limit: after[limit] - before[limit] for limit in after}
    whole = counted[max(counted)]
    return counted[bound] / whole, int(whole)


def percentile_bound(before: dict[float, float], after: dict[float, float], share: float) -> float:
    """Return the histogram's bound under which so many of the events were."""
    return min(limit for limit in after if share_within(before, after, limit)[0] >= share)


class Spent:
    """Processor time of platform, Asterisk and SIPp between two moments."""

    def __init__(self, hotline: Hotline) -> None:
        process, pbx = hotline.product._process, hotline.pbx.pid
        assert process is not None and pbx is not None
        self._pids = {"platform": process.pid, "Asterisk": pbx, "this (desks' browsers)": os.getpid()}
        self._began = time.monotonic()
        self._before = {name: cpu_seconds(pid) for name, pid in self._pids.items()}

    def stop(self) -> dict[str, float]:
        """Return the share of one core each took."""
        took = time.monotonic() - self._began
        return {name: (cpu_seconds(pid) - self._before[name]) / took for name, pid in self._pids.items()}


def wait_placed(callers: list[Callers], seconds: float) -> None:
    """Wait until the last call is placed."""
    give_up = time.monotonic() + seconds
    while any(one.placing for one in callers):
        if time.monotonic() > give_up:
            raise TimeoutError("SIPp does not place its calls")
        time.sleep(0.2)


def report(holds: bool, text: str) -> bool:
    """Print one line and pass on whether it holds."""
    print(f"{'holds ' if holds else 'MISSED'} {text}", flush=True)
    return holds


def judge(hotline: Hotline, callers: list[Callers], share: dict[str, float], age: tuple[float, float, int]) -> bool:
    """Print every figure beside its limit; return whether all hold."""
    placed = {caller: one for each in callers for caller, one in each.placed().items()}
    wanted = set(placed)

    def held() -> list[str]:
        return [one["caller"] for one in hotline.product.calls() if one["caller"] in wanted]

    hotline.product.until(lambda: len(held()) >= len(wanted), 30, "every call in the core")
    core, answered = held(), {ring.caller for ring in hotline.telephones.rings() if ring.answered_at is not None}
    told = {one["caller"] for one in hotline.product.calls() if one["caller"] in wanted and one["answered_at"]}
    within, bound, events = age
    return all(
        [
            report(len(core) == len(set(core)) == len(placed), f"{len(placed)} calls by SIPp, {len(core)} in the core"),
            report(told == answered & wanted, f"{len(answered)} answered by SIPp, {len(told)} answered in the core"),
            report(
                within >= 0.99,
                f"event age: {within * 100:.2f} % of {events} events within {AGE_LIMIT * 1000:.0f} ms (limit 99 %), "
                f"99 % within {bound * 1000:g} ms",
            ),
            report(
                share["platform"] < share["Asterisk"],
                "share of one core: " + ", ".join(f"{name} {one * 100:.1f} %" for name, one in share.items()),
            ),
        ]
    )


def main() -> int:
    """Play, measure, print and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--agents", type=int, default=AGENTS)
    parser.add_argument("--rate", type=float, default=RATE)
    given = parser.parse_args()
    with Hotline(agents=given.agents, rtp_first=RTP_FIRST, talks_ms=TALKS_MS) as hotline:
        hotline.open()
        print(f"{given.agents} agents ready; {given.rate:g} calls/s for {given.seconds} s", flush=True)
        before, spent = ages(hotline.product.web), Spent(hotline)
        callers = hotline.ring_in(rate=given.rate, calls=round(given.rate * given.seconds))
        wait_placed(callers, given.seconds * 1.5 + 10)
        share, after = spent.stop(), ages(hotline.product.web)
        for one in callers:
            one.wait(120)
        within, events = share_within(before, after, AGE_LIMIT)
        return int(not judge(hotline, callers, share, (within, percentile_bound(before, after, 0.99), events)))


if __name__ == "__main__":
    sys.exit(main())
