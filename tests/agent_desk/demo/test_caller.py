"""One citizen: leaves at the stage of the fate, or talks, and keeps true times."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from acd.call import Stage
from acd.names import CallId, Moment, QueueName
from agent_desk.demo.board_watch import BoardWatch
from agent_desk.demo.caller import DemoCaller, Rung
from agent_desk.demo.citizens import Fate, Visit
from agent_desk.demo.media import Media
from agent_desk.demo.sip_call import EndedBy, SipCall
from agent_desk.wire import Delta, SectionChange
from agent_desk.wire_views import CallLine
from tests.agent_desk.demo.switchboard import now, rung, switched


def visit(fate: Fate = Fate.TALK, *, leave_after: float = 0.05, patience: float = 5, talk: float = 5) -> Visit:
    return Visit(
        at=0,
        caller="13800000001",
        number="12345",
        fate=fate,
        leave_after=leave_after,
        patience=patience,
        talk=talk,
    )


class Ringing:
    """A citizen on the line, and the hotline's side of it."""

    def __init__(self, caller: DemoCaller, hotline: SipCall, watch: BoardWatch) -> None:
        self.rung: Rung = caller.rung
        self.caller, self.hotline, self._watch = caller, hotline, watch

    def board_says(self, stage: Stage) -> None:
        line = CallLine(
            call=CallId("jt1-1.1"),
            number="12345",
            caller="138****0001",
            queue=QueueName("hotline"),
            stage=stage,
            since=Moment(1),
            agent=None,
            handing=None,
        )
        changes = {"calls": SectionChange(set={"jt1-1.1": msgspec.to_builtins(line)})}
        self._watch.heard(Delta(seq=1, now=Moment(0), changes=changes))

    async def ended(self) -> None:
        async with asyncio.timeout(5):
            while self.rung.ended_at is None:  # noqa: ASYNC110 # a plain record
                await asyncio.sleep(0.005)


@asynccontextmanager
async def ringing(one: Visit) -> AsyncIterator[Ringing]:
    """Let a citizen ring; the hotline answers at once, as its dialplan does."""
    watch = BoardWatch("x")
    media = Media("127.0.0.1", speak=False, echo=False)
    async with switched() as (telephones, switchboard), asyncio.TaskGroup() as tasks:
        calls = await rung(switchboard, "12345")
        caller = DemoCaller(one, telephones=telephones, media=media, watch=watch, now=now)
        task = tasks.create_task(caller.ring())
        async with asyncio.timeout(5):
            hotline = await calls.get()
        hotline.accept()
        async with asyncio.timeout(5):
            while caller.rung.up_at is None:  # noqa: ASYNC110 # a plain record
                await asyncio.sleep(0.005)
        try:
            yield Ringing(caller, hotline, watch)
        finally:
            task.cancel()
    media.close()


@pytest.mark.parametrize(
    ("fate", "stages"),
    [
        (Fate.LEAVE_GREETING, []),
        (Fate.LEAVE_WAITING, [Stage.IVR, Stage.QUEUE]),
        (Fate.LEAVE_RINGING, [Stage.IVR, Stage.QUEUE, Stage.RINGING]),
    ],
)
async def test_a_citizen_leaves_at_the_stage_of_the_fate(fate: Fate, stages: list[Stage]) -> None:
    async with ringing(visit(fate)) as line:
        for stage in stages:
            assert line.rung.ended_at is None
            line.board_says(stage)
        await line.ended()
        assert line.rung.ended_by is EndedBy.US
        assert not line.rung.talked
        async with asyncio.timeout(5):
            assert (await line.hotline.over).by is EndedBy.THEM


async def test_everybody_loses_patience_in_the_queue() -> None:
    async with ringing(visit(patience=0.05)) as line:
        line.board_says(Stage.QUEUE)
        await line.ended()
        assert (line.rung.ended_by, line.rung.stage) == (EndedBy.US, Stage.QUEUE)


async def test_a_talk_is_ended_by_the_citizen_in_the_end() -> None:
    async with ringing(visit(talk=0.05)) as line:
        line.board_says(Stage.TALKING)
        line.board_says(Stage.RINGING)  # a board a moment behind
        await line.ended()
        assert line.rung.talked
        assert line.rung.ended_by is EndedBy.US


async def test_the_hotline_may_hang_up_first_and_the_times_are_in_order() -> None:
    async with ringing(visit()) as line:
        line.caller._heard_agent()
        line.hotline.hang_up()
        await line.ended()
        one = line.rung
        assert one.ended_by is EndedBy.THEM
        assert one.up_at is not None
        assert one.agent_at is not None
        assert one.ended_at is not None
        assert one.invited_at <= one.up_at <= one.agent_at <= one.ended_at


async def test_a_citizen_who_is_stopped_hangs_up() -> None:
    async with ringing(visit()) as line:
        pass
    assert line.rung.ended_by is EndedBy.US
    assert line.hotline.over.done()
