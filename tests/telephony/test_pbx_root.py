"""Finding an Asterisk, and saying in one sentence why one cannot be built."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from telephony import pbx_root
from telephony.pbx_root import (
    Installation,
    PbxError,
    build_root,
    debian_mirror,
    find_asterisk,
    give_own_user,
    prepare_root,
    resolves,
)

TARGETS = """
http://mirror.example/debian-security bookworm-security Debian
http://mirror.example/debian bookworm-updates Debian
http://other.example/pkg stable Other
http://mirror.example/debian bookworm Debian
"""


def installation(root: Path) -> Installation:
    return Installation(root=root, version="22.1.0", uid=0, gid=0, user=None, modules=frozenset())


def test_the_mirror_is_the_machines_own_and_not_a_security_one() -> None:
    assert debian_mirror(TARGETS) == "http://mirror.example/debian"


@pytest.mark.parametrize("targets", ["", "http://a.example/x bookworm-security Debian\n", "one-word\n"])
def test_a_machine_without_a_mirror_is_told_what_to_check(targets: str) -> None:
    with pytest.raises(PbxError, match="apt-get update"):
        debian_mirror(targets)


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert find_asterisk(tmp_path / "root", system=tmp_path) is None


def test_a_release_is_known_by_its_first_number(tmp_path: Path) -> None:
    assert installation(tmp_path).major == 22
    assert installation(tmp_path).private
    assert not installation(Path("/")).private


def test_only_root_builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pbx_root.os, "geteuid", lambda: 1000)
    with pytest.raises(PbxError, match="run as root"):
        build_root(tmp_path / "root")


def test_a_machine_without_debootstrap_is_told_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pbx_root.os, "geteuid", lambda: 0)
    monkeypatch.setattr(pbx_root.shutil, "which", lambda name: None)
    with pytest.raises(PbxError, match="apt-get install debootstrap"):
        build_root(tmp_path / "root")


BUILDS = """
import sys
import time
from pathlib import Path
from telephony import pbx_root

def build_root(root):
    print("builds", flush=True)
    sys.stdin.readline()
    root.mkdir()

def find_asterisk(root):
    found = root.is_dir()
    print("finds it" if found else "finds none", flush=True)
    return (
        pbx_root.Installation(root=root, version="22.1.0", uid=0, gid=0, user=None, modules=frozenset())
        if found
        else None
    )

pbx_root.build_root = build_root
pbx_root.find_asterisk = find_asterisk
pbx_root.find_or_build(Path(sys.argv[1]))
"""


def builder(root: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", BUILDS, str(root)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def waits_for_a_lock(process: int) -> bool:
    """Whether it does so within some seconds, by the kernel's table of locks."""
    give_up = time.monotonic() + 20
    while time.monotonic() < give_up:
        waiting = [
            line.split() for line in Path("/proc/locks").read_text(encoding="ascii").splitlines() if "->" in line
        ]
        if any(fields[5] == str(process) for fields in waiting):
            return True
        time.sleep(0.01)
    return False


def test_who_comes_while_another_builds_takes_what_that_one_built(tmp_path: Path) -> None:
    root = tmp_path / "pbx" / "root"
    with builder(root) as first:
        assert first.stdout is not None
        assert [first.stdout.readline() for _ in range(3)] == ["finds none\n", "finds none\n", "builds\n"]
        with builder(root) as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "finds none\n"
            assert waits_for_a_lock(second.pid)
            assert first.communicate("\n", timeout=60)[0] == "finds it\n"
            assert second.communicate("\n", timeout=60)[0] == "finds it\n"


def test_the_machines_name_resolves_inside_a_private_root(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "hosts").write_text("127.0.0.1 localhost # not hall-1\n", encoding="utf-8")
    prepare_root(installation(tmp_path), "hall-1")
    written = (tmp_path / "etc" / "hosts").stat()
    prepare_root(installation(tmp_path), "hall-1")
    assert (tmp_path / "etc" / "hosts").stat() == written, "others read it: what is right is left alone"
    hosts = (tmp_path / "etc" / "hosts").read_text(encoding="utf-8")
    assert resolves(hosts, "hall-1") and resolves(hosts, "localhost")
    assert hosts.count("127.0.0.1 hall-1") == 1
    assert not resolves(hosts, "hall-2")


def test_asterisks_user_in_a_private_root_is_nobody_elses(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    others = "root:x:0:0:root:/root:/bin/bash\n"
    (etc / "passwd").write_text(others + "asterisk:x:101:103:PBX:/var/lib/asterisk:/bin/false\n")
    (etc / "group").write_text("root:x:0:\nasterisk:x:103:\naudio:x:29:asterisk\n")
    give_own_user(tmp_path)
    assert (etc / "passwd").read_text() == others + "asterisk:x:58045:58045:PBX:/var/lib/asterisk:/bin/false\n"
    assert (etc / "group").read_text().splitlines() == ["root:x:0:", "asterisk:x:58045:", "audio:x:29:asterisk"]
