"""The proxy that breaks the link for the table of faults does to bytes what it says."""

import socket
from collections.abc import Iterator

import pytest

from tests.live.ami_proxy import END, AmiProxy

HALF_A_SECOND = 0.5
"""How long a silence is listened to."""


class Ends:
    """Both ends of one connection through the proxy."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.proxy = AmiProxy(self._server.getsockname()[1])
        self.product, self.asterisk = self.connect()

    def connect(self) -> tuple[socket.socket, socket.socket]:
        product = self.dial()
        asterisk, _ = self._server.accept()
        asterisk.settimeout(5)
        # As Asterisk does: once its banner has come through, the line is laid.
        asterisk.sendall(b"banner")
        assert heard(product, 6) == b"banner"
        return product, asterisk

    def dial(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.proxy.port), timeout=5)

    def close(self) -> None:
        self.proxy.close()
        for one in (self.product, self.asterisk, self._server):
            one.close()


@pytest.fixture
def ends() -> Iterator[Ends]:
    both = Ends()
    yield both
    both.close()


def heard(end: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += end.recv(size - len(data))
    return data


def test_bytes_pass_both_ways(ends: Ends) -> None:
    ends.asterisk.sendall(b"Event: A\r\n\r\n")
    ends.product.sendall(b"Action: B\r\n\r\n")
    assert heard(ends.product, 12) == b"Event: A\r\n\r\n"
    assert heard(ends.asterisk, 13) == b"Action: B\r\n\r\n"
    assert ends.proxy.connections == 1


def test_a_cut_is_a_reset(ends: Ends) -> None:
    ends.proxy.cut()
    with pytest.raises(ConnectionResetError):
        ends.product.recv(1)


def test_a_silence_swallows_everything_and_nobody_is_told(ends: Ends) -> None:
    ends.proxy.silence()
    ends.asterisk.sendall(b"Event: A\r\n\r\n")
    ends.product.sendall(b"Action: B\r\n\r\n")
    late = ends.dial()
    late.sendall(b"Action: C\r\n\r\n")
    for end in (ends.product, ends.asterisk, late):
        end.settimeout(HALF_A_SECOND)
        with pytest.raises(TimeoutError):
            end.recv(1)
    ends.proxy.speak_again()
    product, asterisk = ends.connect()
    asterisk.sendall(b"Event: D\r\n\r\n")
    assert heard(product, 12) == b"Event: D\r\n\r\n"
    with pytest.raises(TimeoutError):
        ends.product.recv(1)
    for end in (late, product, asterisk):
        end.close()


def test_what_is_said_stands_between_two_messages(ends: Ends) -> None:
    ends.asterisk.sendall(b"Event: half ")
    assert heard(ends.product, 12) == b"Event: half "
    ends.proxy._lines[0].to_say.append(b"nonsense")
    ends.asterisk.sendall(b"a message" + END + b"Event: next")
    assert heard(ends.product, 32) == b"a message" + END + b"nonsenseEvent: next"


def test_one_side_gone_ends_the_other(ends: Ends) -> None:
    ends.product.close()
    with pytest.raises(ConnectionResetError):
        ends.asterisk.recv(1)
