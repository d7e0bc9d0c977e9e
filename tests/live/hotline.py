"""A whole product under load: an Asterisk that the test holds, the platform as a process of its own, SIPp's crowd.

    with Hotline(agents=20) as hotline:
        hotline.open()
        callers = hotline.ring_in(rate=10, calls=100)

The platform is started with `pbx.managed = false`, so that each of both can be killed alone; `restart` starts it with
other settings, for example managed, in which case it adopts the Asterisk that runs.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import pytest

from agent_desk.compose import Plan
from config.load import load_catalogue, load_settings
from telephony.pbx_root import PbxError, find_or_build
from telephony.private_pbx import PrivatePbx
from telephony.prompts import PromptError, make_sounds
from tests.live import sounds
from tests.live.crowd import Callers, Load, Telephones
from tests.live.desks import Desks
from tests.live.product import Product
from tests.live.standstill import longest_ms
from tests.ports import free_port

STEADY, LEAVING = "8", "9"
"""Part of the number of callers who wait, and of those who leave early."""


class Hotline:
    """One product, its agents and its callers.

    Args:
        agents: how many sign in, each at a telephone that answers every ring.
        rtp_first: first of the thousand voice ports that are this hotline's.
        rings_ms, talks_ms: how agents work; one of the talks, at random.
        variables: settings, `JIETONG_<SECTION>_<KEY>`.

    """

    def __init__(
        self,
        *,
        agents: int,
        rtp_first: int,
        rings_ms: int = 1_000,
        talks_ms: tuple[int, ...] = (1_000, 2_000),
        **variables: str,
    ) -> None:
        if os.geteuid() != 0:
            pytest.skip("a private Asterisk is run in a root of its own, which only root can do")
        self.agents, self._rings_ms, self._talks_ms = agents, rings_ms, talks_ms
        self.product = Product(
            JIETONG_SIP_RTP_FIRST=str(rtp_first),
            JIETONG_SIP_RTP_LAST=str(rtp_first + 999),
            JIETONG_DEMO_AGENTS=str(agents),
            JIETONG_SEATS_COUNT=str(agents),
            JIETONG_RECORDING_ENABLED="false",
            JIETONG_FLOOR_ACW_SECONDS="1",
            JIETONG_PBX_MANAGED="false",
            **variables,
        )
        self._usual = dict(self.product.environ)
        self._http = httpx.Client(base_url=self.product.web, timeout=2, trust_env=False)
        self._stack = contextlib.ExitStack()
        self._stack.callback(self._http.close)
        self._stack.callback(self.product.close)
        self._waves = 0
        self.pbx: PrivatePbx
        self.telephones: Telephones
        self.desks: Desks

    def __enter__(self) -> "Hotline":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    @property
    def journal(self) -> Path:
        """Where the platform keeps its facts."""
        return self.product.directory / "journal"

    @property
    def plan(self) -> Plan:
        """The installation as the platform itself reads it."""
        return Plan(settings=load_settings(environ=self._usual), catalogue=load_catalogue())

    def open(self) -> None:
        """Start Asterisk and the platform, and bring the agents on duty."""
        self.start_pbx()
        self._stack.callback(self._stop_platform)
        self.product.start()
        port = free_port(socket.SOCK_DGRAM)
        password = self.product.password()
        logins = tuple((str(6001 + number), password) for number in range(self.agents))
        web = self.product.web.removeprefix("http://")
        self.desks = Desks(web, self.product.sip_port, logins, port)
        self._stack.callback(self.desks.close)
        self.desks.register()
        self.telephones = Telephones(port, rings_ms=self._rings_ms, talks_ms=self._talks_ms)
        self._stack.callback(self.telephones.close)
        self.desks.begin()
        self.product.until(lambda: self.desks.all_ready, 60, f"every agent ready ({self.desks.refused[-3:]})")

    def start_pbx(self) -> None:
        """Start our Asterisk; the first time everything it needs is made."""
        if not hasattr(self, "pbx"):
            try:
                installation = find_or_build(Path(self.product.environ["JIETONG_PBX_ROOT"]))
                sounds.lend(self.plan.pbx().base)
                make_sounds(self.plan.pbx())
                sounds.keep(self.plan.pbx().base)
            except (PbxError, PromptError) as reason:
                pytest.skip(f"no private Asterisk here: {reason}")
            self.pbx = PrivatePbx(installation, self.plan.pbx())
            self._stack.callback(self.pbx.stop)
        self.pbx.start()

    def kill_pbx(self) -> None:
        """Kill Asterisk as a crash would."""
        pid = self.pbx.pid
        assert pid is not None, "there is no Asterisk to kill"
        os.kill(pid, signal.SIGKILL)
        self.product.until(lambda: self.pbx.pid is None, 10, "rid of the killed Asterisk")

    def restart(self, **variables: str) -> None:
        """Kill the platform and start it with other settings, those left out as at first; wait until all is well."""
        self.product.kill()
        self.begin_platform(**variables)
        self.product.until(self._well, 60, "well, and every agent ready")

    def begin_platform(self, **variables: str) -> None:
        """Start the platform, which is dead, and wait for nothing; commands run against it have the usual settings."""
        self.product.environ = {**self._usual, **variables}
        try:
            self.product.launch()
        finally:
            self.product.environ = dict(self._usual)

    def _well(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return self.health()["status"] == "ok" and self.desks.all_ready
        return False

    def signal_platform(self, number: signal.Signals) -> None:
        """Send the platform's process a signal."""
        self.product.signal(number)

    def ring_in(
        self,
        *,
        rate: float,
        calls: int,
        patience_ms: int = 120_000,
        leaving: float = 0.0,
        stays_ms: tuple[int, ...] = (),
    ) -> list[Callers]:
        """Let citizens ring in, under numbers never used before.

        Args:
            rate: calls a second, of all.
            calls: how many.
            patience_ms: how long after the hotline's 200 a caller waits for an agent, and talks, at most.
            leaving: share of them who hang up after one of `stays_ms`.

        """
        self._waves += 1
        early = round(calls * leaving)
        kinds = (
            (STEADY, rate * (1 - leaving), calls - early, (patience_ms,)),
            (LEAVING, rate * leaving, early, stays_ms),
        )
        crowds = [
            Load(rate=part, calls=count, prefix=f"1{self._waves:02}{kind}", stays_ms=stays)
            for kind, part, count, stays in kinds
            if count
        ]
        begun = [Callers(self.product.sip_port, load) for load in crowds]
        for callers in begun:
            self._stack.callback(callers.close)
        return begun

    def board(self) -> dict[str, Any]:
        """Return the wallboard's view.

        Raises:
            httpx.HTTPError: the platform does not answer.

        """
        view: dict[str, Any] = self._http.get("/api/board").raise_for_status().json()["view"]
        return view

    def health(self) -> dict[str, Any]:
        """Return what /healthz tells, also when not all is well."""
        told: dict[str, Any] = self._http.get("/healthz", timeout=5).json()
        return told

    def clock_says_ms(self) -> int:
        """Return the time by the platform's own system clock, as it stands in the head of its answers."""
        return int(parsedate_to_datetime(self._http.get("/healthz").headers["date"]).timestamp() * 1000)

    def audit(self, since_ms: int, tolerance_ms: int) -> tuple[int, str]:
        """Run `jietong audit` for the calls offered since then; return its exit status and what it printed."""
        tolerance = tolerance_ms + longest_ms(since_ms)
        done = self.product.attempt("audit", "--since", str(since_ms), "--tolerance-ms", str(tolerance))
        return done.returncode, done.stdout + done.stderr

    def _stop_platform(self) -> None:
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            self.product.kill()


def now_ms() -> int:
    """Milliseconds since the epoch by the system's clock, which Asterisk and SIPp use too."""
    return time.time_ns() // 1_000_000
