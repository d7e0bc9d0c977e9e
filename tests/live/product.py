"""The whole product as people run it: `jietong run` in a process of its own, on free ports, in a short temporary
directory; and everything a test asks it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from telephony.pid_file import alive
from tests.live import sounds
from tests.ports import free_port, voice_ports

CHECKOUT = Path(__file__).parents[2]
_KINDS = {
    "JIETONG_WEB_PORT": socket.SOCK_STREAM,
    "JIETONG_SIP_PORT": socket.SOCK_DGRAM,
    "JIETONG_AMI_PORT": socket.SOCK_STREAM,
    "JIETONG_PBX_HTTP_PORT": socket.SOCK_STREAM,
}


class Product:
    """One running Jietong. Close it when done: Asterisk is stopped and the directory removed.

    Args:
        variables: settings to override, `JIETONG_<SECTION>_<KEY>`.

    """

    def __init__(self, **variables: str) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="jt-", dir="/tmp"))
        # The name made by mkdtemp is closed to others; Asterisk's user must get in.
        self.directory.chmod(0o755)
        ports = {name: str(free_port(kind)) for name, kind in _KINDS.items()}
        rtp_first, rtp_last = voice_ports(30_000)
        root = os.environ.get("JIETONG_PBX_ROOT") or str(CHECKOUT / "var" / "pbx" / "root")
        self.environ = {
            **os.environ,
            "JIETONG_DATA_DIRECTORY": str(self.directory),
            "JIETONG_PBX_ROOT": root,
            "JIETONG_SIP_RTP_FIRST": str(rtp_first),
            "JIETONG_SIP_RTP_LAST": str(rtp_last),
            "JIETONG_DEMO_AGENTS": "40",
            "JIETONG_SEATS_COUNT": "40",
            **ports,
            **variables,
        }
        self.web = f"http://127.0.0.1:{self.environ['JIETONG_WEB_PORT']}"
        self.sip_port = int(self.environ["JIETONG_SIP_PORT"])
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _pbx(self) -> Path:
        return self.directory / "pbx" / "asterisk"

    @property
    def output(self) -> Path:
        """What the product has printed."""
        return self.directory / "output"

    def launch(self, *options: str) -> None:
        """Start and do not wait."""
        sounds.lend(self._pbx)
        command = [sys.executable, "-m", "agent_desk", "run", *options]
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=CHECKOUT, env=self.environ, stdout=output, stderr=output, start_new_session=True
            )

    def start(self, seconds: float = 90, until: Callable[[], bool] | None = None) -> None:
        """Start and wait until /healthz says ok, or something else is true.

        Raises:
            AssertionError: it does not come up; with what it printed.

        """
        self.launch()
        self.until(until or self._well, seconds, "healthy")
        sounds.keep(self._pbx)

    def _well(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"the product ended: {self.output.read_text()}"
        try:
            return httpx.get(f"{self.web}/healthz", timeout=2, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def until(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Ask again and again, for a bounded time."""
        give_up = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < give_up, f"not {what} within {seconds} s; printed: {self.output.read_text()}"
            time.sleep(0.05)

    def stop(self) -> int:
        """Press Ctrl-C; return the exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(30)

    def kill(self) -> None:
        """Kill our own process only, as a power cut of the software would; Asterisk goes on."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def signal(self, number: signal.Signals) -> None:
        """Send our own process a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def close(self) -> None:
        """Stop everything, an Asterisk too whose platform was killed, and remove the directory."""
        if self._process is not None and self._process.poll() is None:
            self.stop()
        asterisk = alive(self._pbx / "run" / "pbx.pid")
        if asterisk is not None:
            os.kill(asterisk, signal.SIGKILL)
        shutil.rmtree(self.directory, ignore_errors=True)

    def command(self, *arguments: str) -> str:
        """Run a `jietong` command against it; return what it printed."""
        done = self.attempt(*arguments)
        done.check_returncode()
        return done.stdout

    def attempt(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a `jietong` command that may fail, with other variables if told."""
        return subprocess.run(
            [sys.executable, "-m", "agent_desk", *arguments],
            cwd=CHECKOUT,
            env={**self.environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def calls(self) -> list[dict[str, Any]]:
        """Return every call whose outcome is known."""
        return [json.loads(line) for line in self.command("calls", "--since", "0000000000", "--json").splitlines()]

    def board(self) -> dict[str, Any]:
        """Return the wallboard's view."""
        reply = httpx.get(f"{self.web}/api/board", timeout=5, trust_env=False)
        view: dict[str, Any] = reply.raise_for_status().json()["view"]
        return view

    def password(self) -> str:
        """Return the demo log-ins' password."""
        return (self.directory / "secrets" / "demo-password").read_text().strip()
