"""Lines that are not ours: asked one question at a time, told when something is new, and never believed too long."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import pytest

from acd.events import LineTold
from acd.names import DestinationKey
from agent_desk import line_watch as module
from agent_desk.line_watch import NOT_CONNECTED, LineWatch
from tests.agent_desk.far_lines import TAX, WELL, Line, Platform, Told
from tests.fakes import FakeClock
from tests.streams import serving


@asynccontextmanager
async def watching(
    *lines: Line, clock: FakeClock, known: Mapping[DestinationKey, LineTold] = MappingProxyType({})
) -> AsyncIterator[Told]:
    told = Told()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(LineWatch(lines, told.tell, clock.now, lambda: known).run())
        try:
            yield told
        finally:
            running.cancel()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ASK_SECONDS", 0.01)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.02)
    monkeypatch.setattr(module, "ANSWER_SECONDS", 2.0)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    platform = Platform()
    async with serving(platform.serve) as port:
        platform.url = f"http://127.0.0.1:{port}/line"
        yield platform


async def test_a_line_is_told_as_its_platform_tells_it(platform: Platform, clock: FakeClock) -> None:
    async with watching(Line(url=platform.url), clock=clock) as told:
        fact = await told.until(lambda fact: fact.reachable)
    assert fact == LineTold(at=clock.now(), key=TAX, reachable=True, ready=3, waiting=0, told_at=clock.now())


async def test_it_is_told_again_only_when_something_is_new(platform: Platform, clock: FakeClock) -> None:
    async with watching(Line(url=platform.url), clock=clock) as told:
        await told.until(lambda fact: fact.ready == 3)
        await platform.asked(4)
        assert len(told.facts) == 1
        platform.says = WELL.replace("3", "2")
        await told.until(lambda fact: fact.ready == 2)
        await platform.asked(4)
        assert len(told.facts) == 2


async def test_a_line_that_goes_on_answering_is_told_every_ten_seconds(platform: Platform, clock: FakeClock) -> None:
    async with watching(Line(url=platform.url), clock=clock) as told:
        first = await told.until(lambda fact: fact.reachable)
        clock.at += module.TELL_MS - 1
        platform.says = WELL.replace('"at": 1', '"at": 2')
        await platform.asked(3)
        assert told.facts == [first]
        clock.at += 1
        platform.says = WELL.replace('"at": 1', '"at": 3')
        again = await told.until(lambda fact: fact is not first)
    assert again.at == clock.at
    assert again.told_at is not None
    assert again.told_at >= clock.at - 1, "an answer of the moment before may be on its way"


async def test_a_platform_whose_clock_stands_still_grows_old(platform: Platform, clock: FakeClock) -> None:
    """It answers, and always the same: what it says is as old as its first saying."""
    async with watching(Line(url=platform.url), clock=clock) as told:
        first = await told.until(lambda fact: fact.reachable)
        clock.at += 60_000
        await platform.asked(4)
        assert told.facts == [first]
        platform.says = WELL.replace('"ready": 3', '"ready": 1')
        fact = await told.until(lambda fact: fact.ready == 1)
    assert fact.told_at == first.told_at


async def test_a_line_that_cannot_be_reached_is_told_once_with_why_and_then_found_again(
    platform: Platform, clock: FakeClock
) -> None:
    platform.status = "503 Service Unavailable"
    async with watching(Line(url=platform.url), clock=clock) as told:
        fact = await told.until(lambda fact: not fact.reachable)
        assert (fact.why, fact.ready, fact.told_at) == ("its platform answers 503", None, None)
        clock.at += 60_000
        await platform.asked(4)
        assert len(told.facts) == 1
        platform.status = "200 OK"
        there = await told.until(lambda fact: fact.reachable)
        assert there.why == ""
        platform.status = "401 Unauthorized"
        clock.at += 5_000
        gone = await told.until(lambda fact: not fact.reachable)
    assert (gone.why, gone.told_at) == ("its platform answers 401", there.told_at)


async def test_when_it_was_there_last_is_known_after_a_restart(platform: Platform, clock: FakeClock) -> None:
    """Else an alarm would end with our restart though the line is still away. The demo's second hotline may be so."""
    platform.status = "503 Service Unavailable"
    was_there = LineTold(at=clock.now(), key=TAX, reachable=True, ready=1, told_at=clock.now())
    clock.at += 60_000
    for optional, told_at in ((False, was_there.told_at), (True, None)):
        line = Line(url=platform.url, optional=optional)
        async with watching(line, clock=clock, known={TAX: was_there}) as told:
            fact = await told.until(lambda fact: not fact.reachable)
        assert fact.told_at == told_at


async def test_never_two_questions_at_once_to_one_line(
    platform: Platform, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.1)
    platform.says = None
    async with watching(Line(url=platform.url), clock=clock) as told:
        fact = await told.until(lambda fact: not fact.reachable)
        await platform.asked(3)
    assert fact.why == "its platform gives no answer within 0.1 s"
    assert platform.most_at_once == 1


async def test_a_slow_line_delays_no_other(platform: Platform, clock: FakeClock) -> None:
    silent = Platform()
    silent.says = None
    async with serving(silent.serve) as port:
        slow = Line(key=DestinationKey("post"), url=f"http://127.0.0.1:{port}/")
        async with watching(slow, Line(url=platform.url), clock=clock) as told:
            await silent.asked(1)
            fact = await told.until(lambda fact: fact.key == TAX)
            assert fact.reachable
            assert [one.key for one in told.facts] == [TAX]


async def test_pauses_grow_while_nobody_answers(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr(module, "ASK_SECONDS", 2.0)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 10.0)
    monkeypatch.setattr(module.asyncio, "sleep", noted)
    async with watching(Line(url="http://127.0.0.1:1/"), clock=clock) as told:
        fact = await told.until(lambda fact: not fact.reachable)
        async with asyncio.timeout(10):
            while len(pauses) < 4:
                await sleep(0.001)
    assert fact.why == "its platform is not there"
    assert pauses[:4] == [4.0, 8.0, 10.0, 10.0]


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "<html>",
        "{}",
        "[]",
        "null",
        '{"open": true, "ready": -1, "at": 1}',
        '{"open": true, "ready": "many", "at": 1}',
        '{"open": 1, "ready": 1, "at": 1}',
        '{"open": true, "ready": 1, "at": "now"}',
        WELL + " " * 20_000,
    ],
)
async def test_nonsense_is_no_answer(nonsense: str, platform: Platform, clock: FakeClock) -> None:
    platform.says = nonsense
    async with watching(Line(url=platform.url), clock=clock) as told:
        fact = await told.until(lambda fact: not fact.reachable)
    assert fact.why.startswith("its platform answers what is no line's state")
    assert fact.ready is None


async def test_what_another_vendor_adds_does_not_matter_and_counts_may_be_unknown(
    platform: Platform, clock: FakeClock
) -> None:
    platform.says = '{"vendor": {"x": 1}, "open": true, "ready": null, "at": 5}'
    async with watching(Line(url=platform.url), clock=clock) as told:
        fact = await told.until(lambda fact: fact.reachable)
    assert (fact.ready, fact.waiting) == (None, None)


async def test_a_line_that_says_it_is_closed_is_there_all_the_same(platform: Platform, clock: FakeClock) -> None:
    async with watching(Line(url=platform.url), clock=clock) as told:
        await told.until(lambda fact: fact.open)
        platform.says = WELL.replace("true", "false")
        fact = await told.until(lambda fact: not fact.open)
        assert (fact.reachable, fact.why, fact.ready, fact.told_at) == (True, "", 3, clock.now())
        platform.says = WELL
        await told.until(lambda fact: fact.open)


async def test_a_line_without_a_trunk_is_told_so_and_a_trunk_without_a_platform_tells_nothing(
    platform: Platform, clock: FakeClock
) -> None:
    lines = (
        Line(key=DestinationKey("police"), connected=False),
        Line(key=DestinationKey("fire")),
        Line(url=platform.url, connected=False),
    )
    async with watching(*lines, clock=clock) as told:
        await told.until(lambda fact: fact.key == TAX)
    assert [(fact.key, fact.reachable, fact.why) for fact in told.facts] == [
        ("police", False, NOT_CONNECTED),
        ("tax", False, NOT_CONNECTED),
    ]


async def test_the_token_is_read_for_each_question(platform: Platform, clock: FakeClock, tmp_path: Path) -> None:
    token = tmp_path / "tax-token"
    async with watching(Line(url=platform.url, token_file=token), clock=clock) as told:
        fact = await told.until(lambda fact: not fact.reachable)
        assert fact.why == "the token file cannot be read (No such file or directory)"
        assert platform.questions == []
        token.write_text("first\n")
        await told.until(lambda fact: fact.reachable)
        assert "Authorization: Bearer first\r\n" in platform.questions[-1]
        token.write_text("second")
        await platform.asked(2)
        assert "Authorization: Bearer second\r\n" in platform.questions[-1]
        for broken in ("税务".encode("gb18030"), b"a\r\nX-More: b"):
            token.write_bytes(broken)
            if b"\n" in broken:
                await told.until(lambda fact: not fact.reachable)
            else:
                await platform.asked(2)
    assert not [question for question in platform.questions if "X-More" in question]


@pytest.mark.parametrize("url", ["http://", "http://127.0.0.1:99999/", "http://[::1/", "http://no.such.host.invalid/"])
async def test_an_address_that_leads_nowhere_ends_nothing(url: str, clock: FakeClock) -> None:
    async with watching(Line(url=url), clock=clock) as told:
        fact = await told.until(lambda fact: not fact.reachable)
    assert fact.why.startswith("its platform ")
