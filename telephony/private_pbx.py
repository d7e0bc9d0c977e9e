"""Runs an Asterisk of our own: start, adopt, ask, stop. It outlives this process unless it is stopped."""

import contextlib
import os
import platform
import shlex
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from telephony.pbx_root import Installation, PbxError, prepare_root
from telephony.pid_file import alive, write_pid
from telephony.plan import PbxPlan
from telephony.ports import holder_of
from telephony.render import TEMPLATES, render, run_directory

_BOOT_SECONDS = 60.0
_STOP_SECONDS = 10.0
_ASK_SECONDS = 20.0
_POLL_SECONDS = 0.05

_DIRECTORIES = (
    "etc/asterisk",
    "log/cel-custom",
    "db",
    "lib",
    "keys",
    "spool",
    "cache",
    "sounds/music",
    "recordings",
    "run",
)


class PrivatePbx:
    """One Asterisk, described by a plan. All methods block; call them from a thread."""

    def __init__(self, installation: Installation, plan: PbxPlan, templates: Path = TEMPLATES) -> None:
        self.installation = installation
        self.plan = plan
        self._templates = templates
        self._run = run_directory(plan.base)
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of our Asterisk; None when it does not run."""
        if self._child is not None and self._child.poll() is not None:
            self._child = None
        return alive(self._pid_file)

    @property
    def running(self) -> bool:
        """Whether our Asterisk runs and answers on its control socket."""
        return self.pid is not None and self._answers()

    def start(self) -> None:
        """Write the configuration and run Asterisk; return when it is fully booted.

        One of ours that runs is adopted and reads the configuration anew; if it listens on other ports than the
        plan's, it is started afresh.

        Raises:
            PlanRefused: a value would break the configuration.
            PbxError: a port is taken, or Asterisk did not come up.
        """
        if self.running and self._listens():
            self.reload()
            return
        if self.pid is not None:
            self.stop()
        self.refuse_taken_ports()
        self.write_configuration(seats=False)
        prepare_root(self.installation, platform.node())
        console = self.plan.base / "log" / "console.log"
        with console.open("ab") as output:
            self._child = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
            )
        write_pid(self._pid_file, self._child.pid)
        self._await_boot(console)
        # chan_pjsip announces the state of every phone it finds while it loads, all at once: with hundreds, the
        # queues inside Asterisk overflow and say so. Phones that come by reload are asked when someone needs them.
        self.write_configuration()
        self.cli("module reload res_pjsip.so")
        # Members that outlived a restart were invalid while their phones did not exist.
        self.cli("module reload app_queue.so")

    def reload(self) -> None:
        """Write the configuration and let the running Asterisk read it (not its ports: these need a restart)."""
        self.write_configuration()
        self.cli("core reload")

    def stop(self) -> None:
        """End our Asterisk: asked, then by SIGTERM, then by SIGKILL. Nothing happens when it does not run."""
        pid = self.pid
        if pid is None:
            return
        with contextlib.suppress(PbxError):
            self.cli("core stop now")
        for kill in (None, signal.SIGTERM, signal.SIGKILL):
            if kill is not None and self.pid == pid:
                os.kill(pid, kill)
            if self._gone_within(_STOP_SECONDS):
                if self._child is not None:
                    self._child.wait()
                    self._child = None
                self._pid_file.unlink(missing_ok=True)
                if not self._run.is_relative_to(self.plan.base):
                    shutil.rmtree(self._run, ignore_errors=True)
                self._ports_free_within(_STOP_SECONDS)
                return
        raise PbxError(f"Asterisk (process {pid}) does not end, not even by SIGKILL: see `ps -p {pid}`.")

    def cli(self, command: str) -> str:
        """Give Asterisk a console command and return what it prints.

        Raises:
            PbxError: it does not run or does not answer within 20 s.
        """
        path = self._run / "asterisk.ctl"
        try:
            with socket.socket(socket.AF_UNIX) as channel:
                channel.settimeout(_ASK_SECONDS)
                channel.connect(str(path))
                channel.sendall(command.encode() + b"\0")
                channel.shutdown(socket.SHUT_WR)
                answer = b"".join(iter(lambda: channel.recv(65536), b""))
        except OSError as error:
            raise PbxError(f"Asterisk does not answer at {path} ({error}): is it running?") from None
        return answer.partition(b"\n")[2].decode(errors="replace").replace("\0", "")

    def write_configuration(self, *, seats: bool = True) -> None:
        """Render the templates and make the directories, all owned by Asterisk's user."""
        base = self.plan.base
        for name in _DIRECTORIES:
            (base / name).mkdir(parents=True, exist_ok=True)
        self._run.mkdir(parents=True, exist_ok=True)
        documentation = base / "documentation"
        if not documentation.is_symlink():
            documentation.symlink_to("/usr/share/asterisk/documentation")
        render(
            self.plan,
            self._templates,
            run_user=self.installation.user,
            available=self.installation.modules,
            seats=seats,
        )
        if os.geteuid() == 0:
            self._hand_over()

    def refuse_taken_ports(self) -> None:
        """Raises PbxError when another process has one of our ports: names the port, its key and the holder."""
        for key, kind, host, port in ports_of(self.plan):
            holder = holder_of(kind, host, port)
            if holder is not None:
                raise PbxError(f"Port {port} ({key}) is in use by {holder}: end it, or set {key} to a free port.")

    @property
    def _pid_file(self) -> Path:
        return self.plan.base / "run" / "pbx.pid"

    def _answers(self) -> bool:
        with contextlib.suppress(PbxError):
            self.cli("core show version")
            return True
        return False

    def _listens(self) -> bool:
        return all(holder_of(kind, host, port) for _, kind, host, port in ports_of(self.plan))

    def _hand_over(self) -> None:
        """Give Asterisk's user what it reads and writes; others see neither secrets nor recordings."""
        uid, gid = self.installation.uid, self.installation.gid
        for path in (self._run, *self._owned()):
            if path.lstat().st_uid != uid:
                os.chown(path, uid, gid, follow_symlinks=False)
        self.plan.base.chmod(0o755)
        for name in ("etc", "db", "log", "recordings"):
            (self.plan.base / name).chmod(0o700)

    def _owned(self) -> list[Path]:
        base = self.plan.base
        tops = ("etc", "log", "db", "lib", "keys", "spool", "cache", "sounds", "recordings", "run")
        return [base / top for top in tops] + [path for top in tops for path in (base / top).rglob("*")]

    def _command(self) -> list[str]:
        program = ["/usr/sbin/asterisk", "-f", "-C", str(self.plan.base / "etc/asterisk/asterisk.conf")]
        if os.geteuid() != 0:
            if self.installation.private:
                raise PbxError("Only root can run the private Asterisk: run as root, or install asterisk 20+.")
            return program
        steps = self._mounts()
        if self.installation.private:
            program = ["chroot", str(self.installation.root), *program]
        steps.append("exec " + shlex.join(program))
        # The mounts are private to the process: they vanish with it, and no other process sees them.
        return ["unshare", "--mount", "--propagation", "private", "sh", "-ec", "\n".join(steps)]

    def _mounts(self) -> list[str]:
        ours = [self.plan.base] if self._run.is_relative_to(self.plan.base) else [self.plan.base, self._run]
        if not self.installation.private:
            return open_way(self.plan.base)
        root = self.installation.root
        steps = [f"mount --rbind {kernel} {shlex.quote(str(root) + kernel)}" for kernel in ("/proc", "/dev")]
        for path in ours:
            inside = shlex.quote(str(root) + str(path))
            steps += [f"mkdir -p {inside}", f"mount --bind {shlex.quote(str(path))} {inside}"]
        return steps

    def _await_boot(self, console: Path) -> None:
        deadline = time.monotonic() + _BOOT_SECONDS
        while time.monotonic() < deadline:
            if self._child is None or self._child.poll() is not None:
                self._child = None
                raise PbxError(f"Asterisk ended while starting ({_last_line(console)}): see {console.parent}.")
            with contextlib.suppress(PbxError):
                if "fully booted" in self.cli("core waitfullybooted"):
                    return
            time.sleep(_POLL_SECONDS)
        self.stop()
        raise PbxError(f"Asterisk was not ready within {_BOOT_SECONDS:.0f} s: see {console.parent}.")

    def _ports_free_within(self, seconds: float) -> None:
        """Wait for the kernel: a process that has ended may hold its ports for a moment longer."""
        deadline = time.monotonic() + seconds
        while any(holder_of(kind, host, port) for _, kind, host, port in ports_of(self.plan)):
            if time.monotonic() > deadline:
                return
            time.sleep(_POLL_SECONDS)

    def _gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.pid is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True


def ports_of(plan: PbxPlan) -> tuple[tuple[str, socket.SocketKind, str, int], ...]:
    """The ports Asterisk listens on: key, kind, host, port."""
    return (
        ("sip.port", socket.SOCK_DGRAM, plan.sip_host, plan.sip_port),
        ("pbx.http_port", socket.SOCK_STREAM, plan.http_host, plan.http_port),
        ("ami.port", socket.SOCK_STREAM, plan.ami_host, plan.ami_port),
    )


def open_way(base: Path) -> list[str]:
    """Steps that let another user reach `base` although a directory above it is closed (such as /root)."""
    closed = [parent for parent in reversed(base.parents) if not parent.stat().st_mode & 0o001]
    if not closed:
        return []
    way, path = shlex.quote(str(closed[0])), shlex.quote(str(base))
    return [
        "stage=$(mktemp -d /run/jietong.XXXXXX)",
        f'mount --bind {path} "$stage"',
        f"mount -t tmpfs -o mode=755 jietong {way}",
        f"mkdir -p {path}",
        f'mount --bind "$stage" {path}',
        'umount "$stage"',
        'rmdir "$stage"',
    ]


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else "it said nothing"
