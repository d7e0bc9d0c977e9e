"""The transfer scenarios in which our process is killed at every step that has a third leg.

With our process dead nobody sees or commands anything: the dialplan alone keeps the citizen with somebody.
"""

from acd.transfer import Command, Step, TransferMode
from core.handing_on import TransferOutcome
from tests.live.transfer_play import AGENT, CITIZEN, THIRD, Play
from tests.live.transfer_scenarios_gone import mode_of
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
from tests.live.transfer_table import Group, scenario

ATTENDED, CONFERENCE = TransferMode.ATTENDED, TransferMode.CONFERENCE
COMPLETED, KEPT = TransferOutcome.COMPLETED, TransferOutcome.KEPT
REJECTED = TransferOutcome.REJECTED
_TOGETHER = {
    At.CALLING_ON_MUSIC: (),
    At.CALLING_IN_ROOM: ({CITIZEN, AGENT},),
    At.CONSULTING: ({AGENT, THIRD},),
    At.SWAPPED: ({CITIZEN, AGENT},),
    At.JOINED: ({CITIZEN, AGENT, THIRD},),
}
_STEPS = {At.CONSULTING: Step.CONSULTING, At.SWAPPED: Step.SWAPPED, At.JOINED: Step.JOINED}


# --- started again: the call is adopted, and goes on ---


def _adopted(at: At) -> None:
    @scenario(f"killed and started again, {at}: completed", Group.KILLED)
    async def _(play: Play) -> None:
        await come_to(play, at)
        play.expect(mode_of(at), OUTSIDE, COMPLETED)
        await play.killed()
        await play.hear(*_TOGETHER[at])
        await play.back()
        await play.hear(*_TOGETHER[at])
        if at not in ANSWERED:
            await play.shows(Step.CALLING)
            play.third.answer()
            await play.hear({CITIZEN, AGENT, THIRD} if at is At.CALLING_IN_ROOM else {AGENT, THIRD})
        else:
            await play.shows(_STEPS[at])
        await play.command(Command.COMPLETE)
        await on_with_the_other_side(play)


for _at in At:
    _adopted(_at)


def _answered_meanwhile(at: At) -> None:
    @scenario(f"killed, answered, and started again, {at}", Group.KILLED)
    async def _(play: Play) -> None:
        await come_to(play, at)
        play.expect(mode_of(at), OUTSIDE, COMPLETED)
        await play.killed()
        play.third.answer()
        together = ({CITIZEN, AGENT, THIRD},) if at is At.CALLING_IN_ROOM else ({AGENT, THIRD},)
        await play.hear(*together)
        await play.back()
        await play.shows(Step.JOINED if at is At.CALLING_IN_ROOM else Step.CONSULTING)
        await play.command(Command.COMPLETE)
        await on_with_the_other_side(play)


_answered_meanwhile(At.CALLING_ON_MUSIC)
_answered_meanwhile(At.CALLING_IN_ROOM)


# --- dead for the whole rest ---


def _agent_hangs_up(at: At) -> None:
    @scenario(f"dead, and the agent hangs up, {at}", Group.KILLED)
    async def _(play: Play) -> None:
        await come_to(play, at)
        play.expect(ATTENDED, OUTSIDE, COMPLETED)
        await play.killed()
        play.agent.hang_up()
        await on_with_the_other_side(play)


def _other_side_hangs_up(at: At) -> None:
    @scenario(f"dead, and the other side hangs up, {at}", Group.KILLED)
    async def _(play: Play) -> None:
        await come_to(play, at)
        play.expect(ATTENDED, OUTSIDE, KEPT)
        await play.killed()
        play.third.hang_up()
        await back_with_the_agent(play)


for _at in ANSWERED:
    _agent_hangs_up(_at)
    _other_side_hangs_up(_at)


@scenario("dead, and the other side refuses", Group.KILLED)
async def _(play: Play) -> None:
    await come_to(play, At.CALLING_ON_MUSIC)
    play.expect(ATTENDED, OUTSIDE, REJECTED)
    await play.killed()
    play.third.call.reject(486, "Busy Here")
    await back_with_the_agent(play)


@scenario("dead, and the agent is lost while it rings into the talk", Group.KILLED)
async def _(play: Play) -> None:
    await come_to(play, At.CALLING_IN_ROOM)
    play.expect(CONFERENCE, OUTSIDE, REJECTED)
    await play.killed()
    await play.loses(play.agent)
    await play.hear()
    play.third.call.reject(486, "Busy Here")
    await on_with_another_agent(play)


@scenario("dead, and the agent hangs up while a second line rings; then it is answered", Group.KILLED)
async def _(play: Play) -> None:
    await come_to_a_second_ring(play)
    await play.killed()
    await answered_after_the_agent(play)
