"""The other side of transfers: a SIP system of its own address that is there for whoever looks, and rings a Phone."""

import queue
import socket
import threading

from telephony.plan import TrunkPlan
from tests.live.sip import Phone, SipMessage, Wire


class _Attended:
    """A socket on which somebody always answers OPTIONS; what else comes waits to be read."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, port))
        self._come: queue.Queue[bytes] = queue.Queue()
        self._patience = 0.0
        self._here = self._socket.getsockname()
        self._thread = threading.Thread(target=self._attend, daemon=True)
        self._thread.start()

    def sendto(self, data: bytes, address: tuple[str, int], /) -> int:
        return self._socket.sendto(data, address)

    def recv(self, size: int, /) -> bytes:
        try:
            return self._come.get(timeout=self._patience)
        except queue.Empty:
            raise TimeoutError from None

    def settimeout(self, seconds: float, /) -> None:
        self._patience = seconds

    def close(self) -> None:
        self._socket.sendto(b"", self._here)
        self._thread.join(5)
        self._socket.close()

    def _attend(self) -> None:
        while True:
            data, sender = self._socket.recvfrom(65536)
            if not data:
                return
            if data.startswith(b"OPTIONS"):
                self._socket.sendto(_all_is_well(SipMessage(data)), sender)
            else:
                self._come.put(data)


def _all_is_well(asked: SipMessage) -> bytes:
    vias = "".join(f"Via: {via}\r\n" for via in asked.vias)
    named = "".join(f"{name}: {asked.headers[name.lower()]}\r\n" for name in ("From", "To", "Call-ID", "CSeq"))
    return f"SIP/2.0 200 OK\r\n{vias}{named}Content-Length: 0\r\n\r\n".encode()


class FarSide(Phone):
    """The system behind a trunk, with one line."""

    def __init__(self, server_port: int, trunk: TrunkPlan) -> None:
        self._trunk = trunk
        super().__init__(server_port, user=trunk.name)

    def _connect(self, host: str) -> tuple[Wire, str, int]:
        return _Attended(self._trunk.host, self._trunk.port), self._trunk.host, self._trunk.port
