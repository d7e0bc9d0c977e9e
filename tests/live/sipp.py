"""A SIPp citizen: one call from the trunk's address, with SIPp's own clock for every message, and an ear for RTP."""

import re
import shutil
import socket
import subprocess
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

TRUNK = "127.0.0.2"
_CALL_SECONDS = 60

_SDP = """v=0
o=citizen 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio {rtp_port} RTP/AVP 8
a=rtpmap:8 PCMA/8000
"""
_REQUEST = """{method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}
From: <sip:{caller}@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>{to}
Call-ID: [call_id]
CSeq: {cseq}
Contact: <sip:{caller}@[local_ip]:[local_port]>
Max-Forwards: 70
{rest}"""
_OK = """SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

"""


def _request(caller: str, method: str, cseq: str, *, to: str = "", body: str = "") -> str:
    kind = "Content-Type: application/sdp\n" if body else ""
    rest = f"{kind}Content-Length: [len]\n\n{body}"
    text = _REQUEST.format(method=method, branch="[branch]", caller=caller, to=to, cseq=cseq, rest=rest)
    return f"<send><![CDATA[{text}]]></send>"


def _scenario(caller: str, stays_ms: int | None, rtp_port: int) -> str:
    """Ring in and hang up after `stays_ms` from the answer; None: wait until the hotline hangs up."""
    steps = [
        _request(caller, "INVITE", "1 INVITE", body=_SDP.format(rtp_port=rtp_port)),
        '<recv response="100" optional="true"/>',
        '<recv response="180" optional="true"/>',
        '<recv response="183" optional="true"/>',
        '<recv response="200"/>',
        _request(caller, "ACK", "1 ACK", to="[peer_tag_param]"),
    ]
    if stays_ms is None:
        steps += [f'<recv request="BYE" timeout="{_CALL_SECONDS * 1000}"/>', f"<send><![CDATA[{_OK}]]></send>"]
    else:
        steps += [
            f'<pause milliseconds="{stays_ms}"/>',
            _request(caller, "BYE", "2 BYE", to="[peer_tag_param]"),
            '<recv response="200"/>',
        ]
    return '<?xml version="1.0"?><scenario name="citizen">' + "\n".join(steps) + "</scenario>"


class Ear:
    """Hears RTP, counts the packets and sends them back, so that the other side hears something too."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((TRUNK, 0))
        self.port: int = self._socket.getsockname()[1]
        self.heard = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            packet, sender = self._socket.recvfrom(2048)
            if not packet:
                return
            self.heard += 1
            self._socket.sendto(packet, sender)

    def close(self) -> None:
        """Stop listening: an empty packet to oneself ends the thread."""
        self._socket.sendto(b"", (TRUNK, self.port))
        self._thread.join(5)
        self._socket.close()


class Citizen:
    """One call, running; `wait` for its end before asking what happened.

    Args:
        stays_ms: hang up so long after the hotline's 200; None: let the hotline hang up.

    """

    def __init__(
        self, sip_port: int, number: str = "12345", *, caller: str = "13800000001", stays_ms: int | None
    ) -> None:
        program = shutil.which("sipp")
        if program is None:
            pytest.skip("no SIPp on this machine")
        self._directory = Path(tempfile.mkdtemp(prefix="jt-sipp-"))
        scenario = self._directory / "citizen.xml"
        self.ear = Ear()
        scenario.write_text(_scenario(caller, stays_ms, self.ear.port))
        self._messages = self._directory / "messages.log"
        self._process = subprocess.Popen(
            [
                *(program, "-sf", str(scenario), "-i", TRUNK, "-s", number, "-m", "1"),
                *("-timeout", str(_CALL_SECONDS + 10), "-nostdin"),
                *("-trace_msg", "-message_file", str(self._messages)),
                f"127.0.0.1:{sip_port}",
            ],
            cwd=self._directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self) -> None:
        """Wait for the end of the call.

        Raises:
            AssertionError: SIPp says that the call did not go as the scenario has it.

        """
        status = self._process.wait(_CALL_SECONDS + 20)
        assert status == 0, f"sipp ended with {status}: {self._messages.read_text()[-1500:]}"

    @property
    def running(self) -> bool:
        """Whether the call still runs."""
        return self._process.poll() is None

    def sent(self, method: str) -> int:
        """Return when SIPp first sent this request, in milliseconds since the epoch."""
        return self._when("sent", method)

    def received(self, method: str) -> int:
        """Return when SIPp first received this request."""
        return self._when("received", method)

    def close(self) -> None:
        """End SIPp if it still runs, and remove its files."""
        if self.running:
            self._process.kill()
            self._process.wait(10)
        self.ear.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _when(self, what: str, method: str) -> int:
        # Each message of SIPp's log: a line of dashes with the local time, a line "UDP message sent ...", the message.
        pattern = rf"-+ (\d{{4}}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d+)\n\w+ message {what}[^\n]*\n\n{method} "
        found = re.search(pattern, self._messages.read_text())
        assert found, f"SIPp has not {what} {method}: {self._messages.read_text()[:1500]}"
        local = datetime.fromisoformat(f"{found[1]} {found[2]}").astimezone(UTC)
        return int(local.timestamp() * 1000)
