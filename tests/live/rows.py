"""The faults of the table: what each breaks, how it sees that the fault was really there, and how it ends."""

import os
import signal
import sqlite3
from contextlib import closing, suppress
from functools import partial
from itertools import cycle
from pathlib import Path

import httpx

from tests.core.postgres import Cluster
from tests.live.ami_proxy import AmiProxy
from tests.live.counts import CutOff
from tests.live.faults import Log, Play
from tests.live.hotline import now_ms

HOUR_SECONDS = 3_600
NONSENSE = (
    (b"\x00\x9f\x01 garbage without a colon\r\nand more of it\r\n\r\n", False),
    (b"Event: QueueCallerJoin\r\nUniqueid: jt1-17", True),
    (b"Event: Newchannel\r\nChannel: " + b"x" * (10 << 20), False),
    (b"\xff\xfe\xc3(\r\n\xf0\x28\x8c\xbc: \xc0\xaf\r\n\r\n", False),
)
"""What Asterisk never says, and whether the link is reset right after it."""
STRANGERS_TEXT = b"Event: Newchannel\r\nChannel: PJSIP/trunk-\xff\xfe\xc3(\r\nCallerIDName: \xc0\xaf\r\n\r\n"
"""What Asterisk may well pass on from a telephone that sends no UTF-8: no reason to hang up on Asterisk."""
_MEANT = ("asterisk's stream makes no sense", "asterisk is not heard", '"alarm":"pbx_lost"')


def platform_killed(play: Play, seconds: float, **variables: str) -> None:
    """Kill the platform, let callers and agents go on, and start it again."""
    play.hotline.product.kill()
    play.lasting(seconds)
    assert not play.sees, "the board was seen though the platform was dead"
    play.hotline.begin_platform(**variables)


def platform_stopped(play: Play, seconds: float) -> None:
    """Stop the platform in the middle of whatever it does, as a machine that thrashes does, and let it go on."""
    play.hotline.signal_platform(signal.SIGSTOP)
    play.lasting(seconds)
    assert not play.sees, "the board was seen though the platform stood still"
    play.hotline.signal_platform(signal.SIGCONT)


def asterisk_killed(play: Play, seconds: float) -> None:
    """Kill Asterisk, and start it again after a while."""
    died_at = now_ms()
    play.hotline.kill_pbx()
    play.lasting(seconds)
    assert not play.sees, "the board was true though Asterisk was dead"
    play.hotline.start_pbx()
    play.cut_off = CutOff(died_at=died_at, back_at=now_ms() + 5_000)


def link_broken(play: Play, proxy: AmiProxy, times: int, seconds: float) -> None:
    """Reset and silence the link by turns; `seconds` from one to the next."""
    connected = proxy.connections
    ways = cycle(("cut", "silence"))
    for _, way in zip(range(times), ways, strict=False):
        if way == "cut":
            proxy.cut()
        else:
            proxy.silence()
        play.lasting(seconds / 2)
        proxy.speak_again()
        play.lasting(seconds / 2)
    play.until(lambda: proxy.connections >= connected + times, 10, f"connected anew {times} times")


def nonsense_said(play: Play, proxy: AmiProxy, what: bytes, *, then_cut: bool = False) -> None:
    """Say something on the link that Asterisk never would; the link must be made anew, with one sentence in the log."""
    log, connected = Log(play.hotline), proxy.connections
    proxy.say(what, then_cut=then_cut)
    play.until(lambda: proxy.connections > connected, 10, "connected anew")
    play.until(lambda: play.sees, 10, "live again")
    said = log.warnings()
    for meant in _MEANT:
        lines = [line for line in said if meant in line]
        said = [line for line in said if line not in lines[:1]]
    # Actions that had no answer yet fail with the link, for they are never sent again.
    said = [line for line in said if "asterisk refused an action" not in line]
    if said or not any("asterisk is not heard" in line for line in log.warnings()):
        play.wrong.append(f"after {what[:30]!r} the log holds {log.warnings()}, not one error and the loss of the link")


def strangers_text_heard(play: Play, proxy: AmiProxy) -> None:
    """Pass on what is no UTF-8 in a header's value; nothing may happen."""
    log, connected = Log(play.hotline), proxy.connections
    proxy.say(STRANGERS_TEXT)
    play.lasting(2)
    if proxy.connections != connected or log.warnings() or not play.sees:
        play.wrong.append(f"no UTF-8 in a value: {proxy.connections - connected} new links, log {log.warnings()}")


def sqlite_locked(play: Play, seconds: float) -> None:
    """Hold the database file as a backup that forgot to let go does."""
    path = play.hotline.product.directory / "jietong.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as held:
        held.execute("PRAGMA busy_timeout = 10000")
        held.execute("BEGIN EXCLUSIVE")
        database_away(play, seconds)
        held.execute("ROLLBACK")


def postgres_gone(play: Play, server: Cluster, seconds: float) -> None:
    """Stop the database server as a power cut would, and start it again."""
    server.stop()
    try:
        database_away(play, seconds)
    finally:
        server.start()


def database_away(play: Play, seconds: float) -> None:
    """See that what is to be written waits, and that the board does not."""
    play.lasting(seconds)
    backlog = play.hotline.health()["parts"]["recorder"]["backlog"]
    assert backlog > 0, "nothing waits for the database: it was not away"
    assert play.sees, "the board waits for the database"


def journal_disk_full(play: Play, seconds: float) -> None:
    """Fill the journal's file system to the last byte, and make room again."""
    filler = play.hotline.journal / "filler"
    fill(filler)
    try:
        play.lasting(seconds)
        journal = play.hotline.health()["parts"]["journal"]
        assert not journal["ok"], "/healthz says that the journal is well on a full disk"
        assert "No space left" in journal["why"], journal
        assert play.sees, "the board waits for the disk"
    finally:
        filler.unlink()
    play.until(lambda: bool(play.hotline.health()["parts"]["journal"]["ok"]), 10, "writing again")


def clock_stepped(play: Play, clock: Path, seconds: float) -> None:
    """Step the platform's clock an hour on, then an hour back, and right again."""
    for step in (HOUR_SECONDS, -HOUR_SECONDS, 0):
        set_clock(clock, step)
        play.until(partial(_off_by, play, step), 10, f"off by {step} s by the platform's clock")
        play.lasting(seconds / 3)


def _off_by(play: Play, step_seconds: int) -> bool:
    with suppress(httpx.HTTPError):
        return abs(play.hotline.clock_says_ms() - now_ms() - step_seconds * 1000) < HOUR_SECONDS * 500
    return False


def set_clock(clock: Path, step_seconds: int) -> None:
    """Tell libfaketime, in a file that it reads once a second."""
    fresh = clock.with_suffix(".new")
    fresh.write_text(f"{step_seconds:+d}\n")
    os.replace(fresh, clock)


def faketime_library() -> Path | None:
    """Return libfaketime, where the package faketime is installed."""
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def faketime(library: Path, clock: Path) -> dict[str, str]:
    """Return what makes a process read its clock through `set_clock`; steady clocks stay true, as on a real machine."""
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }


def fill(path: Path) -> None:
    """Write until not one more byte goes in."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 8, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
