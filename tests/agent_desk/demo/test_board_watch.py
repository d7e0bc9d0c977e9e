"""Citizens hear of their own call, and of no other."""

import asyncio

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from acd.call import Stage
from acd.names import AgentId, CallId, Moment, QueueName
from agent_desk.demo import board_watch as module
from agent_desk.demo.board_watch import BoardWatch
from agent_desk.wire import BoardSnapshot, Delta, Pong, SectionChange
from agent_desk.wire_views import Board, CallLine


def line(caller: str, stage: Stage, number: str = "12345") -> CallLine:
    return CallLine(
        call=CallId("jt1-1.1"),
        number=number,
        caller=caller,
        queue=QueueName("hotline"),
        stage=stage,
        since=Moment(1),
        agent=AgentId("6001"),
        handing=None,
    )


def delta(*lines: CallLine) -> Delta:
    calls = {str(number): msgspec.to_builtins(one) for number, one in enumerate(lines)}
    return Delta(seq=1, now=Moment(0), changes={"calls": SectionChange(set=calls)})


def test_a_citizen_hears_the_stages_of_the_own_call() -> None:
    watch, heard = BoardWatch("x"), list[Stage]()
    watch.follow("13800000001", "12345", heard.append)
    watch.heard(delta(line("138****0001", Stage.IVR)))
    watch.heard(delta(line("138****0002", Stage.TALKING), line("138****0001", Stage.RINGING)))
    watch.heard(delta(line("138****0001", Stage.TALKING, number="12315")))
    assert heard == [Stage.IVR, Stage.RINGING]


def test_a_snapshot_tells_too() -> None:
    watch, heard = BoardWatch("x"), list[Stage]()
    watch.follow("02012345678", "12345", heard.append)
    calls = {"1": line("020****5678", Stage.QUEUE)}
    view = Board(agents={}, queues={}, calls=calls, figures={}, intervals={}, system={}, lines={}, alarms={})
    watch.heard(BoardSnapshot(seq=3, now=Moment(0), view=view))
    assert heard == [Stage.QUEUE]


def test_who_has_left_hears_nothing() -> None:
    watch, heard = BoardWatch("x"), list[Stage]()
    stop = watch.follow("13800000001", "12345", heard.append)
    stop()
    watch.heard(delta(line("138****0001", Stage.IVR)))
    watch.heard(Pong(n=1, now=Moment(0)))
    watch.heard(Delta(seq=2, now=Moment(0), changes={}))
    assert heard == []


async def test_a_board_that_went_away_is_followed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.01)
    stages = iter((Stage.QUEUE, Stage.RINGING))
    heard: asyncio.Queue[Stage] = asyncio.Queue()

    async def one_message_each(socket: ServerConnection) -> None:
        await socket.send(msgspec.json.encode(delta(line("138****0001", next(stages, Stage.TALKING)))))

    async with serve(one_message_each, "127.0.0.1", 0) as server:
        host, port = next(iter(server.sockets)).getsockname()
        watch = BoardWatch(f"{host}:{port}")
        watch.follow("13800000001", "12345", heard.put_nowait)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(watch.run())
            async with asyncio.timeout(5):
                assert [await heard.get() for _ in range(3)] == [Stage.QUEUE, Stage.RINGING, Stage.TALKING]
            running.cancel()
