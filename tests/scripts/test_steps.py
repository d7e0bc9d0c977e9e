"""The set-up's steps: one line each, stamps, and on failure the last words and the mend."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "scripts"


def bash(directory: Path, script: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `script` with the shared steps in `directory`, as setup.sh would."""
    return subprocess.run(
        ["bash", "-c", f"set -euo pipefail; . {SCRIPTS}/steps.sh; . {SCRIPTS}/system_packages.sh; {script}"],
        cwd=directory,
        env=dict(os.environ, **environ),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_step_says_one_line_and_logs_the_rest(tmp_path: Path) -> None:
    done = bash(tmp_path, "step 'Doing it' 'Mend it.' echo details")
    assert done.returncode == 0
    assert re.fullmatch(r"Doing it \.\.\. done in \d+ s\n", done.stdout)
    assert "details" in (tmp_path / "var/log/setup.log").read_text()


def test_a_failed_step_ends_the_set_up_with_its_last_words_and_the_mend(tmp_path: Path) -> None:
    done = bash(tmp_path, "step One x echo earlier; step Two 'Mend it.' bash -c 'seq 30; exit 3'; echo never")
    assert done.returncode == 1
    assert re.fullmatch(r"One \.\.\. done in \d+ s\nTwo \.\.\. failed after \d+ s\n", done.stdout)
    assert "    30\nMend it. The details are in var/log/setup.log.\n" in done.stderr
    assert "earlier" not in done.stderr
    assert "    15\n" not in done.stderr


def test_a_step_reads_nothing(tmp_path: Path) -> None:
    assert bash(tmp_path, "step Reading x bash -c '! read'").returncode == 0


def test_a_stamp_holds_for_the_very_same_input(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("1")
    script = 'is_done a "$(hash_of in)" && echo fresh || { echo stale; mark_done a "$(hash_of in)"; }'
    assert bash(tmp_path, script).stdout == "stale\n"
    assert bash(tmp_path, script).stdout == "fresh\n"
    (tmp_path / "in").write_text("2")
    assert bash(tmp_path, script).stdout == "stale\n"


def test_the_asterisk_root_is_not_asked_for_when_it_is_there(tmp_path: Path) -> None:
    program = tmp_path / "root/usr/sbin/asterisk"
    program.parent.mkdir(parents=True)
    program.write_text("")
    program.chmod(0o755)
    there = bash(tmp_path, "missing_packages run", JIETONG_PBX_ROOT=str(tmp_path / "root"))
    assert there.returncode == 0, there.stderr
    assert "asterisk" not in there.stdout


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"JIETONG_WEB_PORT": "0"}, "variable JIETONG_WEB_PORT = 0: valid is a whole number from 1 to 65535.\n"),
        ({"JIETONG_WBE_PORT": "1"}, "variable JIETONG_WBE_PORT: is no setting; did you mean JIETONG_WEB_PORT?\n"),
    ],
)
def test_a_wrong_setting_stops_the_set_up_in_one_sentence(variables: dict[str, str], sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPTS / "pbx_root.py"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, sentence)


def test_make_alone_lists_the_targets() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line.split()[1] for line in done.stdout.splitlines()] == [
        "help",
        "setup",
        "run",
        "test",
        "lint",
        "lock",
        "bench",
        "bench-long",
        "bench-load",
        "faults",
        "clean",
    ]


def test_every_script_is_sound_bash() -> None:
    for script in [*SCRIPTS.glob("*.sh"), ROOT / ".ci" / "run"]:
        subprocess.run(["bash", "-n", script], check=True)
