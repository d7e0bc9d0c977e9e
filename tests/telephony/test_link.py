"""The link against a nasty fake: P1 to P11 of panoramisk's defects, snapshots, silence, and coming back."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from acd.effects import AddMember, HangUpLeg, MoveLegs, ResumeMember, Spot
from acd.events import ActionFailed, AnyEvent, CallEnded, CallQueued, MemberResumed, PbxLost, PbxSnapshot
from acd.names import AgentId, CallId, LegId, QueueName, RequestId
from acd.transfer import Place
from telephony import link as link_module
from telephony.link import AmiLink
from telephony.session import AmiSettings
from telephony.wire import ActionRefused, LinkDown
from tests.fakes import INSTALLATION, FakeAsterisk, FakeClock, event

R1 = RequestId("r1")
MEMBER = {
    "Queue": "hotline",
    "Name": "6001",
    "Location": "PJSIP/6001-sip",
    "Status": "1",
    "Paused": "1",
    "PausedReason": "signed-in",
}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds become hundredths: what is tested is the order of things."""
    monkeypatch.setattr(link_module, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(link_module, "DEAD_AFTER_SECONDS", 0.3)
    monkeypatch.setattr(link_module, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(link_module, "LONGEST_PAUSE", 0.05)


class Ear:
    """Remembers every fact and lets a test wait for one."""

    def __init__(self) -> None:
        self.facts: list[AnyEvent] = []
        self._more = asyncio.Event()

    def tell(self, fact: AnyEvent) -> None:
        self.facts.append(fact)
        self._more.set()

    async def until(self, true: Callable[[list[AnyEvent]], bool]) -> None:
        async with asyncio.timeout(10):
            while not true(self.facts):
                self._more.clear()
                await self._more.wait()

    def of(self, kind: type[AnyEvent]) -> list[AnyEvent]:
        return [fact for fact in self.facts if isinstance(fact, kind)]


@asynccontextmanager
async def linked(fake: FakeAsterisk, secret: str = "secret") -> AsyncIterator[tuple[AmiLink, Ear]]:
    """A running link to the fake."""
    ear = Ear()
    settings = AmiSettings(host="127.0.0.1", port=fake.port, user="jietong", secret=secret, installation=INSTALLATION)
    link = AmiLink(settings, tell=ear.tell, now=FakeClock(1_795_219_201_000).now)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(link.run())
        yield link, ear
        running.cancel()


def snapshots(count: int) -> Callable[[list[AnyEvent]], bool]:
    return lambda facts: sum(isinstance(fact, PbxSnapshot) for fact in facts) >= count


async def test_the_first_fact_is_everything_asterisk_holds() -> None:
    async with FakeAsterisk() as fake:
        fake.lists["QueueStatus"] = [MEMBER]
        fake.lists["CoreShowChannels"] = [{"Channel": "PJSIP/trunk-1", "Uniqueid": "jt1-1.1", "AccountCode": "jt1-1.1"}]
        async with linked(fake) as (link, ear):
            await ear.until(snapshots(1))
            (seen,) = ear.facts
            assert isinstance(seen, PbxSnapshot)
            assert (len(seen.members), len(seen.legs)) == (1, 1)
            assert link.up


async def test_facts_during_the_snapshot_come_after_it() -> None:
    async with FakeAsterisk() as fake:
        fake.before_list_ends = event("QueueCallerJoin", AccountCode="jt1-1.1", Queue="hotline")
        async with linked(fake) as (_, ear):
            await ear.until(lambda facts: len(facts) >= 2)
            assert [type(fact) for fact in ear.facts] == [PbxSnapshot, CallQueued]


async def test_a_channel_that_ends_during_the_snapshot_is_in_it_and_its_end_is_told() -> None:
    async with FakeAsterisk() as fake:
        fake.before_list_ends = event("Hangup", AccountCode="jt1-1.1", Uniqueid="jt1-1.1", Cause="16")
        async with linked(fake) as (_, ear):
            await ear.until(lambda facts: len(facts) >= 2)
            seen, ended = ear.facts
            assert isinstance(seen, PbxSnapshot)
            assert [leg.leg for leg in seen.legs] == ["jt1-1.1"]
            assert isinstance(ended, CallEnded)


async def test_the_age_of_events_is_measured() -> None:
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        await fake.say(event("QueueCallerJoin", AccountCode="jt1-1.1", Queue="hotline"))
        await ear.until(lambda facts: len(facts) == 2)
        assert link.event_age_ms == 750


async def test_a_wrong_password_is_not_tried_again() -> None:
    """P7: panoramisk tries for ever, every two seconds."""
    async with FakeAsterisk() as fake, linked(fake, secret="wrong") as (link, ear):
        await ear.until(lambda facts: bool(facts))
        (lost,) = ear.facts
        assert isinstance(lost, PbxLost)
        assert "Authentication failed" in lost.why
        assert link.refused
        assert fake.sessions == 1


async def test_a_wish_is_performed_and_its_refusal_told() -> None:
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        fake.answers["Hangup"] = {"Response": "Error", "Message": "No such channel"}
        link.perform(HangUpLeg(leg=LegId("jt1-1.2"), request=R1))
        await ear.until(lambda facts: any(isinstance(fact, ActionFailed) for fact in facts))
        (failed,) = ear.of(ActionFailed)
        assert failed == ActionFailed(at=failed.at, request=R1, why="No such channel")
        assert (await fake.until_heard("Hangup"))["Channel"] == "jt1-1.2"


async def test_what_cannot_be_asked_fails_like_what_is_refused_and_sends_nothing() -> None:
    spot = Spot(leg=LegId("jt1-1.1"), place=Place.BLIND, argument="tax,1")
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        link.perform(MoveLegs(call=CallId("jt1-1.1"), spots=(spot,), agent=None, third=None, request=R1))
        await ear.until(lambda facts: any(isinstance(fact, ActionFailed) for fact in facts))
        (failed,) = ear.of(ActionFailed)
        assert failed == ActionFailed(at=failed.at, request=R1, why="'tax,1' is nowhere in 'blind'")
        assert not [one for one in fake.heard if one["Action"] in ("Setvar", "Redirect")]


async def test_a_refused_wish_of_nobody_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        fake.answers["QueuePause"] = {"Response": "Error", "Message": "Interface not found"}
        link.perform(ResumeMember(agent=AgentId("6001"), interface="PJSIP/6001-sip"))
        await fake.until_heard("QueuePause")
        await fake.say(event("QueueCallerJoin", AccountCode="jt1-1.1", Queue="hotline"))
        await ear.until(lambda facts: len(facts) == 2)
        assert ear.of(ActionFailed) == []
        assert "asterisk refused an action" in caplog.text


async def test_without_a_link_a_wish_fails_at_once_and_is_never_sent() -> None:
    """P4: panoramisk sends it after the next connect, minutes later."""
    async with FakeAsterisk() as fake:
        ear = Ear()
        settings = AmiSettings(
            host="127.0.0.1", port=fake.port, user="jietong", secret="secret", installation=INSTALLATION
        )
        link = AmiLink(settings, tell=ear.tell, now=FakeClock().now)
        link.perform(HangUpLeg(leg=LegId("jt1-1.2"), request=R1))
        with pytest.raises(LinkDown):
            await link.ask((("Action", "Ping"),))
        assert [type(fact) for fact in ear.facts] == [ActionFailed]
        assert fake.heard == []


async def test_what_was_under_way_fails_with_the_link_and_is_not_sent_again() -> None:
    """P4, and the futures that panoramisk leaves for ever undone."""
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        fake.answers["Hangup"] = None
        link.perform(HangUpLeg(leg=LegId("jt1-1.2"), request=R1))
        await fake.until_heard("Hangup")
        fake.drop()
        await ear.until(snapshots(2))
        assert len(ear.of(ActionFailed)) == 1
        assert sum(one["Action"] == "Hangup" for one in fake.heard) == 1
        order = [type(fact) for fact in ear.facts if not isinstance(fact, ActionFailed)]
        assert order == [PbxSnapshot, PbxLost, PbxSnapshot]


async def test_a_deaf_asterisk_is_noticed_by_the_missing_echo() -> None:
    """P5: panoramisk's pings may stay unanswered for ever."""
    async with FakeAsterisk() as fake, linked(fake) as (_, ear):
        await ear.until(snapshots(1))
        fake.deaf = True
        await ear.until(lambda facts: any(isinstance(fact, PbxLost) for fact in facts))
        (lost,) = ear.of(PbxLost)
        assert isinstance(lost, PbxLost)
        assert "heartbeat" in lost.why
        fake.deaf = False
        await ear.until(snapshots(2))


async def test_our_own_stall_is_no_silence_of_asterisk() -> None:
    async with FakeAsterisk() as fake, linked(fake) as (_, ear):
        await ear.until(snapshots(1))
        time.sleep(0.5)  # noqa: ASYNC251 # the stall itself
        await fake.until_heard("UserEvent", times=sum(one["Action"] == "UserEvent" for one in fake.heard) + 2)
        assert ear.of(PbxLost) == []


async def test_a_connection_lost_in_the_middle_of_a_list_leads_to_a_whole_snapshot() -> None:
    async with FakeAsterisk() as fake:
        fake.lists["QueueStatus"] = [MEMBER]
        fake.cut_in_list = True
        async with linked(fake) as (_, ear):
            await ear.until(snapshots(1))
            assert [type(fact) for fact in ear.facts] == [PbxLost, PbxSnapshot]
            assert fake.sessions == 2


async def test_a_list_that_makes_no_sense_leads_to_a_new_session() -> None:
    async with FakeAsterisk() as fake:
        fake.lists["QueueStatus"] = [{"Queue": "hotline", "Garbage": "yes"}]
        async with linked(fake) as (link, ear):
            await ear.until(lambda facts: bool(facts))
            assert "makes no sense" in link.why or "make no sense" in link.why
            fake.lists["QueueStatus"] = [MEMBER]
            await ear.until(snapshots(1))


async def test_an_asterisk_that_is_not_there_is_told_once_and_found_when_it_comes() -> None:
    fake = FakeAsterisk()
    async with fake:
        port = fake.port
    fake.port = port
    async with linked(fake) as (_, ear):
        await ear.until(lambda facts: bool(facts))
        async with fake:
            await ear.until(snapshots(1))
            assert sum(isinstance(fact, PbxLost) for fact in ear.facts) == 1


async def test_another_start_of_asterisk_is_seen() -> None:
    async with FakeAsterisk() as fake, linked(fake) as (_, ear):
        await ear.until(snapshots(1))
        fake.started = "09:00:00"
        fake.drop()
        await ear.until(snapshots(2))
        first, second = (fact for fact in ear.facts if isinstance(fact, PbxSnapshot))
        assert first.started_at != second.started_at


async def test_facts_of_a_burst_come_in_order_one_byte_at_a_time() -> None:
    """P2 and P8."""
    async with FakeAsterisk() as fake, linked(fake) as (_, ear):
        await ear.until(snapshots(1))
        fake.one_byte_at_a_time = True
        names = ("北京市民热线", "Zoë", "hotline")
        await fake.say(b"".join(event("QueueMemberPause", MemberName="6001", Queue=q, Paused="0") for q in names))
        await ear.until(lambda facts: len(facts) >= 4)
        assert [fact.queue for fact in ear.facts if isinstance(fact, MemberResumed)] == list(names)


async def test_an_answer_with_the_word_added_is_an_answer() -> None:
    """P1."""
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        fake.answers["QueueAdd"] = {"Response": "Success", "Message": "Added interface to queue"}
        answer = await link.ask((("Action", "QueueAdd"),))
        assert answer["Message"] == "Added interface to queue"
        fake.answers["DBPut"] = {"Response": "Error", "Message": "Failed"}
        with pytest.raises(ActionRefused, match="Failed"):
            await link.ask((("Action", "DBPut"),))


async def test_a_wish_with_a_line_break_is_refused_and_not_sent() -> None:
    """P6."""
    async with FakeAsterisk() as fake, linked(fake) as (link, ear):
        await ear.until(snapshots(1))
        evil = "x\r\n\r\nAction: Originate"
        link.perform(
            AddMember(
                agent=AgentId("6001"),
                interface="PJSIP/6001-sip",
                queues=(QueueName("hotline"),),
                reason=evil,
                request=R1,
            )
        )
        assert len(ear.of(ActionFailed)) == 1
        await link.ask((("Action", "Ping"),))
        assert not [one for one in fake.heard if one["Action"] in ("QueueAdd", "Originate")]
