"""agent_desk/typescript.py: the browser's types are those of the wire."""

import msgspec
import pytest
from msgspec import inspect

from agent_desk import typescript


def test_the_browser_types_are_fresh():
    assert typescript.TARGET.read_text(encoding="utf-8") == typescript.source(), (
        "the types of the wire changed: run `python -m agent_desk.typescript`"
    )


@pytest.mark.parametrize(
    ("python", "written"),
    [
        (str, "string"),
        (int | None, "number | null"),
        (tuple[str, ...], "readonly string[]"),
        (tuple[int | None, ...], "readonly (number | null)[]"),
        (dict[str, float], "Readonly<Record<string, number>>"),
        (object, "unknown"),
    ],
)
def test_each_kind_of_type_has_its_counterpart(python: object, written: str):
    assert typescript.reference(inspect.type_info(python), {}) == written


def test_only_defaults_that_are_left_out_on_the_wire_are_optional():
    text = typescript.source()
    assert "readonly gone?: readonly string[];" in text
    assert "readonly merge_into: string | null;" in text


def test_a_tag_becomes_the_type_field():
    class Stop(msgspec.Struct, tag="stop"):
        """Say stop."""

        request: str

    named: dict[str, str] = {}
    assert typescript.reference(inspect.type_info(Stop), named) == "Stop"
    wanted = '/** Say stop. */\nexport type Stop = {\n  readonly type: "stop";\n  readonly request: string;\n};\n'
    assert named["Stop"] == wanted


def test_a_type_without_counterpart_is_named():
    with pytest.raises(TypeError, match="no TypeScript type"):
        typescript.reference(inspect.type_info(bytes), {})
