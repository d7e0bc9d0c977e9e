"""Asterisk's own words exist in both languages, with every piece its number grammar asks for."""

import pytest

from telephony.stock_prompts import stock_prompts


def said(number: int) -> list[str]:
    """The pieces say.c plays for a number below 1000 in Chinese."""
    hundreds, rest = divmod(number, 100)
    pieces = [f"digits/{hundreds}", "digits/hundred"] if hundreds else []
    pieces += ["digits/0"] if hundreds and 0 < rest < 10 else []
    pieces += [f"digits/{rest // 10 * 10}"] if rest >= 10 else []
    return pieces + ([f"digits/{rest % 10}"] if rest % 10 else [])


@pytest.mark.parametrize(("number", "words"), [(3, "三"), (10, "十"), (12, "十二"), (20, "二十"), (105, "一百零五")])
def test_chinese_numbers_are_put_together_as_people_say_them(number: int, words: str) -> None:
    zh = stock_prompts("zh")
    assert "".join(zh[piece] for piece in said(number)) == words


def test_both_languages_have_the_same_announcements() -> None:
    names = [{name for name in stock_prompts(language) if "digits/" not in name} for language in ("zh", "en")]
    assert names[0] == names[1]


def test_a_position_makes_a_sentence() -> None:
    zh = stock_prompts("zh")
    assert zh["queue-thereare"] + zh["digits/3"] + zh["queue-callswaiting"] == "您当前排在第三位，"


def test_english_has_every_number_word() -> None:
    assert {f"digits/{n}" for n in (*range(20), *range(20, 100, 10))} <= set(stock_prompts("en"))
