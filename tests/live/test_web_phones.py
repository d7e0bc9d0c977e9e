"""Browser phones on a real Asterisk: SIP over its websocket, credentials of this sign-in, gone with their socket."""

import contextlib
import json
from collections.abc import Iterator

import pytest
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from telephony.private_pbx import PrivatePbx
from tests.live.ami import Ami
from tests.live.sip import Phone, Wire

pytestmark = pytest.mark.live


class _WebSocket:
    """A websocket that looks like a datagram socket."""

    def __init__(self, url: str) -> None:
        self._open = contextlib.ExitStack()
        self._connection = self._open.enter_context(connect(url, subprotocols=[Subprotocol("sip")], close_timeout=0.5))
        self._patience = 10.0

    def sendto(self, data: bytes, address: tuple[str, int], /) -> int:
        self._connection.send(data.decode())
        return len(data)

    def recv(self, size: int, /) -> bytes:
        message = self._connection.recv(timeout=self._patience)
        return message.encode() if isinstance(message, str) else message

    def settimeout(self, seconds: float, /) -> None:
        self._patience = seconds

    def close(self) -> None:
        self._open.close()


class WebPhone(Phone):
    """A telephone in a page. It offers encrypted media but sends none."""

    transport = "WS"

    def __init__(self, pbx: PrivatePbx, *, user: str) -> None:
        self._url = f"ws://{pbx.plan.http_host}:{pbx.plan.http_port}/ws"
        super().__init__(pbx.plan.sip_port, user=user)

    def _connect(self, host: str) -> tuple[Wire, str, int]:
        return _WebSocket(self._url), "page.invalid", 5060

    def _sdp(self) -> str:
        fingerprint = ":".join(["AB"] * 32)
        return (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
            "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\nc=IN IP4 127.0.0.1\r\na=mid:0\r\na=rtpmap:8 PCMA/8000\r\na=rtcp-mux\r\n"
            "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n"
            f"a=fingerprint:sha-256 {fingerprint}\r\na=sendrecv\r\n"
            "a=candidate:1 1 udp 2130706431 127.0.0.1 40002 typ host\r\n"
        )


@pytest.fixture
def ami(pbx: PrivatePbx) -> Iterator[Ami]:
    with Ami(pbx.plan) as session:
        yield session


def test_a_page_registers_and_is_gone_with_its_socket(pbx: PrivatePbx, ami: Ami) -> None:
    value = {"auth_type": "userpass", "username": "6003-web", "password": "of-this-sign-in"}
    ami.act(Action="DBPut", Family="jt/auth", Key="6003-web", Val=json.dumps(value))
    with WebPhone(pbx, user="6003-web") as phone:
        assert phone.register("of-yesterday") == 401
        assert phone.register("of-this-sign-in") == 200
        ami.event("DeviceStateChange", Device="PJSIP/6003-web", State="NOT_INUSE")
        ami.forget()
    ami.event("DeviceStateChange", Device="PJSIP/6003-web", State="UNAVAILABLE")
    ami.act(Action="DBDel", Family="jt/auth", Key="6003-web")


def test_the_citizens_page_rings_a_number_as_whom_it_says(pbx: PrivatePbx, ami: Ami) -> None:
    with WebPhone(pbx, user="citizen-web") as page:
        identity = "P-Asserted-Identity: <sip:13900001111@page.invalid>\r\n"
        assert page.invite_as_desk("12345", pbx.plan.citizen_password, extra=identity).status == 200
        offered = ami.event("UserEvent", UserEvent="JtOffered")
        assert (offered["Caller"], offered["Number"]) == ("13900001111", "12345")
        page.hang_up()
        ami.event("Hangup", Uniqueid=offered["Call"])


@pytest.mark.parametrize("number", ["*41", "6001", "110"])
def test_the_citizens_page_reaches_registered_numbers_only(pbx: PrivatePbx, ami: Ami, number: str) -> None:
    with WebPhone(pbx, user="citizen-web") as page:
        assert page.invite_as_desk(number, pbx.plan.citizen_password).status == 404


def test_the_citizens_page_needs_its_pass_word(pbx: PrivatePbx, ami: Ami) -> None:
    with WebPhone(pbx, user="citizen-web") as page:
        assert page.invite_as_desk("12345", "guessed").status == 401
    assert not any(message.get("Event") == "Newchannel" for message in ami.events())
