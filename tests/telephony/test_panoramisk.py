"""panoramisk's defects P1 to P6, each shown on the stock library and shown not to be ours; P7 to P11 are next door.

`stock` is panoramisk 1.4 as it comes; ours is `telephony.link` around it. Both speak with the same fake Asterisk.
"""

import asyncio
from importlib.metadata import version
from typing import Any

import pytest

from acd.events import ActionFailed, CallQueued, MemberRemoved, PbxLost
from telephony.ami_protocol import AmiError
from tests.fakes import FakeAsterisk, event
from tests.telephony.stock_panoramisk import HANG_UP, count, impatient, stock, until
from tests.telephony.test_link import linked, snapshots
from tests.telephony.test_wire import connected, heard, joined

ADDED = {"Response": "Success", "Message": "Added interface to queue"}
WORD = "北京市民热线"
CUT = event("QueueMemberRemoved", MemberName="6001", Queue=WORD)
MIDDLE = CUT.index("市".encode()) + 1
EVIL = "x\r\n\r\nAction: Originate\r\nActionID: 99"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)


def test_the_library_is_the_one_that_has_them() -> None:
    assert version("panoramisk") == "1.4"


# --- P1: an answer that is taken for the beginning of a list ---


async def test_p1_stock_never_gets_the_answer_to_queue_add() -> None:
    async with FakeAsterisk() as fake, stock(fake) as manager:
        fake.answers["QueueAdd"] = ADDED
        added = manager.send_action({"Action": "QueueAdd", "Queue": "hotline"})
        assert (await manager.send_action({"Action": "Ping"})).success, "what was asked later is answered"
        assert not added.done()


async def test_p1_ours_gets_it() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, _, _):
        fake.answers["QueueAdd"] = ADDED
        assert (await wire.send((("Action", "QueueAdd"),), 5))["Message"] == ADDED["Message"]


# --- P2: a character cut by the edge of a packet ---


async def test_p2_stock_loses_the_character() -> None:
    async with FakeAsterisk() as fake, stock(fake) as manager:
        names: list[str] = []
        manager.register_event("QueueMemberRemoved", lambda _, said: names.append(said.queue))
        await fake.say(CUT[:MIDDLE])
        await until(lambda: "北京" in "".join(manager.protocol.queue))
        await fake.say(CUT[MIDDLE:])
        await until(lambda: bool(names))
        assert names == ["北京民热线"]


async def test_p2_ours_keeps_it() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, facts, _):
        await fake.say(CUT[:MIDDLE])
        await until(lambda: "北京".encode() in wire._framing._buffer)
        await fake.say(CUT[MIDDLE:])
        (fact,) = await heard(facts, 1)
        assert isinstance(fact, MemberRemoved)
        assert fact.queue == WORD


# --- P3: an error while one event is taken ---


async def test_p3_stock_loses_the_events_behind_it_and_the_connection() -> None:
    async with FakeAsterisk() as fake, stock(fake) as manager:
        taken: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)

        def take(_: Any, said: Any) -> None:
            taken.append(said.accountcode)
            if len(taken) == 2:
                raise KeyError("a header that is not there")

        manager.register_event("QueueCallerJoin", take)
        await fake.say(b"".join(joined(number) for number in range(5)))
        await until(lambda: fake.sessions == 2)
        assert taken == ["jt1-100.0", "jt1-100.1"]


async def test_p3_ours_loses_only_that_event() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (_, facts, _):
        senseless = event("QueueCallerJoin", Queue="no account code")
        await fake.say(joined(0) + senseless + joined(2) + joined(3) + joined(4))
        calls = [fact.call for fact in await heard(facts, 4) if isinstance(fact, CallQueued)]
        assert calls == ["jt1-100.0", "jt1-100.2", "jt1-100.3", "jt1-100.4"]
        assert fake.sessions == 1


# --- P4: what was not answered is done again after a reconnect ---


async def test_p4_stock_sends_an_old_action_again() -> None:
    async with FakeAsterisk() as fake, stock(fake) as manager:
        fake.answers["Originate"] = None
        manager.send_action({"Action": "Originate", "Channel": "PJSIP/13800000001"})
        await fake.until_heard("Originate")
        fake.drop()
        await fake.until_heard("Login", times=2)
        await fake.say(event("FullyBooted"))
        again = await fake.until_heard("Originate", times=2)
        assert again["Channel"] == "PJSIP/13800000001"


async def test_p4_ours_fails_it_and_sends_it_never_again() -> None:
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        fake.answers["Hangup"] = None
        link.perform(HANG_UP)
        await fake.until_heard("Hangup")
        fake.drop()
        await ear.until(snapshots(2))
        await fake.say(event("FullyBooted"))
        await link.ask((("Action", "Ping"),))
        assert len(ear.of(ActionFailed)) == 1
        assert count(fake, "Hangup") == 1


# --- P5: pings that nobody answers ---


async def test_p5_stock_does_not_notice() -> None:
    async with FakeAsterisk() as fake:
        fake.answers["Ping"] = None
        async with stock(fake, ping=0.01) as manager:
            lost: list[object] = []
            manager.on_disconnect = lambda *told: lost.append(told)
            await fake.until_heard("Ping", times=6)
            assert len(manager.protocol.responses) >= 5, "and keeps what it waits for"
            assert (lost, fake.sessions) == ([], 1)


async def test_p5_ours_notices_that_its_heartbeat_is_not_echoed() -> None:
    async with FakeAsterisk() as fake, linked(fake) as (_, ear):
        await ear.until(snapshots(1))
        fake.deaf = True
        await ear.until(lambda facts: any(isinstance(fact, PbxLost) for fact in facts))
        (lost,) = ear.of(PbxLost)
        assert isinstance(lost, PbxLost)
        assert "heartbeat" in lost.why
        fake.deaf = False
        await ear.until(snapshots(2))


# --- P6: a line break in a value ---


async def test_p6_stock_lets_a_value_smuggle_in_an_action() -> None:
    async with FakeAsterisk() as fake, stock(fake) as manager:
        manager.send_action({"Action": "UserEvent", "Title": EVIL})
        await fake.until_heard("Originate")


async def test_p6_ours_refuses_it() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, _, _):
        with pytest.raises(AmiError, match="line break"):
            wire.send((("Action", "UserEvent"), ("Title", EVIL)), 5)
        await wire.send((("Action", "Ping"),), 5)
        assert [one["Action"] for one in fake.heard] == ["Login", "Ping"]
