"""An expert's written answer: asked for once, due from whom and until when, and found when it is late."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import text

from acd.effects import CoreEffect
from acd.names import AgentId, CallId, Moment, TicketId
from core.callers import normalise
from core.database import Database
from core.expert_answers import (
    AskRefused,
    ExpertAnswer,
    ExpertTerms,
    WhyNot,
    answers_awaited,
    answers_of_call,
    answers_of_tickets,
    ask_expert,
)
from core.ledger import entries
from core.lifecycle import EventKind, Role, Stage, Step
from core.recorder import Recorder
from core.tickets import history, move_ticket, ticket_by_id
from tests.core.samples import AGENT, CITIZEN, NOON, answered, opening, saving, written

T1, T2 = TicketId("T1"), TicketId("T2")
LATER = Moment(NOON + 60_000)
LAW = ExpertTerms(field="law", unit="市司法局", due_day=date(2026, 11, 25), due_at=Moment(NOON + 4 * 86_400_000))
FARMING = ExpertTerms(
    field="agriculture", unit="市农业农村局", due_day=date(2026, 11, 23), due_at=Moment(NOON + 2 * 86_400_000)
)
CALL: tuple[CoreEffect, ...] = (opening("T1", "c1"), answered("c1", "T1"), saving("c1", "邻居占用过道,能起诉吗?"))


async def asked(
    database: Database, call: str = "c1", terms: ExpertTerms = LAW, at: Moment = LATER, agent: AgentId = AGENT
) -> ExpertAnswer:
    return await database.write(
        lambda session: ask_expert(
            session, call=CallId(call), agent=agent, terms=terms, at=at, actor="6001", role=Role.AGENT
        )
    )


async def moved(database: Database, step: Step, role: Role, **given: str) -> None:
    await database.write(lambda session: move_ticket(session, T1, step, actor="u1", role=role, at=LATER, given=given))


async def told(database: Database, ticket: TicketId = T1) -> list[tuple[EventKind, str, str]]:
    async with database.reading() as session:
        return [(line.kind, line.actor, line.what) for line in await history(session, ticket)]


async def test_the_ticket_goes_to_the_experts_unit_and_says_who_asked_whom_of_which_call_until_when(
    database: Database,
) -> None:
    await written(database, *CALL)
    answer = await asked(database)
    assert (answer.ticket_id, answer.unit, answer.due_at, answer.stage) == (
        T1,
        "市司法局",
        LAW.due_at,
        Stage.DISPATCHED,
    )
    assert (await told(database))[2:] == [
        (EventKind.MOVED, "6001", "dispatch unit=市司法局"),
        (EventKind.EXPERT_ASKED, "6001", "law unit=市司法局 call=c1 until=2026-11-25"),
    ]
    async with database.reading() as session:
        ticket = await ticket_by_id(session, T1)
        assert ticket is not None and (ticket.stage, ticket.updated_at) == (Stage.DISPATCHED, LATER)
        assert await answers_of_call(session, CallId("c1")) == [answer]
        assert await answers_of_tickets(session, [T1, T2]) == [answer]
        lines = [(line.actor, line.role, line.action, line.subject) for line in await entries(session)]
        assert lines == [("6001", "agent", "ask_expert", "T1")]


async def test_asked_twice_there_is_one_trace_one_line_and_the_first_date(database: Database) -> None:
    await written(database, *CALL)
    first = await asked(database)
    before = await told(database)
    again = ExpertTerms(field="law", unit="市司法局", due_day=date(2026, 11, 30), due_at=Moment(NOON + 9 * 86_400_000))
    assert await asked(database, terms=again, at=Moment(LATER + 5_000)) == first
    assert await told(database) == before
    async with database.reading() as session:
        assert len(await entries(session)) == 1


async def test_two_asked_at_the_same_time_are_one(database: Database) -> None:
    await written(database, *CALL)
    first, second = await asyncio.gather(asked(database), asked(database))
    assert first == second
    assert len(await told(database)) == 4


async def test_another_field_may_be_asked_too_and_the_ticket_is_dispatched_once(database: Database) -> None:
    await written(database, *CALL)
    law, farming = await asked(database), await asked(database, terms=FARMING)
    assert [kind for kind, _, _ in await told(database)].count(EventKind.MOVED) == 1
    async with database.reading() as session:
        assert await answers_awaited(session) == [farming, law]


async def test_a_call_put_to_an_earlier_ticket_asks_about_that_one(database: Database) -> None:
    await written(
        database, *CALL, opening("T2", "c2"), answered("c2", "T2"), saving("c2", "还是那件事", into="T1", at=40_000)
    )
    answer = await asked(database, "c2")
    assert (answer.ticket_id, answer.call_id) == (T1, "c2")
    assert await asked(database, "c1") == answer


@pytest.mark.parametrize(
    ("effects", "why"),
    [
        ((), WhyNot.NO_TICKET),
        (CALL[:2], WhyNot.NO_CONTENT),
        ((*CALL[:2], saving("c1", " \n")), WhyNot.NO_CONTENT),
        ((*CALL, saving("c1", "已诉讼", not_accepted="litigation", at=31_000)), WhyNot.NOT_OPEN),
    ],
)
async def test_without_a_question_or_an_open_ticket_nothing_is_asked(
    database: Database, effects: tuple[CoreEffect, ...], why: WhyNot
) -> None:
    await written(database, *effects)
    before = await told(database)
    with pytest.raises(AskRefused) as refused:
        await asked(database)
    assert refused.value.why is why
    assert await told(database) == before
    async with database.reading() as session:
        assert await entries(session) == []
        assert await answers_awaited(session) == []


async def test_an_answer_is_awaited_until_the_ticket_is_replied_to_and_again_when_that_was_not_enough(
    database: Database,
) -> None:
    await written(database, *CALL)
    answer = await asked(database)
    late = Moment(answer.due_at + 1)

    async def overdue() -> list[TicketId]:
        async with database.reading() as session:
            return [one.ticket_id for one in await answers_awaited(session, due_before=late)]

    assert await overdue() == [T1]
    await moved(database, Step.ACKNOWLEDGE, Role.UNIT)
    assert await overdue() == [T1]
    await moved(database, Step.REPLY, Role.UNIT, reply="可以起诉")
    assert await overdue() == []
    with pytest.raises(AskRefused, match="not_open"):
        await asked(database)
    await moved(database, Step.REDO, Role.SUPERVISOR, reason="没有说到哪里起诉")
    assert await overdue() == [T1]


async def test_a_ticket_that_was_taken_back_may_be_asked_about_again(database: Database) -> None:
    await written(database, *CALL)
    await asked(database)
    await moved(database, Step.RETURN, Role.SUPERVISOR, reason="不属于司法局")
    async with database.reading() as session:
        assert await answers_awaited(session) == []
    terms = ExpertTerms(field="law", unit="市司法局", due_day=date(2026, 11, 30), due_at=Moment(NOON + 9 * 86_400_000))
    answer = await asked(database, terms=terms)
    assert answer.due_at == terms.due_at
    assert [kind for kind, _, _ in await told(database)].count(EventKind.EXPERT_ASKED) == 2
    async with database.reading() as session:
        assert await answers_awaited(session) == [answer]


async def test_a_ticket_another_unit_handles_stays_with_it(database: Database) -> None:
    await written(database, *CALL)
    await moved(database, Step.DISPATCH, Role.SUPERVISOR, unit="城管局")
    await moved(database, Step.ACKNOWLEDGE, Role.UNIT)
    answer = await asked(database)
    assert answer.stage is Stage.IN_HANDLING and answer.awaited
    assert [kind for kind, _, _ in await told(database)][-1] is EventKind.EXPERT_ASKED


async def test_the_last_moment_of_the_day_is_in_time(database: Database) -> None:
    await written(database, *CALL)
    answer = await asked(database)
    assert not answer.overdue(answer.due_at) and answer.overdue(Moment(answer.due_at + 1))
    async with database.reading() as session:
        assert await answers_awaited(session, due_before=answer.due_at) == []
        assert await answers_awaited(session, due_before=Moment(answer.due_at + 1)) == [answer]
        assert await answers_awaited(session, limit=0) == []


async def test_the_recorder_does_not_write_over_a_ticket_that_is_being_sent(database: Database) -> None:
    recorder = await written(database, *CALL)
    later = saving("c1", "邻居占用过道,物业不管", at=70_000)
    async with asyncio.TaskGroup() as tasks, database.writing() as session, session.begin():
        await ask_expert(session, call=CallId("c1"), agent=AGENT, terms=LAW, at=LATER, actor="6001", role=Role.AGENT)
        writing = tasks.create_task(recorder.apply([(recorder.state.position + 1, later)]))
        await _stands_in_line(database)
        assert not writing.done()
    async with database.reading() as session:
        ticket = await ticket_by_id(session, T1)
        assert ticket is not None
        assert (ticket.stage, ticket.text) == (Stage.DISPATCHED, "邻居占用过道,物业不管")


async def _stands_in_line(database: Database) -> None:
    """Wait until a transaction waits for ours; SQLite lets the second not even begin."""
    if database.engine.dialect.name == "sqlite":
        return
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(10), database.reading() as session:
        while not await session.scalar(text(waits)):
            await session.rollback()


async def test_a_ticket_sent_to_an_expert_is_not_put_to_another_any_more(database: Database) -> None:
    await written(database, *CALL, opening("T2", "c2"), answered("c2", "T2"), saving("c2", "又来了", at=40_000))
    await asked(database, "c2")
    await written(database, saving("c2", "又来了", into="T1", at=80_000))
    assert (EventKind.MERGE_REFUSED, "6001", "T1 handled_already") in await told(database, T2)
    async with database.reading() as session:
        ticket = await ticket_by_id(session, T2)
        assert ticket is not None and ticket.stage is Stage.DISPATCHED
        assert normalise(CITIZEN) == ticket.caller_key


async def test_whoever_waits_for_the_recorder_goes_on_when_it_is_there(database: Database) -> None:
    recorder = Recorder(database.writing)
    await recorder.position()
    waiting = asyncio.ensure_future(recorder.reached(3))
    await recorder.apply([(1, CALL[0]), (2, CALL[1])])
    await asyncio.sleep(0)
    assert not waiting.done()
    await recorder.apply([(3, CALL[2])])
    await asyncio.wait_for(waiting, 5)
    await recorder.reached(2)
