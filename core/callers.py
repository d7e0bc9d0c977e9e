"""Callers' numbers: one spelling to match by, one with digits hidden to show, and where they are from."""

import re
import unicodedata
from functools import lru_cache

UNKNOWN = "unknown"
"""What is shown for a caller without a number."""

_NAMELESS = frozenset(
    {"", "unknown", "anonymous", "restricted", "private", "unavailable", "withheld", "asterisk", "s", "未知", "匿名"}
)
_EXTENSION = re.compile(r"(?:;ext=|转|extension|ext\.?|x|,|;|#).*$", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"(0\d{2,3}-\d{7,8})-\d{1,6}")
_FILLING = re.compile(r"[\s()\[\]./\-_\u2010-\u2015]+")
_IP_CALL = re.compile(r"^(?:179\d\d|12593|10193|11808)(?=0?1[3-9]\d{9}$)")
"""Prefixes that choose a carrier; only a mobile number behind one proves that it is a prefix."""
_MOBILE = re.compile(r"1[3-9]\d{9}")
_AREA = r"(?:10|2\d|[3-9]\d\d)"
_LANDLINE_BARE = re.compile(_AREA + r"\d{7,8}")
_LANDLINE = re.compile(r"0(10|2\d|[3-9]\d\d)(\d{3,8})")
"""An area code and a number of the area: a telephone of 7 or 8 digits, or a service number such as 12345."""


@lru_cache(maxsize=8_192)
def normalise(number: str) -> str:
    """Return the one spelling of a caller's number by which calls of the same caller are matched.

    Mobiles: 11 digits. Landlines: `0`, area code, number. Service numbers and numbers without area code: as
    they are. Foreign: `+` and digits. Extensions are cut off. A caller without a number: empty.
    A telephone's name with letters: in lower case.
    """
    text = unicodedata.normalize("NFKC", number).strip().strip("\"'<>").lower()
    text = re.sub(r"^(?:sips?|tel):", "", text).partition("@")[0]
    if text in _NAMELESS:
        return ""
    dashed = _DASHED_EXTENSION.fullmatch(text)
    cut = _EXTENSION.sub("", text) if dashed is None else dashed[1]
    digits = _FILLING.sub("", cut)
    if re.fullmatch(r"\+?[0-9]+", digits):
        return _domestic(digits)
    name = re.sub(r"[^\w.+-]", "", text)
    if name != text:
        return normalise(name)  # what was taken out may have hidden an extension, or a number
    return name if re.search(r"[^\W\d_]", name) and name not in _NAMELESS else ""


def _domestic(digits: str) -> str:
    """Return a number of digits, perhaps with `+`, without the prefixes that say China."""
    for prefix in ("+86", "0086"):
        if digits.startswith(prefix):
            return _with_area(digits.removeprefix(prefix))
    if digits.startswith("+"):
        return digits
    if digits.startswith("00") and len(digits) > 8:
        return "+" + digits[2:]
    if digits.startswith("86") and len(digits) in (12, 13):
        rest = digits[2:]
        if _MOBILE.fullmatch(rest) or _LANDLINE_BARE.fullmatch(rest):
            return _with_area(rest)
    return _without_zero(_IP_CALL.sub("", digits))


def _with_area(national: str) -> str:
    """Return a number that stood behind China's country code; landlines stand there without their 0."""
    rest = _without_zero(national)
    if rest.startswith("0") or _MOBILE.fullmatch(rest) or not _LANDLINE_BARE.fullmatch(rest):
        return rest
    if rest[:3] in ("400", "800"):
        return rest
    return "0" + rest


def _without_zero(digits: str) -> str:
    """Return a mobile number without the 0 that is dialled before one from another city."""
    return digits[1:] if digits.startswith("0") and _MOBILE.fullmatch(digits[1:]) else digits


def mask(number: str) -> str:
    """Return a caller's number with the digits hidden that tell one person from another."""
    key = normalise(number)
    if not key:
        return UNKNOWN
    if not re.fullmatch(r"\+?\d+", key):
        return key[:1] + "***"
    if _MOBILE.fullmatch(key):
        return f"{key[:3]}****{key[7:]}"
    landline = _LANDLINE.fullmatch(key)
    if landline is not None:
        area, rest = landline.groups()
        return f"0{area}****{rest[-4:]}" if len(rest) >= 7 else f"0{area}{rest}"
    if len(key) <= 5:
        return key  # a service number (110, 12345) is nobody's own
    if len(key) >= 10:
        return f"{key[:3]}****{key[-4:]}"
    return f"{key[:2]}****{key[-2:]}"
