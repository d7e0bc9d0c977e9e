"""What the commands do without a running product."""

import asyncio
import io
import json

import httpx
import msgspec
import pytest

from acd.effects import WriteCall
from agent_desk import views
from agent_desk.alarms import WELL, alarms_on
from agent_desk.cli import main
from agent_desk.compose import LOCAL_TOKEN, Plan
from agent_desk.secret_files import secret
from agent_desk.wire import BoardSnapshot
from core import ledger
from tests.acd.playbook import C1, Story, call_over
from tests.agent_desk.a_house import a_house


async def _one_lost_call(plan: Plan) -> None:
    story = Story()
    story.waiting(C1)
    effects = [effect for effect in story.tell(call_over(C1, story.then(700)))]
    async with a_house(plan) as house:
        await house.recorder.apply([(1, effect) for effect in effects])  # type: ignore[misc]
    assert any(isinstance(effect, WriteCall) for effect in effects)


def _asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    said = capsys.readouterr()
    return status, said.out, said.err


def test_calls_are_exported_one_object_a_line(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(_one_lost_call(plan))
    status, out, _ = _asked(capsys, "calls", "--since", "2026-11-20", "--json")
    call = json.loads(out)
    assert status == 0
    assert list(call) == [
        "call_id",
        "node",
        "number",
        "caller",
        "queue",
        "offered_at",
        "answered_at",
        "ended_at",
        "wait_ms",
        "talk_ms",
        "agent",
        "outcome",
        "loss_stage",
        "ticket_id",
    ]
    assert call["outcome"] == "lost"
    assert call["loss_stage"] == "QUEUE_ABANDON"
    assert call["wait_ms"] == 700


def test_a_time_that_is_none_is_refused_in_one_sentence(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = _asked(capsys, "calls", "--since", "noon")
    assert (status, out) == (2, "")
    assert err.startswith("jietong: --since: 'noon' is no time")
    assert err.count("\n") == 1


def test_a_token_is_printed_once_and_works(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = _asked(capsys, "token", "--role", "supervisor")
    assert status == 0
    assert len(out.strip()) > 30


def test_the_board_of_a_product_that_does_not_run(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = _asked(capsys, "board", "--json")
    assert status == 2
    assert "make run" in err


def test_the_board_begins_with_what_is_wrong(
    plan: Plan, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = Story(up=False).state
    alarms = alarms_on(state, WELL, state.now)
    told = BoardSnapshot(seq=1, now=state.now, view=views.board(state, None, alarms))
    reply = httpx.Response(200, content=msgspec.json.encode(told))
    monkeypatch.setattr("httpx.get", lambda *_, **__: reply)
    secret(plan.secrets, LOCAL_TOKEN)
    status, out, _ = _asked(capsys, "board")
    first, counts, *_ = out.splitlines()
    assert status == 0
    for part in ("critical", "听不到电话系统", "Asterisk is not heard", "正在自动重连", "Reconnecting"):
        assert part in first
    assert counts.startswith("offered 0")


def test_a_wrong_setting_is_one_sentence(
    plan: Plan, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIETONG_WEB_PORT", "eighty")
    status, _, err = _asked(capsys, "board")
    assert status == 2
    assert "JIETONG_WEB_PORT" in err
    assert err.count("\n") == 1


def test_the_doctor_reports_one_line_a_check(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = _asked(capsys, "doctor")
    assert err == ""
    assert {line[:4] for line in out.splitlines()} <= {"ok  ", "warn", "FAIL"}
    assert "clock" in out
    assert "\nok   calendar " in out or "\nwarn calendar " in out, "a calendar that ends is no failure yet"


def test_an_export_cut_short_stands_in_the_ledger(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(_one_lost_call(plan))

    class Closed(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, _: object) -> int:
            raise BrokenPipeError

    with monkeypatch.context() as patched:
        patched.setattr("sys.stdout", io.TextIOWrapper(io.BufferedWriter(Closed(), 1), write_through=True))
        main(["calls", "--since", "2026-11-20"])

    async def noted() -> list[str]:
        async with a_house(plan) as house, house.database.reading() as session:
            return [line.action for line in await ledger.entries(session)]

    assert "export_calls" in asyncio.run(noted())


@pytest.mark.parametrize("days", ["-1", "1000000000000"])
def test_a_token_for_days_that_cannot_be_is_refused(days: str, plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = _asked(capsys, "token", "--role", "agent", "--days", days)
    assert (status, out) == (2, "")
    assert "--days" in err


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("JIETONG_DATABASE_URL", "postgresql://jietong:geheim@127.0.0.1:1/jietong", "JIETONG_DATABASE_URL"),
        ("JIETONG_DATA_DIRECTORY", "/proc/jietong", "/proc/jietong"),
    ],
)
def test_what_cannot_be_reached_is_one_sentence(
    variable: str,
    value: str,
    named: str,
    plan: Plan,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, value)
    status, _, err = _asked(capsys, "calls", "--since", "today")
    assert status == 2
    assert named in err
    assert "geheim" not in err
    assert err.count("\n") == 1
