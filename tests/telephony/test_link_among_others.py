"""The link among others: one of several bridges, an inbox without room, logs that lag, clocks that differ."""

import asyncio
import time

import pytest

from acd.effects import HangUpLeg
from acd.events import ActionFailed, PbxLost
from acd.names import LegId, Moment, RequestId
from telephony import fence as fence_module
from telephony import link as link_module
from telephony.link import AmiLink
from telephony.session import AmiSettings
from tests.fakes import INSTALLATION, FakeAsterisk, FakeClock, event
from tests.telephony.stock_panoramisk import impatient
from tests.telephony.test_link import Ear, linked, snapshots

R1 = RequestId("r1")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)


async def test_the_logs_are_looked_into_again_a_little_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Asterisk had not written at the first reading is told by the later ones.

    They reach further, for a ring that began before the snapshot and whose end was heard: it was no ring we knew.
    """
    reaches = link_module.LATER_LOOKS
    assert all(reach < pause * 1_500 for pause, reach in reaches), "what is younger, AMI tells"
    monkeypatch.setattr(link_module, "LATER_LOOKS", tuple((0.05, reach) for _, reach in reaches))
    async with FakeAsterisk() as fake:
        looks: list[Moment] = []
        done = asyncio.Event()

        async def missed(until: Moment) -> None:
            looks.append(until)
            if len(looks) == 1 + len(reaches):
                done.set()

        settings = AmiSettings(
            host="127.0.0.1", port=fake.port, user="jietong", secret="secret", installation=INSTALLATION
        )
        link = AmiLink(settings, tell=lambda _: None, now=FakeClock().now, missed=missed)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(link.run())
            async with asyncio.timeout(10):
                await done.wait()
            assert link.up
            running.cancel()
        assert [look - looks[0] for look in looks[1:]] == [reach for _, reach in reaches]


async def test_while_another_bridge_beats_we_only_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence_module, "SILENCE_SECONDS", 0.4)
    async with FakeAsterisk() as fake:
        fake.database["/jt/bridge/holder"] = "other/1 7"
        async with linked(fake) as (link, ear):
            for number in range(1, 16):
                await fake.until_heard("UserEvent", times=number)
                await fake.say(rival(7, number))
            assert not link.up
            assert link.rival == "other/1"
            assert [type(fact) for fact in ear.facts] == [PbxLost]
            link.perform(HangUpLeg(leg=LegId("jt1-1.2"), request=R1))
            assert len(ear.of(ActionFailed)) == 1
            await ear.until(snapshots(1))  # the other has fallen silent
            assert link.rival is None
            assert fake.database["/jt/bridge/holder"].endswith(" 8")


async def test_taken_over_we_stop_and_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence_module, "SILENCE_SECONDS", 0.4)
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        await fake.say(rival(9, 1))
        await ear.until(lambda facts: any(isinstance(fact, PbxLost) for fact in facts))
        assert "another bridge" in link.why
        link.perform(HangUpLeg(leg=LegId("jt1-1.2"), request=R1))
        await ear.until(snapshots(2))
        assert not [one for one in fake.heard if one["Action"] == "Hangup"]


async def test_a_wish_waits_until_it_is_certain_that_we_may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fence_module, "LEASE_SECONDS", 0.1)
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        time.sleep(0.2)  # noqa: ASYNC251 # the stall itself: our lease runs out meanwhile
        link.perform(HangUpLeg(leg=LegId("jt1-1.2")))
        asked = len(fake.heard)
        await fake.until_heard("Hangup")
        assert any(one["Action"] == "UserEvent" for one in fake.heard[asked:]), "first a beat, then the wish"


async def test_no_wish_overtakes_one_that_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        may_write = False
        monkeypatch.setattr(fence_module.Fence, "may_write", lambda _self, _now: may_write)
        link.perform(HangUpLeg(leg=LegId("jt1-1.2")))
        may_write = True  # by the time that passed, before any echo
        link.perform(HangUpLeg(leg=LegId("jt1-1.3")))
        await fake.until_heard("Hangup", times=2)
        assert [one["Channel"] for one in fake.heard if one["Action"] == "Hangup"] == ["jt1-1.2", "jt1-1.3"]


async def test_without_room_the_session_is_given_up_until_there_is_some() -> None:
    async with FakeAsterisk() as fake:
        ear, full = Ear(), [False]
        settings = AmiSettings(
            host="127.0.0.1", port=fake.port, user="jietong", secret="secret", installation=INSTALLATION
        )
        link = AmiLink(settings, tell=ear.tell, now=FakeClock().now, room=lambda: not full[0])
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(link.run())
            await ear.until(snapshots(1))
            full[0] = True
            await fake.say(event("QueueCallerJoin", AccountCode="jt1-1.1", Queue="hotline"))
            await ear.until(lambda facts: any(isinstance(fact, PbxLost) for fact in facts))
            assert "overload" in link.why
            assert fake.sessions == 1
            full[0] = False
            await ear.until(snapshots(2))
            running.cancel()


async def test_clocks_that_differ_are_told_and_a_slow_way_is_not() -> None:
    async with FakeAsterisk() as fake:
        apart: list[int] = []
        settings = AmiSettings(
            host="127.0.0.1", port=fake.port, user="jietong", secret="secret", installation=INSTALLATION
        )
        clock = FakeClock(1_795_219_200_250 - 3_600_000)
        ear = Ear()
        link = AmiLink(settings, tell=ear.tell, now=clock.now)
        link.on_apart = apart.append
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(link.run())
            await ear.until(snapshots(1))
            assert set(apart) == {3_600_000}
            clock.at += 3_600_000
            apart.clear()
            await fake.until_heard("UserEvent", times=sum(one["Action"] == "UserEvent" for one in fake.heard) + 3)
            running.cancel()
        assert len(apart) <= 1, "the echo that was under way"


def rival(token: int, number: int) -> bytes:
    return event("UserEvent", UserEvent="JtBeat", Bridge="other/1", Token=str(token), Beat=str(number))
