"""Effects with everything filled in, so that a test names only what it is about."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.effects import CallRecord, CoreEffect, OpenTicket, RingBack, SaveTicket, Segment, WriteCall
from acd.events import TicketForm
from acd.names import (
    AgentId,
    CallId,
    DestinationKey,
    LegId,
    LossStage,
    Millis,
    Moment,
    Party,
    QueueName,
    RingResult,
    TicketId,
    third_leg,
)
from acd.transfer import Transfer, TransferMode
from core.database import Database
from core.recorder import Numbered, Recorder
from core.tables import Base, Call, CallSegment, CallTransfer, RecorderReject, Ticket, TicketEvent

CITIZEN = "13800001111"
NEIGHBOUR = "13900002222"
AGENT = AgentId("6001")
NOON = Moment(1_795_233_600_000)
"""2026-11-21 12:00:00 at UTC+8."""


def record(call: str, **changes: Any) -> CallRecord:
    """A call that has only been offered."""
    values: dict[str, Any] = {
        "call": CallId(call),
        "node": "jt1",
        "number": "12345",
        "caller": CITIZEN,
        "queue": QueueName("general"),
        "offered_at": NOON,
        "requested_at": None,
        "queued_at": None,
        "answered_at": None,
        "ended_at": None,
        "wait_ms": Millis(0),
        "talk_ms": Millis(0),
        "hold_ms": Millis(0),
        "rings": 0,
        "agent": None,
        "loss_stage": None,
        "loss_cause": "",
        "ended_by": None,
        "ticket": None,
    }
    return CallRecord(**(values | changes))


def offered(call: str, **changes: Any) -> WriteCall:
    return WriteCall(record=record(call, **changes))


def answered(call: str, ticket: str | None, **changes: Any) -> WriteCall:
    values = {"answered_at": NOON + 8_000, "agent": AGENT, "ticket": ticket, "wait_ms": 4_000, "rings": 1}
    return WriteCall(record=record(call, **(values | changes)))


def ended(call: str, ticket: str | None, **changes: Any) -> WriteCall:
    values = {"ended_at": NOON + 60_000, "talk_ms": 52_000, "ended_by": Party.CALLER}
    return answered(call, ticket, **(values | changes))


def transfer(call: str, number: int = 1, **changes: Any) -> Transfer:
    """A three-party transfer to the tax sub-centre after which the agent left."""
    values: dict[str, Any] = {
        "number": number,
        "mode": TransferMode.CONFERENCE,
        "to": DestinationKey("tax"),
        "by": AGENT,
        "by_leg": LegId(f"{call}-agent"),
        "asked_at": NOON + 20_000,
        "third": third_leg(CallId(call), number),
        "rung_at": NOON + 20_200,
        "answered_at": NOON + 24_000,
        "result": RingResult.ANSWERED,
        "completed_at": NOON + 40_000,
        "ended_at": NOON + 40_000,
    }
    return Transfer(**(values | changes))


def segment(leg: str, start: int, end: int | None, **changes: Any) -> Segment:
    """An agent with the citizen; times in milliseconds after noon."""
    values: dict[str, Any] = {
        "leg": LegId(leg),
        "agent": AGENT,
        "to": None,
        "with_citizen": True,
        "start": NOON + start,
        "end": None if end is None else NOON + end,
    }
    return Segment(**(values | changes))


def handed_on(call: str, ticket: str | None, **changes: Any) -> WriteCall:
    """A call that went on with the sub-centre for another 20 s."""
    third = {"agent": None, "to": DestinationKey("tax")}
    values = {
        "segments": (
            segment(f"{call}-agent", 8_000, 20_000),
            segment(f"{call}-agent", 20_100, 40_000),
            segment(third_leg(CallId(call), 1), 24_000, 60_000, **third),
        ),
        "transfers": (transfer(call),),
        "conference_ms": 16_000,
        "talk_ms": 31_900,
    }
    return ended(call, ticket, **(values | changes))


def lost(call: str, ticket: str, **changes: Any) -> WriteCall:
    values = {
        "ended_at": NOON + 20_000,
        "ended_by": Party.CALLER,
        "loss_stage": LossStage.QUEUE_ABANDON,
        "ticket": TicketId(ticket),
    }
    return WriteCall(record=record(call, **(values | changes)))


def opening(ticket: str, call: str, *, missed: bool = False, caller: str = CITIZEN, at: int = 8_000) -> OpenTicket:
    return OpenTicket(
        ticket=TicketId(ticket),
        call=CallId(call),
        caller=caller,
        number="12345",
        at=Moment(NOON + at),
        agent=None if missed else AGENT,
        missed=missed,
    )


def saving(call: str, text: str = "路灯不亮", *, into: str | None = None, at: int = 30_000, **form: Any) -> SaveTicket:
    return SaveTicket(
        call=CallId(call),
        agent=AGENT,
        at=Moment(NOON + at),
        form=TicketForm(text=text, **form),
        merge_into=None if into is None else TicketId(into),
    )


def ringing_back(call: str, at: int = 60_000) -> RingBack:
    """The call ended while its caller waited again."""
    return RingBack(call=CallId(call), at=Moment(NOON + at))


def numbered(*effects: CoreEffect) -> list[Numbered]:
    """Give each effect the next sequence number."""
    return list(enumerate(effects, start=1))


async def written(database: Database, *effects: CoreEffect) -> Recorder:
    """Write effects as one batch."""
    recorder = Recorder(database.writing)
    start = await recorder.position()
    await recorder.apply([(start + number, effect) for number, effect in numbered(*effects)])
    return recorder


async def everything(session: AsyncSession) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows that the recorder writes; rows numbered by the database without their numbers."""
    found = {}
    for table in (Call, CallSegment, CallTransfer, Ticket, TicketEvent, RecorderReject):
        columns = [column for column in table.__table__.columns if column.name != "id"]
        rows = await session.execute(select(*columns).order_by(*table.__table__.primary_key))
        found[table.__tablename__] = [tuple(row) for row in rows]
    return found


async def put(database: Database, table: type[Base], **values: object) -> None:
    """Insert one row and commit."""
    async with database.writing() as session, session.begin():
        await session.execute(insert(table).values(**values))


async def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything the recorder has written, in a transaction of its own."""
    async with database.reading() as session:
        return await everything(session)


STORY: tuple[tuple[CoreEffect, ...], ...] = (
    (offered("c1"),),
    (opening("T1", "c1"), answered("c1", "T1")),
    (saving("c1", "路灯不亮", domain="public_service"),),
    (ended("c1", "T1"),),
    (offered("c2", caller="+86 138-0000-1111", offered_at=NOON + 90_000),),
    (answered("c2", "T2"), opening("T2", "c2", at=100_000)),
    (saving("c2", "还是不亮", into="T1"),),
    (ended("c2", "T2"),),
    (saving("c2", "整条街都不亮"),),
    (lost("c3", "T3", caller=NEIGHBOUR), opening("T3", "c3", missed=True, caller=NEIGHBOUR)),
    (answered("c3", "T3"),),
    (saving("stranger", "谁的工单"),),
    (ended("c4", "T4", agent=None),),
    (opening("T5", "c5"), ended("c5", "T5", wait_ms=1 << 70), offered("c6")),
    (saving("c5", into="T9"),),
    (opening("T7", "c7"), answered("c7", "T7", segments=(segment("c7-agent", 8_000, None),))),
    (answered("c7", "T7", transfers=(transfer("c7", completed_at=None, ended_at=None),)),),
    (handed_on("c7", "T7", ended_at=None),),
    (saving("c7", "税务分中心已答复", into="T1"),),
    (handed_on("c7", "T7"),),
    (opening("T8", "c8", at=200_000), answered("c8", "T8")),
    (saving("c8", "又断线了", into="T1"),),
    (ended("c8", "T8"), ringing_back("c8")),
    (opening("T9", "c9", caller=NEIGHBOUR), ended("c9", "T9"), ringing_back("c9")),
    (saving("c9", "噪声扰民"),),
    (ringing_back("nobody"),),
)
"""Effects by sequence number: a plain call, a repeat call, a lost one, four that cannot be written, one that was handed
on, and put to an earlier ticket, two whose callers waited again in vain, and one more that cannot be written."""
BATCH: list[Numbered] = [(seq, effect) for seq, group in enumerate(STORY, start=1) for effect in group]
