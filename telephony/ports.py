"""Who holds a port of this machine."""

import errno
import socket
from pathlib import Path


def holder_of(kind: socket.SocketKind, host: str, port: int) -> str | None:
    """Name the process that holds a port; None when it is free.

    Args:
        kind: SOCK_DGRAM for UDP, SOCK_STREAM for TCP.
    """
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            # As servers do: connections of a former owner that linger do not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return f"nobody, but it cannot be had ({error.strerror})"
            return _process_with(_inodes("udp" if kind is socket.SOCK_DGRAM else "tcp", port))
    return None


def _inodes(table: str, port: int) -> set[str]:
    """Numbers of the sockets bound to a port, from the kernel's table."""
    found = set()
    for name in (table, f"{table}6"):
        path = Path(f"/proc/net/{name}")
        for line in path.read_text(encoding="ascii").splitlines()[1:] if path.exists() else ():
            fields = line.split()
            if int(fields[1].rpartition(":")[2], 16) == port:
                found.add(fields[9])
    return found


def _process_with(inodes: set[str]) -> str:
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(descriptor.readlink()) in wanted:
                process = descriptor.parent.parent
                return f"{(process / 'comm').read_text(encoding='utf-8').strip()} (process {process.name})"
        except OSError:
            continue
    return "another process"
