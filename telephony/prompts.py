"""Makes what callers hear: prompts spoken by espeak-ng or recorded by people, and the music while they wait."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import Struct

from telephony.plan import PbxPlan
from telephony.stock_prompts import stock_prompts

VOICES = {"zh": "cmn-latn-pinyin", "en": "en"}
"""Our languages and espeak-ng's voices for them.

Not `cmn`: in espeak-ng 1.51 it turns the characters into pinyin and reads that as English ("nin two").
"""

_WORDS_PER_MINUTE = 170
RETURNED = "_returned"
"""Ending of a language in which app_queue tells nobody their place: those words are silence, and all others are looked
for in the language itself. Spoken to a citizen who was lost: they stand first, and are told what happened instead."""

_RECIPE = "2"
"""Part of every fingerprint: change it when the sound of the same text changes."""

_FORMATS = ((".wav", 8000), (".sln16", 16000))
"""Telephone lines take the 8 kHz file, browsers and conferences the 16 kHz one; Asterisk chooses by itself."""

_TRIM = ["silence", "1", "0.02", "0.2%", "reverse"]
_CLEAN = [*_TRIM, *_TRIM, "gain", "-n", "-4", "pad", "0.05", "0.1"]
"""sox effects: no silence at either end (numbers are put together from pieces), and 4 dB below clipping."""

_CHORDS = ("C3 G3 C4 E4 G4 E4", "A2 E3 A3 C4 E4 C4", "F2 C3 F3 A3 C4 A3", "G2 D3 G3 B3 D4 B3")
_MUSIC_ROUNDS = 2
_SPEAKERS = 2
"""espeak-ng and sox at once."""


class PromptError(Exception):
    """A prompt cannot be made; one sentence with the mend."""


class Sound(Struct, frozen=True, kw_only=True):
    """One file to make, without its endings."""

    name: str
    """Below the sounds directory, such as `zh/jt/greeting`."""
    language: str
    text: str
    """Nothing: a moment of silence."""
    recorded: Path | None
    """A person's recording, which wins over the synthetic voice."""

    def fingerprint(self) -> str:
        """Changes whenever the sound would."""
        words = f"{_RECIPE}|{VOICES[self.language]}|{_WORDS_PER_MINUTE}|{self.text}".encode()
        return hashlib.sha256(words if self.recorded is None else self.recorded.read_bytes()).hexdigest()


def make_sounds(plan: PbxPlan, recorded: Path | None = None) -> int:
    """Make what is missing or changed below `<base>/sounds`; return how many sounds were made.

    Args:
        recorded: directory with recordings as `<language>/<prompt key>.wav` (any rate), which win.

    Raises:
        PromptError: espeak-ng or sox is missing or failed.
    """
    directory = plan.base / "sounds"
    known = _read_manifest(directory)
    wanted = {sound.name: sound for sound in sounds(plan, recorded)}
    prints = {name: sound.fingerprint() for name, sound in wanted.items()}
    stale = [name for name in prints if known.get(name) != prints[name] or not _complete(directory, name)]
    music = hashlib.sha256(f"{_RECIPE}{_CHORDS}{_MUSIC_ROUNDS}".encode()).hexdigest()
    new_music = known.get("music/waiting") != music or not _complete(directory, "music/waiting")
    if not stale and not new_music:
        return 0
    _need_programs()
    with ThreadPoolExecutor(_SPEAKERS) as pool:
        list(pool.map(lambda name: _make(wanted[name], directory), stale))
    if new_music:
        _make_music(directory)
    _write_manifest(directory, prints | {"music/waiting": music})
    return len(stale) + new_music


def sounds(plan: PbxPlan, recorded: Path | None) -> Iterator[Sound]:
    """Everything that must exist: the plan's prompts and Asterisk's own words, in each language."""
    for language in VOICES:
        texts = {f"jt/{prompt.key}": prompt.zh if language == "zh" else prompt.en for prompt in plan.prompts}
        for name, text in (stock_prompts(language) | texts).items():
            file = None if recorded is None else recorded / language / f"{name.removeprefix('jt/')}.wav"
            yield Sound(
                name=f"{language}/{name}",
                language=language,
                text=spoken(text, language),
                recorded=file if file is not None and file.is_file() else None,
            )
            if name.startswith(("queue-", "digits/")):
                yield Sound(name=f"{language}{RETURNED}/{name}", language=language, text="", recorded=None)


def spoken(text: str, language: str) -> str:
    """The text as the voice should read it: telephone numbers digit by digit, not as 12 thousand and so on."""
    if language != "zh":
        return re.sub(r"\d{3,}", lambda run: " ".join(run.group()), text)
    return re.sub(r"\d{3,}", lambda run: "".join("零一二三四五六七八九"[int(d)] for d in run.group()), text)


def missing_sounds(plan: PbxPlan) -> list[str]:
    """Names of the sounds that are not there, for the doctor."""
    directory = plan.base / "sounds"
    names = [sound.name for sound in sounds(plan, None)] + ["music/waiting"]
    return [name for name in names if not _complete(directory, name)]


def _make(sound: Sound, directory: Path) -> None:
    if sound.recorded is not None:
        voice = sound.recorded.read_bytes()
        effects = ["gain", "-n", "-4"]
    elif not sound.text:
        nothing = ["sox", "-D", "-n", "-r", "16000", "-b", "16", "-t", "wav", "-", "trim", "0", "0.02"]
        voice = _run(nothing, b"", sound.name)
        effects = []
    else:
        speak = ["espeak-ng", "-v", VOICES[sound.language], "-s", str(_WORDS_PER_MINUTE), "--stdout", "--stdin"]
        voice = _run(speak, sound.text.encode(), sound.name)
        effects = _CLEAN
    for ending, rate in _FORMATS:
        _convert(voice, directory / (sound.name + ending), rate, effects)


def _convert(voice: bytes, target: Path, rate: int, effects: list[str]) -> None:
    """Bring a WAV to one rate; the file appears complete or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    kind = "wav" if target.suffix == ".wav" else "raw"
    fresh = target.with_name(f".{target.name}")
    form = ["-t", kind, "-e", "signed-integer", "-b", "16", "-c", "1", "-r", str(rate)]
    # espeak-ng cannot know the length when it writes to a pipe; --ignore-length reads on to the end.
    _run(["sox", "-D", "--ignore-length", "-t", "wav", "-", *form, str(fresh), *effects], voice, target.name)
    os.replace(fresh, target)


def _make_music(directory: Path) -> None:
    """Slow broken chords on a plucked string: quiet, and nobody's property."""
    with tempfile.TemporaryDirectory() as scratch:
        bars = []
        for number, chord in enumerate(_CHORDS):
            bar = Path(scratch) / f"{number}.wav"
            notes = [word for note in chord.split() for word in ("pluck", note)]
            delays = [f"{step * 0.6:.1f}" for step in range(len(chord.split()))]
            shape = ["synth", "4", *notes, "delay", *delays, "remix", "-", "fade", "0", "4.2", "0.9", "norm", "-9"]
            _run(["sox", "-n", "-r", "16000", "-b", "16", str(bar), *shape], b"", "music")
            bars.append(str(bar))
        piece = Path(scratch) / "piece.wav"
        _run(["sox", *(bars * _MUSIC_ROUNDS), str(piece)], b"", "music")
        for ending, rate in _FORMATS:
            _convert(piece.read_bytes(), directory / f"music/waiting{ending}", rate, [])


def _run(command: list[str], given: bytes, name: str) -> bytes:
    done = subprocess.run(command, input=given, capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip().splitlines() or ["no message"]
        raise PromptError(f"{command[0]} could not make the sound {name}: {words[-1]}.")
    return done.stdout


def _need_programs() -> None:
    for program, package in (("espeak-ng", "espeak-ng"), ("sox", "sox")):
        if shutil.which(program) is None:
            raise PromptError(f"{program} is missing, so prompts cannot be spoken: apt-get install {package}.")


def _complete(directory: Path, name: str) -> bool:
    return all((directory / (name + ending)).is_file() for ending, _ in _FORMATS)


def _read_manifest(directory: Path) -> dict[str, str]:
    """What was made from what; a damaged list only means that everything is made anew."""
    try:
        entries = json.loads((directory / "made.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return {str(name): str(value) for name, value in dict(entries).items()}


def _write_manifest(directory: Path, prints: dict[str, str]) -> None:
    fresh = directory / ".made.json"
    fresh.write_text(json.dumps(prints, indent=0, sort_keys=True), encoding="utf-8")
    os.replace(fresh, directory / "made.json")
