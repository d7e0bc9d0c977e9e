"""A number that is used again is not taken for the process it once was."""

import os
import subprocess
from pathlib import Path

from telephony.pid_file import alive, write_pid


def test_the_process_itself_is_alive_and_a_namesake_is_not(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    assert alive(file) is None
    write_pid(file, os.getpid())
    assert alive(file) == os.getpid()
    file.write_text(f"{os.getpid()} 1\n", encoding="ascii")
    assert alive(file) is None


def test_a_damaged_file_means_nobody(tmp_path: Path) -> None:
    (tmp_path / "pid").write_text("x", encoding="ascii")
    assert alive(tmp_path / "pid") is None


def test_an_ended_process_is_gone_before_it_is_collected(tmp_path: Path) -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        write_pid(tmp_path / "pid", child.pid)
        assert alive(tmp_path / "pid") == child.pid
        assert child.stdin is not None and child.stdout is not None
        child.stdin.close()
        assert child.stdout.read() == b""
        while alive(tmp_path / "pid") is not None:
            pass
