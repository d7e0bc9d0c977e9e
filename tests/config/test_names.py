"""Names, numbers and sentences are held to what every place they go to can take."""

import msgspec
import pytest

from config.names import DashKey, Digits, LineKey, ReasonKey, Text


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Digits, "12345", "12"),
        (Digits, "057112345", "0571-12345"),
        (DashKey, "expert-law", "expert_law"),
        (DashKey, "a", "-a"),
        (LineKey, "other_demand", "other-demand"),
        (ReasonKey, "system_fault", "System"),
        (Text, "税务分中心", "one\ntwo"),
        (Text, "x", ""),
    ],
)
def test_what_fits_and_what_does_not(kind: type[str], good: str, bad: str) -> None:
    assert msgspec.convert(good, kind) == good
    for wrong in (bad, f"{good}\n"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(wrong, kind)
