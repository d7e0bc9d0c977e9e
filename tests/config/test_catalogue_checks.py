"""Catalogues that contradict themselves or the national list are refused in one sentence."""

from pathlib import Path

import pytest

from config.load import SettingsError, load_catalogue
from tests.config.changed import refusal


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "numbers.toml",
            'queue = "law"',
            'queue = "laws"',
            "numbers.toml: number 12348: queue = 'laws': is not in queues.toml; did you mean 'law'?",
        ),
        (
            "numbers.toml",
            'greeting = "greeting-12348"',
            'greeting = "hello"',
            "numbers.toml: number 12348: greeting = 'hello': is not in prompts.toml; valid: ",
        ),
        (
            "numbers.toml",
            'mode = "MERGED"',
            'mode = "DUAL_NUMBER"',
            "numbers.toml: 12 numbers have mode MERGED; the national list has 13.",
        ),
        (
            "numbers.toml",
            'number = "12396"',
            'number = "12300"',
            "numbers.toml: number 12300: is there twice; remove one.",
        ),
        (
            "numbers.toml",
            "expert_seat = true",
            "expert_seat = false",
            "numbers.toml: number 12348: expert_seat = false: the annex says true; "
            "expert seats are for 12316, 12320, 12329, 12333, 12348.",
        ),
        (
            "numbers.toml",
            'mode = "HOTLINE"',
            'mode = "HOT"',
            "numbers.toml: number 12345.mode = 'HOT': invalid enum value 'HOT'; "
            "valid: HOTLINE, MERGED, DUAL_NUMBER, SUB_CENTRE.",
        ),
        (
            "numbers.toml",
            'queue = "law"',
            'queue = "law"\ntransition_from = 2021-07-02\ntransition_to = 2021-07-01',
            "numbers.toml: number 12348: transition_to = 2021-07-01: lies before transition_from, ",
        ),
        (
            "queues.toml",
            'name = "hotline"',
            'name = "Hotline"',
            "queues.toml: queue Hotline.name = 'Hotline': expected `str` matching regex ",
        ),
        (
            "queues.toml",
            'name = "hotline"',
            'name = "general"',
            "queues.toml: queue general: name = 'general': Asterisk's queues.conf keeps this name for itself; "
            "choose another.",
        ),
        (
            "demand.toml",
            "number = 10",
            "number = 9",
            "demand.toml: not_accepted 9: is there twice; remove one.",
        ),
        (
            "prompts.toml",
            'key = "recorded"',
            'key = "taped"',
            "prompts.toml: the dialplan's prompt = 'recorded': is not in prompts.toml; valid: ",
        ),
        (
            "states.toml",
            'key = "acw"',
            'key = "wrap"',
            "states.toml: the floor's reason = 'acw': is not in the reasons not self_service; ",
        ),
        (
            "states.toml",
            "per_use_minutes = 10",
            "per_use_minutes = -1",
            "states.toml: reason break.per_use_minutes = -1: expected `int` >= 0.",
        ),
    ],
)
def test_a_wrong_catalogue_is_one_sentence(tmp_path: Path, file: str, old: str, new: str, sentence: str) -> None:
    assert refusal(tmp_path, file, old, new).startswith(sentence)


def test_a_catalogue_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "demand.toml").mkdir()
    with pytest.raises(SettingsError, match=r"demand\.toml: cannot be read"):
        load_catalogue(tmp_path)
