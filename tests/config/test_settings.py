"""Every setting is in the shipped file with its comment, and the other way round."""

import tomllib

from msgspec.structs import fields

from config.load import SHIPPED
from config.settings import Settings


def test_the_shipped_file_has_every_section_and_key_in_order() -> None:
    shipped = tomllib.loads((SHIPPED / "jietong.toml").read_text(encoding="utf-8"))
    ours = {section.name: [key.name for key in fields(section.type)] for section in fields(Settings)}
    assert {name: list(table) for name, table in shipped.items()} == ours
    assert list(shipped) == list(ours)
