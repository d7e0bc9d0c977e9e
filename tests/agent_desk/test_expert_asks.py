"""A desk asks for an expert's written answer: who may, about what, and that what was saved a moment ago counts."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from acd.events import AgentRequested, AnyEvent, CallQueued, MemberResumed, TicketForm
from acd.names import DestinationKey, QueueName
from agent_desk.demo.desk_client import DeskRefused
from core.expert_answers import answers_awaited
from core.ledger import entries
from core.lifecycle import EventKind, Stage
from core.tickets import history, ticket_by_id
from tests.acd.playbook import A1, A2, C1, C2, Q, answer, member_added, offered, rung
from tests.agent_desk.served import Served, served
from tests.agent_desk.test_socket import desk_of

LAW, TAX = DestinationKey("expert-law"), DestinationKey("tax")
LAW_QUEUE = QueueName("expert-law")
QUESTION = TicketForm(domain="public_service", demand_type="consult", text="邻居占用过道,能起诉吗?")


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    async with served(tmp_path / "var", monkeypatch) as running:
        await talking(running)
        yield running


async def happens(running: Served, *facts: AnyEvent) -> None:
    """Let Asterisk have told these facts, all of them just now."""
    for fact in facts:
        running.house.inbox.tell(replace(fact, at=running.house.clock.now()))
    async with asyncio.timeout(5):
        while running.house.inbox.waiting:  # noqa: ASYNC110 # a count only
            await asyncio.sleep(0.01)


async def talking(running: Served) -> None:
    """6001 takes a call."""
    now = running.house.clock.now()
    await happens(
        running,
        member_added(A1, now),
        MemberResumed(at=now, agent=A1, queue=Q),
        offered(C1, now),
        AgentRequested(at=now, call=C1, queue=Q),
        CallQueued(at=now, call=C1, queue=Q),
        rung(A1, C1, now),
        answer(A1, C1, now),
    )


async def told(running: Served) -> list[EventKind]:
    ticket = running.house.runtime.state.calls[C1].ticket
    assert ticket is not None
    async with running.house.database.reading() as session:
        return [line.kind for line in await history(session, ticket)]


async def test_what_was_saved_a_moment_ago_is_asked_of_the_experts_once(running: Served) -> None:
    async with desk_of(running) as desk:
        await desk.save(C1, QUESTION)
        await desk.ask_expert(C1, LAW)
        await desk.ask_expert(C1, LAW)
    async with running.house.database.reading() as session:
        (due,) = await answers_awaited(session)
        ticket = await ticket_by_id(session, due.ticket_id)
        lines = [line for line in await entries(session) if line.action == "ask_expert"]
    assert ticket is not None and (ticket.stage, ticket.text) == (Stage.DISPATCHED, QUESTION.text)
    assert (due.field, due.unit, due.call_id, due.agent) == ("law", "市司法局", C1, A1)
    wanted = running.house.expert_terms(LAW, due.asked_at)
    assert wanted is not None and due.due_at == wanted.due_at > due.asked_at
    assert await told(running) == [EventKind.OPENED, EventKind.SAVED, EventKind.MOVED, EventKind.EXPERT_ASKED]
    assert [(line.actor, line.role, line.subject) for line in lines] == [("6001", "agent", due.ticket_id)]


async def test_the_desk_sees_until_when_the_answer_is_due(running: Served) -> None:
    async with desk_of(running) as desk:
        await desk.save(C1, QUESTION)
        await desk.ask_expert(C1, LAW)
    async with httpx.AsyncClient(base_url=f"http://{running.web}", trust_env=False) as client:
        await client.post("/api/login", json={"user": "6001", "password": running.plan.demo_password})
        pop = (await client.get(f"/api/desk/calls/{C1}/pop")).json()
    (line,) = pop["ticket"]["expert_answers"]
    async with running.house.database.reading() as session:
        (due,) = await answers_awaited(session)
    assert line == {"field": "law", "due_at": due.due_at, "awaited": True}
    assert pop["ticket"]["stage"] == "dispatched"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (None, "The ticket says nothing yet; write down the citizen's question first."),
        (TicketForm(domain="public_service", text=" "), "The ticket says nothing yet"),
        (TicketForm(text="已经起诉", not_accepted="litigation"), "This ticket is replied to or closed"),
    ],
)
async def test_without_a_question_or_an_open_ticket_it_is_refused_in_one_sentence(
    running: Served, form: TicketForm | None, sentence: str
) -> None:
    async with desk_of(running) as desk:
        if form is not None:
            await desk.save(C1, form)
        with pytest.raises(DeskRefused, match=sentence):
            await desk.ask_expert(C1, LAW)
    async with running.house.database.reading() as session:
        assert await answers_awaited(session) == []


async def test_another_agents_ticket_is_not_theirs_to_send(running: Served) -> None:
    async with desk_of(running, "6002") as desk:
        with pytest.raises(DeskRefused, match="not a call you took"):
            await desk.ask_expert(C1, LAW)
        with pytest.raises(DeskRefused, match="too long ago"):
            await desk.ask_expert(C2, LAW)


async def test_while_an_expert_is_free_they_are_rung_instead(running: Served) -> None:
    now = running.house.clock.now()
    await happens(running, member_added(A2, now, LAW_QUEUE), MemberResumed(at=now, agent=A2, queue=LAW_QUEUE))
    async with desk_of(running) as desk:
        await desk.save(C1, QUESTION)
        with pytest.raises(DeskRefused, match="An expert is free now"):
            await desk.ask_expert(C1, LAW)


@pytest.mark.parametrize("to", [TAX, DestinationKey("nobody")])
async def test_only_experts_are_asked(running: Served, to: DestinationKey) -> None:
    async with desk_of(running) as desk:
        with pytest.raises(DeskRefused, match="no such line"):
            await desk.ask_expert(C1, to)


async def test_a_recorder_that_does_not_come_so_far_is_not_waited_for_long(
    running: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_of(running) as desk:
        await desk.save(C1, QUESTION)
        runtime = running.house.runtime
        real, runtime.newest_wish = runtime.newest_wish, 1 << 40
        with monkeypatch.context() as hurried, pytest.raises(DeskRefused, match="cannot be written just now"):
            hurried.setattr("agent_desk.expert_asks.PATIENCE_SECONDS", 0.05)
            await desk.ask_expert(C1, LAW)
        runtime.newest_wish = real
        await desk.ask_expert(C1, LAW)


async def test_the_telephone_does_not_wait_for_the_database(running: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(*_: object, **__: object) -> None:
        asked.set()
        await go_on.wait()

    monkeypatch.setattr("agent_desk.expert_asks.ask_expert", slow)
    async with desk_of(running) as desk, asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(desk.ask_expert(C1, LAW))
        await asked.wait()
        await desk.save(C1, QUESTION)
        assert not asking.done()
        go_on.set()
