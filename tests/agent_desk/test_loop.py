"""The loop: facts in order, a Tick when a deadline passes, and a defect costs one fact."""

import asyncio

import pytest

from acd.events import AnyEvent, PbxLost, PbxSnapshot, Tick
from acd.names import Moment
from acd.state import State
from agent_desk.loop import TURN_FACTS, Inbox
from agent_desk.runtime import Runtime
from tests.acd.playbook import A1, C1, POLICY, T0, Story, leg_over, member_added, offered
from tests.agent_desk.test_runtime import ListJournal
from tests.fakes import FakeClock


class Recorded(Runtime):
    """A runtime that tells what it was fed, and may be told to fail."""

    def __init__(self, state: State) -> None:
        def nowhere(*_: object) -> None:
            return None

        super().__init__(state, ListJournal(), pbx=nowhere, core=nowhere, desk=nowhere, changed=nowhere)
        self.fed: list[AnyEvent] = []
        self.bad: AnyEvent | None = None
        self._more = asyncio.Event()

    def feed(self, event: AnyEvent, *, missed: bool = False) -> None:
        self.fed.append(event)
        self._more.set()
        if event is self.bad:
            raise KeyError("a defect")
        super().feed(event, missed=missed)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.fed) < count:
                self._more.clear()
                await self._more.wait()


async def test_facts_are_fed_in_the_order_they_came() -> None:
    story, inbox, runtime = Story(), Inbox(), Recorded(State(policy=POLICY))
    facts: list[AnyEvent] = [member_added(A1, story.then()) for _ in range(100)]
    for fact in facts:
        inbox.tell(fact)
    assert inbox.waiting == 100
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(inbox.run(runtime, FakeClock().now))
        await runtime.until(100)
        running.cancel()
    assert runtime.fed == facts
    assert inbox.waiting == 0


async def test_a_long_backlog_lets_others_have_their_turn() -> None:
    story, inbox, runtime = Story(), Inbox(), Recorded(State(policy=POLICY))
    for _ in range(10 * TURN_FACTS):
        inbox.tell(member_added(A1, story.then()))
    seen = list[int]()

    async def another() -> None:
        while len(runtime.fed) < 10 * TURN_FACTS:
            seen.append(len(runtime.fed))
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(inbox.run(runtime, FakeClock().now))
        await tasks.create_task(another())
        running.cancel()
    assert len(seen) >= 10


async def test_a_fact_that_cannot_be_folded_is_counted_and_the_next_is_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    story, inbox, runtime = Story(), Inbox(), Recorded(State(policy=POLICY))
    runtime.bad = member_added(A1, story.then())
    inbox.tell(runtime.bad)
    inbox.tell(offered(C1, story.then()))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(inbox.run(runtime, FakeClock().now))
        await runtime.until(2)
        running.cancel()
    assert inbox.refused == 1
    assert C1 in runtime.state.calls
    assert "could not be folded" in caplog.text


async def test_a_tick_comes_when_a_deadline_has_passed() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()))
    runtime, clock, inbox = Recorded(story.state), FakeClock(), Inbox()
    assert story.state.next_due is not None
    clock.at = story.state.next_due + 5
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(inbox.run(runtime, clock.now))
        await runtime.until(1)
        running.cancel()
    assert runtime.fed[0] == Tick(at=clock.now())


async def test_facts_that_wait_go_before_a_tick() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()))
    runtime, clock, inbox = Recorded(story.state), FakeClock(), Inbox()
    clock.at = story.at + 3_600_000
    fact = offered(C1, story.then())
    inbox.tell(fact)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(inbox.run(runtime, clock.now))
        await runtime.until(2)
        running.cancel()
    assert runtime.fed[0] == fact
    assert isinstance(runtime.fed[1], Tick)


async def test_facts_told_by_another_thread_wake_the_loop() -> None:
    story, inbox, runtime = Story(), Inbox(), Recorded(State(policy=POLICY))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(inbox.run(runtime, FakeClock().now))
        await asyncio.to_thread(lambda: [inbox.tell(member_added(A1, story.then())) for _ in range(100)])
        await runtime.until(100)
        running.cancel()
    assert inbox.waiting == 0


def test_there_is_room_up_to_the_limit_and_our_own_facts_are_taken_beyond_it() -> None:
    story, inbox = Story(), Inbox(limit=2)
    inbox.tell(offered(C1, story.then()))
    assert inbox.room()
    inbox.tell(offered(C1, story.then()))
    assert not inbox.room()
    inbox.tell(offered(C1, story.then()))
    assert inbox.waiting == 3


def test_half_the_room_is_kept_for_what_happens_while_the_logs_are_told() -> None:
    story, inbox = Story(), Inbox(limit=4)
    inbox.tell_missed(offered(C1, story.then()))
    assert inbox.room_for_missed()
    inbox.tell_missed(offered(C1, story.then()))
    assert not inbox.room_for_missed()
    assert inbox.room()


def test_what_is_told_up_to_when_counts_facts_that_wait_but_none_of_our_own() -> None:
    story, inbox = Story(), Inbox()
    assert inbox.heard_at == 0
    inbox.tell(offered(C1, story.then()))
    inbox.tell_missed(offered(C1, Moment(T0 + 500)))
    inbox.tell(PbxLost(at=story.then(), why="closed"))
    assert inbox.heard_at == T0 + 1000
    inbox.tell(PbxSnapshot(at=story.then(), started_at=T0, members=(), legs=()))
    assert inbox.heard_at == T0 + 3000
