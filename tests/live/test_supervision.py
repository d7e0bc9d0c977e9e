"""Supervisors on agents' calls, on a real Asterisk: who hears whom in each way, what the books and the ledger say."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from acd.agent import Presence
from acd.names import AgentId, Phone
from acd.transfer import TransferMode
from acd.watching import Watching
from agent_desk.demo.desk_client import DeskRefused
from core.handing_on import TransferOutcome
from tests.live.faults import slowness
from tests.live.transfer_agents import AgentAtDesk
from tests.live.transfer_books import BOUND_MS
from tests.live.transfer_floor import Floor
from tests.live.transfer_parties import Party
from tests.live.transfer_play import AGENT, CITIZEN, THIRD, Play
from tests.live.transfer_run import books_are_equal, nothing_left
from tests.live.transfer_steps import OUTSIDE, on_with_another_agent
from tests.live.transfer_voice import Role

pytestmark = pytest.mark.live

SEAT = AgentId("6244")
"""The demo's supervisor's."""
SHOWN = "12345"
"""The caller whom a supervisor's telephone shows."""


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    with Floor(agents=1, rtp_first=19000) as floor:
        supervisor = AgentAtDesk(
            floor.product.web.removeprefix("http://"), "supervisor", floor.product.password(), floor.phones, eager=False
        )
        floor.people[SEAT] = supervisor
        floor.do(supervisor.come(asyncio.Semaphore(1)), 30)
        working = floor.begin(supervisor.keep())
        floor.do(supervisor.sees("itself", lambda: supervisor.desk.presence is Presence.NOT_READY, 30), 60)
        yield floor
        working.cancel()


@pytest.fixture
def play(floor: Floor) -> Iterator[Play]:
    """A citizen who talks with an agent."""
    play = Play(floor)
    floor.expect(SHOWN)
    floor.do(play.talk(), 60)
    yield play
    floor.do(_over(play), 60)
    floor.forget(play.caller)
    floor.forget(SHOWN)
    nothing_left(floor)
    books_are_equal(floor, round(BOUND_MS * slowness()))


async def _over(play: Play) -> None:
    for party in play.parties:
        party.hang_up()
    await play.desk.go_idle()
    await play.floor.people[SEAT].go_idle()


async def watch(play: Play, how: Watching) -> None:
    await play.floor.people[SEAT].desk.watch(AgentId(play.agent.agent), how, Phone.SIP)


async def listen(play: Play, how: Watching) -> Party:
    """The supervisor asks for it, and takes the call that their telephone gets."""
    asking = asyncio.ensure_future(watch(play, how))
    exchange, call = await play.floor.rung(SHOWN, 10)
    supervisor = Party(exchange, call, THIRD, SEAT).answer()
    play.parties.append(supervisor)
    await asking
    return supervisor


async def each_hears(play: Play, supervisor: Party, *, citizen: set[Role], agent: set[Role], third: set[Role]) -> None:
    wanted = [(play.citizen, citizen), (play.agent, agent), (supervisor, third)]
    await play.until(str(wanted), lambda: all(party.hears() == roles for party, roles in wanted))


def test_a_supervisor_listens_whispers_barges_and_stops(floor: Floor, play: Play) -> None:
    async def story() -> None:
        supervisor = await listen(play, Watching.MONITOR)
        both = {CITIZEN, AGENT}
        await each_hears(play, supervisor, citizen={AGENT}, agent={CITIZEN}, third=both)
        await watch(play, Watching.WHISPER)
        await each_hears(play, supervisor, citizen={AGENT}, agent={CITIZEN, THIRD}, third=both)
        await watch(play, Watching.BARGE)
        await each_hears(play, supervisor, citizen={AGENT, THIRD}, agent={CITIZEN, THIRD}, third=both)
        await watch(play, Watching.MONITOR)
        await each_hears(play, supervisor, citizen={AGENT}, agent={CITIZEN}, third=both)
        await watch(play, Watching.STOP)
        await supervisor.ends(10)
        await play.hear({CITIZEN, AGENT})

    floor.do(story(), 90)
    with closing(sqlite3.connect(floor.product.directory / "jietong.sqlite")) as database:
        lines = database.execute("SELECT action, actor, detail FROM ledger WHERE subject LIKE 'jt1-%' ORDER BY id")
        noted = [line for line in lines if line[1] == "supervisor"]
    assert noted == [(how, "supervisor", f"{SEAT} -> 6001") for how in ("monitor", "whisper", "barge", "monitor")]


def test_a_supervisor_takes_a_call_over(floor: Floor, play: Play) -> None:
    async def story() -> None:
        supervisor = await listen(play, Watching.MONITOR)
        await watch(play, Watching.INTERCEPT)
        await play.agent.ends(10)
        await play.hear({CITIZEN, THIRD})
        assert play.floor.people[SEAT].desk.presence is Presence.TALKING
        play.citizen.hang_up()
        await supervisor.ends(10)

    floor.do(story(), 90)


def test_a_supervisor_who_hangs_up_leaves_the_talk_alone_and_the_agents_end_ends_the_watch(
    floor: Floor, play: Play
) -> None:
    async def story() -> None:
        first = await listen(play, Watching.WHISPER)
        first.hang_up()
        await play.hear({CITIZEN, AGENT})
        second = await listen(play, Watching.MONITOR)
        play.citizen.hang_up()
        await second.ends(10)

    floor.do(story(), 90)


@pytest.mark.parametrize("stops", [False, True], ids=["the agent is lost", "it is stopped"])
def test_a_supervisor_who_barged_into_the_room_leaves_no_citizen_alone(
    floor: Floor, play: Play, *, stops: bool
) -> None:
    async def story() -> None:
        await play.transfer(OUTSIDE, TransferMode.CONFERENCE)
        play.expect(TransferMode.CONFERENCE, OUTSIDE, TransferOutcome.REJECTED)
        (await play.other_side()).call.reject(486, "Busy Here")
        await play.shows_outcome()
        supervisor = await listen(play, Watching.MONITOR)
        await watch(play, Watching.BARGE)
        await play.hear({CITIZEN, AGENT, THIRD})
        if stops:
            await watch(play, Watching.STOP)
            await supervisor.ends(10)
            await play.hear({CITIZEN, AGENT})
        await play.loses(play.agent)
        if not stops:
            await supervisor.ends(10)
        await on_with_another_agent(play)

    floor.do(story(), 150)


def test_a_forced_release_ends_the_call(floor: Floor, play: Play) -> None:
    async def story() -> None:
        await watch(play, Watching.FORCE_RELEASE)
        await play.citizen_ends()

    floor.do(story(), 60)


def test_an_agent_is_no_supervisor(floor: Floor, play: Play) -> None:
    async def story() -> None:
        with pytest.raises(DeskRefused, match="may not"):
            await play.desk.desk.watch(SEAT, Watching.MONITOR, Phone.SIP)

    floor.do(story(), 30)
