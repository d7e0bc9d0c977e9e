"""`jietong transfers`: counts beside every rate, 0/0 as --, and a refusal in one sentence."""

import asyncio
import json

import pytest

from acd.names import Moment
from agent_desk.cli import main
from agent_desk.compose import Plan
from agent_desk.transfers_command import TransferFigures, in_words
from core.transfer_figures import ConferenceCounts, HandOffCounts
from tests.agent_desk.a_house import a_house
from tests.core.samples import NOON, handed_on, opening


@pytest.fixture
def written(plan: Plan) -> None:
    """A call in the core that was handed on in a three-party transfer."""

    async def fill() -> None:
        async with a_house(plan) as house:
            await house.recorder.apply([(1, opening("T1", "c1")), (1, handed_on("c1", "T1"))])

    asyncio.run(fill())


@pytest.mark.usefixtures("written")
def test_what_was_asked_for_is_counted_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("transfers", "--since", str(NOON - 1), "--until", str(NOON + 600_000))) == 0
    out = capsys.readouterr().out
    assert "接通 answered 100.00 %  1 / 1" in out
    assert "three-party: 100.00 %  1 / 1" in out
    assert "hand-offs: 1 in 1 answered calls, 1 calls handed on, at most 1 a call" in out
    assert main(("transfers", "--since", str(NOON - 1), "--until", str(NOON + 600_000), "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["conferences"]["tried"], told["conferences"]["joined"]) == (1, 1)


def test_without_transfers_no_rate_is_made_up() -> None:
    nothing = TransferFigures(
        since=Moment(0),
        until=Moment(1),
        destinations=(),
        conferences=ConferenceCounts(tried=0, joined=0, completed=0),
        hand_offs=HandOffCounts(answered_calls=0, handed_on=0, hand_offs=0, most=0),
    )
    lines = in_words(nothing, {})
    assert lines[0] == "没有转接 no transfers"
    assert "--  0 / 0" in lines[1]


@pytest.mark.parametrize("since", ["yesterday-ish", "9999999999999"])
def test_a_time_that_is_none_is_refused_in_one_sentence(
    plan: Plan, capsys: pytest.CaptureFixture[str], since: str
) -> None:
    assert plan.journal is not None
    assert main(("transfers", "--since", since)) == 2
    assert capsys.readouterr().err.count("\n") == 1
