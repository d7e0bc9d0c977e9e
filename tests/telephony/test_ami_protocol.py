"""AMI on bytes: any cut of a stream gives the same messages, nothing is smuggled in, nothing vanishes."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.ami_protocol import AmiError, AmiProtocol, Sought, encode, event_name, parse

BANNER = b"Asterisk Call Manager/13.0.0\r\n"
STREAM = (
    BANNER
    + "".join(
        f"{text}\r\n\r\n"
        for text in (
            "Event: FullyBooted\r\nStatus: Fully Booted",
            "Event: Newchannel\r\nCallerIDName: 北京市民热线 Zoë",
            "Response: Success\r\nActionID: 7",
            "Event: UserEvent\r\nUserEvent: JtOffered\r\nCaller: 13800000001",
        )
    ).encode()
)
"""Four messages, with characters of two and three bytes (P2)."""


def blocks(*chunks: bytes) -> list[bytes]:
    protocol = AmiProtocol()
    return [block for chunk in chunks for block in protocol.receive(chunk)]


@given(st.lists(st.integers(0, len(STREAM)), max_size=30))
def test_any_cut_of_a_stream_gives_the_same_messages(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[start:end] for start, end in zip(places, places[1:], strict=False)]
    assert blocks(*pieces) == blocks(STREAM)


def test_one_byte_at_a_time_no_character_is_lost() -> None:
    messages = [parse(block) for block in blocks(*(bytes((byte,)) for byte in STREAM))]
    assert messages[1]["CallerIDName"] == "北京市民热线 Zoë"
    assert len(messages) == 4


@given(st.lists(st.tuples(st.from_regex(r"[A-Z][A-Za-z]{0,9}", fullmatch=True), st.text(max_size=20)), min_size=1))
def test_what_is_encoded_is_one_message_or_refused(headers: list[tuple[str, str]]) -> None:
    values = "".join(value for _, value in headers)
    if any(bad in values for bad in "\r\n\0"):
        with pytest.raises(AmiError):
            encode(headers)
        return
    try:
        data = encode(headers)
    except UnicodeEncodeError:
        return  # a lone surrogate is no text
    (block,) = blocks(BANNER + data)
    assert block.count(b"\r\n") == len(headers) - 1


@pytest.mark.parametrize("bad", ["break\r\n\r\nAction: Originate", "a\nb", "a\rb", "a\0b"])
def test_a_value_cannot_smuggle_in_an_action(bad: str) -> None:
    with pytest.raises(AmiError, match="Title"):
        encode((("Action", "UserEvent"), ("Title", bad)))


def test_an_absent_header_is_an_error() -> None:
    with pytest.raises(KeyError):
        parse(b"Event: Hangup")["Uniqueid"]


def test_a_header_given_twice_keeps_both_lines() -> None:
    assert parse(b"Response: Success\r\nOutput: one\r\nOutput: two")["Output"] == "one\ntwo"


def test_a_value_may_hold_colons_and_spaces() -> None:
    parsed = parse(b"Event: X\r\nChannel: PJSIP/6001-sip-00000001\r\nAppData: sip:a@b:5060,  two\r\nEmpty: \r\nNone:")
    assert parsed["AppData"] == "sip:a@b:5060,  two"
    assert (parsed["Empty"], parsed["None"]) == ("", "")


def test_bytes_that_are_no_utf8_are_marked() -> None:
    assert parse(b"CallerIDName: \xff\xfe")["CallerIDName"] == "��"


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\n", b"X"])
def test_who_is_no_asterisk_is_refused_at_once(said: bytes) -> None:
    with pytest.raises(AmiError, match="no Asterisk manager"):
        AmiProtocol().receive(said)


def test_a_banner_without_an_end_is_refused() -> None:
    with pytest.raises(AmiError, match="banner"):
        AmiProtocol().receive(BANNER[:-2] + b"9" * 300)


def test_the_banner_tells_the_version() -> None:
    protocol = AmiProtocol()
    assert protocol.receive(BANNER[:10]) == []
    assert protocol.version is None
    protocol.receive(BANNER[10:])
    assert protocol.version == "13.0.0"


def test_a_message_without_an_end_is_refused_at_its_limit() -> None:
    protocol = AmiProtocol(max_message=1_000)
    protocol.receive(BANNER)
    with pytest.raises(AmiError, match="no end of message"):
        protocol.receive(b"Event: " + b"x" * 1_000)


@pytest.mark.parametrize(
    ("block", "name"),
    [(b"Event: Hangup\r\nCause: 16", b"Hangup"), (b"Event: Lonely", b"Lonely"), (b"Response: Success", None)],
)
def test_the_events_name_is_seen_without_parsing(block: bytes, name: bytes | None) -> None:
    assert event_name(block) == name


HEADER = st.tuples(st.text(alphabet="AaBb", min_size=1, max_size=3), st.sampled_from(["", " "]), st.binary(max_size=8))


@given(st.lists(HEADER, min_size=1, max_size=8, unique_by=lambda header: header[0]), st.text("AaBb", max_size=3))
def test_a_header_sought_is_the_header_parsed(headers: list[tuple[str, str, bytes]], stranger: str) -> None:
    """Invalid UTF-8, empty values, names that begin or end another, first and last lines, and headers not there."""
    lines = [name.encode() + b":" + space.encode() + value.replace(b"\r", b"") for name, space, value in headers]
    block = b"\r\n".join(lines)
    parsed, sought = parse(block), Sought(block)
    for name in {name for name, _, _ in headers} | ({stranger} - {""}):
        assert sought.get(name) == parsed.get(name)
        if name in parsed:
            assert sought[name] == parsed[name]
        else:
            with pytest.raises(KeyError, match=name):
                sought[name]


def test_of_a_header_sought_that_is_given_twice_the_first_counts() -> None:
    assert Sought(b"Event: UserEvent\r\nCall: ours\r\nCall: smuggled")["Call"] == "ours"


def test_a_long_message_in_small_pieces_costs_by_its_length() -> None:
    def seconds(pieces: int) -> float:
        protocol = AmiProtocol(max_message=1 << 30)
        protocol.receive(BANNER)
        began = time.thread_time()
        for _ in range(pieces):
            assert protocol.receive(b"Output: 0123456789\r\n" * 10) == []
        return time.thread_time() - began

    seconds(100)
    # Gone through again with each piece, eight times the length costs sixty-four times as much.
    assert seconds(16_000) < 24 * seconds(2_000)
