"""A system outside that is an Asterisk of its own: our trunk dials it, and telephones of the test are behind it."""

import os
import shutil
import signal
import socket
import tempfile
import time
import wave
from array import array
from pathlib import Path

from telephony.pbx_root import find_or_build
from telephony.plan import DIALPLAN_PROMPTS, PbxPlan, Prompt, TrunkPlan
from telephony.private_pbx import PrivatePbx
from telephony.render import TEMPLATES
from tests.live.transfer_voice import Role, sine
from tests.ports import free_port

OUTSIDE = Path(__file__).parent / "outside"
"""Its dialplan, lines and queue; everything else is set up as ours is."""
_MUSIC_SECONDS = 60
_RATE = 8_000
_KILLED_SECONDS = 10.0


class FarPbx:
    """One system outside.

    Args:
        root: where Asterisk is installed.
        host, port: where the hotline dials it.
        behind: where its telephones are.
        hotline: the address that calls of ours come from.
        rtp_first: first of the five hundred voice ports that are its own.

    """

    def __init__(
        self, root: Path, *, host: str, port: int, behind: tuple[str, int], hotline: str, rtp_first: int
    ) -> None:
        self._base = Path(tempfile.mkdtemp(prefix="jt-far-", dir="/tmp"))
        # The name made by mkdtemp is closed to others; Asterisk's user must get in.
        self._base.chmod(0o755)
        templates = self._base / "templates"
        shutil.copytree(TEMPLATES, templates)
        shutil.copytree(OUTSIDE, templates, dirs_exist_ok=True)
        self.pbx = PrivatePbx(
            find_or_build(root), _plan(self._base / "pbx", host, port, behind, hotline, rtp_first), templates
        )

    def start(self) -> None:
        """Start it, with music whose every packet is the other side's tone."""
        music = self.pbx.plan.base / "sounds" / "music"
        music.mkdir(parents=True)
        with wave.open(str(music / "waiting.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(_RATE)
            file.writeframes(array("h", map(round, sine(Role.THIRD, _RATE))).tobytes() * _MUSIC_SECONDS)
        self.pbx.start()

    def kill(self) -> None:
        """Kill it as a power cut would."""
        pid = self.pbx.pid
        assert pid is not None, "there is no system outside to kill"
        os.kill(pid, signal.SIGKILL)
        give_up = time.monotonic() + _KILLED_SECONDS
        while self.pbx.pid is not None:
            assert time.monotonic() < give_up, "the killed Asterisk is still there"
            time.sleep(0.02)

    def close(self) -> None:
        """Stop it, and remove its directory."""
        self.pbx.stop()
        shutil.rmtree(self._base, ignore_errors=True)


def _plan(base: Path, host: str, port: int, behind: tuple[str, int], hotline: str, rtp_first: int) -> PbxPlan:
    return PbxPlan(
        node="outside",
        base=base,
        sip_host=host,
        sip_port=port,
        rtp_first=rtp_first,
        rtp_last=rtp_first + 499,
        http_host="127.0.0.1",
        http_port=free_port(socket.SOCK_STREAM),
        ami_host="127.0.0.1",
        ami_port=free_port(socket.SOCK_STREAM),
        ami_user="outside",
        ami_secret="live-test-secret",
        trunk_addresses=(hotline,),
        citizen_phone=False,
        citizen_password="live-test-citizen",
        seat_first=1,
        seat_count=0,
        recording=False,
        numbers=(),
        queues=(),
        prompts=tuple(Prompt(key=key, zh="您好。", en="Hello.") for key in DIALPLAN_PROMPTS),
        trunks=(TrunkPlan(name="behind", host=behind[0], port=behind[1]),),
    )
