"""SIP messages: what is written can be read, and no bytes do harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.demo.sip_message import (
    SipError,
    SipRequest,
    SipResponse,
    encode,
    parameter,
    parse,
    response,
    uri_of,
    user_of,
)

INVITE = (
    b"INVITE sip:6001-sip@127.0.0.1:5062 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKabc\r\n"
    b"From: <sip:13800000001@127.0.0.1>;tag=one\r\nTo: <sip:6001-sip@127.0.0.1>\r\n"
    b"Call-ID: call-1\r\nCSeq: 17 INVITE\r\nContent-Length: 4\r\n\r\nv=0\n"
)
names = st.from_regex(r"[A-Z][A-Za-z-]{0,10}", fullmatch=True).filter(
    lambda name: name.lower() not in ("content-length", "l")
)
values = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30).map(str.strip)


@given(st.lists(st.tuples(names, values), max_size=6), st.binary(max_size=60))
def test_what_is_written_can_be_read(headers: list[tuple[str, str]], body: bytes) -> None:
    request = SipRequest(method="OPTIONS", uri="sip:a@b", headers=tuple(headers), body=body)
    read = parse(encode(request))
    assert isinstance(read, SipRequest)
    assert (read.method, read.uri, read.body) == ("OPTIONS", "sip:a@b", body)
    assert read.headers[:-1] == request.headers


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_an_error(data: bytes) -> None:
    try:
        message = parse(data)
        assert message.first_line()
    except SipError:
        pass


@given(st.binary(max_size=20), st.integers(0, len(INVITE)))
def test_a_damaged_message_is_a_message_or_an_error(noise: bytes, place: int) -> None:
    try:
        message = parse(INVITE[:place] + noise + INVITE[place:])
        _ = message.cseq, message.branch, message.call_id
    except SipError:
        pass


def test_a_request_is_read() -> None:
    invite = parse(INVITE)
    assert isinstance(invite, SipRequest)
    assert (invite.method, user_of(invite.uri), invite.cseq) == ("INVITE", "6001-sip", (17, "INVITE"))
    assert (invite.branch, invite.call_id, invite.body) == ("z9hG4bKabc", "call-1", b"v=0\n")


def test_short_names_and_folded_lines_are_read() -> None:
    read = parse(b"SIP/2.0 200 OK\r\nv: SIP/2.0/UDP a;branch=x\r\ni: 7\r\nSubject: one\r\n two\r\n\r\n")
    assert isinstance(read, SipResponse)
    assert (read.status, read.reason, read.branch, read.call_id) == (200, "OK", "x", "7")
    assert read.header("subject") == "one two"


@pytest.mark.parametrize(
    "bad",
    [
        b"INVITE sip:a@b SIP/2.0\r\n",
        b"INVITE sip:a@b SIP/3.0\r\n\r\n",
        b"SIP/2.0 2000 OK\r\n\r\n",
        b"SIP/2.0 abc OK\r\n\r\n",
        b"OPTIONS sip:a@b SIP/2.0\r\nno header\r\n\r\n",
        b"OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 99\r\n\r\nshort",
        b"OPTIONS sip:a@b SIP/2.0\r\nContent-Length: many\r\n\r\n",
    ],
)
def test_what_is_no_message_is_refused(bad: bytes) -> None:
    with pytest.raises(SipError):
        parse(bad)


def test_what_comes_after_the_body_is_cut_off() -> None:
    assert parse(INVITE + b"more").body == b"v=0\n"


def test_a_line_break_cannot_become_a_header() -> None:
    with pytest.raises(SipError):
        encode(SipRequest(method="OPTIONS", uri="sip:a@b", headers=(("Subject", "x\r\nContact: <sip:evil@b>"),)))


def test_a_missing_header_is_an_error_and_may_be_asked_for() -> None:
    read = parse(b"SIP/2.0 200 OK\r\n\r\n")
    assert read.optional("Contact") is None
    with pytest.raises(SipError, match="Contact"):
        read.header("Contact")
    with pytest.raises(SipError, match="CSeq"):
        _ = read.cseq


def test_a_response_is_the_requests_with_our_tag() -> None:
    invite = parse(INVITE)
    assert isinstance(invite, SipRequest)
    ringing = response(invite, 180, "Ringing", tag="two")
    assert ringing.header("To") == "<sip:6001-sip@127.0.0.1>;tag=two"
    assert (ringing.branch, ringing.cseq, ringing.call_id) == (invite.branch, invite.cseq, invite.call_id)
    again = response(SipRequest(method="BYE", uri="sip:a@b", headers=ringing.headers), 200, "OK", tag="three")
    assert again.header("To") == ringing.header("To")


def test_addresses_are_taken_apart() -> None:
    value = '"a <b>" <sip:6001@host:5062;ob>;tag=x;lone'
    assert uri_of(value) == "sip:6001@host:5062;ob"
    assert (parameter(value, "tag"), parameter(value, "lone"), parameter(value, "ob")) == ("x", "", None)
    assert uri_of("sip:a@b;tag=1") == "sip:a@b"
    assert (user_of("sip:6001@host"), user_of("sip:host")) == ("6001", "")
