"""The table of faults on a real Asterisk: whatever breaks, every call is in the core once, and all counts are equal.

Short in the ordinary run; `make faults` plays every row at its full length, at ten calls a second and more.
"""

import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.live import rows
from tests.live.ami_proxy import AmiProxy
from tests.live.faults import LIVE_SECONDS, Play
from tests.live.hotline import Hotline
from tests.live.table import AGENTS, FULL, TIMEOUT_SECONDS, UNAFFECTED_SECONDS, lasting, told

JOURNAL_DISK = "64m"

pytestmark = [pytest.mark.live, pytest.mark.timeout(TIMEOUT_SECONDS)]


@pytest.fixture(scope="module")
def hotline() -> Iterator[Hotline]:
    """One product for all rows, its journal on a small file system of its own."""
    with Hotline(agents=AGENTS, rtp_first=22000) as running:
        running.journal.mkdir(mode=0o700)
        mounted = _mount(running.journal)
        try:
            running.open()
            yield running
            running.desks.end()
        finally:
            if mounted:
                running.product.kill()
                subprocess.run(["umount", "--lazy", running.journal], check=True)


@pytest.fixture(scope="module")
def proxy(hotline: Hotline) -> Iterator[AmiProxy]:
    """The wire between the platform and Asterisk, laid through the test from now on."""
    with AmiProxy(hotline.pbx.plan.ami_port) as wire:
        hotline.restart(JIETONG_AMI_PORT=str(wire.port))
        yield wire
        hotline.restart()


def test_platform_killed(hotline: Hotline) -> None:
    seconds = lasting(60, 8)
    strike = partial(rows.platform_killed, seconds=seconds, JIETONG_PBX_MANAGED="true")
    told(hotline, "platform killed", strike, seconds, gap=seconds + 2 + LIVE_SECONDS)
    hotline.restart()


def test_platform_stopped(hotline: Hotline) -> None:
    seconds = lasting(90, 10)
    told(
        hotline,
        "platform stopped",
        partial(rows.platform_stopped, seconds=seconds),
        seconds,
        gap=seconds + LIVE_SECONDS,
    )


def test_sqlite_locked(hotline: Hotline) -> None:
    seconds = lasting(60, 6)
    told(hotline, "database locked", partial(rows.sqlite_locked, seconds=seconds), seconds, gap=UNAFFECTED_SECONDS)


def test_journal_disk_full(hotline: Hotline) -> None:
    if not hotline.journal.is_mount():
        pytest.skip("this machine lets nobody mount a small file system")
    seconds = lasting(60, 6)
    told(
        hotline,
        "journal's disk full",
        partial(rows.journal_disk_full, seconds=seconds),
        seconds,
        gap=UNAFFECTED_SECONDS,
    )


def test_clock_stepped(hotline: Hotline) -> None:
    library = rows.faketime_library()
    if library is None:
        pytest.skip("no libfaketime on this machine; apt-get install faketime")
    clock, seconds = hotline.product.directory / "clock", lasting(60, 6)
    rows.set_clock(clock, 0)
    hotline.restart(**rows.faketime(library, clock))
    strike = partial(rows.clock_stepped, clock=clock, seconds=seconds)
    told(hotline, "clock stepped by an hour", strike, seconds, gap=UNAFFECTED_SECONDS)


def test_link_cut_and_silenced(hotline: Hotline, proxy: AmiProxy) -> None:
    times, each = (20, 6.0) if FULL else (2, 6.0)
    strike = partial(rows.link_broken, proxy=proxy, times=times, seconds=each)
    told(hotline, "AMI cut and silenced", strike, times * each, gap=each + LIVE_SECONDS)


def test_nonsense_on_the_link(hotline: Hotline, proxy: AmiProxy) -> None:
    def strike(play: Play) -> None:
        for what, then_cut in rows.NONSENSE:
            rows.nonsense_said(play, proxy, what, then_cut=then_cut)
        rows.strangers_text_heard(play, proxy)

    told(hotline, "nonsense on the AMI", strike, lasting(20, 8), gap=LIVE_SECONDS)


def test_asterisk_killed(hotline: Hotline, proxy: AmiProxy) -> None:
    seconds = lasting(10, 5)
    strike = partial(rows.asterisk_killed, seconds=seconds)
    told(hotline, "Asterisk killed", strike, seconds + 4, gap=seconds + 6 + LIVE_SECONDS, patience_ms=20_000)


def _mount(directory: Path) -> bool:
    if shutil.which("mount") is None:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={JOURNAL_DISK},mode=700", "none", str(directory)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
