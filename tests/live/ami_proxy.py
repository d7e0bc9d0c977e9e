"""A wire between the platform and Asterisk's manager that a test can cut, silence, or speak into.

One thread carries each direction of each connection, and waits when the reader is slow: what the platform does not
read, Asterisk notices, as without the proxy.
"""

import contextlib
import socket
import struct
import threading
from types import TracebackType

END = b"\r\n\r\n"
_AT_ONCE = 65_536
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER for nought seconds: closing sends RST instead of FIN."""


class _Line:
    """One connection of the platform, and ours to Asterisk for it."""

    def __init__(self, product: socket.socket, asterisk: socket.socket | None) -> None:
        self.product, self.asterisk = product, asterisk
        self.swallowing = asterisk is None
        self.to_say: list[bytes] = []
        """To be said to the platform between two messages of Asterisk's."""
        self.said = threading.Event()
        self.gone = threading.Event()

    def cut(self) -> None:
        """Close both sides at once; the platform sees RST."""
        self.gone.set()
        for side in (self.product, self.asterisk):
            if side is not None:
                with contextlib.suppress(OSError):
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    side.shutdown(socket.SHUT_RD)  # wakes the thread that reads
                with contextlib.suppress(OSError):
                    side.close()


class AmiProxy:
    """The proxy; `port` is what the platform is told as Asterisk's."""

    def __init__(self, asterisk_port: int) -> None:
        self._asterisk = ("127.0.0.1", asterisk_port)
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port: int = self._listening.getsockname()[1]
        self._lines: list[_Line] = []
        self._silent = False
        self._closed = False
        self.connections = 0
        """How often the platform connected and was let through to Asterisk."""
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "AmiProxy":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def cut(self) -> None:
        """Reset every connection, as a fire wall does that forgot it."""
        for line in self._open():
            line.cut()

    def silence(self) -> None:
        """Swallow every byte in both directions from now on, of new connections too; nobody is told."""
        self._silent = True
        for line in self._open():
            line.swallowing = True

    def speak_again(self) -> None:
        """Let new connections through; those that were silenced stay so, for bytes of theirs are lost for ever."""
        self._silent = False

    def say(self, data: bytes, *, then_cut: bool = False, seconds: float = 10.0) -> None:
        """Say something to the platform between two messages of Asterisk's, on the newest connection.

        Raises:
            AssertionError: there is no connection, or no message ended in that time.

        """
        lines = [line for line in self._open() if not line.swallowing]
        assert lines, "the platform is not connected"
        line = lines[-1]
        line.said.clear()
        line.to_say.append(data)
        assert line.said.wait(seconds) or line.gone.is_set(), f"no message of Asterisk's ended within {seconds} s"
        if then_cut:
            line.cut()

    def close(self) -> None:
        """Cut everything and stop."""
        self._closed = True
        self._listening.close()
        self.cut()

    def _open(self) -> list[_Line]:
        self._lines = [line for line in self._lines if not line.gone.is_set()]
        return self._lines

    def _accept(self) -> None:
        while not self._closed:
            try:
                product, _ = self._listening.accept()
            except OSError:
                return
            self._begin(product)

    def _begin(self, product: socket.socket) -> None:
        asterisk: socket.socket | None = None
        if not self._silent:
            try:
                asterisk = socket.create_connection(self._asterisk, timeout=5)
            except OSError:
                product.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                product.close()
                return
            asterisk.settimeout(None)
            self.connections += 1
        line = _Line(product, asterisk)
        self._lines.append(line)
        threading.Thread(target=self._carry_up, args=(line,), daemon=True).start()
        threading.Thread(target=self._carry_down, args=(line,), daemon=True).start()

    def _carry_up(self, line: _Line) -> None:
        """From the platform to Asterisk."""
        with contextlib.suppress(OSError):
            while data := line.product.recv(_AT_ONCE):
                if not line.swallowing and line.asterisk is not None:
                    line.asterisk.sendall(data)
        line.cut()

    def _carry_down(self, line: _Line) -> None:
        """From Asterisk to the platform."""
        if line.asterisk is None:
            return
        with contextlib.suppress(OSError):
            while data := line.asterisk.recv(_AT_ONCE):
                if line.swallowing:
                    continue
                # Said at an end of a message only: what is between two messages is nobody's.
                end = data.rfind(END) if line.to_say else -1
                if end >= 0:
                    said, line.to_say = b"".join(line.to_say), []
                    end += len(END)
                    data = data[:end] + said + data[end:]
                line.product.sendall(data)
                if end >= 0:
                    line.said.set()
        line.cut()
