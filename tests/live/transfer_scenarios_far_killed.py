"""The transfer scenarios in which the sub-centre's whole system is killed, at every step."""

from acd.transfer import Command, TransferMode
from core.handing_on import TransferOutcome
from tests.live.transfer_play import AGENT, CITIZEN, THIRD, Play
from tests.live.transfer_steps import (
    DEAD_SECONDS,
    At,
    back_with_the_agent,
    come_to,
    on_with_another_agent,
    transfer_ends,
    wait_in_their_queue,
)
from tests.live.transfer_table import Group, scenario

RELEASE, ATTENDED, CONFERENCE = TransferMode.RELEASE, TransferMode.ATTENDED, TransferMode.CONFERENCE
COMPLETED, KEPT, NO_ANSWER = TransferOutcome.COMPLETED, TransferOutcome.KEPT, TransferOutcome.NO_ANSWER
SUB_CENTRE, SUB_CENTRE_QUEUE = "tax", "customs"
"""Two lines of the sub-centre: a telephone rings, and a queue."""


def _killed_while_it_rings(at: At) -> None:
    @scenario(f"the system there is killed, {at}", Group.FAR_KILLED)
    async def _(play: Play) -> None:
        await come_to(play, at, SUB_CENTRE)
        play.expect(CONFERENCE if at is At.CALLING_IN_ROOM else ATTENDED, SUB_CENTRE, NO_ANSWER)
        await play.far_side_is_killed()
        if at is At.CALLING_ON_MUSIC:
            await play.hear({CITIZEN, AGENT}, seconds=DEAD_SECONDS)
        else:
            await transfer_ends(play)
        await back_with_the_agent(play)


_killed_while_it_rings(At.CALLING_ON_MUSIC)
_killed_while_it_rings(At.CALLING_IN_ROOM)


def _killed_in_the_talk(at: At) -> None:
    @scenario(f"the system there is killed, {at}", Group.FAR_KILLED)
    async def _(play: Play) -> None:
        await come_to(play, at, SUB_CENTRE)
        play.expect(ATTENDED, SUB_CENTRE, KEPT)
        await play.far_side_is_killed()
        if at is At.CONSULTING:
            await play.hear({CITIZEN, AGENT}, seconds=DEAD_SECONDS)
        else:  # nobody hears the difference until Asterisk misses its voice
            await transfer_ends(play)
        await back_with_the_agent(play)


for _at in (At.CONSULTING, At.SWAPPED, At.JOINED):
    _killed_in_the_talk(_at)


@scenario("the system there is killed while the agent waits in its queue", Group.FAR_KILLED)
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(SUB_CENTRE_QUEUE, ATTENDED)
    play.expect(ATTENDED, SUB_CENTRE_QUEUE, KEPT)
    await play.other_side()
    await wait_in_their_queue(play, {AGENT})
    await play.far_side_is_killed()
    await play.hear({CITIZEN, AGENT}, seconds=DEAD_SECONDS)
    await back_with_the_agent(play)


@scenario("the system there is killed after the agent has left", Group.FAR_KILLED)
async def _(play: Play) -> None:
    await come_to(play, At.JOINED, SUB_CENTRE)
    play.expect(ATTENDED, SUB_CENTRE, COMPLETED)
    await play.command(Command.COMPLETE)
    await play.hear({CITIZEN, THIRD})
    await play.far_side_is_killed()
    await on_with_another_agent(play, DEAD_SECONDS)


@scenario("the system there is killed while a released call rings", Group.FAR_KILLED)
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(SUB_CENTRE, RELEASE)
    play.expect(RELEASE, SUB_CENTRE, NO_ANSWER)
    await play.other_side()
    await play.far_side_is_killed()
    await on_with_another_agent(play, DEAD_SECONDS)


@scenario("the system there is killed after a released call was answered", Group.FAR_KILLED)
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(SUB_CENTRE, RELEASE)
    play.expect(RELEASE, SUB_CENTRE, COMPLETED)
    await play.other_side()
    play.third.answer()
    await play.hear({CITIZEN, THIRD})
    await play.far_side_is_killed()
    await on_with_another_agent(play, DEAD_SECONDS)
