"""One connection: facts in order, each action answered once or failed, and nothing one event does harms the next."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from acd.events import AnyEvent, CallQueued, MemberRemoved
from telephony.ami_protocol import AmiError
from telephony.wire import ActionRefused, AmiWire, LinkDown
from tests.fakes import FakeAsterisk, event

PING = (("Action", "Ping"),)


@asynccontextmanager
async def connected(fake: FakeAsterisk) -> AsyncIterator[tuple[AmiWire, asyncio.Queue[AnyEvent], list[str]]]:
    """A wire to the fake, what it hears, and the heartbeats it feels."""
    facts: asyncio.Queue[AnyEvent] = asyncio.Queue()
    beats: list[str] = []
    loop = asyncio.get_running_loop()
    transport, wire = await loop.create_connection(
        lambda: AmiWire(facts.put_nowait, lambda at: beats.append("beat")), "127.0.0.1", fake.port
    )
    try:
        await wire.send((("Action", "Login"), ("Username", "u"), ("Secret", fake.secret)), 5)
        yield wire, facts, beats
    finally:
        transport.close()
        wire.abort("test over")


def joined(number: int) -> bytes:
    return event("QueueCallerJoin", AccountCode=f"jt1-100.{number}", Queue="hotline")


async def heard(facts: "asyncio.Queue[AnyEvent]", count: int) -> list[AnyEvent]:
    async with asyncio.timeout(5):
        return [await facts.get() for _ in range(count)]


async def test_several_events_in_one_segment_come_in_order() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (_, facts, _):
        await fake.say(b"".join(joined(number) for number in range(50)))
        calls = [fact.call for fact in await heard(facts, 50) if isinstance(fact, CallQueued)]
        assert calls == [f"jt1-100.{number}" for number in range(50)]


async def test_an_event_cut_inside_its_characters_is_whole() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (_, facts, _):
        fake.one_byte_at_a_time = True
        await fake.say(event("QueueMemberRemoved", MemberName="6001", Queue="北京市民热线"))
        (fact,) = await heard(facts, 1)
        assert isinstance(fact, MemberRemoved)
        assert fact.queue == "北京市民热线"


async def test_an_event_that_makes_no_sense_costs_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    """P3: in panoramisk an error while one event is taken loses the rest of the buffer."""
    async with FakeAsterisk() as fake, connected(fake) as (_, facts, _):
        await fake.say(event("QueueCallerJoin", Queue="no account code") + joined(1))
        (fact,) = await heard(facts, 1)
        assert isinstance(fact, CallQueued)
    assert "makes no sense" in caplog.text


@pytest.mark.parametrize("garbage", [b"\x00\x9f no header\r\n", b"no header\r\n\r\n", b"\xff\xfe: \xc3(\r\n"])
async def test_garbage_ends_the_connection_and_says_so(garbage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, facts, _):
        await fake.say(joined(1) + garbage + joined(2))
        async with asyncio.timeout(5):
            assert "this is no AMI message" in await wire.lost
        (fact,) = await heard(facts, 1)
        assert isinstance(fact, CallQueued)
        assert facts.empty(), "what stands behind garbage is not believed"
    assert caplog.text.count("asterisk's stream makes no sense") == 1


async def test_a_value_that_is_no_utf_8_is_a_strangers_text_and_no_garbage() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, facts, _):
        await fake.say(b"Event: Newchannel\r\nCallerIDName: \xff\xfe\xc3(\r\n\r\n" + joined(1))
        (fact,) = await heard(facts, 1)
        assert isinstance(fact, CallQueued)
        assert not wire.lost.done()


async def test_answers_out_of_order_find_their_actions() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, _, _):
        fake.answers["QueueAdd"] = {"Response": "Success", "Message": "Added interface to queue"}
        fake.answers["Hangup"] = {"Response": "Error", "Message": "No such channel"}
        fake.hold_answers = True
        added = wire.send((("Action", "QueueAdd"),), 5)
        ended = wire.send((("Action", "Hangup"),), 5)
        await fake.until_heard("Hangup")
        await fake.release(lambda held: reversed(held))
        # P1: "Added interface to queue" is no beginning of a list.
        assert (await added)["Message"] == "Added interface to queue"
        with pytest.raises(ActionRefused, match="No such channel"):
            await ended


async def test_an_action_without_an_answer_times_out() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, _, _):
        fake.answers["Ping"] = None
        with pytest.raises(TimeoutError, match="did not answer Ping"):
            await wire.send(PING, 0.05)


async def test_a_late_answer_is_nobodys() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, _, _):
        fake.hold_answers = True
        with pytest.raises(TimeoutError):
            await wire.send(PING, 0.05)
        await fake.release(list)
        assert (await wire.send(PING, 5))["Response"] == "Success"


async def test_a_lost_connection_fails_everything_under_way() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, _, _):
        fake.answers["Ping"] = None
        waiting = wire.send(PING, 5)
        await fake.until_heard("Ping")
        fake.drop()
        with pytest.raises(LinkDown, match="closed"):
            await waiting
        with pytest.raises(LinkDown):
            wire.send(PING, 5)


async def test_a_list_broken_off_fails() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, _, _):
        fake.lists["QueueStatus"] = [{"Queue": "hotline", "Name": "6001"}]
        fake.cut_in_list = True
        with pytest.raises(LinkDown):
            await wire.collect((("Action", "QueueStatus"),), "QueueStatusComplete", 5)


async def test_a_list_is_its_own_events_and_no_facts() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, facts, _):
        fake.lists["QueueStatus"] = [{"Queue": "hotline", "Name": str(number)} for number in range(3)]
        fake.before_list_ends = joined(1)
        listed = await wire.collect((("Action", "QueueStatus"),), "QueueStatusComplete", 5)
        assert [one["Name"] for one in listed] == ["0", "1", "2"]
        (fact,) = await heard(facts, 1)
        assert isinstance(fact, CallQueued)
        assert facts.empty()


async def test_a_refused_list_is_refused() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, _, _):
        fake.answers["QueueStatus"] = {"Response": "Error", "Message": "Permission denied"}
        with pytest.raises(ActionRefused, match="Permission denied"):
            await wire.collect((("Action", "QueueStatus"),), "QueueStatusComplete", 5)


async def test_the_echo_of_a_heartbeat_is_felt_and_no_fact() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, facts, beats):
        await wire.send((("Action", "UserEvent"), ("UserEvent", "JtBeat"), ("Beat", "1")), 5)
        await fake.say(joined(1))
        await heard(facts, 1)
        assert beats == ["beat"]


async def test_a_line_break_in_a_value_sends_nothing() -> None:
    """P6."""
    async with FakeAsterisk() as fake, connected(fake) as (wire, _, _):
        with pytest.raises(AmiError):
            wire.send((("Action", "UserEvent"), ("Title", "x\r\n\r\nAction: Originate")), 5)
        await wire.send(PING, 5)
        assert [one["Action"] for one in fake.heard] == ["Login", "Ping"]


async def test_who_is_no_asterisk_is_hung_up_on() -> None:
    async with FakeAsterisk() as fake, connected(fake) as (wire, _, _):
        await fake.say(b"x" * ((1 << 20) + 10))
        async with asyncio.timeout(10):
            assert "no end of message" in await wire.lost
