"""`jietong demo sub-centre`: what is shown, and every reason it may end for is one sentence.

That it answers is shown by tests/live, with a real Asterisk on both sides.
"""

import asyncio
import socket
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan
from agent_desk.demo import sub_centre_command as module
from agent_desk.demo.sub_centre import CARRIER_HOST
from agent_desk.demo.sub_centre_command import Scene, keep_sub_centre
from tests.agent_desk.a_house import a_plan
from tests.agent_desk.demo.switchboard import free_port
from tests.agent_desk.served import Served, served


class StandIn:
    """In the second product's place: a house that is served already."""

    running: Served
    ended: asyncio.Event
    stopped = 0

    def __init__(self, plan: Plan, environ: dict[str, str]) -> None:
        self.web, self.sip = self.running.web, ("127.0.0.1", 9)

    def __enter__(self) -> "StandIn":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        type(self).stopped += 1

    async def until_ready(self) -> None:
        """It is."""

    async def until_ended(self) -> None:
        await self.ended.wait()
        raise CommandRefused("the sub-centre has ended (it said nothing): see output.")


@pytest.fixture
def first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    return a_plan(tmp_path / "first", monkeypatch, JIETONG_DEMO_CARRIER_PORT=str(free_port()))


async def started(monkeypatch: pytest.MonkeyPatch, running: Served) -> type[StandIn]:
    stand_in: Any = type("OfThisTest", (StandIn,), {"running": running, "ended": asyncio.Event(), "stopped": 0})
    monkeypatch.setattr(module, "SubCentre", stand_in)
    return stand_in  # type: ignore[no-any-return]


async def test_it_shows_what_it_answers_and_its_agents_go_to_work(
    first: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    async with served(tmp_path / "second", monkeypatch) as running, asyncio.TaskGroup() as tasks:
        stand_in = await started(monkeypatch, running)
        keeping = tasks.create_task(keep_sub_centre(first, Scene(agents=2), said.append))
        async with asyncio.timeout(10):
            while not any("on duty" in line for line in said):  # noqa: ASYNC110 # a plain list
                await asyncio.sleep(0.01)
        shown = said[1].splitlines()
        assert [line for line in shown if "12360 12366 12313 12367 12305" in line]
        assert [line for line in shown if f"http://{running.web}/wallboard" in line]
        assert [line for line in shown if "110 119 120 122" in line and CARRIER_HOST in line]
        keeping.cancel()
        await asyncio.wait({keeping})
        assert stand_in.stopped == 1


async def test_when_it_ends_so_does_the_command(first: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(tmp_path / "second", monkeypatch) as running:
        stand_in = await started(monkeypatch, running)
        stand_in.ended.set()
        with pytest.raises(CommandRefused, match="the sub-centre has ended"):
            await keep_sub_centre(first, Scene(agents=1), lambda _: None)
        assert stand_in.stopped == 1


async def test_the_carriers_port_taken_is_one_sentence(
    first: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = first.settings.demo.carrier_port
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((CARRIER_HOST, port))
        async with served(tmp_path / "second", monkeypatch) as running:
            await started(monkeypatch, running)
            with pytest.raises(CommandRefused) as refused:
                await keep_sub_centre(first, Scene(agents=1), lambda _: None)
    assert str(refused.value).startswith(f"demo.carrier_port = {port}: {CARRIER_HOST}:{port} cannot be had (Address")


async def test_without_a_carriers_port_there_is_no_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = a_plan(tmp_path / "first", monkeypatch, JIETONG_DEMO_CARRIER_PORT="0")
    said: list[str] = []
    async with served(tmp_path / "second", monkeypatch) as running:
        stand_in = await started(monkeypatch, running)
        stand_in.ended.set()
        with pytest.raises(CommandRefused, match="the sub-centre has ended"):
            await keep_sub_centre(first, Scene(agents=1), said.append)
    assert not [line for line in said if "outside" in line]
