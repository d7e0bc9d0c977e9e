"""Where numbers are from."""

from pathlib import Path

import pytest

from core.areas import _LONGEST, AreaTable, china, load_areas


@pytest.fixture(scope="module")
def table() -> AreaTable:
    return china()


@pytest.mark.parametrize(
    ("number", "area"),
    [
        ("13937112345", ("河南省郑州市", "Zhengzhou, Henan")),
        ("+8613937112345", ("河南省郑州市", "Zhengzhou, Henan")),
        ("0371 6666 8888", ("河南省郑州市", "Zhengzhou, Henan")),
        ("01012345678", ("北京市", "Beijing")),
        ("+12025550123", ("境外 US", "Abroad US")),
        ("+85223456789", ("香港", "Hong Kong")),
        ("+999123", ("", "")),
        ("citizen", ("", "")),
        ("12345", ("", "")),
        ("62345678", ("", "")),
        ("unknown", ("", "")),
        ("sipp", ("", "")),
    ],
)
def test_a_number_tells_its_place(table: AreaTable, number: str, area: tuple[str, str]) -> None:
    assert table.area(number) == area


def test_no_prefix_is_longer_than_we_look_for(table: AreaTable) -> None:
    assert max(map(len, table.prefixes)) == _LONGEST


async def test_the_table_is_made_once_by_another_process(tmp_path: Path, table: AreaTable) -> None:
    made = await load_areas(tmp_path / "cache")
    assert made == table
    (file,) = (tmp_path / "cache").iterdir()
    file.write_text('{"places":[],"prefixes":{}}')
    assert await load_areas(tmp_path / "cache") == AreaTable()
