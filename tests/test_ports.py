"""Ports of our own: never one that is held, never one that another process of tests was given."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests import ports

ASKS = "import socket; from tests.ports import free_port; print(free_port(socket.SOCK_DGRAM)); input()"


@pytest.fixture
def two_ports(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """Two free ports, the only ones there are."""
    monkeypatch.setattr(ports, "_held", {})
    kinds = (socket.SOCK_DGRAM, socket.SOCK_STREAM)
    free = [port for port in range(ports.FIRST, ports.LAST) if all(ports._is_free(port, kind) for kind in kinds)]
    first = next(port for port in free if port + 1 in free)
    monkeypatch.setattr(ports, "FIRST", first)
    monkeypatch.setattr(ports, "LAST", first + 1)
    yield first, first + 1
    for held in ports._held.values():
        os.close(held)


def test_no_port_is_given_twice(two_ports: tuple[int, int]) -> None:
    given = {ports.free_port(socket.SOCK_STREAM), ports.free_port(socket.SOCK_STREAM)}
    assert given == set(two_ports)
    with pytest.raises(AssertionError, match="no free port"):
        ports.free_port(socket.SOCK_STREAM)


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_port_that_is_held_is_not_given(two_ports: tuple[int, int], kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", two_ports[0]))
        assert ports.free_port(kind) == two_ports[1]


def test_what_another_process_was_given_is_its_own_until_it_ends() -> None:
    with subprocess.Popen([sys.executable, "-c", ASKS], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        assert not ports._reserve(port)
        other.communicate(b"\n", timeout=30)
    assert ports._reserve(port)


def test_each_worker_has_voice_ports_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    ranges = []
    for worker in range(ports.BLOCKS):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", f"gw{worker}")
        ranges.append(ports.voice_ports(20_000))
    assert ranges == [(20_000 + 400 * one, 20_399 + 400 * one) for one in range(5)]
    monkeypatch.delenv("PYTEST_XDIST_WORKER")
    assert ports.voice_ports(20_000) == ranges[0]
