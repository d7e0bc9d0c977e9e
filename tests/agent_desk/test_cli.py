"""The command's arguments."""

import pytest

from agent_desk.cli import main

VERBS = (
    *("run", "doctor", "console", "calls", "call", "transfers", "answers", "callbacks", "audit", "board", "replay"),
    *("token", "user", "demo"),
)


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_says_what_it_is_for(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([verb, "--help"])
    assert stop.value.code == 0
    assert verb in capsys.readouterr().out


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["dance"])
    assert stop.value.code == 2
    assert "dance" in capsys.readouterr().err
