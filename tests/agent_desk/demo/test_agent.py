"""One agent through a whole shift, against a real house with a fake Asterisk and a switchboard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from agent_desk.demo import agent as module
from agent_desk.demo.agent import DemoAgent, Habits, Rings, Tally
from agent_desk.demo.media import Media
from agent_desk.demo.product import Product
from agent_desk.demo.sip_call import EndedBy, SipCall
from agent_desk.demo.telephone import Telephones
from tests.agent_desk.demo.switchboard import Switchboard, soon, switched
from tests.agent_desk.served import Served, served

CALL, LEG = "jt1-1.1", "jt1-1.2"


class Shift:
    """An agent on duty and everything around."""

    def __init__(self, running: Served, switchboard: Switchboard, tally: Tally) -> None:
        self.running, self.switchboard, self.tally = running, switchboard, tally
        self.pauses = 1

    async def rings(self) -> SipCall:
        """Let a citizen's call ring at the agent, in SIP and in AMI."""
        says = self.running.says
        ring = {"AccountCode": CALL, "MemberName": "6001", "DestUniqueid": LEG, "Queue": "hotline"}
        await says("UserEvent", UserEvent="JtOffered", Call=CALL, Number="12345", Queue="hotline", Caller="13800000001")
        await says("QueueCallerJoin", AccountCode=CALL, Queue="hotline")
        await says("AgentCalled", **ring)
        return self.switchboard.call("13800000001", "6001-sip")

    async def ends(self) -> None:
        for leg in (LEG, CALL):
            up = {"Channel": "PJSIP/x-1", "ChannelState": "6"}
            await self.running.says("Hangup", AccountCode=CALL, Uniqueid=leg, Cause="16", **up)

    async def paused_again(self) -> None:
        """Perform the next pause or resumption the floor or the agent asks for."""
        self.pauses += 1
        await self.running.asterisk.until_heard("QueuePause", self.pauses)
        await self.running.performs_last("QueuePause")

    async def until(self, what: str, value: int) -> None:
        async with asyncio.timeout(10):
            while getattr(self.tally, what) != value:  # noqa: ASYNC110 # a plain count
                await asyncio.sleep(0.01)


@asynccontextmanager
async def on_duty(directory: Path, monkeypatch: pytest.MonkeyPatch, habits: Habits) -> AsyncIterator[Shift]:
    """Agent 6001, signed in and ready; signed out afterwards."""
    monkeypatch.setattr(module, "PICK_UP_SECONDS", (0.01, 0.02))
    tally = Tally()
    async with served(directory, monkeypatch, JIETONG_FLOOR_MISSES_BEFORE_AWAY="1") as running:
        async with switched() as (telephones, switchboard), asyncio.TaskGroup() as tasks:
            media = Media("127.0.0.1", speak=False, echo=True)
            agent = _agent(running, telephones, media, habits, tally)
            shift = tasks.create_task(agent.shift())
            await running.performs("QueueAdd", len(running.queues))
            await running.performs("QueuePause")
            duty = Shift(running, switchboard, tally)
            await duty.until("on_duty", 1)
            yield duty
            shift.cancel()
            await running.performs("QueueRemove", len(running.queues))
        media.close()
        assert switchboard.registered["6001-sip"] == 0
        assert tally.on_duty == 0


def _agent(running: Served, telephones: Telephones, media: Media, habits: Habits, tally: Tally) -> DemoAgent:
    return DemoAgent(
        "6001",
        running.plan.demo_password,
        product=Product(web=running.web, sip=("127.0.0.1", 9), catalogue=running.house.catalogue),
        telephones=telephones,
        media=media,
        habits=habits,
        random=Random(1),
        tally=tally,
        log_ins=asyncio.Semaphore(1),
        rings=Rings(),
    )


async def test_a_call_is_answered_written_up_and_the_agent_is_ready_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_duty(tmp_path / "var", monkeypatch, Habits(talk=0.2, acw=0.1)) as duty:
        call = await duty.rings()
        await soon(call.up)
        ring = {"AccountCode": CALL, "MemberName": "6001", "DestUniqueid": LEG, "Queue": "hotline"}
        await duty.running.says("AgentConnect", **ring)
        async with asyncio.timeout(5):
            assert (await call.over).by is EndedBy.THEM
        await duty.ends()
        await duty.paused_again()  # after-call work
        await duty.paused_again()  # ready
        await duty.until("tickets", 1)
        assert (duty.tally.answered, duty.tally.hung_up_by_agent, duty.tally.refused) == (1, 1, 0), duty.tally.why


async def test_a_citizen_who_leaves_while_it_rings_is_not_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_duty(tmp_path / "var", monkeypatch, Habits()) as duty:
        call = await duty.rings()
        call.hang_up()
        await duty.ends()
        await duty.until("caller_left", 1)
        assert duty.tally.answered == 0


async def test_an_agent_who_lets_it_ring_is_set_away_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AWAY_SECONDS", (0.01, 0.02))
    async with on_duty(tmp_path / "var", monkeypatch, Habits(miss=1.0)) as duty:
        call = await duty.rings()
        ring = {"AccountCode": CALL, "MemberName": "6001", "DestUniqueid": LEG, "Queue": "hotline"}
        await duty.running.says("AgentRingNoAnswer", **ring)
        call.hang_up()
        await duty.paused_again()  # away
        await duty.paused_again()  # ready
        await duty.until("set_away", 1)
        assert duty.tally.let_ring == 1
        await duty.ends()


async def test_a_talk_goes_on_when_the_product_goes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PICK_UP_SECONDS", (0.01, 0.02))
    tally, media = Tally(), Media("127.0.0.1", speak=False, echo=True)
    async with (
        served(tmp_path / "var", monkeypatch) as running,
        switched() as (telephones, switchboard),
        asyncio.TaskGroup() as tasks,
    ):
        agent = _agent(running, telephones, media, Habits(talk=0.3), tally)
        shift = tasks.create_task(agent.shift())
        await running.performs("QueueAdd", len(running.queues))
        await running.performs("QueuePause")
        duty = Shift(running, switchboard, tally)
        await duty.until("on_duty", 1)
        call = await duty.rings()
        await soon(call.up)
        assert agent._desk._socket is not None
        await agent._desk._socket.close()
        assert not call.over.done()
        async with asyncio.timeout(5):
            assert (await call.over).by is EndedBy.THEM
            await asyncio.wait({shift})
        assert (tally.on_duty, tally.answered) == (0, 1)
        assert "6001-sip" in telephones.rung, "the telephone still rings: the agent comes back"
    media.close()
