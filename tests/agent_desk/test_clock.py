"""The one clock: milliseconds since the epoch that never go back."""

import time

from acd.names import Millis
from agent_desk.clock import SteadyClock


def test_it_tells_the_time_in_milliseconds() -> None:
    assert abs(SteadyClock().now() - time.time_ns() // 1_000_000) < 1_000


def test_it_never_goes_back() -> None:
    clock = SteadyClock()
    moments = [clock.now() for _ in range(1_000)]
    assert moments == sorted(moments)


def test_two_clocks_of_one_machine_agree() -> None:
    assert abs(SteadyClock().now() - SteadyClock().now()) < 1_000


def test_it_goes_along_with_asterisks_clock_and_remembers_by_how_much() -> None:
    clock = SteadyClock()
    before = clock.now()
    clock.move(Millis(3_600_000))
    assert 3_600_000 <= clock.now() - before < 3_601_000
    clock.move(Millis(-3_600_000))
    assert clock.moved_ms == 0
