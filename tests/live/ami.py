"""A plain AMI session that keeps the raw bytes, so that tests can look for what should not be in them."""

import socket
import time
from collections.abc import Callable
from types import TracebackType

from telephony.plan import PbxPlan

Event = dict[str, str]


class Ami:
    """Logged in from the start; a context manager."""

    def __init__(self, plan: PbxPlan) -> None:
        self.raw = b""
        self._seen = 0
        self._socket = socket.create_connection((plan.ami_host, plan.ami_port), timeout=10)
        self._actions = 0
        self.act(Action="Login", Username=plan.ami_user, Secret=plan.ami_secret)

    def __enter__(self) -> "Ami":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def act(self, **headers: str) -> Event:
        """Send an action and return its response, which must be a success."""
        response = self.ask(**headers)
        assert response["Response"] == "Success", response
        return response

    def ask(self, **headers: str) -> Event:
        """Send an action and return its response, whatever it is."""
        self._actions += 1
        headers["ActionID"] = f"test-{self._actions}"
        text = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._socket.sendall(text.encode() + b"\r\n")
        return self._next(lambda m: m.get("ActionID") == headers["ActionID"] and "Response" in m, 10)

    def event(self, name: str, *, patience: float = 10, **headers: str) -> Event:
        """The first event with these headers since `forget` (or the log-in), waiting for it if need be."""
        wanted = {("UserEvent" if key == "User" else key): value for key, value in headers.items()}
        return self._next(
            lambda m: m.get("Event") == name and all(m.get(k) == v for k, v in wanted.items()),
            patience,
        )

    def events(self) -> list[Event]:
        """All messages since `forget` (or the log-in) that have come so far."""
        return [_parse(block) for block in self.raw[self._seen :].split(b"\r\n\r\n")[:-1]]

    def forget(self) -> None:
        """Let later calls of `event` see only what comes from now on."""
        self._seen = len(self.raw)

    def _next(self, wanted: Callable[[Event], bool], patience: float) -> Event:
        deadline = time.monotonic() + patience
        while True:
            for message in self.events():
                if wanted(message):
                    return message
            left = deadline - time.monotonic()
            assert left > 0, [m.get("UserEvent") or m.get("Event") for m in self.events()]
            self._socket.settimeout(left)
            try:
                self.raw += self._socket.recv(65536)
            except TimeoutError:
                continue


def _parse(block: bytes) -> Event:
    """Headers of one message; the value of a repeated one is the last."""
    pairs = (line.partition(":") for line in block.decode(errors="replace").split("\r\n"))
    return {name.strip(): value.strip() for name, _, value in pairs}
