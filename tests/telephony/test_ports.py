"""Whoever holds a port is named."""

import os
import socket

import pytest

from telephony.ports import holder_of


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_a_held_port_names_its_process_and_a_released_one_is_free(kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as held:
        held.bind(("127.0.0.1", 0))
        if kind is socket.SOCK_STREAM:
            held.listen()
        port = held.getsockname()[1]
        holder = holder_of(kind, "127.0.0.1", port)
        assert holder is not None
        assert f"process {os.getpid()}" in holder or holder == "another process"
    assert holder_of(kind, "127.0.0.1", port) is None


def test_an_address_that_is_not_ours_is_said() -> None:
    holder = holder_of(socket.SOCK_STREAM, "192.0.2.1", 5038)
    assert holder is not None and "cannot be had" in holder
