"""The little SDP a telephone with one A-law line needs."""

import re
from typing import TypeAlias

Address: TypeAlias = tuple[str, int]

_LINE = re.compile(rb"^m=audio (\d{1,5}) ", re.MULTILINE)
_HOST = re.compile(rb"^c=IN IP4 ([0-9.]{7,15})\s*$", re.MULTILINE)


def describe(address: Address) -> bytes:
    """Return an offer, or the answer to one: audio in A-law at this address."""
    host, port = address
    return (
        f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=ptime:20\r\na=sendrecv\r\n"
    ).encode()


def audio_of(body: bytes) -> Address | None:
    """Return where the other side wants its audio; None when it says nothing of that."""
    line, host = _LINE.search(body), _HOST.search(body)
    return None if line is None or host is None else (host[1].decode(), int(line[1]))
