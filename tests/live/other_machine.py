"""A second machine with a cable to this one: a network namespace of its own, in which a Chromium can run."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

import pytest

_NAME = "jietong-test-{}"


class OtherMachine:
    """What runs there sees this machine at `ours`, and nothing else of the world."""

    def __init__(self) -> None:
        number = os.getpid() % (1 << 14)
        # Of the range for measuring networks (RFC 2544), four addresses for each process of tests.
        net = f"198.18.{number >> 6}.{(number & 63) * 4}".rsplit(".", 1)
        self.ours, self.theirs = (f"{net[0]}.{int(net[1]) + host}" for host in (1, 2))
        self._name, self._ends = _NAME.format(number), (f"jt{number}a", f"jt{number}b")
        self._home = Path(tempfile.mkdtemp(prefix="jt-other-"))

    def __enter__(self) -> "OtherMachine":
        if shutil.which("ip") is None:
            pytest.skip("no command `ip` on this machine (iproute2)")
        # One of our number is that of a process which had it before us, and was killed.
        subprocess.run(["ip", "netns", "del", self._name], capture_output=True, check=False)
        done = subprocess.run(["ip", "netns", "add", self._name], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"this machine gives us no network of our own: {done.stderr.strip()}")
        near, far = self._ends
        try:
            _ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", self._name)
            _ip("addr", "add", f"{self.ours}/30", "dev", near)
            _ip("link", "set", near, "up")
            for words in (("addr", "add", f"{self.theirs}/30", "dev", far), ("link", "set", far, "up")):
                _ip("-n", self._name, *words)
            _ip("-n", self._name, "link", "set", "lo", "up")
        except subprocess.CalledProcessError as error:
            self.__exit__(None, None, None)
            pytest.skip(f"this machine gives us no network of our own: {error.stderr.strip()}")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # Its end of the cable goes with it, and ours with that.
        _ip("netns", "del", self._name)
        shutil.rmtree(self._home, ignore_errors=True)

    def program(self, command: str) -> Path:
        """Return a program that is `command`, run there."""
        script = self._home / Path(command).name
        script.write_text(f'#!/bin/sh\nexec ip netns exec {self._name} {command} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
        return script


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, text=True, check=True)
