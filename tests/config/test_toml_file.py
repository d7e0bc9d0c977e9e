"""TOML files into typed values: the sentence names file, key, value and what would be valid."""

from datetime import date
from pathlib import Path
from typing import Annotated

import pytest
from msgspec import Meta, Struct

from config.toml_file import SettingsError, TomlLists, convert, in_order, known, nearest, read_toml


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


def test_a_list_that_need_not_be_there_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text("")
    assert TomlLists(path, ("thing",)).read("thing", Thing, least=0) == ()
    path.write_text("thing = 1\n")
    with pytest.raises(SettingsError):
        TomlLists(path, ("thing",)).read("thing", Thing, least=0)


def test_a_name_must_be_in_the_other_list() -> None:
    known("law", ["law", "tax"], "q.toml: queue", "n.toml")
    with pytest.raises(SettingsError, match="^q.toml: queue = 'lav': is not in n.toml; did you mean 'law'\\?$"):
        known("lav", ["law", "tax"], "q.toml: queue", "n.toml")
    with pytest.raises(SettingsError, match="queue = None: is not in n.toml; valid: law, tax.$"):
        known(None, ["law", "tax"], "q.toml: queue", "n.toml")


def test_days_are_in_order() -> None:
    first, last = date(2026, 7, 1), date(2026, 6, 30)
    in_order(first, first, "x: valid")
    in_order(None, last, "x: valid")
    with pytest.raises(SettingsError, match="^x: valid_to = 2026-06-30: lies before valid_from, 2026-07-01.$"):
        in_order(first, last, "x: valid")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_bytes('key = "热线"'.encode("gb18030"))
    with pytest.raises(SettingsError, match="is not UTF-8"):
        read_toml(path)
