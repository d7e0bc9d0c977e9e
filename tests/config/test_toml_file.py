"""TOML files into typed values: the sentence names file, key, value and what would be valid."""

from pathlib import Path
from typing import Annotated

import pytest
from msgspec import Meta, Struct

from config.toml_file import SettingsError, TomlLists, convert, nearest, read_toml


class Thing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the tests read."""

    key: str
    size: Annotated[int, Meta(ge=1, le=9)] = 1


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"key": "a", "siez": 1}, "t.toml: unknown key 'siez'; did you mean 'size'?"),
        ({"size": 1}, "t.toml: the key 'key' is missing; add it."),
        ({"key": "a", "size": "1"}, "t.toml.size = '1': expected `int`, got `str`."),
        ({"key": "a", "size": 10}, "t.toml.size = 10: expected `int` <= 9."),
    ],
)
def test_a_refusal_is_one_sentence(raw: object, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        convert(raw, Thing, "t.toml")
    assert str(refused.value) == sentence


def test_nearest_names_the_likely_one_or_all() -> None:
    assert nearest("sise", ["key", "size"]) == "did you mean 'size'?"
    assert nearest("zzzz", ["key", "size"]) == "valid: key, size."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has no [[thing]]; it must list at least one."),
        ("[[thng]]\n", "unknown list [[thng]]; did you mean 'thing'?"),
        ("[[thing]]\nkey = 'a'\n[[thing]]\nkey = 'a'\n", "thing a: is there twice; remove one."),
        ("[[thing]]\nsize = 2\n", "thing #1: the key 'key' is missing; add it."),
        ("thing = [1]\n", "thing #1"),
    ],
)
def test_a_list_is_checked_entry_by_entry(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "t.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as refused:
        TomlLists(path, ("thing",)).read("thing", Thing)
    assert str(refused.value).startswith(f"{path}: {sentence}")


def test_entries_keep_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text("[[thing]]\nkey = 'b'\n[[thing]]\nkey = 'a'\n")
    assert [t.key for t in TomlLists(path, ("thing",)).read("thing", Thing)] == ["b", "a"]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_bytes('key = "热线"'.encode("gb18030"))
    with pytest.raises(SettingsError, match="is not UTF-8"):
        read_toml(path)
