"""The transfer scenarios in which all programs run: the five modes, whoever hangs up or is lost at every step.

Those in which our process is killed, or a system outside is gone, are in transfer_scenarios_killed.py.
"""

from acd.transfer import Command, Step, TransferMode
from core.handing_on import TransferOutcome
from tests.live.faults import slowness
from tests.live.standstill import apart_ms
from tests.live.transfer_play import AGENT, CITIZEN, THIRD, Play
from tests.live.transfer_steps import (
    OUTSIDE,
    At,
    back_with_the_agent,
    come_to,
    on_with_another_agent,
    on_with_the_other_side,
)
from tests.live.transfer_table import scenario

RELEASE, SUCCESS, ATTENDED = TransferMode.RELEASE, TransferMode.SUCCESS, TransferMode.ATTENDED
CONFERENCE, SUSPEND = TransferMode.CONFERENCE, TransferMode.SUSPEND
COMPLETED, KEPT, CAME_BACK = TransferOutcome.COMPLETED, TransferOutcome.KEPT, TransferOutcome.CAME_BACK
REJECTED, NO_ANSWER, CANCELLED = TransferOutcome.REJECTED, TransferOutcome.NO_ANSWER, TransferOutcome.CANCELLED
UNREACHABLE, GIVEN_UP = TransferOutcome.UNREACHABLE, TransferOutcome.GIVEN_UP
_BUSY = (486, "Busy Here")
_DOWN = (503, "Service Unavailable")
_RINGS_OUT_SECONDS = 35.0
"""More than the 25 s that a line may ring."""
_DEAD_SECONDS = 32.0
"""More than the 20 s of silence after which a far side is lost."""
_THREE_AT_ONCE_MS = 1_000


# --- the five modes as they are meant ---


@scenario("release: the other side answers")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(OUTSIDE, RELEASE)
    play.expect(RELEASE, OUTSIDE, COMPLETED)
    await play.other_side()
    await play.agent.ends(5 * slowness())
    play.third.answer()
    await on_with_the_other_side(play)


@scenario("success: the agent is gone as soon as it answers")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(OUTSIDE, SUCCESS)
    play.expect(SUCCESS, OUTSIDE, COMPLETED)
    await play.other_side()
    await play.hear({CITIZEN, AGENT})
    await play.shows(Step.CALLING)
    play.third.answer()
    await play.agent.ends(5 * slowness())
    await on_with_the_other_side(play)


@scenario("attended: told first, then handed over")
async def _(play: Play) -> None:
    await come_to(play, At.CONSULTING)
    await play.command(Command.COMPLETE)
    play.expect(ATTENDED, OUTSIDE, COMPLETED)
    await play.agent.ends(5 * slowness())
    await on_with_the_other_side(play)


@scenario("attended: swapped, swapped back, merged, completed")
async def _(play: Play) -> None:
    await come_to(play, At.SWAPPED)
    await play.command(Command.SWAP)
    await play.hear({AGENT, THIRD})
    await play.shows(Step.CONSULTING)
    await play.command(Command.MERGE)
    await play.hear({CITIZEN, AGENT, THIRD})
    await play.shows(Step.JOINED)
    await play.command(Command.COMPLETE)
    play.expect(ATTENDED, OUTSIDE, COMPLETED)
    await on_with_the_other_side(play)


@scenario("attended: completed while swapped")
async def _(play: Play) -> None:
    await come_to(play, At.SWAPPED)
    await play.command(Command.COMPLETE)
    play.expect(ATTENDED, OUTSIDE, COMPLETED)
    await on_with_the_other_side(play)


@scenario("conference: the other side answers into the talk")
async def _(play: Play) -> None:
    await come_to(play, At.CALLING_IN_ROOM)
    play.third.answer()
    await play.hear({CITIZEN, AGENT, THIRD})
    await play.shows(Step.JOINED)
    await play.command(Command.COMPLETE)
    play.expect(CONFERENCE, OUTSIDE, COMPLETED)
    await on_with_the_other_side(play)


@scenario("emergency: three on the line within a second of the answer")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer("police", CONFERENCE)
    play.expect(CONFERENCE, "police", COMPLETED)
    await play.other_side()
    play.third.answer()
    answered_at = play.third.call.up.result()
    await play.hear({CITIZEN, AGENT, THIRD})
    assert play.citizen.ear is not None
    joined_at = play.citizen.ear.spells(THIRD)[0][0] if play.citizen.ear.spells(THIRD) else answered_at
    took = apart_ms(joined_at, answered_at)
    assert took < _THREE_AT_ONCE_MS * slowness(), f"after {took} ms"
    play.agent.hang_up()
    await on_with_the_other_side(play)


@scenario("suspend: the citizen keys in an answer and comes back")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer("satisfaction", SUSPEND)
    play.expect(SUSPEND, "satisfaction", CAME_BACK)
    await play.hear()
    await play.shows(Step.AWAY)
    play.citizen.call.press("5")
    await back_from_the_step(play, completed=True)


@scenario("suspend: the citizen keys in nothing and comes back", long=True)
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer("satisfaction", SUSPEND)
    play.expect(SUSPEND, "satisfaction", CAME_BACK)
    await play.hear()
    await back_from_the_step(play, completed=True)


@scenario("suspend: the agent takes the citizen back")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer("satisfaction", SUSPEND)
    play.expect(SUSPEND, "satisfaction", CAME_BACK)
    await play.shows(Step.AWAY)
    await play.command(Command.DROP)
    await back_from_the_step(play, completed=False)


@scenario("suspend: the agent is gone meanwhile")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer("satisfaction", SUSPEND)
    play.expect(SUSPEND, "satisfaction", CAME_BACK)
    await play.shows(Step.AWAY)
    play.agent.hang_up()
    await play.desk.go_idle()
    play.citizen.call.press("4")
    await on_with_another_agent(play)


@scenario("suspend: the citizen hangs up")
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer("satisfaction", SUSPEND)
    play.expect(SUSPEND, "satisfaction", GIVEN_UP)
    await play.shows(Step.AWAY)
    await play.citizen_leaves()
    await play.agent.ends(5 * slowness())


async def back_from_the_step(play: Play, *, completed: bool) -> None:
    """Citizen and agent talk again, and the agent ends it."""
    await play.hear({CITIZEN, AGENT}, seconds=30)
    await play.shows_outcome(completed=completed)
    play.agent.hang_up()
    await play.citizen_ends()


# --- nobody there ---


def _fails_to_answer(mode: TransferMode, status: tuple[int, str], outcome: TransferOutcome) -> None:
    @scenario(f"{mode.removeprefix('transfer_')}: the other side says {status[0]}")
    async def _(play: Play) -> None:
        await play.talk()
        await play.transfer(OUTSIDE, mode)
        play.expect(mode, OUTSIDE, outcome)
        (await play.other_side()).call.reject(*status)
        await back_with_the_agent(play)


for _mode in (SUCCESS, ATTENDED, CONFERENCE):
    _fails_to_answer(_mode, _BUSY, REJECTED)
_fails_to_answer(ATTENDED, _DOWN, UNREACHABLE)


def _released_in_vain(status: tuple[int, str], outcome: TransferOutcome) -> None:
    @scenario(f"release: the other side says {status[0]}, the citizen goes to the head of the queue")
    async def _(play: Play) -> None:
        await play.talk()
        await play.transfer(OUTSIDE, RELEASE)
        play.expect(RELEASE, OUTSIDE, outcome)
        (await play.other_side()).call.reject(*status)
        await on_with_another_agent(play)


_released_in_vain(_BUSY, REJECTED)
_released_in_vain(_DOWN, UNREACHABLE)


@scenario("release: nobody answers there", long=True)
async def _(play: Play) -> None:
    await play.talk()
    await play.transfer(OUTSIDE, RELEASE)
    play.expect(RELEASE, OUTSIDE, NO_ANSWER)
    await play.other_side()
    await play.agent_answers(_RINGS_OUT_SECONDS)
    play.agent.hang_up()
    await play.citizen_ends()


@scenario("attended: nobody answers there", long=True)
async def _(play: Play) -> None:
    await come_to(play, At.CALLING_ON_MUSIC)
    play.expect(ATTENDED, OUTSIDE, NO_ANSWER)
    await play.hear({CITIZEN, AGENT}, seconds=_RINGS_OUT_SECONDS)
    await back_with_the_agent(play)
