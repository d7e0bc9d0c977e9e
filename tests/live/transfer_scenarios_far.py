"""The transfer scenarios with whole systems outside: one with a queue of its own; one that is gone, or deaf."""

import asyncio

from acd.transfer import Command, Step, TransferMode
from core.handing_on import TransferOutcome
from tests.live.faults import slowness
from tests.live.standstill import apart_ms
from tests.live.transfer_parties import now
from tests.live.transfer_play import AGENT, CITIZEN, THIRD, Play
from tests.live.transfer_steps import (
    DEAD_SECONDS,
    back_with_the_agent,
    on_with_another_agent,
    on_with_the_other_side,
    transfer_ends,
    wait_in_their_queue,
)
from tests.live.transfer_table import Group, scenario

RELEASE, SUCCESS, ATTENDED = TransferMode.RELEASE, TransferMode.SUCCESS, TransferMode.ATTENDED
CONFERENCE = TransferMode.CONFERENCE
COMPLETED, CANCELLED = TransferOutcome.COMPLETED, TransferOutcome.CANCELLED
NO_ANSWER, UNREACHABLE = TransferOutcome.NO_ANSWER, TransferOutcome.UNREACHABLE
CITY = "city-beijing"
"""Another city's hotline: it answers at once, with music, and rings its own people meanwhile."""
SUB_CENTRE = "tax"
"""A line of the sub-centre whose system was killed."""
_RINGS_MS, _LATEST_MS = 24_000, 31_000
"""Between these somebody comes back from a line at which nothing answers: before SIP itself gives up, at 32 s."""
_SILENT_MS = 2_000
"""Who waits hears music or a tone before so long."""


# --- its own queue ---


@scenario("a queue of theirs: the agent waits in it, speaks with one of theirs, and hands over")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(CITY, ATTENDED)
    play.expect(ATTENDED, CITY, COMPLETED)
    await play.other_side()
    await wait_in_their_queue(play, {AGENT})
    await play.shows(Step.CONSULTING, by_ear=False)
    play.third.answer()
    await play.hear({AGENT, THIRD})
    await play.command(Command.COMPLETE)
    await on_with_the_other_side(play)


@scenario("a queue of theirs: all three wait in it, then the agent leaves")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(CITY, CONFERENCE)
    play.expect(CONFERENCE, CITY, COMPLETED)
    await play.other_side()
    await wait_in_their_queue(play, {AGENT, CITIZEN})
    play.third.answer()
    await play.hear({CITIZEN, AGENT, THIRD})
    play.agent.hang_up()
    await on_with_the_other_side(play)


@scenario("a queue of theirs: the agent hands over to their music")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(CITY, ATTENDED)
    play.expect(ATTENDED, CITY, COMPLETED)
    await play.other_side()
    await wait_in_their_queue(play, {AGENT})
    await play.command(Command.COMPLETE)
    await play.agent.ends(5 * slowness())
    await wait_in_their_queue(play, {CITIZEN})
    play.third.answer()
    await on_with_the_other_side(play)


@scenario("a queue of theirs: released into it, and answered")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(CITY, RELEASE)
    play.expect(RELEASE, CITY, COMPLETED)
    await play.other_side()
    await wait_in_their_queue(play, {CITIZEN})
    play.third.answer()
    await on_with_the_other_side(play)


@scenario("a queue of theirs: the citizen released into it hangs up")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(CITY, RELEASE)
    play.expect(RELEASE, CITY, COMPLETED)
    await play.other_side()
    await wait_in_their_queue(play, {CITIZEN})
    await play.citizen_leaves()
    await play.third.ends(5 * slowness())


# --- its system is gone ---


def _unreachable(mode: TransferMode) -> None:
    @scenario(f"{mode.removeprefix('transfer_')}: the system there is gone", Group.FAR_GONE)
    async def _(play: Play) -> None:
        await play.talk()
        await play.begins_in_vain(SUB_CENTRE, mode)
        play.expect(mode, SUB_CENTRE, UNREACHABLE)
        await back_with_the_agent(play)


for _mode in (ATTENDED, CONFERENCE, SUCCESS):
    _unreachable(_mode)


@scenario("release: the system there is gone, the citizen goes to the head of the queue", Group.FAR_GONE)
async def _(play: Play) -> None:
    await play.talk()
    await play.begins_in_vain(SUB_CENTRE, RELEASE)
    play.expect(RELEASE, SUB_CENTRE, UNREACHABLE)
    await on_with_another_agent(play)


# --- something is there that answers no INVITE ---


@scenario("attended: nothing answers there, the citizen hears music and comes back", Group.FAR_DEAF)
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(SUB_CENTRE, ATTENDED)
    asked_at = now()
    play.expect(ATTENDED, SUB_CENTRE, NO_ANSWER)
    await play.hear()
    await play.shows(Step.CALLING)
    await play.hear({CITIZEN, AGENT}, seconds=DEAD_SECONDS)
    _comes_back_in_time(play, asked_at)
    await back_with_the_agent(play)


@scenario("conference: nothing answers there, citizen and agent talk on", Group.FAR_DEAF)
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(SUB_CENTRE, CONFERENCE)
    play.expect(CONFERENCE, SUB_CENTRE, NO_ANSWER)
    await play.hear({CITIZEN, AGENT})
    await play.shows(Step.CALLING)
    await transfer_ends(play)
    await back_with_the_agent(play)


@scenario("release: nothing answers there, the citizen hears music and goes to the head of the queue", Group.FAR_DEAF)
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(SUB_CENTRE, RELEASE)
    asked_at = now()
    play.expect(RELEASE, SUB_CENTRE, NO_ANSWER)
    await play.agent.ends(5 * slowness())
    await play.agent_answers(DEAD_SECONDS)
    _comes_back_in_time(play, asked_at)
    play.agent.hang_up()
    await play.citizen_ends()


@scenario("nothing answers there, and the agent takes the citizen back", Group.FAR_DEAF)
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(SUB_CENTRE, ATTENDED)
    play.expect(ATTENDED, SUB_CENTRE, CANCELLED)
    await play.hear()
    await play.shows(Step.CALLING)
    await play.command(Command.DROP)
    await back_with_the_agent(play)


@scenario("nothing answers there, and the citizen hangs up", Group.FAR_DEAF)
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(SUB_CENTRE, RELEASE)
    play.expect(RELEASE, SUB_CENTRE, CANCELLED)
    await play.agent.ends(5 * slowness())
    await asyncio.sleep(1)  # so long the citizen listens
    await play.citizen_leaves()


def _comes_back_in_time(play: Play, asked_at: int) -> None:
    assert play.citizen.ear is not None
    spoken = play.citizen.ear.spells(AGENT)
    assert len(spoken) == 2, f"the citizen heard agents {spoken}"
    assert spoken[1][0] - asked_at > _RINGS_MS, f"back after {spoken[1][0] - asked_at} ms"
    waited = apart_ms(spoken[1][0], asked_at)
    assert waited < _LATEST_MS + 1_000 * (slowness() - 1), f"back after {waited} ms"
    gap = play.citizen.ear.longest_gap_ms(asked_at, spoken[1][0])
    assert gap < _SILENT_MS * slowness(), f"the citizen heard nothing at all for {gap} ms"
