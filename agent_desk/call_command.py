"""The command `jietong call`: one call's timeline in words; who asked for it stands in the ledger."""

import argparse
import asyncio
import logging

from acd.names import CallId, DestinationKey, Moment
from agent_desk.answers_command import in_words, names_of_fields
from agent_desk.clock import SteadyClock
from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan, open_core, read_plan
from agent_desk.local_ledger import note_locally
from agent_desk.segments import facts_of_call
from agent_desk.timeline import Story, timeline
from core.calls import call_by_id, segments_of, transfers_of
from core.database import Database
from core.expert_answers import ExpertAnswer, answers_of_call
from core.tickets import callback_due_at

_LATE_MS = 86_400_000
"""What was missed of a call may have been told so much later; and the fact a segment begins with may be such a one."""


def run_call(arguments: argparse.Namespace) -> int:
    """Print a call's timeline."""
    plan, now = read_plan(), SteadyClock().now()
    story, answers = asyncio.run(_story(plan, CallId(arguments.call), now))
    names = {DestinationKey(one.key): f"{one.zh} {one.en}" for one in plan.catalogue.destinations}
    lines = timeline(story, names, plan.policy().utc_offset)
    lines += in_words(answers, names_of_fields(plan), now, plan.policy().utc_offset)
    if not story.facts:
        lines.append("日志已不在: 无振铃与保持 the journal of that time is gone: no rings and holds")
    print("\n".join(lines))
    return 0


async def _story(plan: Plan, call: CallId, now: Moment) -> tuple[Story, list[ExpertAnswer]]:
    logging.getLogger("alembic").setLevel(logging.WARNING)
    database = await open_core(plan)
    try:
        return await _read(plan, database, call, now)
    finally:
        await database.close()


async def _read(plan: Plan, database: Database, call: CallId, now: Moment) -> tuple[Story, list[ExpertAnswer]]:
    async with database.reading() as session:
        row = await call_by_id(session, call)
        if row is None:
            raise CommandRefused(
                f"call {call}: it is not written, as a call is once it is answered or over; `jietong calls` lists them."
            )
        segments = await segments_of(session, call)
        transfers = await transfers_of(session, call)
        answers = await answers_of_call(session, call)
        due = await callback_due_at(session, call)
    await note_locally(database, now, "call_timeline", call)
    begin, end = Moment(row.offered_at - _LATE_MS), Moment((row.ended_at or now) + _LATE_MS)
    facts = list(facts_of_call(plan.journal, call, begin, end))
    story = Story(call=row, segments=segments, transfers=transfers, facts=facts, callback_due_at=due)
    return story, answers
