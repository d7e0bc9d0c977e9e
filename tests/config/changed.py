"""The shipped catalogues with one place changed, as the tests of the checks need them."""

import shutil
from pathlib import Path

import pytest

from config.load import SHIPPED, SettingsError, load_catalogue


def refusal(directory: Path, file: str, old: str, new: str) -> str:
    """The sentence with which the catalogues are refused once `old` is `new` in one of them."""
    for path in SHIPPED.glob("*.toml"):
        shutil.copy(path, directory)
    text = (directory / file).read_text(encoding="utf-8")
    assert old in text
    (directory / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        load_catalogue(directory)
    return str(refused.value).removeprefix(f"{directory}/").replace(f"{directory}/", "")
