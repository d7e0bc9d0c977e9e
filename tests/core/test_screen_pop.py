"""What an agent sees of a caller while the telephone rings."""

from datetime import date

from msgspec.structs import replace

from acd.names import AgentId, CallId, Moment, TicketId
from core.areas import AreaTable
from core.database import Database
from core.expert_answers import ExpertTerms, ask_expert
from core.lifecycle import Role
from core.screen_pop import CallerPicture, Contact, TicketBrief, brief, caller_picture
from core.tickets import history, ticket_by_id
from tests.core.samples import (
    AGENT,
    CITIZEN,
    NEIGHBOUR,
    NOON,
    answered,
    ended,
    handed_on,
    lost,
    offered,
    opening,
    ringing_back,
    saving,
    written,
)

AREAS = AreaTable(places=(("河南省郑州市", "Zhengzhou, Henan"),), prefixes={"371": 0})


async def picture(database: Database, call: str, caller: str = CITIZEN) -> CallerPicture:
    async with database.reading() as session:
        return await caller_picture(session, CallId(call), caller, AREAS)


async def test_a_first_call_has_no_history(database: Database) -> None:
    found = await picture(database, "c1", "037165551234")
    assert found == CallerPicture(
        call="c1",
        caller="037165551234",
        area_zh="河南省郑州市",
        area_en="Zhengzhou, Henan",
        calls_total=0,
        contacts=(),
        open_tickets=(),
        ticket=None,
        form=None,
    )


async def test_a_repeat_caller_comes_with_calls_and_open_tickets(database: Database) -> None:
    await written(
        database,
        opening("T1", "c1"),
        saving("c1", "路灯不亮", domain="public_service", urgent=True),
        ended("c1", "T1"),
        lost("c2", "T2", offered_at=NOON + 100_000),
        lost("n1", "TN", caller=NEIGHBOUR),
        offered("c3", caller=f"+86{CITIZEN}", offered_at=NOON + 200_000),
    )
    found = await picture(database, "c3")
    assert found.calls_total == 2
    assert found.contacts == (
        Contact(call="c2", at=NOON + 100_000, number="12345", outcome="lost", agent=None, ticket="T2"),
        Contact(call="c1", at=NOON, number="12345", outcome="answered", agent="6001", ticket="T1"),
    )
    assert [(one.ticket, one.missed) for one in found.open_tickets] == [("T2", True), ("T1", False)]
    assert found.open_tickets[1] == TicketBrief(
        ticket="T1",
        opened_at=NOON + 8_000,
        stage="accepted",
        domain="public_service",
        demand_type="",
        urgent=True,
        text="路灯不亮",
        missed=False,
        expert_answers=(),
    )


async def test_a_call_shows_its_ticket_and_what_is_saved(database: Database) -> None:
    await written(database, opening("T1", "c1"), saving("c1", "路灯"), opening("T2", "c2"), answered("c2", "T2"))
    before = await picture(database, "c2")
    assert before.ticket is not None and (before.ticket.ticket, before.form) == ("T2", None)
    assert [one.ticket for one in before.open_tickets] == ["T1"]
    await written(database, saving("c2", "还是不亮", into="T1"))
    after = await picture(database, "c2")
    assert after.ticket is not None and after.form is not None
    assert (after.ticket.ticket, after.ticket.text, after.form.text) == ("T1", "路灯", "还是不亮")


async def test_a_caller_without_a_number_shows_nobody_elses_history(database: Database) -> None:
    await written(database, lost("c1", "T1", caller="unknown"))
    found = await picture(database, "c2", "unknown")
    assert (found.calls_total, found.contacts, found.open_tickets) == (0, (), ())


async def test_a_brief_says_the_same_as_its_ticket(database: Database) -> None:
    await written(database, opening("T1", "c1", missed=True))
    async with database.reading() as session:
        row = await ticket_by_id(session, "T1")
    assert row is not None
    said = brief(row, ())
    assert (said.ticket, said.missed, said.expert_answers) == ("T1", True, ())


async def test_a_ticket_is_shown_as_owing_a_call_back_until_its_caller_was_reached(database: Database) -> None:
    await written(database, opening("T1", "c1"), saving("c1"), ended("c1", "T1"), ringing_back("c1"))
    (shown,) = (await picture(database, "c2")).open_tickets
    assert (shown.missed, shown.text) == (True, "路灯不亮")
    await written(database, opening("T2", "c2"), saving("c2", into="T1"), ended("c2", "T2"))
    (shown,) = (await picture(database, "c3")).open_tickets
    assert (shown.missed, shown.text) == (False, "路灯不亮")


async def test_who_is_handed_a_call_goes_on_in_its_ticket(database: Database) -> None:
    await written(
        database,
        opening("T1", "c1"),
        saving("c1", "公积金怎么提取", domain="housing"),
        handed_on("c1", "T1", ended_at=None),
    )
    found = await picture(database, "c1")
    assert found.ticket is not None and found.form is not None
    assert (found.ticket.ticket, found.form.text, found.form.domain) == ("T1", "公积金怎么提取", "housing")
    second = replace(saving("c1", "已告知材料", at=50_000), agent=AgentId("6012"))
    recorder = await written(database, second)
    assert recorder.state.rejected == 0
    found = await picture(database, "c1")
    assert found.ticket is not None and found.form is not None
    assert (found.ticket.ticket, found.form.text) == ("T1", "已告知材料")
    async with database.reading() as session:
        told = [(line.kind, line.actor) for line in await history(session, TicketId("T1"))]
    assert told == [("opened", AGENT), ("saved", AGENT), ("transferred", AGENT), ("saved", "6012")]


async def test_tickets_that_wait_for_an_expert_say_until_when(database: Database) -> None:
    await written(
        database,
        opening("T1", "c1"),
        saving("c1", "路灯不亮"),
        opening("T2", "c2", at=9_000),
        answered("c2", "T2"),
        saving("c2", "能起诉吗?"),
    )
    terms = ExpertTerms(field="law", unit="市司法局", due_day=date(2026, 11, 25), due_at=Moment(NOON + 9_000_000))
    answer = await database.write(
        lambda session: ask_expert(
            session, call=CallId("c2"), agent=AGENT, terms=terms, at=NOON, actor="6001", role=Role.AGENT
        )
    )
    own = await picture(database, "c2")
    assert own.ticket is not None and own.ticket.expert_answers == (answer,)
    assert [one.expert_answers for one in own.open_tickets] == [()]
    later = await picture(database, "c3")
    assert [(one.ticket, one.expert_answers) for one in later.open_tickets] == [("T2", (answer,)), ("T1", ())]
