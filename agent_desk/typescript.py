"""Writes web/src/wire.gen.ts from the types of wire*.py: `python -m agent_desk.typescript`."""

import builtins
from pathlib import Path

from msgspec import inspect

from agent_desk import wire, wire_figures, wire_http

TARGET = Path(__file__).parent / "web" / "src" / "wire.gen.ts"

ROOTS: tuple[object, ...] = (
    wire.ToBrowser,
    wire.FromBrowser,
    wire_http.Who,
    wire_http.RingElsewhere,
    wire_http.PhoneCredentials,
    wire_http.Catalogue,
    wire_http.ScreenPop,
    wire_http.MessageSent,
    wire_figures.TransferDay,
)
"""Whatever is reachable from these is written."""

HEAD = """\
// Written from agent_desk/wire*.py by `python -m agent_desk.typescript`; never edited by hand.
"""

UNIONS: dict[str, object] = {"ToBrowser": wire.ToBrowser, "FromBrowser": wire.FromBrowser}


def source() -> str:
    """Return the whole text of wire.gen.ts.

    Raises:
        TypeError: a type on the wire has no counterpart in TypeScript.
    """
    named: dict[str, str] = {}
    for root in ROOTS:
        reference(inspect.type_info(root), named)
    parts = [HEAD, *(named[name] for name in sorted(named))]
    for name, union in UNIONS.items():
        parts.append(f"export type {name} = {reference(inspect.type_info(union), named)};\n")
    return "\n".join(parts)


def reference(kind: inspect.Type, named: dict[str, str]) -> str:
    """Return how `kind` is written where it is used, adding the types it needs to `named`.

    Raises:
        TypeError: `kind` has no counterpart in TypeScript.
    """
    match kind:
        case inspect.StrType():
            return "string"
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.BoolType():
            return "boolean"
        case inspect.NoneType():
            return "null"
        case inspect.AnyType() | inspect.CustomType(cls=builtins.object):
            return "unknown"
        case inspect.VarTupleType(item_type=item) | inspect.ListType(item_type=item):
            return f"readonly {_in_array(reference(item, named))}[]"
        case inspect.DictType(key_type=key, value_type=value):
            return f"Readonly<Record<{reference(key, named)}, {reference(value, named)}>>"
        case inspect.UnionType(types=types):
            return " | ".join(reference(one, named) for one in types)
        case inspect.EnumType(cls=cls):
            values = " | ".join(f'"{member.value}"' for member in cls)
            named.setdefault(cls.__name__, f"{_comment(cls.__doc__)}export type {cls.__name__} = {values};\n")
            return cls.__name__
        case inspect.StructType():
            return _struct(kind, named)
        case _:
            raise TypeError(f"the wire uses {kind!r}, for which typescript.py knows no TypeScript type")


def _struct(kind: inspect.StructType, named: dict[str, str]) -> str:
    name = kind.cls.__name__
    if name in named:
        return name
    named[name] = ""  # holds the place, so that a type may refer to itself
    optional = "?" if kind.cls.__struct_config__.omit_defaults else ""
    lines = [f'  readonly {kind.tag_field}: "{kind.tag}";'] if kind.tag_field else []
    for field in kind.fields:
        mark = "" if field.required else optional
        lines.append(f"  readonly {field.encode_name}{mark}: {reference(field.type, named)};")
    body = "\n".join(lines)
    named[name] = f"{_comment(kind.cls.__doc__)}export type {name} = {{\n{body}\n}};\n"
    return name


def _in_array(item: str) -> str:
    return f"({item})" if " " in item else item


def _comment(doc: str | None) -> str:
    """Return the first line of a docstring as a TypeScript comment, or nothing."""
    first = (doc or "").strip().partition("\n")[0]
    return f"/** {first} */\n" if first else ""


def main() -> None:
    """Write the file; say nothing when all went well."""
    TARGET.write_text(source(), encoding="utf-8")


if __name__ == "__main__":
    main()
