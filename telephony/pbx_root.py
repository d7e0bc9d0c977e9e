"""Finds an Asterisk to run: the machine's own, or one in a private root directory, which it can build."""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

OLDEST = 20
"""The first major release we support."""

_BUILD_SECONDS = 900
_RELEASE = "forky"
"""The Debian release that carries Asterisk; debootstrap's script of Debian 12 for it is `sid`."""


_OWN_ID = 58_045
"""User and group number of Asterisk in a private root: below those systemd gives out, above those people have."""


class PbxError(Exception):
    """Asterisk cannot be had, started or stopped; one sentence for the reader, with the mend."""


class Installation(Struct, frozen=True, kw_only=True):
    """An Asterisk that can be run."""

    root: Path
    """The directory it believes to be `/`."""
    version: str
    uid: int
    gid: int
    """Whom it runs as when it is started by root."""
    user: str | None
    """The name of that user; None: it stays whoever starts it."""
    modules: frozenset[str]
    """File names of the modules it has."""

    @property
    def private(self) -> bool:
        """True when it lives in a root directory of its own."""
        return self.root != Path("/")

    @property
    def major(self) -> int:
        """The release: 22 for 22.10.1."""
        return _major(self.version)


def find_asterisk(root: Path, *, system: Path = Path("/")) -> Installation | None:
    """The machine's Asterisk when it is new enough, else the one below `root`; None when there is neither."""
    for place in (system, root):
        installation = _look(place)
        if installation is not None and installation.major >= OLDEST:
            return installation
    return None


def find_or_build(root: Path) -> Installation:
    """An Asterisk; when the machine has none it is installed below `root`, which takes a minute and 500 MB.

    Who comes while another process builds there waits for it, and takes what it has built.

    Raises:
        PbxError: there is none and none can be built here.
    """
    found = find_asterisk(root)
    if found is None:
        with _alone(root):
            found = find_asterisk(root)
            if found is None:
                build_root(root)
                found = find_asterisk(root)
    if found is None:
        raise PbxError(f"The root just built at {root} holds no Asterisk {OLDEST} or newer: remove it, run again.")
    return found


def build_root(root: Path) -> None:
    """Install Asterisk into the directory `root` with debootstrap, from the machine's own Debian mirror.

    Raises:
        PbxError: not root, no debootstrap, no mirror, or the installation failed.
    """
    if os.geteuid() != 0:
        raise PbxError("Only root can build the private Asterisk: run as root, or install asterisk 20 or newer.")
    if shutil.which("debootstrap") is None:
        raise PbxError("debootstrap is missing: apt-get install debootstrap.")
    mirror = debian_mirror(_index_targets())
    fresh = root.with_name(root.name + ".building")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    log = root.with_name(root.name + ".log")
    command = ["debootstrap", "--variant=minbase", "--include=asterisk,ca-certificates"]
    command += [_RELEASE, str(fresh), mirror, "sid"]
    with log.open("w", encoding="utf-8") as output:
        try:
            done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, timeout=_BUILD_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise PbxError(f"debootstrap took longer than {_BUILD_SECONDS} s: see {log}, run again.") from None
    if done.returncode != 0:
        raise PbxError(f"debootstrap failed ({_last_line(log)}): is there a network? See {log}, then run again.")
    give_own_user(fresh)
    shutil.rmtree(root, ignore_errors=True)
    fresh.rename(root)


def give_own_user(root: Path) -> None:
    """Let Asterisk's user in a private root have a number that is nobody's outside.

    The packages in the root count their users from 100 up, as those of this machine do: without this, Asterisk's
    secrets and recordings would belong to whichever service has the same number here.
    """
    for name in ("passwd", "group"):
        path = root / "etc" / name
        lines = [line.split(":") for line in path.read_text(encoding="utf-8").splitlines()]
        for fields in lines:
            if fields[0] == "asterisk":
                fields[2:4] = [str(_OWN_ID), str(_OWN_ID) if name == "passwd" else fields[3]]
        path.write_text("".join(":".join(fields) + "\n" for fields in lines), encoding="utf-8")


def debian_mirror(targets: str) -> str:
    """The machine's Debian mirror.

    Args:
        targets: lines of `<address> <codename> <origin>`, as apt lists its sources.

    Raises:
        PbxError: apt knows no Debian source that is not a security one.
    """
    for line in targets.splitlines():
        address, codename, origin = (line.split() + ["", "", ""])[:3]
        if origin == "Debian" and not codename.endswith(("-security", "-updates", "-backports")):
            return address
    raise PbxError("apt knows no Debian mirror: check /etc/apt/sources.list and run apt-get update.")


def prepare_root(installation: Installation, host_name: str) -> None:
    """Let the machine's name resolve inside a private root, without which each call waits for DNS."""
    if not installation.private:
        return
    hosts = installation.root / "etc" / "hosts"
    before = text = hosts.read_text(encoding="utf-8") if hosts.exists() else ""
    if not resolves(text, "localhost"):
        text += "127.0.0.1 localhost\n"
    if not resolves(text, host_name):
        text += f"127.0.0.1 {host_name}\n"
    # Another Asterisk may run in this root and read its files: they are never half written.
    if text != before:
        _replace(hosts, text.encode())
    zone, ours = Path("/etc/localtime"), installation.root / "etc" / "localtime"
    if zone.exists() and not ours.is_symlink() and not (ours.exists() and ours.read_bytes() == zone.read_bytes()):
        _replace(ours, zone.read_bytes())


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Wait until no other process builds at `root`, and let none begin."""
    root.parent.mkdir(parents=True, exist_ok=True)
    with root.with_name(root.name + ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.rename(path)


def resolves(hosts: str, name: str) -> bool:
    """Whether the text of a hosts file gives `name` an address."""
    return any(name in line.partition("#")[0].split()[1:] for line in hosts.splitlines())


def _index_targets() -> str:
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(ORIGIN)", "Created-By: Packages"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise PbxError(f"apt-get did not name its mirrors ({error}): run apt-get update.") from None


def _look(root: Path) -> Installation | None:
    """The Asterisk below `root`, of any version."""
    program = root / "usr/sbin/asterisk"
    if not program.is_file():
        return None
    version = _version(root)
    if version is None:
        return None
    user = next(_users(root), None) if os.geteuid() == 0 else None
    uid, gid = (user[1], user[2]) if user else (os.geteuid(), os.getegid())
    modules = frozenset(
        path.name for lib in ("usr/lib", "usr/lib64") for path in (root / lib).glob("**/asterisk/modules/*.so")
    )
    return Installation(root=root, version=version, uid=uid, gid=gid, user=user[0] if user else None, modules=modules)


def _version(root: Path) -> str | None:
    inside = [] if root == Path("/") else ["chroot", str(root)]
    try:
        done = subprocess.run(
            [*inside, "/usr/sbin/asterisk", "-V"], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"Asterisk (?:GIT-)?([0-9][^ \n]*)", done.stdout)
    return found.group(1) if found else None


def _major(version: str) -> int:
    found = re.match(r"[0-9]+", version)
    return int(found.group()) if found else 0


def _users(root: Path) -> Iterator[tuple[str, int, int]]:
    for line in (root / "etc/passwd").read_text(encoding="utf-8").splitlines():
        fields = line.split(":")
        if fields[0] == "asterisk":
            yield "asterisk", int(fields[2]), int(fields[3])


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "no output"
