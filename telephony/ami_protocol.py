"""AMI on bytes, without a socket: bytes in, whole messages out; headers in, bytes out."""

from collections.abc import Iterable
from typing import Protocol, TypeAlias

END = b"\r\n\r\n"
BANNER = b"Asterisk Call Manager/"

AmiMessage: TypeAlias = dict[str, str]
"""The headers of one message; an absent header is a KeyError. A header given several times has its lines joined."""


class AmiHeaders(Protocol):
    """What a rule asks of a message: an AmiMessage, or one whose headers are looked for only when asked for."""

    def __getitem__(self, name: str, /) -> str:
        """Return a header's value; an absent one is a KeyError."""

    def get(self, name: str, /) -> str | None:
        """Return a header's value; None: absent."""


class AmiError(Exception):
    """The other side does not speak AMI, or a value cannot be sent safely."""


class AmiProtocol:
    """Cuts a byte stream into message blocks; any cut of the stream gives the same blocks.

    Args:
        max_message: bytes after which a message without an end is refused.

    """

    def __init__(self, max_message: int = 1 << 20) -> None:
        self._max = max_message
        self._buffer = bytearray()
        """The begun message."""
        self._searched = 0
        """Up to here there is no end of message in `_buffer`: a long one is not gone through again per piece."""
        self.version: str | None = None
        """The protocol version of the banner; None until it has been seen."""

    def receive(self, data: bytes) -> list[bytes]:
        """Return the messages that `data` completes, in order.

        Raises:
            AmiError: no banner, or a message longer than the limit.

        """
        if self._buffer or self.version is None:
            self._buffer += data
            if self.version is None and not self._banner():
                return []
            if self._buffer.find(END, self._searched) < 0:
                self._check()
                return []
            data = bytes(self._buffer)
        *blocks, rest = data.split(END)
        self._buffer = bytearray(rest)
        self._check()
        return blocks

    def _check(self) -> None:
        size = len(self._buffer)
        if size > self._max:
            raise AmiError(f"{size} bytes and no end of message")
        self._searched = max(0, size - len(END) + 1)

    def _banner(self) -> bool:
        line, end, rest = bytes(self._buffer).partition(b"\r\n")
        if not line.startswith(BANNER[: len(line)]):
            raise AmiError(f"this is no Asterisk manager: {line[:60]!r}")
        if not end:
            if len(line) > 200:
                raise AmiError("a banner longer than 200 bytes")
            return False
        self.version = line.removeprefix(BANNER).decode("ascii", "replace").strip()
        self._buffer = bytearray(rest)
        return True


def event_name(block: bytes) -> bytes | None:
    """Return the event's name without parsing the rest; None for what is no event."""
    if not block.startswith(b"Event: "):
        return None
    end = block.find(b"\r\n", 7)
    return block[7:end] if end > 0 else block[7:]


class _Needles(dict[str, tuple[str, int]]):
    """What stands before the value of each header that a rule ever asks for, and its length."""

    def __missing__(self, name: str) -> tuple[str, int]:
        needle = f"\r\n{name}:"
        self[name] = needle, len(needle)
        return self[name]


_NEEDLES = _Needles()


class Sought:
    """A message of which only the headers asked for are looked for: most events are asked for four of their thirty.

    `Sought(block)[name] == parse(block)[name]` for every name; of a header given several times the first line counts.
    """

    __slots__ = ("_text",)

    def __init__(self, block: bytes) -> None:
        self._text = f"\r\n{block.decode('utf-8', 'replace')}\r\n"

    def __getitem__(self, name: str, /) -> str:
        """Return a header's value.

        Raises:
            KeyError: there is no such header.

        """
        text = self._text
        needle, length = _NEEDLES[name]
        begin = text.find(needle) + length
        if begin < length:
            raise KeyError(name)
        end = text.find("\r\n", begin)
        return text[begin + 1 : end] if text[begin] == " " else text[begin:end]

    def get(self, name: str, /) -> str | None:
        """Return a header's value; None: there is no such header."""
        return self[name] if f"\r\n{name}:" in self._text else None


def parse(block: bytes) -> AmiMessage:
    """Return the headers of one message.

    Invalid UTF-8 becomes U+FFFD: Asterisk passes on whatever a telephone sent.
    """
    lines = block.decode("utf-8", "replace").split("\r\n")
    pairs = [line.partition(":") for line in lines]
    message = {key: value[1:] if value.startswith(" ") else value for key, _, value in pairs}
    if len(message) != len(pairs):
        message = _joined(pairs)
    return message


def _joined(pairs: list[tuple[str, str, str]]) -> AmiMessage:
    message: AmiMessage = {}
    for key, _, value in pairs:
        value = value.removeprefix(" ")
        message[key] = f"{message[key]}\n{value}" if key in message else value
    return message


def encode(headers: Iterable[tuple[str, str]]) -> bytes:
    """Return one action as bytes.

    Raises:
        AmiError: a name or value holds CR, LF or NUL, which would smuggle in another header or action.

    """
    lines = []
    for name, value in headers:
        if any(bad in name or bad in value for bad in "\r\n\0"):
            raise AmiError(f"the AMI header {name!r} holds a line break or NUL: {value[:80]!r}")
        lines.append(f"{name}: {value}\r\n")
    return ("".join(lines) + "\r\n").encode()
