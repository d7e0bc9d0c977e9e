"""A crowd counted by SIPp itself: one process rings in many citizens, one is every agent's telephone.

Both write a line for each thing that happens, with the caller's number and SIPp's own clock; nobody sends voice, so
that many calls cost little. `Callers` and `Telephones` are the processes, `Placed` and `Ring` what they counted.
"""

import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.live import crowd_scenarios
from tests.live.sipp import TRUNK

AGENTS_HOST = "127.0.0.1"
END_SECONDS = 30.0
"""How long SIPp may take to end its last calls when asked to."""


@dataclass(kw_only=True)
class Placed:
    """One call by its caller's telephone; moments in milliseconds since the epoch."""

    caller: str
    invited_at: int
    heard_at: int | None = None
    """Asterisk's 100: from here on the call is Asterisk's."""
    up_at: int | None = None
    ended_at: int | None = None
    ended_by: str = ""
    """`caller` or `hotline`; `refused` or `unanswered` when the hotline never took the call."""


@dataclass(kw_only=True)
class Ring:
    """One ring of an agent's telephone."""

    caller: str
    agent: str
    rung_at: int
    answered_at: int | None = None
    ended_at: int | None = None
    ended_by: str = ""
    """`agent` or `hotline`; `cancelled` when the ring ended before the agent took it."""


@dataclass(kw_only=True)
class Load:
    """How citizens ring in.

    Args:
        rate: calls a second.
        calls: how many in all.
        prefix: digits that all callers' numbers begin with, their own number in the crowd follows.
        stays_ms: how long after the hotline's 200 a caller stays at most; one of them at random.

    """

    rate: float
    calls: int
    prefix: str
    number: str = "12345"
    stays_ms: tuple[int, ...] = (120_000,)


class _Sipp:
    """One SIPp process, its log and its own statistics."""

    def __init__(self, name: str, scenario: str, *options: str) -> None:
        program = shutil.which("sipp")
        if program is None:
            pytest.skip("no SIPp on this machine")
        self.directory = Path(tempfile.mkdtemp(prefix=f"jt-{name}-"))
        (self.directory / "scenario.xml").write_text(scenario)
        self._log, self._statistics = self.directory / "calls.log", self.directory / "statistics.csv"
        with (self.directory / "output").open("wb") as output:
            self.process = subprocess.Popen(
                [
                    *(program, "-sf", "scenario.xml", "-nostdin", "-trace_logs", "-log_file", str(self._log)),
                    *(
                        "-max_invite_retrans",
                        "14",
                        "-trace_stat",
                        "-stf",
                        str(self._statistics),
                        "-fd",
                        "3600",
                        "-trace_err",
                    ),
                    *("-error_file", str(self.directory / "errors.log"), "-max_socket", "4096", "-l", "4000"),
                    *options,
                ],
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self._read = 0
        self._reading = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether SIPp is still at work."""
        return self.process.poll() is None

    def counted(self, column: str) -> int:
        """Return a total of SIPp's own statistics; SIPp must have ended."""
        names, *rows = [line.split(";") for line in self._statistics.read_text().splitlines()]
        return int(rows[-1][names.index(column)])

    def errors(self) -> str:
        """Return what SIPp complained of."""
        path = self.directory / "errors.log"
        return path.read_text(errors="replace")[-3_000:] if path.exists() else ""

    def _new_lines(self) -> Iterator[list[str]]:
        """Yield the log's lines since the last time, as words; the two last are seconds and microseconds."""
        if not self._log.exists():
            return
        with self._log.open("rb") as file:
            file.seek(self._read)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.decode("ascii").splitlines():
            yield line.split()

    def close(self) -> None:
        """End SIPp if it still runs, and remove its files."""
        if self.running:
            self.process.kill()
            self.process.wait(10)
        shutil.rmtree(self.directory, ignore_errors=True)


@dataclass
class _Log:
    placed: dict[str, Placed] = field(default_factory=dict)
    rings: dict[str, Ring] = field(default_factory=dict)


class Callers(_Sipp):
    """Citizens who ring in at a steady rate; the process ends when the last has hung up.

    Args:
        media: where they hear; nowhere unless told.
        speaks: capture file of what each says from the answer on.

    """

    def __init__(
        self,
        sip_port: int,
        load: Load,
        *,
        media: tuple[str, int] = crowd_scenarios.SILENT,
        speaks: Path | None = None,
    ) -> None:
        self.load = load
        thousand_seconds = 1000
        super().__init__(
            f"callers-{load.prefix}",
            crowd_scenarios.callers(load.prefix, load.stays_ms, media, speaks),
            *("-i", TRUNK, "-s", load.number, "-m", str(load.calls)),
            *("-r", str(round(load.rate * thousand_seconds)), "-rp", str(1000 * thousand_seconds)),
            f"127.0.0.1:{sip_port}",
        )
        self._calls = _Log()
        self._stopped = False

    def placed(self) -> dict[str, Placed]:
        """Return every call so far by its caller."""
        calls = self._calls.placed
        with self._reading:
            for what, caller, *words in self._new_lines():
                at = _moment(words)
                if what == "invited":
                    calls[caller] = Placed(caller=caller, invited_at=at)
                elif what == "heard":
                    calls[caller].heard_at = at
                elif what == "up":
                    calls[caller].up_at = at
                else:
                    calls[caller].ended_at, calls[caller].ended_by = at, what
            return dict(calls)

    @property
    def placing(self) -> bool:
        """Whether calls are still to be placed."""
        return len(self.placed()) < self.load.calls and not self._stopped

    def stop_placing(self) -> None:
        """Place no more calls; those under way go on to their end."""
        self._stopped = True
        self.process.send_signal(signal.SIGUSR1)

    def wait(self, seconds: float) -> None:
        """Wait until the last caller has hung up.

        Raises:
            AssertionError: SIPp's own statistics and its log do not tell the same number of calls.
            subprocess.TimeoutExpired: calls do not end.

        """
        self.process.wait(seconds)
        created, told = self.counted("TotalCallCreated"), len(self.placed())
        assert created == told, f"{told} calls in the log of {created}: {self.errors()}"
        assert self._stopped or created == self.load.calls, f"{created} calls, not {self.load.calls}: {self.errors()}"
        assert self.counted("FailedCall(C)") == 0, self.errors()


class Telephones(_Sipp):
    """All agents' telephones on one port: each rings, answers, talks and hangs up.

    Args:
        host: their address; that of agents, unless they are somebody else's.
        media: where they hear; nowhere unless told.

    """

    def __init__(
        self,
        port: int,
        *,
        rings_ms: int,
        talks_ms: tuple[int, ...],
        host: str = AGENTS_HOST,
        media: tuple[str, int] = crowd_scenarios.SILENT,
    ) -> None:
        scenario = crowd_scenarios.telephones(rings_ms, talks_ms, media)
        super().__init__("telephones", scenario, "-i", host, "-p", str(port))
        self._rung = _Log()

    def rings(self) -> list[Ring]:
        """Return every ring so far."""
        rings = self._rung.rings
        with self._reading:
            for what, call, *words in self._new_lines():
                if what == "rung":
                    rings[call] = Ring(caller=words[0], agent=words[1], rung_at=_moment(words))
                elif what == "answered":
                    rings[call].answered_at = _moment(words)
                else:
                    rings[call].ended_at, rings[call].ended_by = _moment(words), what
            return list(rings.values())

    def end(self) -> None:
        """Let SIPp end in order, so that it writes its statistics."""
        self.process.send_signal(signal.SIGUSR1)
        self.process.wait(END_SECONDS)


def _moment(words: list[str]) -> int:
    return int(float(words[-2])) * 1000 + int(float(words[-1])) // 1000
