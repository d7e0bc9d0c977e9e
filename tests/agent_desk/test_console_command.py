"""`jietong console` as people run it: the words that reach Asterisk, the ledger's line, and refusals."""

import asyncio
from pathlib import Path

import pytest

from agent_desk import console_command
from agent_desk.cli import main
from agent_desk.compose import Plan
from core.ledger import entries
from telephony.pbx_root import Installation, PbxError
from telephony.private_pbx import PrivatePbx
from tests.agent_desk.a_house import a_house


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An Asterisk of ours that runs and answers; what it was asked."""
    commands: list[str] = []

    def cli(_: PrivatePbx, command: str) -> str:
        commands.append(command)
        return "0 active channels\n"

    root = Path("/")
    here = Installation(root=root, version="22.1", uid=0, gid=0, user=None, modules=frozenset())
    monkeypatch.setattr(console_command, "find_asterisk", lambda _: here)
    monkeypatch.setattr(PrivatePbx, "pid", 4711)
    monkeypatch.setattr(PrivatePbx, "cli", cli)
    return commands


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(("console", *words))
    told = capsys.readouterr()
    return status, told.out, told.err


def noted(plan: Plan) -> list[tuple[str, str]]:
    async def read() -> list[tuple[str, str]]:
        async with a_house(plan) as house, house.database.reading() as session:
            return [(line.action, line.subject) for line in await entries(session)]

    return asyncio.run(read())


@pytest.mark.parametrize("words", [("core show channels",), ("core", "show", "channels")])
def test_its_words_reach_asterisk_and_the_answer_is_printed(
    plan: Plan, heard: list[str], capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert said(capsys, *words) == (0, "0 active channels\n", "")
    assert heard[-1] == "core show channels"
    assert noted(plan) == [("console", "core show channels")]


def test_it_works_while_the_database_is_away_and_says_so(
    heard: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIETONG_DATABASE_URL", "postgresql://jietong:geheim@127.0.0.1:1/jietong")
    status, out, err = said(capsys, "core show channels")
    assert (status, out) == (0, "0 active channels\n")
    assert err.startswith("jietong: not in the access ledger: the database cannot be used")
    assert "geheim" not in err
    assert heard[-1] == "core show channels"


def test_an_asterisk_that_does_not_answer_is_said(
    plan: Plan, heard: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: PrivatePbx, command: str) -> str:
        raise PbxError(f"no answer to {command}")

    monkeypatch.setattr(PrivatePbx, "cli", silent)
    status, out, err = said(capsys, "core show channels")
    assert (status, out) == (2, "")
    assert err == "jietong: our Asterisk (process 4711) does not let us in, or hangs: try it as root.\n"
    assert (heard, noted(plan)) == ([], [])


@pytest.mark.parametrize(
    ("managed", "why"), [("true", "no Asterisk of ours runs in"), ("false", "pbx.managed is false")]
)
def test_without_an_asterisk_of_ours_it_is_refused(
    plan: Plan, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, managed: str, why: str
) -> None:
    monkeypatch.setenv("JIETONG_PBX_MANAGED", managed)
    status, out, err = said(capsys, "core show channels")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert why in err
    assert noted(plan) == []
