"""A second whole Jietong beside the first, as the sub-centre that the first one hands calls on to."""

import asyncio
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import httpx

from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan
from agent_desk.demo.product import reachable
from agent_desk.demo.sdp import Address

HOST, CARRIER_HOST = "127.0.0.3", "127.0.0.4"
"""Where the sub-centre's Asterisk and its agents' telephones are, and the public network: as `config.lines` has it."""
START_SECONDS = 180.0
"""The first start speaks every prompt."""
STOP_SECONDS = 60.0
_LOOK_SECONDS = 0.2
_VOICE_PORTS = 1_000
_PORTS = ("sip", "web", "http", "ami")


def environment(plan: Plan, environ: Mapping[str, str], agents: int) -> dict[str, str]:
    """Return the variables of the second product: everything of its own, below the first one's data directory.

    Args:
        plan: the first product's.
        environ: its variables.
        agents: how many seats and demo log-ins it gets.

    Raises:
        CommandRefused: the first one's settings leave it no room.

    """
    settings, demo = plan.settings, plan.settings.demo
    if not demo.enabled:
        raise CommandRefused("demo.enabled = false: the sub-centre is a demo; set JIETONG_DEMO_ENABLED=true.")
    ports = {name: getattr(demo, f"sub_centre_{name}_port") for name in _PORTS} | {"rtp": demo.sub_centre_rtp_first}
    none = [name for name, port in ports.items() if port == 0]
    if none:
        key = "demo.sub_centre_rtp_first" if none[0] == "rtp" else f"demo.sub_centre_{none[0]}_port"
        raise CommandRefused(f"{key} = 0: there is to be no sub-centre; set it to a free port.")
    rtp_last = ports["rtp"] + _VOICE_PORTS - 1
    if ports["rtp"] <= settings.sip.rtp_last and settings.sip.rtp_first <= rtp_last:
        raise CommandRefused(
            f"demo.sub_centre_rtp_first = {ports['rtp']}: its thousand ports overlap with sip.rtp_first to rtp_last, "
            f"{settings.sip.rtp_first}-{settings.sip.rtp_last}; choose another."
        )
    ours = {
        "DATA_DIRECTORY": str(data_directory(plan)),
        "PBX_ROOT": str(plan.pbx_root),
        "PBX_NODE": f"{settings.pbx.node[:28]}sub",
        "PBX_MANAGED": "true",
        "PBX_DIRECTORY": "",
        "PBX_HTTP_HOST": "127.0.0.1",
        "PBX_HTTP_PORT": str(ports["http"]),
        "PBX_WEBSOCKET": "",
        "WEB_HOST": "127.0.0.1",
        "WEB_PORT": str(ports["web"]),
        "SIP_HOST": HOST,
        "SIP_PORT": str(ports["sip"]),
        "SIP_RTP_FIRST": str(ports["rtp"]),
        "SIP_RTP_LAST": str(rtp_last),
        "SIP_TRUNK_ADDRESSES": reachable(settings.sip.host),
        "AMI_HOST": "127.0.0.1",
        "AMI_PORT": str(ports["ami"]),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DEMO_ENABLED": "true",
        "DEMO_AGENTS": str(agents),
        "SEATS_COUNT": str(agents),
        # It hands nothing on: its own other ends are not there.
        "DEMO_CARRIER_PORT": "0",
        "DEMO_SUB_CENTRE_RTP_FIRST": "0",
        **{f"DEMO_SUB_CENTRE_{name.upper()}_PORT": "0" for name in _PORTS},
    }
    return {**environ, **{f"JIETONG_{name}": value for name, value in ours.items()}}


def data_directory(plan: Plan) -> Path:
    """Return where the sub-centre writes."""
    return plan.settings.data_directory / "sub-centre"


def numbers_of(plan: Plan, trunk: str) -> tuple[str, ...]:
    """Return the numbers that the first product dials through a trunk."""
    return tuple(one.number for one in plan.pbx().destinations if one.trunk == trunk)


class SubCentre:
    """The second product in a process of its own. A context manager: left, it is stopped with its Asterisk.

    Args:
        plan: the first product's.
        environ: the second one's variables, of `environment`.

    """

    def __init__(self, plan: Plan, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._data = data_directory(plan)
        self._lender = plan.settings.data_directory
        self._sounds = plan.settings.pbx_directory / "sounds"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def web(self) -> str:
        """`host:port` of its pages."""
        return f"127.0.0.1:{self._environ['JIETONG_WEB_PORT']}"

    @property
    def sip(self) -> Address:
        """Where its Asterisk is."""
        return HOST, int(self._environ["JIETONG_SIP_PORT"])

    @property
    def output(self) -> Path:
        """What it prints."""
        return self._data / "output"

    def __enter__(self) -> "SubCentre":
        self._data.mkdir(parents=True, exist_ok=True)
        # What the first has spoken and looked up already need not be made again.
        _lend(self._sounds, self._data / "pbx" / "asterisk" / "sounds")
        _lend(self._lender / "cache", self._data / "cache")
        command = [sys.executable, "-m", "agent_desk", "run"]
        with self.output.open("wb") as output:
            # A session of its own: Ctrl-C is ours to pass on, once its agents have signed out.
            self._process = subprocess.Popen(
                command,
                env=dict(self._environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        try:
            # Blocks, so that a second Ctrl-C leaves nothing behind.
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    async def until_ready(self) -> None:
        """Wait until it answers and hears its Asterisk.

        Raises:
            CommandRefused: it ended, or takes too long; with what it said last.

        """
        async with httpx.AsyncClient(trust_env=False, timeout=2.0) as client:
            try:
                async with asyncio.timeout(START_SECONDS):
                    while not await self._well(client):
                        self._refuse_if_ended()
                        await asyncio.sleep(_LOOK_SECONDS)
            except TimeoutError as error:
                raise CommandRefused(
                    f"the sub-centre is not ready after {START_SECONDS:.0f} s: see {self.output}."
                ) from error

    async def until_ended(self) -> None:
        """Wait for its end, which nobody wanted.

        Raises:
            CommandRefused: always, once it has ended.

        """
        while True:
            self._refuse_if_ended()
            await asyncio.sleep(_LOOK_SECONDS)

    async def _well(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"http://{self.web}/healthz")).status_code == 200
        except httpx.TransportError:
            return False

    def _refuse_if_ended(self) -> None:
        if self._process is None or self._process.poll() is None:
            return
        lines = self.output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        said = lines[-1].strip() if lines else "it said nothing"
        raise CommandRefused(f"the sub-centre has ended ({said}): see {self.output}.")


def _lend(source: Path, target: Path) -> None:
    if source.is_dir() and not target.exists():
        shutil.copytree(source, target)
