"""Ports that belong to this process of the tests alone, whatever else runs tests on the machine at the same time."""

import os
import secrets
import socket

FIRST, LAST = 2_000, 4_999
"""Below what the system gives out by itself and below every range of voice ports: nobody gets one by chance."""
VOICE_PORTS, BLOCKS = 400, 5
"""How many voice ports a worker's Asterisks have, and how many workers have some of their own."""

_held: dict[int, int] = {}
"""Ports of this process, and the open sockets whose names keep others away."""
_random = secrets.SystemRandom()


def free_port(kind: socket.SocketKind) -> int:
    """Return a port that nobody holds, and that no other process of tests is given while this one lives.

    Raises:
        AssertionError: there is none.

    """
    for port in _random.sample(range(FIRST, LAST + 1), LAST + 1 - FIRST):
        if _reserve(port):
            if _is_free(port, kind):
                return port
            os.close(_held.pop(port))
    raise AssertionError(f"no free port from {FIRST} to {LAST}")


def voice_ports(first: int) -> tuple[int, int]:
    """Return this worker's first and last voice port, of blocks that begin at `first`.

    Asterisks of one worker may share them, as each takes the next port when one is taken; those of another worker must
    not, or late packets of its calls would be heard.
    """
    mine = first + VOICE_PORTS * (_worker() % BLOCKS)
    return mine, mine + VOICE_PORTS - 1


def _worker() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def _reserve(port: int) -> bool:
    """Hold a name that only one process can have; the system frees it when the process ends, however it ends."""
    if port in _held:
        return False
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0jietong-test-port-{port}")
    except OSError:
        name.close()
        return False
    _held[port] = name.detach()
    return True


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
