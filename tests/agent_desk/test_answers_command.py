"""`jietong answers` as people run it: who owes a written answer until when, and which are late."""

import asyncio
from datetime import date

import msgspec
import pytest

from acd.names import CallId, Millis, Moment, TicketId
from agent_desk.answers_command import in_words
from agent_desk.cli import main
from agent_desk.clock import SteadyClock
from agent_desk.compose import Plan
from core.expert_answers import ExpertAnswer, ExpertTerms, ask_expert
from core.ledger import entries
from core.lifecycle import Role, Stage
from tests.agent_desk.a_house import a_house
from tests.core.samples import AGENT, NOON, answered, opening, saving

CHINA = Millis(28_800_000)
DAY = 86_400_000


def answer(stage: Stage) -> ExpertAnswer:
    return ExpertAnswer(
        ticket_id=TicketId("T1"),
        field="law",
        unit="市司法局",
        call_id=CallId("c1"),
        agent=AGENT,
        asked_at=NOON,
        due_at=Moment(NOON + DAY),
        stage=stage,
    )


@pytest.mark.parametrize(
    ("stage", "now", "standing"),
    [
        (Stage.DISPATCHED, NOON + DAY, "待答复 awaited"),
        (Stage.DISPATCHED, NOON + DAY + 1, "逾期 overdue"),
        (Stage.REPLIED, NOON + DAY + 1, "不再等待 not waited for any more"),
        (Stage.ACCEPTED, NOON, "不再等待 not waited for any more"),
    ],
)
def test_a_line_says_who_owes_what_until_when(stage: Stage, now: int, standing: str) -> None:
    assert in_words([answer(stage)], {"law": "法律专家 Legal experts"}, Moment(now), CHINA) == [
        "工单 ticket T1: 法律专家 Legal experts, 市司法局, 书面答复期限 written answer due by 2026-11-22; "
        f"{standing}; 6001 提出 asked on c1, 2026-11-21"
    ]


def test_a_field_that_is_gone_from_the_directory_is_named_by_its_key() -> None:
    assert "T1: law, 市司法局" in in_words([answer(Stage.DISPATCHED)], {}, NOON, CHINA)[0]


def test_late_ones_are_found_and_the_ledger_knows_who_looked(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    now = SteadyClock().now()

    async def fill() -> None:
        async with a_house(plan) as house:
            for number, (days, call) in enumerate(((-1, "c1"), (1, "c2")), start=1):
                effects = opening(f"T{number}", call), answered(call, f"T{number}"), saving(call, "能起诉吗?")
                await house.recorder.apply([(number, effect) for effect in effects])
                due = ExpertTerms(
                    field="law", unit="市司法局", due_day=date(2026, 11, 25), due_at=Moment(now + days * DAY)
                )
                await house.database.write(
                    lambda session, call=call, due=due: ask_expert(
                        session, call=CallId(call), agent=AGENT, terms=due, at=NOON, actor="6001", role=Role.AGENT
                    )
                )

    def said(*arguments: str) -> str:
        assert main(("answers", *arguments)) == 0
        return capsys.readouterr().out

    async def looked() -> list[str]:
        async with a_house(plan) as house, house.database.reading() as session:
            return [line.subject for line in await entries(session) if line.action == "expert_answers"]

    assert said() == "没有待答复的工单 no ticket waits for one\n"
    assert said("--overdue") == "没有逾期的答复 no answer is overdue\n"
    asyncio.run(fill())
    assert [line.split(":")[0] for line in said().splitlines()] == ["工单 ticket T1", "工单 ticket T2"]
    assert [line.split(":")[0] for line in said("--overdue").splitlines()] == ["工单 ticket T1"]
    (late,) = msgspec.json.decode(said("--overdue", "--json"))
    assert (late["ticket_id"], late["field"], late["stage"]) == ("T1", "law", "dispatched")
    assert sorted(asyncio.run(looked())) == ["awaited", "awaited", "overdue", "overdue", "overdue"]
