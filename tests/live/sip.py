"""A small SIP telephone over UDP, written out by hand so that tests can also say what no telephone would."""

import hashlib
import re
import socket
import time
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Protocol

PATIENCE = 20.0
"""Seconds a test waits for any one message."""


class SipMessage:
    """One message as text: first line, headers by lower-case name, body."""

    def __init__(self, data: bytes) -> None:
        head, _, self.body = data.decode(errors="replace").partition("\r\n\r\n")
        self.first, *lines = head.split("\r\n")
        self.headers: dict[str, str] = {}
        self.vias: list[str] = []
        for line in lines:
            name, _, value = line.partition(":")
            if name.lower() == "via":
                self.vias.append(value.strip())
            self.headers.setdefault(name.lower(), value.strip())

    @property
    def status(self) -> int:
        """The status of a response; 0 for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/") else 0

    @property
    def method(self) -> str:
        """Which request this is, or answers."""
        return self.headers["cseq"].split()[1]

    @property
    def line(self) -> int:
        """The port of the media it offers."""
        found = re.search(r"m=audio (\d+)", self.body)
        return int(found.group(1)) if found else 0


class Wire(Protocol):
    """What a telephone needs of a socket."""

    def sendto(self, data: bytes, address: tuple[str, int], /) -> int: ...

    def recv(self, size: int, /) -> bytes: ...

    def settimeout(self, seconds: float, /) -> None: ...

    def close(self) -> None: ...


class Phone:
    """A telephone at one loopback address. Use as a context manager: it hangs up what it began."""

    transport = "UDP"

    def __init__(self, server_port: int, *, host: str = "127.0.0.1", user: str = "13800000000") -> None:
        self._server = ("127.0.0.1", server_port)
        self._socket, self.host, self.port = self._connect(host)
        self.user = user
        self._call = ""
        self._cseq = 1
        self._to = self._from = self._target = ""
        self._up = False
        self._rung: set[str] = set()

    def _connect(self, host: str) -> tuple[Wire, str, int]:
        """A socket, and where we say that we are."""
        wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        wire.bind((host, 0))
        return wire, host, wire.getsockname()[1]

    def __enter__(self) -> "Phone":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._up:
            self.hang_up()
        self._socket.close()

    def invite(self, number: str, *, sender: str | None = None, extra: str = "") -> None:
        """Ring a number; `sender` is the From value without its tag, `extra` are header lines: for hostile ones."""
        self._call = uuid.uuid4().hex
        self._target = f"sip:{number}@127.0.0.1:{self._server[1]}"
        self._from = f"{sender or f'<sip:{self.user}@{self.host}>'};tag={self._call[:8]}"
        self._to = f"<{self._target}>"
        self._request("INVITE", body=self._sdp(), extra=extra)

    def final(self) -> SipMessage:
        """The final answer to our INVITE, acknowledged; the call is up when it is 200."""
        answer = self.wait(lambda m: m.status >= 200 and m.method == "INVITE")
        self._to = answer.headers["to"]
        if answer.status == 200:
            contact = re.search(r"<(.*?)>", answer.headers["contact"])
            assert contact is not None
            self._target, self._up = contact.group(1), True
        self._request("ACK")
        return answer

    def hang_up(self) -> None:
        """End the call and see it confirmed."""
        self.say_bye()
        self.wait(lambda m: m.status == 200 and m.method == "BYE")

    def say_bye(self) -> None:
        """End the call, and do not wait for the answer."""
        self._up = False
        self._cseq += 1
        self._request("BYE")

    def hold(self, *, held: bool) -> None:
        """Put the other side on hold, or take it off, by a new offer."""
        self._cseq += 1
        self._request("INVITE", body=self._sdp() + ("a=sendonly\r\n" if held else "a=sendrecv\r\n"))
        self.wait(lambda m: m.status == 200 and m.method == "INVITE" and m.headers["cseq"] == f"{self._cseq} INVITE")
        self._request("ACK")

    def press(self, key: str) -> None:
        """Press a key, told in SIP as we send no sound."""
        self._cseq += 1
        self._request("INFO", body=f"Signal={key}\r\nDuration=160\r\n", kind="application/dtmf-relay")
        self.wait(lambda m: m.status == 200 and m.method == "INFO")

    def cancel(self) -> None:
        """Give up before anyone answered."""
        self._request("CANCEL")
        self.wait(lambda m: m.status == 200 and m.method == "CANCEL")

    def register(self, password: str, *, seconds: int = 300) -> int:
        """Register as `user` (0 seconds: take it back); the status of the answer to our credentials."""
        self._call = uuid.uuid4().hex
        self._target = f"sip:127.0.0.1:{self._server[1]}"
        self._from = f"<sip:{self.user}@127.0.0.1>;tag={self._call[:8]}"
        self._to = f"<sip:{self.user}@127.0.0.1>"
        self._request("REGISTER", extra=f"Expires: {seconds}\r\n")
        challenge = self.wait(lambda m: m.status >= 200 and m.method == "REGISTER")
        if challenge.status != 401:
            return challenge.status
        self._cseq += 1
        credentials = self._credentials("REGISTER", challenge.headers["www-authenticate"], password)
        self._request("REGISTER", extra=f"Expires: {seconds}\r\nAuthorization: {credentials}\r\n")
        return self.wait(lambda m: m.status >= 200 and m.headers["cseq"].startswith(str(self._cseq))).status

    def invite_as_desk(self, number: str, password: str, *, extra: str = "") -> SipMessage:
        """Ring a number with our credentials, as an agent's phone does; `extra` are whole header lines."""
        self.invite(number)
        challenge = self.final()
        assert challenge.status == 401
        self._cseq += 1
        self._to = f"<sip:{number}@127.0.0.1:{self._server[1]}>"
        credentials = self._credentials("INVITE", challenge.headers["www-authenticate"], password)
        self._request("INVITE", body=self._sdp(), extra=f"{extra}Authorization: {credentials}\r\n")
        answer = self.wait(lambda m: m.status >= 200 and m.headers["cseq"].startswith(f"{self._cseq} "))
        if answer.status == 200:
            contact = re.search(r"<(.*?)>", answer.headers["contact"])
            assert contact is not None
            self._target, self._up, self._to = contact.group(1), True, answer.headers["to"]
        self._request("ACK")
        return answer

    def answer_ring(self) -> SipMessage:
        """Wait for a call to us, let it ring, and take it."""
        return self.take(self.wait_ring())

    def take(self, invite: SipMessage) -> SipMessage:
        """Take a call that rings."""
        self._respond(invite, "200 OK", body=self._sdp())
        self._up = True
        self._call = invite.headers["call-id"]
        self._from, self._to = f"{invite.headers['to']};tag=agent", invite.headers["from"]
        contact = re.search(r"<(.*?)>", invite.headers["contact"])
        assert contact is not None
        self._target, self._cseq = contact.group(1), 100
        return invite

    def wait_ring(self) -> SipMessage:
        """Wait for a call to us and let it ring."""
        invite = self._new_ring()
        self._respond(invite, "180 Ringing")
        return invite

    def refuse_ring(self, status: str) -> None:
        """Wait for a call to us and answer it with an error, for example `486 Busy Here`."""
        self._respond(self._new_ring(), status)

    def cancelled(self, invite: SipMessage) -> None:
        """Wait until a call that rings is taken back."""
        self._respond(self.wait(lambda m: m.first.startswith("CANCEL")), "200 OK")
        self._respond(invite, "487 Request Terminated")

    def gone(self, *, patience: float = 40) -> None:
        """Wait until the other side hangs up."""
        bye = self.wait(lambda m: m.first.startswith("BYE"), patience=patience)
        self._up = False
        self._respond(bye, "200 OK")

    def wait(self, wanted: Callable[[SipMessage], bool], *, patience: float = PATIENCE) -> SipMessage:
        """The next message that is wanted; others are read past."""
        deadline = time.monotonic() + patience
        while (left := deadline - time.monotonic()) > 0:
            self._socket.settimeout(left)
            try:
                message = SipMessage(self._socket.recv(65536))
            except TimeoutError:
                break
            if wanted(message):
                return message
        raise AssertionError(f"{self.user} waited {patience} s for a SIP message that did not come")

    def _new_ring(self) -> SipMessage:
        """The next call to us; what is only sent again of an earlier one is read past."""
        invite = self.wait(lambda m: m.first.startswith("INVITE") and m.headers["call-id"] not in self._rung)
        self._rung.add(invite.headers["call-id"])
        return invite

    def _request(self, method: str, *, body: str = "", extra: str = "", kind: str = "application/sdp") -> None:
        kind = f"Content-Type: {kind}\r\n" if body else ""
        sequence = f"{self._cseq} {method}"
        branch = f"z9hG4bK{self._call[:8]}{self._cseq}" + ("x" if method in ("BYE", "ACK", "INFO") else "")
        text = (
            f"{method} {self._target} SIP/2.0\r\n"
            f"Via: SIP/2.0/{self.transport} {self.host}:{self.port};branch={branch}\r\n"
            f"Max-Forwards: 70\r\nFrom: {self._from}\r\nTo: {self._to}\r\nCall-ID: {self._call}\r\n"
            f"CSeq: {sequence}\r\nContact: <sip:{self.user}@{self.host}:{self.port}>\r\n"
            f"{extra}{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )
        self._socket.sendto(text.encode(), self._server)

    def _respond(self, request: SipMessage, status: str, *, body: str = "") -> None:
        vias = "".join(f"Via: {via}\r\n" for via in request.vias)
        to = request.headers["to"] if ";tag=" in request.headers["to"] else f"{request.headers['to']};tag=agent"
        kind = "Content-Type: application/sdp\r\n" if body else ""
        text = (
            f"SIP/2.0 {status}\r\n{vias}From: {request.headers['from']}\r\nTo: {to}\r\n"
            f"Call-ID: {request.headers['call-id']}\r\nCSeq: {request.headers['cseq']}\r\n"
            f"Contact: <sip:{self.user}@{self.host}:{self.port}>\r\n{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )
        self._socket.sendto(text.encode(), self._server)

    def _credentials(self, method: str, challenge: str, password: str) -> str:
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
        one = _md5(f"{self.user}:{fields['realm']}:{password}")
        two = _md5(f"{method}:{self._target}")
        response = _md5(f"{one}:{fields['nonce']}:00000001:cnonce:auth:{two}")
        return (
            f'Digest username="{self.user}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", '
            f'uri="{self._target}", response="{response}", algorithm=MD5, qop=auth, nc=00000001, '
            f'cnonce="cnonce", opaque="{fields.get("opaque", "")}"'
        )

    def _sdp(self) -> str:
        return (
            f"v=0\r\no=- 1 1 IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            "m=audio 40000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
        )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
