"""A desk without a page: it follows, notices gaps, and tells refusals."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from acd.names import DestinationKey, Moment
from acd.transfer import Command, TransferMode
from agent_desk.demo import desk_client as module
from agent_desk.demo.desk_client import DeskClient, DeskRefused
from agent_desk.wire import Delta
from tests.agent_desk.served import Served, served


@asynccontextmanager
async def open_desk(running: Served) -> AsyncIterator[DeskClient]:
    desk = DeskClient(running.web)
    await desk.log_in("6001", running.plan.demo_password)
    await desk.open()
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(desk.follow())
        try:
            yield desk
        finally:
            following.cancel()
            await desk.close()


async def test_a_wrong_password_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(tmp_path / "var", monkeypatch) as running:
        desk = DeskClient(running.web)
        with pytest.raises(DeskRefused, match="/api/login answered 401"):
            await desk.log_in("6001", "wrong password")
        await desk.close()


async def test_it_follows_the_agent_and_mends_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(tmp_path / "var", monkeypatch) as running, open_desk(running) as desk:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(desk.sign_in())
            await running.performs("QueueAdd", len(running.queues))
        assert await desk.until(lambda: desk.presence == "not_ready", 5)
        desk.me = None
        await desk._heard(Delta(seq=desk._seq + 2, now=Moment(0), changes={}))
        desk._view = {}
        assert await desk.until(lambda: desk.me is not None, 5), "a new snapshot came"
        assert desk.presence == "not_ready"


async def test_what_needs_a_talk_is_refused_without_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(tmp_path / "var", monkeypatch) as running, open_desk(running) as desk:
        with pytest.raises(DeskRefused, match="Transfer: You are not signed in"):
            await desk.transfer(DestinationKey("tax"), TransferMode.ATTENDED)
        with pytest.raises(DeskRefused, match="TransferCommand: You are not signed in"):
            await desk.command(Command.DROP)
        with pytest.raises(DeskRefused, match="HangUp: You are not signed in"):
            await desk.hang_up()


async def test_a_request_nobody_answers_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(tmp_path / "var", monkeypatch) as running:
        desk = DeskClient(running.web)
        await desk.log_in("6001", running.plan.demo_password)
        await desk.open()
        monkeypatch.setattr(module, "ANSWER_SECONDS", 0.1)
        with pytest.raises(DeskRefused, match="Ready: no answer"):
            await desk.ready()  # nobody follows
        await desk.close()


async def test_waiting_for_what_does_not_come_ends() -> None:
    desk = DeskClient("127.0.0.1:1")
    assert await desk.until(lambda: False, 0.01) is False
    assert await desk.until(lambda: True, 0.01) is True
    await desk.close()
