"""Where the audio goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.demo.sdp import audio_of, describe


@given(st.integers(1, 65_535))
def test_what_we_describe_we_understand(port: int) -> None:
    assert audio_of(describe(("127.0.0.2", port))) == ("127.0.0.2", port)


@given(st.binary(max_size=100))
def test_any_bytes_are_harmless(body: bytes) -> None:
    assert audio_of(body) is None or isinstance(audio_of(body), tuple)


@pytest.mark.parametrize("body", [b"", b"m=audio 4000 RTP/AVP 8\r\n", b"c=IN IP4 127.0.0.1\r\n", b"m=video 4 X\r\n"])
def test_half_a_description_is_none(body: bytes) -> None:
    assert audio_of(body) is None
