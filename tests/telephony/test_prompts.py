"""What callers hear is made once, made anew when it changes, and made by people where people recorded it."""

import shutil
import wave
from pathlib import Path

import pytest
from msgspec import structs

from telephony import prompts
from telephony.plan import PbxPlan, Prompt
from telephony.prompts import PromptError, make_sounds, missing_sounds, sounds, spoken
from tests.telephony.plans import small_plan

speaks = pytest.mark.skipif(
    not (shutil.which("espeak-ng") and shutil.which("sox")), reason="espeak-ng or sox is not installed"
)


@pytest.fixture
def plan(tmp_path: Path) -> PbxPlan:
    return small_plan(tmp_path / "pbx")


def test_numbers_are_read_digit_by_digit() -> None:
    assert spoken("这里是12345热线,第12位", "zh") == "这里是一二三四五热线,第12位"
    assert spoken("Line 12345, seat 12", "en") == "Line 1 2 3 4 5, seat 12"


def test_each_prompt_is_wanted_in_each_language(plan: PbxPlan) -> None:
    names = {sound.name for sound in sounds(plan, None)}
    assert {"zh/jt/greeting", "en/jt/greeting", "zh/queue-thereare", "en/digits/7"} <= names


def test_what_app_queue_says_of_a_place_is_silence_to_who_was_lost(plan: PbxPlan) -> None:
    said = {sound.name.partition("/")[2] for sound in sounds(plan, None) if sound.name.startswith("zh/")}
    silent = {sound.name.partition("/")[2] for sound in sounds(plan, None) if sound.name.startswith("zh_returned/")}
    assert silent == {name for name in said if name.startswith(("queue-", "digits/"))}
    assert not any(sound.text for sound in sounds(plan, None) if "_returned/" in sound.name)


def test_a_recording_wins(plan: PbxPlan, tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "greeting.wav").write_bytes(b"a person")
    by_name = {sound.name: sound for sound in sounds(plan, tmp_path)}
    assert by_name["zh/jt/greeting"].recorded == tmp_path / "zh" / "greeting.wav"
    assert by_name["en/jt/greeting"].recorded is None
    assert by_name["zh/jt/greeting"].fingerprint() != by_name["zh/jt/recorded"].fingerprint()


@speaks
def test_sounds_are_made_at_both_rates_without_clipping_and_only_once(plan: PbxPlan) -> None:
    assert missing_sounds(plan)
    made = make_sounds(plan)
    assert made == len(list(sounds(plan, None))) + 1
    assert missing_sounds(plan) == []
    assert make_sounds(plan) == 0
    path = plan.base / "sounds" / "zh" / "jt" / "greeting.wav"
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        samples = memoryview(file.readframes(file.getnframes())).cast("h")
    assert 8000 < max(samples) < 24000
    assert path.with_suffix(".sln16").stat().st_size > 1.9 * path.stat().st_size
    with wave.open(str(plan.base / "sounds" / "zh_returned" / "queue-youarenext.wav")) as file:
        assert set(file.readframes(file.getnframes())) == {0}
        assert file.getnframes() == 160


@speaks
def test_only_what_changed_is_made_anew(plan: PbxPlan) -> None:
    make_sounds(plan)
    changed = structs.replace(plan, prompts=(Prompt(key="greeting", zh="早上好。", en="Hello."), *plan.prompts[1:]))
    assert make_sounds(changed) == 1
    (plan.base / "sounds" / "en" / "digits" / "3.wav").unlink()
    assert missing_sounds(changed) == ["en/digits/3"]
    assert make_sounds(changed) == 1


@speaks
def test_a_damaged_list_means_everything_is_made_anew(plan: PbxPlan) -> None:
    make_sounds(plan)
    (plan.base / "sounds" / "made.json").write_text("{", encoding="utf-8")
    assert make_sounds(plan) > 100


@speaks
def test_a_recording_that_is_no_sound_is_named(plan: PbxPlan, tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "greeting.wav").write_bytes(b"a person")
    with pytest.raises(PromptError, match="greeting"):
        make_sounds(plan, tmp_path)


def test_a_missing_program_is_named_with_its_package(plan: PbxPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts.shutil, "which", lambda name: None)
    with pytest.raises(PromptError, match="apt-get install espeak-ng"):
        make_sounds(plan)
