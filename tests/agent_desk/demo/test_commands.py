"""What is typed at `jietong demo`: judged in one sentence each."""

import pytest

from agent_desk.cli import main
from agent_desk.compose import Plan
from tests.agent_desk.demo.switchboard import free_port


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["demo", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


@pytest.fixture
def nowhere(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of a product that does not run."""
    monkeypatch.setenv("JIETONG_WEB_PORT", str(free_port()))


@pytest.mark.parametrize("who", ["agents", "callers"])
@pytest.mark.usefixtures("nowhere")
def test_without_the_product_the_demo_says_so(who: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "start it with `make run`" in refused(capsys, who)


@pytest.mark.parametrize("who", ["agents", "callers", "sub-centre"])
@pytest.mark.usefixtures("plan")
def test_without_demo_mode_the_demo_says_so(
    who: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JIETONG_DEMO_ENABLED", "false")
    assert "JIETONG_DEMO_ENABLED=true" in refused(capsys, who)


@pytest.mark.parametrize(
    ("arguments", "valid"),
    [
        (["agents", "--miss", "1.5"], "a share from 0 to 1"),
        (["agents", "--count", "many"], "a whole number"),
        (["agents", "--port", "70000"], "a port, 0 to 65535"),
        (["agents", "--talk", "-1"], "a number from 0 to 86400"),
        (["callers", "--rate", "0"], "calls a second, 0.001 to 1000"),
        (["callers", "--rate", "nan"], "calls a second, 0.001 to 1000"),
        (["sub-centre", "--agents", "0"], "a whole number from 1 to 5000"),
    ],
)
def test_a_bad_number_is_refused_with_what_is_valid(
    arguments: list[str], valid: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["demo", *arguments])
    assert valid in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--busy", "--silent"])
@pytest.mark.usefixtures("plan")
def test_a_number_that_is_not_outside_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"{option} 12366: not outside; valid are 110, 119, " in refused(capsys, "sub-centre", option, "119,12366")
