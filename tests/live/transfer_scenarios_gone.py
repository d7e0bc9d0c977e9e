"""The transfer scenarios in which somebody hangs up or is lost, at every step."""

import asyncio

from acd.transfer import Command, Step, TransferMode
from core.handing_on import TransferOutcome
from tests.live.faults import slowness
from tests.live.transfer_play import AGENT, CITIZEN, THIRD, Play
from tests.live.transfer_steps import (
    ANSWERED,
    OUTSIDE,
    At,
    answered_after_the_agent,
    back_with_the_agent,
    come_to,
    come_to_a_second_ring,
    on_with_another_agent,
    on_with_the_other_side,
)
from tests.live.transfer_table import scenario

ATTENDED, CONFERENCE, RELEASE = TransferMode.ATTENDED, TransferMode.CONFERENCE, TransferMode.RELEASE
COMPLETED, KEPT = TransferOutcome.COMPLETED, TransferOutcome.KEPT
CANCELLED, REJECTED = TransferOutcome.CANCELLED, TransferOutcome.REJECTED
_DEAD_SECONDS = 32.0
"""More than the 20 s of silence after which a far side is lost."""


def mode_of(at: At) -> TransferMode:
    """In which mode `come_to` hands on."""
    return CONFERENCE if at is At.CALLING_IN_ROOM else ATTENDED


# --- the other side ---


def _other_side_hangs_up(at: At) -> None:
    @scenario(f"the other side hangs up, {at}")
    async def _(play: Play) -> None:
        await come_to(play, at)
        play.expect(ATTENDED, OUTSIDE, KEPT)
        play.third.hang_up()
        await back_with_the_agent(play)


for _at in ANSWERED:
    _other_side_hangs_up(_at)


@scenario("the other side hangs up after the agent has left")
async def _(play: Play) -> None:
    await come_to(play, At.JOINED)
    play.expect(ATTENDED, OUTSIDE, COMPLETED)
    play.agent.hang_up()
    await on_with_the_other_side(play)


def _other_side_dies(at: At) -> None:
    @scenario(f"the other side dies without a word, {at}", long=True)
    async def _(play: Play) -> None:
        await come_to(play, at)
        play.expect(ATTENDED, OUTSIDE, KEPT)
        play.third.die()
        await play.hear({CITIZEN, AGENT}, seconds=_DEAD_SECONDS if at is At.CONSULTING else 10)
        if at is not At.CONSULTING:  # nobody hears the difference until Asterisk misses its voice
            await play.desk.sees("the end", lambda: _transfer(play) is None, _DEAD_SECONDS * slowness())
        await back_with_the_agent(play)


def _transfer(play: Play) -> object:
    call = play.desk.desk.call
    return None if call is None else call.transfer


for _at in (At.CONSULTING, At.JOINED):
    _other_side_dies(_at)


@scenario("the agent takes the citizen back while it rings")
async def _(play: Play) -> None:
    await come_to(play, At.CALLING_ON_MUSIC)
    play.expect(ATTENDED, OUTSIDE, CANCELLED)
    await play.command(Command.DROP)
    await play.third.ends(5 * slowness())
    await back_with_the_agent(play)


def _dropped(at: At) -> None:
    @scenario(f"the agent drops the other side, {at}")
    async def _(play: Play) -> None:
        await come_to(play, at)
        play.expect(ATTENDED, OUTSIDE, KEPT)
        await play.command(Command.DROP)
        await play.third.ends(5 * slowness())
        await back_with_the_agent(play)


for _at in ANSWERED:
    _dropped(_at)


# --- the agent ---


def _agent_goes(how: str, at: At) -> None:
    async def go(play: Play) -> None:
        if how == "hangs up":
            play.agent.hang_up()
        else:
            await play.loses(play.agent)

    if at in ANSWERED:

        @scenario(f"the agent {how}, {at}")
        async def _(play: Play) -> None:
            await come_to(play, at)
            play.expect(ATTENDED, OUTSIDE, COMPLETED)
            await go(play)
            await on_with_the_other_side(play)

    else:

        @scenario(f"the agent {how}, {at}; then it is answered")
        async def _(play: Play) -> None:
            await come_to(play, at)
            play.expect(mode_of(at), OUTSIDE, COMPLETED)
            await go(play)
            await play.desk.go_idle()
            play.third.answer()
            await on_with_the_other_side(play)

        @scenario(f"the agent {how}, {at}; then it is refused")
        async def _(play: Play) -> None:
            await come_to(play, at)
            play.expect(mode_of(at), OUTSIDE, REJECTED)
            await go(play)
            await play.desk.go_idle()
            play.third.call.reject(486, "Busy Here")
            await on_with_another_agent(play)


for _how in ("hangs up", "is lost"):
    for _at in At:
        _agent_goes(_how, _at)


# --- the citizen ---


def _citizen_hangs_up(at: At) -> None:
    @scenario(f"the citizen hangs up, {at}")
    async def _(play: Play) -> None:
        await come_to(play, at)
        play.expect(mode_of(at), OUTSIDE, KEPT if at in ANSWERED else CANCELLED)
        await play.citizen_leaves()
        if at in (At.CONSULTING, At.JOINED):
            await play.hear({AGENT, THIRD})  # they may finish what they say to each other
            play.agent.hang_up()
        await asyncio.gather(play.agent.ends(10 * slowness()), play.third.ends(10 * slowness()))


for _at in At:
    _citizen_hangs_up(_at)


@scenario("the citizen hangs up while a released call rings")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(OUTSIDE, RELEASE)
    play.expect(RELEASE, OUTSIDE, CANCELLED)
    await play.other_side()
    await play.citizen_leaves()
    await play.third.ends(5 * slowness())


@scenario("the citizen hangs up after the agent has left")
async def _(play: Play) -> None:
    await come_to(play, At.JOINED)
    play.expect(ATTENDED, OUTSIDE, COMPLETED)
    await play.command(Command.COMPLETE)
    await play.hear({CITIZEN, THIRD})
    await play.citizen_leaves()
    await play.third.ends(5 * slowness())


@scenario("one transfer fails, the next succeeds")
async def _(play: Play) -> None:
    await come_to(play, At.CALLING_ON_MUSIC)
    play.expect(ATTENDED, OUTSIDE, REJECTED)
    play.third.call.reject(486, "Busy Here")
    await play.hear({CITIZEN, AGENT})
    await play.shows_outcome()
    await play.transfer("water", CONFERENCE)
    play.expect(CONFERENCE, "water", COMPLETED)
    await play.other_side()
    play.third.answer()
    await play.hear({CITIZEN, AGENT, THIRD})
    await play.shows(Step.JOINED)
    await play.command(Command.COMPLETE)
    await on_with_the_other_side(play)


@scenario("one transfer fails, the agent hangs up while the next rings; then it is answered")
async def _(play: Play) -> None:
    await come_to_a_second_ring(play)
    await answered_after_the_agent(play)
