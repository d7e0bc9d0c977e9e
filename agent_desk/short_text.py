"""Short texts that one person types and another reads: one line, no control characters."""

import unicodedata

from agent_desk.answers import ApiError

LONGEST_MESSAGE = 200
LONGEST_WHY = 60
"""Characters."""
BAD_TEXT = ApiError(
    422, "bad_text", "文字须为一行,不能为空或过长。", "The text must be one line, neither empty nor too long."
)


def is_line(text: str, longest: int) -> bool:
    """Return whether a text is one line of at most so many characters, and can be stored and shown."""
    if len(text) > longest:
        return False
    # C: control, format, surrogate, private, unassigned; Zl and Zp break lines too.
    return not any((kind := unicodedata.category(sign))[0] == "C" or kind in ("Zl", "Zp") for sign in text)
