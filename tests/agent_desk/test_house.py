"""The running product: its tasks, its end, and the sinks of its effects."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from acd.effects import Accept, Refuse
from acd.names import AgentId, CallId, Moment, RequestId
from acd.refusal import Refusal
from agent_desk.house import House, to_core, to_desk
from agent_desk.hub import Client
from core.calls import calls_since
from tests.acd.playbook import A1, C1, Story, call_over, offered
from tests.agent_desk.served import served


async def test_a_telephone_is_told_where_to_register(house: House) -> None:
    phone = house.credentials("6001-web", "secret")
    assert (phone.endpoint, phone.username, phone.password) == ("6001-web", "6001-web", "secret")
    assert phone.websocket.startswith("ws://")
    assert phone.registrar.endswith(":5060")


async def test_ticket_effects_reach_the_recorder_with_their_number() -> None:
    story = Story()
    story.tell(offered(C1, story.then()))
    effects = story.tell(call_over(C1, story.then()))
    queue: asyncio.Queue[object] = asyncio.Queue()
    for effect in effects:
        to_core(queue)(7, effect)  # type: ignore[arg-type] # all of them are for the core
    assert [queue.get_nowait() for _ in effects] == [(7, effect) for effect in effects]


async def test_a_desk_is_answered_in_both_languages(house: House) -> None:
    client, tell = Client(), to_desk(house.hub)
    house.hub.join_desk(A1, client)
    tell(Accept(agent=A1, request=RequestId("r1")))
    tell(Refuse(agent=A1, request=RequestId("r2"), why=Refusal.NO_CALL, detail="x"))
    tell(Accept(agent=AgentId("6002"), request=RequestId("r3")))
    said = [msgspec.json.decode(await client.next() or b"") for _ in range(3)]
    assert [one["type"] for one in said] == ["desk_snapshot", "accepted", "refused"]
    assert (said[2]["zh"], said[2]["en"], said[2]["detail"]) == ("现在没有通话。", "There is no call now.", "x")


async def test_a_lost_call_is_in_the_core_when_the_house_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(tmp_path / "var", monkeypatch) as running:
        call = "jt1-1.1"
        await running.says(
            "UserEvent", UserEvent="JtOffered", Call=call, Number="12345", Queue="hotline", Caller="13800000001"
        )
        await running.says("Hangup", AccountCode=call, Uniqueid=call, Cause="16")
        async with asyncio.timeout(10):
            while not [one async for one in _calls(running.house)]:  # noqa: ASYNC110 # the database tells nobody
                await asyncio.sleep(0.01)
        (line,) = [one async for one in _calls(running.house)]
        assert (line.call_id, line.outcome, line.loss_stage) == (CallId(call), "lost", "IVR_ABANDON")
        assert line.ticket_id is not None


async def _calls(house: House):  # type: ignore[no-untyped-def]
    async with house.database.reading() as session:
        async for line in calls_since(session, Moment(0)):
            yield line


async def test_a_chore_that_fails_does_not_end_the_house(house: House, caplog: pytest.LogCaptureFixture) -> None:
    done = asyncio.Event()

    async def fails() -> None:
        raise OSError("no such directory")

    async def works() -> None:
        done.set()

    object.__setattr__(house, "chores", (fails, works))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(house.run())
        async with asyncio.timeout(5):
            await done.wait()
        running.cancel()
    assert "a chore failed" in caplog.text
