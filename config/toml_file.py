"""TOML files into typed values; a refusal is one sentence: file, key, value and what would be valid."""

import difflib
import re
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T")
Entry = TypeVar("Entry", bound=msgspec.Struct)


class SettingsError(Exception):
    """A settings file, catalogue or variable is wrong; the text is the sentence the operator reads."""


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        SettingsError: the file cannot be read, is not UTF-8 or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}); name a readable TOML file.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: byte {error.start} is not UTF-8; save the file with UTF-8 encoding.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not valid TOML: {error}.") from error


def convert(raw: object, wanted: type[T], where: str) -> T:
    """`raw` as a `wanted`, with its fields' ranges checked.

    Args:
        where: file and key of `raw`, the beginning of the sentence when it is refused.

    Raises:
        SettingsError: a field is missing, unknown, of the wrong type or out of range.
    """
    try:
        return msgspec.convert(raw, wanted)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where}{_sentence(str(error), raw, wanted)}") from error


def nearest(name: str, valid: Iterable[str]) -> str:
    """The end of a sentence about an unknown `name`: the likely one, or all of them."""
    names = list(valid)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else f"valid: {', '.join(names)}."


def known(name: str | None, valid: list[str], where: str, file: str) -> None:
    """Refuse a name that is not in another list.

    Raises:
        SettingsError: `name` is not one of `valid`.
    """
    if name not in valid:
        raise SettingsError(f"{where} = {name!r}: is not in {file}; {nearest(name or '', valid)}")


def in_order(first: date | None, last: date | None, where: str) -> None:
    """Refuse a span of days that ends before it begins.

    Args:
        where: the beginning of the sentence; its last word is what `_from` and `_to` are added to.

    Raises:
        SettingsError: it does.
    """
    if first is not None and last is not None and last < first:
        raise SettingsError(f"{where}_to = {last}: lies before {where.rsplit(' ', 1)[1]}_from, {first}.")


class TomlLists:
    """A TOML file that holds nothing but lists of tables, `[[name]]`."""

    def __init__(self, path: Path, names: tuple[str, ...]) -> None:
        self._path = path
        self._tables = read_toml(path)
        for name in self._tables:
            if name not in names:
                raise SettingsError(f"{path}: unknown list [[{name}]]; {nearest(name, names)}")

    def read(self, name: str, kind: type[Entry], *, least: int = 1) -> tuple[Entry, ...]:
        """The entries of one list, in the file's order; their first field identifies them and is unique.

        Args:
            least: 0 lets the list be missing.

        Raises:
            SettingsError: the list is missing or empty, or an entry is wrong or there twice.
        """
        raw = self._tables.get(name, [])
        if not isinstance(raw, list) or len(raw) < least:
            raise SettingsError(f"{self._path}: has no [[{name}]]; it must list at least one.")
        identity = kind.__struct_fields__[0]
        seen: set[object] = set()
        entries = []
        for place, table in enumerate(raw, start=1):
            label = table.get(identity, f"#{place}") if isinstance(table, dict) else f"#{place}"
            entry = convert(table, kind, f"{self._path}: {name} {label}")
            if label in seen:
                raise SettingsError(f"{self._path}: {name} {label}: is there twice; remove one.")
            seen.add(label)
            entries.append(entry)
        return tuple(entries)


def _sentence(reason: str, raw: object, wanted: type[Any]) -> str:
    """msgspec's reason, turned around: key first, then the value seen, then what would be valid."""
    text, _, place = reason.partition(" - at `$")
    path = place.rstrip("`").removeprefix("[...]")
    unknown = re.fullmatch(r"Object contains unknown field `(.+)`", text)
    if unknown:
        fields = msgspec.structs.fields(wanted)
        return f"{path}: unknown key {unknown[1]!r}; {nearest(unknown[1], (f.encode_name for f in fields))}"
    missing = re.fullmatch(r"Object missing required field `(.+)`", text)
    if missing:
        return f"{path}: the key {missing[1]!r} is missing; add it."
    seen = raw
    for key in re.findall(r"\.(\w+)", path):
        seen = seen.get(key) if isinstance(seen, dict) else seen
    return f"{path} = {seen!r}: {text[0].lower()}{text[1:]}{_choices(path, wanted)}."


def _choices(path: str, wanted: type[Any]) -> str:
    """The values of an enumeration, for the end of a sentence; empty when `path` leads to something else."""
    fields = {f.encode_name: f.type for f in msgspec.structs.fields(wanted)}
    match = re.match(r"\.(\w+)", path)
    kind = inspect.type_info(fields[match[1]]) if match is not None and match[1] in fields else None
    if isinstance(kind, inspect.VarTupleType):
        kind = kind.item_type
    return f"; valid: {', '.join(str(one.value) for one in kind.cls)}" if isinstance(kind, inspect.EnumType) else ""
