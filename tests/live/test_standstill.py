"""The watch over the machine notes what stood still, and nothing else; what it notes is taken off, and no more."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from tests.live import standstill
from tests.live.standstill import Watch, apart_ms, longest_ms, note, stood_still_ms, watching


@pytest.fixture
def watch() -> Iterator[Watch]:
    with watching() as one:
        yield one


def test_a_process_that_is_kept_waiting_is_noted(watch: Watch) -> None:
    stopped = watch.processes[0].pid
    since = time.time_ns() // 1_000_000
    os.kill(stopped, signal.SIGSTOP)
    give_up = time.monotonic() + 10
    while time.time_ns() // 1_000_000 < since + 300:
        assert time.monotonic() < give_up
    os.kill(stopped, signal.SIGCONT)
    while longest_ms(since) < 250:
        assert time.monotonic() < give_up, watch.spans()
    until = time.time_ns() // 1_000_000
    assert 250 <= stood_still_ms(since, until) <= until - since
    assert apart_ms(until, since) == until - since - stood_still_ms(since, until)


def test_only_what_lies_between_two_moments_is_taken_off(watch: Watch) -> None:
    watch.note(1_000, 1_300)
    watch.note(1_200, 1_500)
    watch.note(9_000, 9_100)
    assert watch.spans()[1:3] == [(1_000, 1_500), (9_000, 9_100)]
    assert apart_ms(900, 1600) == 200
    assert apart_ms(1600, 900) == 200
    assert apart_ms(1400, 1700) == 200
    assert apart_ms(1600, 2000) == 400
    assert stood_still_ms(1_250, 9_050) == 300


def test_what_nobody_watched_is_not_forgiven() -> None:
    before = list(standstill._watch)
    standstill._watch.clear()
    try:
        note(1_000, 1_300)
        assert (apart_ms(900, 1600), stood_still_ms(0, 5_000), longest_ms(0)) == (700, 0, 0)
    finally:
        standstill._watch.extend(before)
