"""The allocator takes our settings on glibc, and what was loaded at the start is left alone."""

import gc
import os
import subprocess
import sys

import pytest

from agent_desk import memory

ASK = "from agent_desk.memory import steady_allocator; print(steady_allocator())"


def test_the_allocator_is_set_where_there_is_glibc() -> None:
    if "glibc" not in os.confstr("CS_GNU_LIBC_VERSION").lower():  # type: ignore[union-attr]
        pytest.skip("no glibc here")
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "True"


def test_where_there_is_no_such_function_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: object())
    assert not memory.steady_allocator()


def test_what_is_there_at_the_start_is_not_looked_through_again() -> None:
    before = gc.get_freeze_count()
    try:
        memory.leave_what_stays()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()
