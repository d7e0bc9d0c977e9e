"""Every refusal has its sentence in both languages."""

from acd.refusal import SENTENCES, Refusal


def test_every_refusal_can_be_read_in_chinese_and_in_english() -> None:
    assert set(SENTENCES) == set(Refusal)
    for chinese, english in SENTENCES.values():
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
        assert english.isascii()
        assert english.endswith(".")


def test_no_two_refusals_say_the_same() -> None:
    assert len(set(SENTENCES.values())) == len(SENTENCES)
