"""The command `jietong answers`: the written answers that tickets wait for from experts, and which are late."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Iterable, Mapping

import msgspec

from acd.names import Millis, Moment
from agent_desk.clock import SteadyClock
from agent_desk.compose import Plan, open_core, read_plan
from agent_desk.local_ledger import note_locally
from core.expert_answers import ExpertAnswer, answers_awaited
from core.working_days import day_at


def run_answers(arguments: argparse.Namespace) -> int:
    """Print the answers that tickets wait for, the earliest due first."""
    plan, now = read_plan(), SteadyClock().now()
    found = asyncio.run(_answers(plan, now, overdue=arguments.overdue))
    if arguments.json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        lines = in_words(found, names_of_fields(plan), now, plan.policy().utc_offset)
        none = (
            "没有逾期的答复 no answer is overdue" if arguments.overdue else "没有待答复的工单 no ticket waits for one"
        )
        print("\n".join(lines or [none]))
    return 0


def in_words(answers: Iterable[ExpertAnswer], names: Mapping[str, str], now: Moment, utc_offset: Millis) -> list[str]:
    """Return a line for each answer: ticket, last day, who owes it, who asked on which call, and how it stands.

    Args:
        names: of expert lines, by field.

    """
    return [
        f"工单 ticket {one.ticket_id}: {names.get(one.field, one.field)}, {one.unit},"
        f" 书面答复期限 written answer due by {day_at(one.due_at, utc_offset)}; {_standing(one, now)};"
        f" {one.agent} 提出 asked on {one.call_id}, {day_at(one.asked_at, utc_offset)}"
        for one in answers
    ]


def names_of_fields(plan: Plan) -> dict[str, str]:
    """Return the names of expert lines by their field."""
    return {one.field: f"{one.zh} {one.en}" for one in plan.catalogue.destinations if one.field is not None}


def _standing(answer: ExpertAnswer, now: Moment) -> str:
    if not answer.awaited:
        return "不再等待 not waited for any more"
    return "逾期 overdue" if answer.overdue(now) else "待答复 awaited"


async def _answers(plan: Plan, now: Moment, *, overdue: bool) -> list[ExpertAnswer]:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    database = await open_core(plan)
    try:
        await note_locally(database, now, "expert_answers", "overdue" if overdue else "awaited")
        async with database.reading() as session:
            return await answers_awaited(session, due_before=now if overdue else None)
    finally:
        await database.close()
