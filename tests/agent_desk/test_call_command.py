"""`jietong call` as people run it: words, the ledger's line, and a refusal in one sentence."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from acd.events import AgentRung
from acd.names import AgentId, CallId, DestinationKey, LegId, Moment, QueueName
from agent_desk.cli import main
from agent_desk.compose import Plan
from agent_desk.segments import line_of, segment_name
from core.expert_answers import ask_expert
from core.lifecycle import Role
from core.tables import LedgerLine
from tests.agent_desk.a_house import a_house
from tests.core.samples import AGENT, NOON, ended, handed_on, opening, ringing_back, saving


@pytest.fixture
def written(plan: Plan) -> None:
    """A call in the core that was handed on."""

    async def fill() -> None:
        async with a_house(plan) as house:
            await house.recorder.apply([(1, opening("T1", "c1")), (1, handed_on("c1", "T1"))])

    asyncio.run(fill())


def asked(capsys: pytest.CaptureFixture[str], call: str) -> tuple[int, str, str]:
    status = main(("call", call))
    said = capsys.readouterr()
    return status, said.out, said.err


def ledger(plan: Plan) -> list[Any]:
    async def read() -> list[Any]:
        async with a_house(plan) as house, house.database.reading() as session:
            found = await session.execute(select(LedgerLine.action, LedgerLine.subject, LedgerLine.role))
            return [tuple(row) for row in found]

    return [line for line in asyncio.run(read()) if line[0] == "call_timeline"]


@pytest.mark.usefixtures("written")
def test_a_calls_timeline_is_words_and_the_ledger_knows_who_asked(
    plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    rung = AgentRung(
        at=Moment(NOON + 5_000), call=CallId("c1"), agent=AgentId("6001"), leg=LegId("r1"), queue=QueueName("general")
    )
    plan.journal.mkdir(parents=True, exist_ok=True)
    (plan.journal / segment_name(1)).write_bytes(line_of(1, rung))
    status, out, err = asked(capsys, "c1")
    assert (status, err) == (0, "")
    assert "呼入 offered: 12345, 138****1111" in out
    assert "振铃 rings 6001" in out
    assert "三方转 three-party → " in out
    assert out.endswith("工单 ticket T1\n")
    assert ledger(plan) == [("call_timeline", "c1", "local")]


@pytest.mark.usefixtures("written")
def test_an_experts_answer_asked_for_on_the_call_stands_below_its_ticket(
    plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    async def ask() -> None:
        async with a_house(plan) as house:
            await house.recorder.apply([(2, saving("c1", "能起诉吗?"))])
            terms = house.expert_terms(DestinationKey("expert-law"), NOON)
            assert terms is not None
            await house.database.write(
                lambda session: ask_expert(
                    session, call=CallId("c1"), agent=AGENT, terms=terms, at=NOON, actor="6001", role=Role.AGENT
                )
            )

    asyncio.run(ask())
    _, out, _ = asked(capsys, "c1")
    line = next(line for line in out.splitlines() if "due by" in line)
    assert line.startswith(
        "工单 ticket T1: 公共法律服务专家 Legal experts, 市司法局, 书面答复期限 written answer due by 2026-11-25; "
    )
    assert line.endswith("6001 提出 asked on c1, 2026-11-21")
    assert "asked on" not in asked(capsys, "c9")[1]


@pytest.mark.usefixtures("written")
def test_without_the_journal_what_is_missing_is_said(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = asked(capsys, "c1")
    assert "no rings and holds" in out


def test_who_was_lost_while_they_waited_again_is_owed_a_call_back(
    plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fill() -> None:
        async with a_house(plan) as house:
            first = [(1, opening("T1", "c1")), (2, ended("c1", "T1"))]
            second = [(3, opening("T2", "c2")), (4, saving("c2", into="T1")), (5, ended("c2", "T2"))]
            await house.recorder.apply([*first, *second, (5, ringing_back("c2"))])

    asyncio.run(fill())
    assert "应予回拨" in asked(capsys, "c2")[1]
    assert "应予回拨" not in asked(capsys, "c1")[1], "its ticket owes a call back, but not for this call"


def test_a_call_that_nobody_wrote_is_refused(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = asked(capsys, "c9")
    assert (status, out) == (2, "")
    assert err.startswith("jietong: call c9: it is not written")
    assert ledger(plan) == []
