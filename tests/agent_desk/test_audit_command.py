"""`jietong audit` as people run it: exit status, words, JSON, and refusals in one sentence."""

import asyncio
import json

import pytest
from sqlalchemy import text

from agent_desk.cli import main
from agent_desk.compose import Plan
from telephony.backfill import Logs
from tests.agent_desk.a_house import a_house
from tests.agent_desk.two_books import FIRST, LAST, PLAIN, effects_of, logs_in

TIME = ("--since", str(FIRST), "--until", str(LAST))


@pytest.fixture
def logs(plan: Plan) -> Logs:
    """Six calls in the core, and the logs of the product's Asterisk about them."""
    logs = logs_in(plan.pbx().base / "log")

    async def fill() -> None:
        async with a_house(plan) as house:
            await house.recorder.apply(list(enumerate(effects_of(logs), start=1)))

    asyncio.run(fill())
    return logs


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(("audit", *arguments))
    said = capsys.readouterr()
    return status, said.out, said.err


def test_equal_books_are_one_line_and_status_0(logs: Logs, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = asked(capsys, *TIME)
    assert (status, err) == (0, "")
    assert out.startswith("equal: 6 calls, books balance at ")
    assert out.count("\n") == 1


def test_differences_are_sentences_and_status_1(plan: Plan, logs: Logs, capsys: pytest.CaptureFixture[str]) -> None:
    async def spoil() -> None:
        async with a_house(plan) as house, house.database.writing() as session, session.begin():
            await session.execute(text(f"UPDATE calls SET agent = '6099' WHERE call_id = '{PLAIN}'"))

    asyncio.run(spoil())
    status, out, _ = asked(capsys, *TIME)
    assert status == 1
    assert f"call {PLAIN}: agent: ours 6099, Asterisk's 6005 (Master.csv line " in out
    assert json.loads(asked(capsys, *TIME, "--json")[1])["equal"] is False


def test_json_is_one_object(logs: Logs, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = asked(capsys, *TIME, "--json")
    assert status == 0
    assert json.loads(out)["calls"] == 6


def test_the_tolerance_is_a_choice(logs: Logs, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, *TIME, "--tolerance-ms", "0")[0] == 0
    status, _, err = asked(capsys, *TIME, "--tolerance-ms", "-1")
    assert status == 2
    assert "--tolerance-ms -1" in err


@pytest.mark.parametrize("which", ["cel", "queue_log"])
def test_a_missing_log_is_one_sentence_and_status_2(logs: Logs, which: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = getattr(logs, which)
    path.unlink()
    status, out, err = asked(capsys, *TIME)
    assert (status, out) == (2, "")
    assert f"{path} cannot be read (No such file or directory)" in err
    assert err.count("\n") == 1


def test_no_log_at_all_names_the_first(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, *TIME)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--since", "noon"), "--since"),
        (("--since", "2026-11-20", "--until", "2026-11-19"), "is not before"),
        (("--since", "2099-01-01"), "2099-01-01"),
    ],
)
def test_a_time_that_cannot_be_is_refused(
    plan: Plan, arguments: tuple[str, ...], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = asked(capsys, *arguments)
    assert status == 2
    assert named in err
    assert err.count("\n") == 1
