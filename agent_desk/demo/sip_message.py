"""SIP messages as values: bytes in, requests and responses out, and back; no socket."""

from typing import TypeAlias

from msgspec import Struct
from typing_extensions import override

COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "c": "content-type",
    "l": "content-length",
}
"""Short names of headers (RFC 3261, 7.3.3)."""

Headers: TypeAlias = tuple[tuple[str, str], ...]


class SipError(Exception):
    """Bytes that are no SIP message, or a value that cannot be sent in one."""


class SipMessage(Struct, frozen=True, kw_only=True):
    """What requests and responses have in common; names of headers as they were written."""

    headers: Headers
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return the first header of this name.

        Raises:
            SipError: there is none.

        """
        found = self.optional(name)
        if found is None:
            raise SipError(f"a SIP message without {name}: {self.first_line()[:60]}")
        return found

    def optional(self, name: str) -> str | None:
        """Return the first header of this name; None without one."""
        return next(iter(self.every(name)), None)

    def every(self, name: str) -> tuple[str, ...]:
        """Return all headers of this name, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if _full(key) == wanted)

    def first_line(self) -> str:
        """Return the request line or status line."""
        raise NotImplementedError

    @property
    def call_id(self) -> str:
        """The call this belongs to."""
        return self.header("Call-ID")

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method of the request, or of the request that is answered.

        Raises:
            SipError: there is none that can be read.

        """
        number, _, method = self.header("CSeq").partition(" ")
        if not number.isdecimal() or not number.isascii():
            raise SipError(f"no CSeq: {number[:20]!r}")
        return int(number[:10]), method.strip()

    @property
    def branch(self) -> str:
        """The name of the transaction, of the topmost Via."""
        return parameter(self.header("Via"), "branch") or ""


class SipRequest(SipMessage, frozen=True, kw_only=True):
    """A request."""

    method: str
    uri: str

    @override
    def first_line(self) -> str:
        return f"{self.method} {self.uri} SIP/2.0"


class SipResponse(SipMessage, frozen=True, kw_only=True):
    """A response."""

    status: int
    reason: str

    @override
    def first_line(self) -> str:
        return f"SIP/2.0 {self.status} {self.reason}"


def parse(data: bytes) -> SipRequest | SipResponse:
    """Return the message in one datagram.

    Raises:
        SipError: it is none.

    """
    head, end, rest = data.partition(b"\r\n\r\n")
    if not end:
        raise SipError(f"{len(data)} bytes without an end of headers")
    first, *lines = head.decode("utf-8", "replace").split("\r\n")
    headers = _headers(lines)
    body = rest[: _length(headers, len(rest))]
    if first.startswith("SIP/2.0 "):
        status, _, reason = first[8:].partition(" ")
        if len(status) != 3 or not status.isdecimal() or not status.isascii():
            raise SipError(f"no status line: {first[:60]!r}")
        return SipResponse(status=int(status), reason=reason, headers=headers, body=body)
    method, _, rest_of_line = first.partition(" ")
    uri, _, version = rest_of_line.rpartition(" ")
    if version != "SIP/2.0" or not method.isalpha() or not uri:
        raise SipError(f"no request line: {first[:60]!r}")
    return SipRequest(method=method, uri=uri, headers=headers, body=body)


def encode(message: SipMessage) -> bytes:
    """Return the bytes of a message, Content-Length added.

    Raises:
        SipError: a line break inside a value would become a header of its own.

    """
    lines = [message.first_line(), *(f"{name}: {value}" for name, value in message.headers)]
    if any("\r" in line or "\n" in line for line in lines):
        raise SipError("a line break inside a SIP header")
    lines.append(f"Content-Length: {len(message.body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + message.body


def response(
    request: SipRequest, status: int, reason: str, *, tag: str, more: Headers = (), body: bytes = b""
) -> SipResponse:
    """Return the response to a request; `tag` is ours and goes into To if it has none yet."""
    to = request.header("To")
    if status > 100 and parameter(to, "tag") is None:
        to = f"{to};tag={tag}"
    headers = (
        *(("Via", via) for via in request.every("Via")),
        ("From", request.header("From")),
        ("To", to),
        ("Call-ID", request.call_id),
        ("CSeq", request.header("CSeq")),
        *more,
    )
    return SipResponse(status=status, reason=reason, headers=headers, body=body)


def parameter(value: str, name: str) -> str | None:
    """Return a `;name=` parameter of a header; one without a value is empty, None: it is not there."""
    for part in value.rpartition(">")[2].split(";")[1:]:
        key, _, text = part.partition("=")
        if key.strip().lower() == name:
            return text.strip()
    return None


def uri_of(value: str) -> str:
    """Return the address in a From, To or Contact header."""
    _, bracket, rest = value.rpartition("<")
    return rest.partition(">")[0] if bracket else value.partition(";")[0].strip()


def user_of(uri: str) -> str:
    """Return the user part of an address; empty without one."""
    user, at, _ = uri.partition(":")[2].partition("@")
    return user if at else ""


def _full(name: str) -> str:
    lower = name.lower()
    return COMPACT.get(lower, lower)


def _headers(lines: list[str]) -> Headers:
    headers: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise SipError(f"no header: {line[:60]!r}")
        headers.append((name.strip(), value.strip()))
    return tuple(headers)


def _length(headers: Headers, there: int) -> int:
    told = next((value for name, value in headers if _full(name) == "content-length"), None)
    if told is None:
        return there
    if not told.isdecimal() or not told.isascii() or len(told) > 6 or int(told) > there:
        raise SipError(f"Content-Length {told[:20]!r} with {there} bytes of body")
    return int(told)
