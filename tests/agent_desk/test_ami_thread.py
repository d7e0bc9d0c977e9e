"""The link's own thread: it reads and beats while the floor stands still, and takes wishes from the floor's loop."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from acd.effects import HangUpLeg
from acd.events import ActionFailed, AnyEvent, CallQueued, PbxLost, PbxSnapshot
from acd.names import LegId, RequestId
from agent_desk.ami_thread import AmiThread
from telephony import link as link_module
from telephony.link import AmiLink
from telephony.session import AmiSettings
from telephony.wire import ActionRefused, LinkDown
from tests.fakes import INSTALLATION, FakeAsterisk, FakeClock, event

R1 = RequestId("r1")


class Ear:
    """Takes facts from the link's thread and lets the floor's thread wait for them, with or without its loop."""

    def __init__(self) -> None:
        self.facts: list[AnyEvent] = []
        self._more = threading.Condition()

    def tell(self, fact: AnyEvent) -> None:
        with self._more:
            self.facts.append(fact)
            self._more.notify_all()

    def until(self, kind: type[AnyEvent], count: int = 1) -> None:
        """Wait, and let nobody else on this thread do anything."""
        with self._more:
            assert self._more.wait_for(lambda: sum(isinstance(one, kind) for one in self.facts) >= count, 10)


@contextmanager
def fake_in_a_thread() -> Iterator[tuple[FakeAsterisk, asyncio.AbstractEventLoop]]:
    """The fake on a loop of its own, so that it answers while the floor's thread stands still."""
    fake, ready, over = FakeAsterisk(), threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    async def main() -> None:
        async with fake:
            loops.append(asyncio.get_running_loop())
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    assert ready.wait(10)
    try:
        yield fake, loops[0]
    finally:
        loops[0].call_soon_threadsafe(over.set)
        thread.join(10)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(link_module, "FIRST_PAUSE", 0.01)


def a_link(fake: FakeAsterisk, ear: Ear, secret: str = "secret") -> AmiThread:
    settings = AmiSettings(host="127.0.0.1", port=fake.port, user="jietong", secret=secret, installation=INSTALLATION)
    return AmiThread(AmiLink(settings, tell=ear.tell, now=FakeClock().now))


async def test_a_floor_that_stands_still_does_not_stop_the_reading() -> None:
    with fake_in_a_thread() as (fake, loop):
        ear = Ear()
        thread = a_link(fake, ear)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(thread.run())
            await asyncio.to_thread(ear.until, PbxSnapshot)
            joined = event("QueueCallerJoin", AccountCode="jt1-1.1", Queue="hotline")
            asyncio.run_coroutine_threadsafe(fake.say(joined), loop)
            ear.until(CallQueued)  # this very thread, and so the floor's loop, stands still
            beats = sum(one["Action"] == "UserEvent" for one in fake.heard)
            asyncio.run_coroutine_threadsafe(fake.until_heard("UserEvent", times=beats + 3), loop).result(10)
            assert not any(isinstance(one, PbxLost) for one in ear.facts[1:])
            running.cancel()


async def test_wishes_and_questions_reach_asterisk_from_the_floors_loop() -> None:
    with fake_in_a_thread() as (fake, _):
        ear = Ear()
        thread = a_link(fake, ear)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(thread.run())
            await asyncio.to_thread(ear.until, PbxSnapshot)
            assert (await thread.ask((("Action", "Ping"),)))["Response"] == "Success"
            fake.answers["Hangup"] = {"Response": "Error", "Message": "No such channel"}
            thread.perform(HangUpLeg(leg=LegId("jt1-1.2"), request=R1))
            await asyncio.to_thread(ear.until, ActionFailed)
            with pytest.raises(ActionRefused, match="No such channel"):
                await thread.ask((("Action", "Hangup"),))
            running.cancel()
        with pytest.raises(LinkDown):
            await thread.ask((("Action", "Ping"),))


async def test_a_refused_password_ends_the_thread_and_wishes_fail_at_once() -> None:
    with fake_in_a_thread() as (fake, _):
        ear = Ear()
        thread = a_link(fake, ear, secret="wrong")
        await thread.run()
        assert thread.link.refused
        thread.perform(HangUpLeg(leg=LegId("jt1-1.2"), request=R1))
        assert any(isinstance(one, ActionFailed) for one in ear.facts)


async def test_a_defect_in_the_link_is_not_swallowed() -> None:
    ear = Ear()
    thread = a_link(FakeAsterisk(), ear)

    async def broken() -> None:
        raise KeyError("a defect")

    thread.link.run = broken  # type: ignore[method-assign]
    with pytest.raises(KeyError, match="a defect"):
        await thread.run()


def test_a_wish_that_meets_the_end_of_the_thread_fails_as_without_a_link() -> None:
    """An error would end the handling of its fact: the rows it also led to would never be written."""
    ear, ended = Ear(), asyncio.new_event_loop()
    thread = a_link(FakeAsterisk(), ear)
    ended.close()
    thread._loop = ended
    thread.perform(HangUpLeg(leg=LegId("jt1-1.2"), request=R1))
    (failed,) = ear.facts
    assert isinstance(failed, ActionFailed)


async def test_a_thread_that_is_stopped_before_it_began_ends_all_the_same() -> None:
    with fake_in_a_thread() as (fake, _):
        thread = a_link(fake, Ear())
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(thread.run())
            await asyncio.sleep(0)
            running.cancel()
        for one in [one for one in threading.enumerate() if one.name == "ami"]:
            one.join(5)
            assert not one.is_alive()
