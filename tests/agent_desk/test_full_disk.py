"""A disk that is really full: calls go on, /healthz says so, and afterwards nothing is missing or harmed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.agent_desk.full_disk import AFTER, BEFORE, WHILE

ROOT = Path(__file__).parent.parent.parent
IN_A_NAMESPACE = ("unshare", "--mount", "--propagation", "private", "sh", "-c")
SCRIPT = 'mount -t tmpfs -o size=8m none "$1/journal" && shift && exec "$@"'


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was seen while the journal's disk was full and afterwards."""
    data = tmp_path_factory.mktemp("full")
    (data / "journal").mkdir()
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("only root may mount a small file system")
    if subprocess.run([*IN_A_NAMESPACE, SCRIPT, "sh", data, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a small file system")
    done = subprocess.run(
        [*IN_A_NAMESPACE, SCRIPT, "sh", data, sys.executable, "-m", "tests.agent_desk.full_disk", data],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_healthz_says_that_the_disk_is_full_and_memory_too(seen: dict[str, Any]) -> None:
    assert seen["full"]["ok"] is False
    assert "No space left on device" in seen["full"]["why"]
    assert f"facts not kept: {seen['unkept']}" in seen["full"]["why"]
    assert seen["room"] == {"ok": True, "why": "", "alarms": []}


def test_memory_is_bounded_and_the_floor_goes_on(seen: dict[str, Any]) -> None:
    assert seen["in memory"] <= 1 << 20
    assert seen["unkept"] > 0
    assert seen["floor"] == BEFORE + WHILE


def test_what_was_written_before_is_unharmed(seen: dict[str, Any]) -> None:
    assert seen["unharmed"] is True


def test_after_a_restart_and_in_a_replay_the_floor_is_the_same(seen: dict[str, Any]) -> None:
    assert seen["restarted"] == seen["replayed"] == seen["ran"]


def test_every_call_is_in_the_core(seen: dict[str, Any]) -> None:
    assert seen["calls"] == BEFORE + WHILE + AFTER
