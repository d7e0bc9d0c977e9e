"""A whole house behind a real web server on loopback, with a fake Asterisk behind it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from acd.names import AgentId, QueueName
from agent_desk.app import build_app
from agent_desk.compose import Plan
from agent_desk.house import House
from agent_desk.secret_files import keep
from tests.agent_desk.a_house import a_house, a_plan
from tests.fakes import INSTALLATION, FakeAsterisk, event


class Served:
    """What a test needs of a running house."""

    def __init__(self, house: House, plan: Plan, web: str, asterisk: FakeAsterisk) -> None:
        self.house = house
        self.plan = plan
        self.web = web
        """`host:port`."""
        self.asterisk = asterisk

    @property
    def queues(self) -> tuple[QueueName, ...]:
        """What an ordinary seat serves."""
        return self.house.queues_of(AgentId("6001"), self.house.clock.now())

    async def says(self, name: str, **headers: str) -> None:
        """Let Asterisk tell an event."""
        await self.asterisk.say(event(name, at=self.house.clock.now() / 1000, **headers))

    async def performs(self, action: str, times: int = 1) -> None:
        """Wait until the floor has asked for queue actions, and tell their events as app_queue does."""
        await self.asterisk.until_heard(action, times)
        for one in [one for one in self.asterisk.heard if one["Action"] == action][-times:]:
            await self._performs(one)

    async def performs_last(self, action: str) -> None:
        """Tell the events of the newest of these actions."""
        await self._performs([one for one in self.asterisk.heard if one["Action"] == action][-1])

    async def _performs(self, one: dict[str, str]) -> None:
        member = {"MemberName": one["Interface"].partition("/")[2].partition("-")[0], "Interface": one["Interface"]}
        match one["Action"]:
            case "QueueAdd":
                more = {"Queue": one["Queue"], "Paused": "1", "PausedReason": one["Reason"], "Status": "1"}
                await self.says("QueueMemberAdded", **member, **more)
            case "QueueRemove":
                await self.says("QueueMemberRemoved", **member, Queue=one["Queue"])
            case "QueuePause":
                more = {"Paused": "1" if one["Paused"] == "true" else "0", "PausedReason": one.get("Reason", "")}
                for queue in self.house.queues_of(AgentId(member["MemberName"]), self.house.clock.now()):
                    await self.says("QueueMemberPause", **member, **more, Queue=queue)


@asynccontextmanager
async def served(directory: Path, monkeypatch: pytest.MonkeyPatch, **variables: str) -> AsyncIterator[Served]:
    """Run a house until the test is over."""
    async with FakeAsterisk() as asterisk:
        plan = a_plan(directory, monkeypatch, JIETONG_AMI_PORT=str(asterisk.port), **variables)
        asterisk.secret = plan.pbx().ami_secret
        keep(plan.secrets, "installation", INSTALLATION)  # who held it before need not wait
        async with a_house(plan) as house:
            asterisk.time = lambda: house.clock.now() / 1000
            with _listening() as listening:
                host, port = listening.getsockname()
                config = uvicorn.Config(
                    build_app(house), log_config=None, ws="websockets-sansio", timeout_graceful_shutdown=1
                )
                server = uvicorn.Server(config)
                async with asyncio.TaskGroup() as tasks:
                    floor = tasks.create_task(house.run())
                    pages = tasks.create_task(_serve(server, listening))
                    async with asyncio.timeout(10):
                        while not (server.started and house.runtime.state.pbx.up):  # noqa: ASYNC110 # flags only
                            await asyncio.sleep(0.01)
                    try:
                        yield Served(house, plan, f"{host}:{port}", asterisk)
                    finally:
                        server.should_exit = True
                        await pages
                        floor.cancel()


async def _serve(server: uvicorn.Server, listening: socket.socket) -> None:
    # As agent_desk.server does: no signal handlers of its own.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    await server.serve(sockets=[listening])


@contextlib.contextmanager
def _listening() -> Iterator[socket.socket]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        yield listening
