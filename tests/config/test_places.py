"""Where settings and catalogues are read from: a copy beside the settings file wins, each by itself."""

import shutil
from pathlib import Path

import pytest

from config.load import load_catalogue
from config.places import CATALOGUES, SHIPPED, own_or_shipped, settings_file, told_sources
from config.toml_file import SettingsError


def changed(directory: Path, name: str, old: str, new: str) -> Path:
    """Copy a shipped catalogue into `directory`, with one place changed."""
    path = Path(shutil.copy(SHIPPED / name, directory))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_every_shipped_catalogue_is_known() -> None:
    assert {path.name for path in SHIPPED.glob("*.toml")} == {*CATALOGUES, "jietong.toml"}


def test_the_settings_file_is_the_named_or_the_shipped_one() -> None:
    assert settings_file({"JIETONG_SETTINGS": "/etc/jietong/ours.toml"}) == Path("/etc/jietong/ours.toml")
    assert settings_file({"JIETONG_SETTINGS": ""}) == settings_file({}) == SHIPPED / "jietong.toml"


def test_a_catalogue_beside_the_settings_wins_and_the_others_are_the_shipped_ones(tmp_path: Path) -> None:
    changed(tmp_path, "prompts.toml", "12345", "一二三四五")
    ours, shipped = load_catalogue(tmp_path), load_catalogue()
    assert ours.prompts != shipped.prompts
    assert (ours.numbers, ours.demand) == (shipped.numbers, shipped.demand)


def test_what_is_at_odds_is_told_of_the_file_it_stands_in(tmp_path: Path) -> None:
    path = changed(tmp_path, "queues.toml", 'name = "human-resources"', 'name = "personnel"')
    with pytest.raises(SettingsError) as refused:
        load_catalogue(tmp_path)
    assert str(refused.value).startswith(f"{SHIPPED / 'numbers.toml'}: number ")
    assert str(path) not in str(refused.value)


def test_recordings_beside_the_settings_win(tmp_path: Path) -> None:
    assert own_or_shipped(tmp_path, "recorded") == SHIPPED / "recorded"
    (tmp_path / "recorded").mkdir()
    assert own_or_shipped(tmp_path, "recorded") == tmp_path / "recorded"


def test_the_sources_are_told_in_words(tmp_path: Path) -> None:
    assert told_sources(SHIPPED) == f"all of {SHIPPED}"
    assert told_sources(tmp_path) == f"none in {tmp_path}, all as shipped in {SHIPPED}"
    changed(tmp_path, "queues.toml", "name", "name")
    assert told_sources(tmp_path) == f"queues.toml of {tmp_path}, 7 as shipped in {SHIPPED}"
    for name in CATALOGUES:
        shutil.copy(SHIPPED / name, tmp_path)
    assert told_sources(tmp_path) == f"{', '.join(CATALOGUES)} of {tmp_path}"
