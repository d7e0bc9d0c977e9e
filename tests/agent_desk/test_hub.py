"""Live views: the delta law, numbered deltas, and nobody waits for a slow browser."""

import asyncio

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from acd.names import Moment
from agent_desk.hub import BACKLOG, Client, Feed, Hub, diff, patch
from agent_desk.wire import Accepted, BoardSnapshot, Delta, Pong, ToBrowser
from tests.fakes import FakeClock


class Small(Struct, frozen=True):
    """A view of two sections."""

    agents: dict[str, int]
    calls: dict[str, str]


sections = st.builds(
    Small,
    agents=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 3)),
    calls=st.dictionaries(st.sampled_from("xyz"), st.sampled_from(["queue", "ringing"])),
)


def plain(view: Struct) -> dict[str, dict[str, object]]:
    built: dict[str, dict[str, object]] = msgspec.to_builtins(view)
    return built


@given(sections, sections)
def test_a_delta_takes_the_old_view_to_the_new(old: Small, new: Small) -> None:
    assert patch(plain(old), diff(old, new)) == plain(new)
    assert diff(new, new) == {}


@given(sections, sections)
def test_a_delta_holds_only_what_changed(old: Small, new: Small) -> None:
    for section, change in diff(old, new).items():
        before, after = getattr(old, section), getattr(new, section)
        assert all(before.get(key) != value for key, value in change.set.items())
        assert all(key in before and key not in after for key in change.gone)
        assert change.set or change.gone


@given(st.lists(sections, min_size=1, max_size=8))
def test_the_law_holds_on_the_wire(views: list[Small]) -> None:
    seen = {"view": plain(views[0])}
    for old, new in zip(views, views[1:], strict=False):
        sent = msgspec.json.encode(Delta(seq=1, now=Moment(0), changes=diff(old, new)))
        seen["view"] = patch(seen["view"], msgspec.json.decode(sent, type=Delta).changes)
    assert seen["view"] == plain(views[-1])


class Floor:
    """A view that a test changes."""

    def __init__(self) -> None:
        self.view = Small({"a": 1}, {})
        self.looks = 0

    def look(self) -> Small:
        self.looks += 1
        return self.view


class Snapshot(Struct, tag="board_snapshot"):
    """As BoardSnapshot, of a small view."""

    seq: int
    now: int
    view: Small


def feed_of(floor: Floor) -> Feed:
    def snapshot(seq: int, now: Moment, view: object) -> BoardSnapshot:
        return Snapshot(seq, now, view)  # type: ignore[arg-type, return-value] # stands in for it

    return Feed(floor.look, snapshot, FakeClock(7).now)


async def messages(client: Client, count: int) -> list[dict[str, object]]:
    async with asyncio.timeout(5):
        said = [await client.next() for _ in range(count)]
    return [msgspec.json.decode(one) for one in said if one is not None]


async def test_who_joins_gets_everything_and_then_numbered_deltas() -> None:
    floor, client = Floor(), Client()
    feed = feed_of(floor)
    feed.join(client)
    for number in (2, 3):
        floor.view = Small({"a": number}, {})
        feed.refresh()
    first, *deltas = await messages(client, 3)
    assert (first["type"], first["seq"]) == ("board_snapshot", 0)
    assert [(one["type"], one["seq"], one["now"]) for one in deltas] == [("delta", 1, 7), ("delta", 2, 7)]


async def test_nothing_is_sent_when_nothing_changed() -> None:
    floor, client = Floor(), Client()
    feed = feed_of(floor)
    feed.join(client)
    feed.refresh()
    feed.resend(client)
    assert [one["seq"] for one in await messages(client, 2)] == [0, 0]


async def test_a_late_joiner_gets_the_number_others_have_seen() -> None:
    floor, early, late = Floor(), Client(), Client()
    feed = feed_of(floor)
    feed.join(early)
    floor.view = Small({}, {"x": "queue"})
    feed.join(late)
    (first,) = await messages(late, 1)
    assert (first["seq"], first["view"]) == (1, {"agents": {}, "calls": {"x": "queue"}})
    assert (await messages(early, 2))[1]["seq"] == 1


class Desk(Struct, frozen=True):
    """A desk's view: the agent, and what all desks show of the queue."""

    me: dict[str, int]
    queue: dict[str, int]


async def test_the_queue_is_told_at_once_and_then_once_a_second_and_the_agents_own_always() -> None:
    clock, client, views = FakeClock(10_000), Client(), [Desk({"me": 1}, {"queue": 0})]
    feed = Feed(lambda: views[-1], lambda seq, now, view: Snapshot(seq, now, view), clock.now)  # type: ignore[arg-type, return-value]
    feed.join(client)

    def shown(at: int, me: int, queue: int) -> bool:
        clock.at = Moment(at)
        views.append(Desk({"me": me}, {"queue": queue}))
        return feed.refresh(patient=True)

    assert not shown(10_100, 1, 1)
    assert shown(10_200, 1, 2)
    assert not shown(10_300, 2, 3)
    assert shown(11_299, 2, 4)
    assert not shown(11_300, 2, 4)
    _, *deltas = await messages(client, 4)
    assert [one["changes"] for one in deltas] == [
        {"queue": {"set": {"queue": 1}}},
        {"me": {"set": {"me": 2}}, "queue": {"set": {"queue": 3}}},
        {"queue": {"set": {"queue": 4}}},
    ]


async def test_what_waits_is_told_though_nothing_else_changes() -> None:
    clock, client, views, looked = FakeClock(10_000), Client(), [Desk({"me": 1}, {"queue": 0})], asyncio.Semaphore(0)

    def look() -> Desk:
        looked.release()
        return views[-1]

    feed = Feed(look, lambda seq, now, view: Snapshot(seq, now, view), clock.now)  # type: ignore[arg-type, return-value]
    hub = Hub(feed_of(Floor()), lambda _: feed)
    hub.join_desk("6001", client)
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hub.run())
        for number in (1, 2):
            views.append(Desk({"me": 1}, {"queue": number}))
            hub.changed()
            await looked.acquire()
            await looked.acquire()
        await messages(client, 2)
        clock.at = Moment(11_000)
        (delta,) = await messages(client, 1)
        running.cancel()
    assert delta["changes"] == {"queue": {"set": {"queue": 2}}}


async def test_who_left_gets_nothing() -> None:
    floor, client, other = Floor(), Client(), Client()
    feed = feed_of(floor)
    feed.join(client)
    feed.join(other)
    feed.leave(client)
    assert feed.watched
    floor.view = Small({"b": 1}, {})
    feed.refresh()
    client.say(Pong(n=1, now=Moment(0)))
    assert [one["type"] for one in await messages(client, 2)] == ["board_snapshot", "pong"]


async def test_a_browser_too_far_behind_is_cut_off_and_the_others_are_not() -> None:
    floor, slow, quick = Floor(), Client(), Client()
    feed = feed_of(floor)
    feed.join(slow)
    for number in range(BACKLOG + 5):
        floor.view = Small({"a": 10 + number}, {})
        feed.refresh()
    assert slow.cut_off
    slow.say(Pong(n=1, now=Moment(0)))
    said = [await slow.next() for _ in range(BACKLOG + 1)]
    assert said[-1] is None
    feed.join(quick)
    assert (await messages(quick, 1))[0]["seq"] == BACKLOG + 5


def hub_of(floor: Floor) -> Hub:
    return Hub(feed_of(floor), lambda _: feed_of(floor))


async def test_an_agent_with_two_pages_is_gone_with_the_last() -> None:
    hub, one, two = hub_of(Floor()), Client(), Client()
    assert hub.join_desk("6001", one) is hub.join_desk("6001", two)
    assert hub.leave_desk("6001", one) is False
    hub.answer("6001", Accepted(request="r1"))  # type: ignore[arg-type] # a plain name will do
    assert [message["type"] for message in await messages(two, 2)] == ["board_snapshot", "accepted"]
    assert hub.leave_desk("6001", two) is True
    hub.answer("6001", Accepted(request="r2"))  # type: ignore[arg-type] # nobody is there


async def test_many_changes_of_a_moment_are_one_refresh() -> None:
    floor, board, desk = Floor(), Client(), Client()
    hub = hub_of(floor)
    hub.board.join(board)
    hub.join_desk("6001", desk)
    looks = floor.looks
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hub.run())
        for number in range(50):
            floor.view = Small({"a": 100 + number}, {})
            hub.changed()
        for client in (board, desk):
            (_, delta) = await messages(client, 2)
            assert delta["changes"] == {"agents": {"set": {"a": 149}}}
        running.cancel()
    assert floor.looks == looks + 2


async def test_a_board_nobody_watches_is_not_looked_at() -> None:
    floor, desk = Floor(), Client()
    hub = hub_of(floor)
    hub.join_desk("6001", desk)
    looks = floor.looks
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hub.run())
        floor.view = Small({"a": 2}, {})
        hub.changed()
        await messages(desk, 2)
        running.cancel()
    assert floor.looks == looks + 1


def test_every_message_to_a_browser_has_a_name_of_its_own() -> None:
    tags = [kind.__struct_config__.tag for kind in ToBrowser.__args__]
    assert len(set(tags)) == len(tags)
