"""The catalogue of alarms is whole: both languages, what to do, and a row of the runbook for each."""

import re
import string
from pathlib import Path

import pytest

from acd.alarms import AlarmKey as FloorKey
from agent_desk.alarm_words import ALARM_WORDS, AlarmKey, Level, Sentences

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
LONGEST, LONGEST_DO = 27, 32
"""Widths, in Chinese characters, that a half of a wallboard can show of a sentence and of what to do."""
LONGEST_ON_DESK = 44
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def all_sentences() -> list[tuple[str, Sentences]]:
    return [
        (f"{key}.{where}", sentences)
        for key, words in ALARM_WORDS.items()
        for where, sentences in (("board", words.board), ("desk", words.desk))
        if sentences is not None
    ]


def width(text: str) -> float:
    """How wide a text is, in Chinese characters, with numbers of a usual length."""
    filled = text.format_map({"subject": "6001", "count": "12", "seconds": "12.3"})
    return sum(1 if CHINESE.match(letter) else 0.54 for letter in filled)


EVERY_SENTENCE = pytest.mark.parametrize(("name", "sentences"), all_sentences(), ids=lambda one: str(one)[:32])


def test_every_key_has_its_words() -> None:
    assert set(ALARM_WORDS) == set(AlarmKey)


def test_every_alarm_of_the_floor_is_one_of_ours() -> None:
    assert {key.value for key in FloorKey} <= {key.value for key in AlarmKey}


@EVERY_SENTENCE
def test_both_languages_say_it_and_what_to_do(name: str, sentences: Sentences) -> None:
    on_desk = name.endswith(".desk")
    for text, longest in (
        (sentences.zh, LONGEST),
        (sentences.en, LONGEST),
        (sentences.do_zh, LONGEST_DO),
        (sentences.do_en, LONGEST_DO),
    ):
        assert width(text) <= (LONGEST_ON_DESK if on_desk else longest), f"{name}: {text!r} does not fit"
    for text in (sentences.zh, sentences.do_zh):
        assert CHINESE.search(text), f"{name}: {text!r} is not Chinese"
    for text in (sentences.en, sentences.do_en):
        assert text
        assert not CHINESE.search(text), f"{name}: {text!r} is not English"


@EVERY_SENTENCE
def test_both_languages_say_the_same_numbers(name: str, sentences: Sentences) -> None:
    def fields(text: str) -> set[str | None]:
        return {field for _, field, _, _ in string.Formatter().parse(text)} - {None}

    assert fields(sentences.zh) == fields(sentences.en) <= {"subject", "count", "seconds"}, name
    assert not fields(sentences.do_zh) | fields(sentences.do_en), name


def test_the_worst_come_first() -> None:
    levels = [words.level for words in ALARM_WORDS.values() if words.part]
    last_critical = max(n for n, level in enumerate(levels) if level is Level.CRITICAL)
    warnings_before = [key for key, words in list(ALARM_WORDS.items())[:last_critical] if words.level is Level.WARNING]
    assert warnings_before == [AlarmKey.STANDBY], "only the stand-by's own word is that important and no fault"


def test_every_alarm_has_its_row_in_the_runbook() -> None:
    rows = [line.split("|") for line in RUNBOOK.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    told = {cells[1].strip().strip("`"): cells for cells in rows if len(cells) >= 6}
    missing = [key.value for key in AlarmKey if key.value not in told]
    assert not missing, f"docs/runbook.md has no row for: {', '.join(missing)}"
    for key in AlarmKey:
        _, _, sentence, meaning, act, _ = told[key.value]
        shown = max(re.split(r"{\w+}", ALARM_WORDS[key].board.zh), key=len)
        assert shown.strip(" ,") in sentence, f"docs/runbook.md, row {key}: the sentence is not the screen's"
        assert meaning.strip(), key
        assert act.strip(), key
