"""One line that a person typed: what breaks lines or cannot be shown is none."""

import pytest

from agent_desk.short_text import is_line


@pytest.mark.parametrize("text", ["", "系统演练", "a　b", "café 12:30 – ok", "😀", "x" * 10])
def test_a_line(text: str) -> None:
    assert is_line(text, 10 if len(text) <= 10 else 20)


@pytest.mark.parametrize("text", ["a\r\nb", "a\nb", "a\tb", "a\0", "a\u2028b", "a\u202eb", "\ud800", "x" * 11])
def test_no_line(text: str) -> None:
    assert not is_line(text, 10 if text.startswith("x") else 40)
