"""A pid file that cannot be mistaken: it holds when the process began, too."""

from pathlib import Path


def write_pid(path: Path, pid: int) -> None:
    """Note a process that was just started, with the moment it began."""
    path.write_text(f"{pid} {_started(pid)}\n", encoding="ascii")


def alive(pid_file: Path) -> int | None:
    """The process of a pid file, when it is the very process that was started: a number may be used again."""
    try:
        pid, started = pid_file.read_text(encoding="ascii").split()
    except (FileNotFoundError, ValueError):
        return None
    return int(pid) if _started(int(pid)) == started else None


def _started(pid: int) -> str | None:
    """When a process began, in the kernel's ticks; None when it is gone or only waits to be collected."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields[19]
