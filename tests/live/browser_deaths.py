"""The table of browsers' deaths: each row is one call; at some step the browser of its agent is killed.

Each is played with our programs alive and with them killed at the same instant.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from acd.transfer import Command, Step, TransferMode
from core.handing_on import TransferOutcome
from tests.live.browser_play import BrowserPlay
from tests.live.transfer_floor import LAW_EXPERTS
from tests.live.transfer_parties import now
from tests.live.transfer_play import AGENT, CITIZEN, THIRD
from tests.live.transfer_steps import OUTSIDE, At, come_to

RELEASE, SUCCESS, ATTENDED = TransferMode.RELEASE, TransferMode.SUCCESS, TransferMode.ATTENDED
CONFERENCE, SUSPEND = TransferMode.CONFERENCE, TransferMode.SUSPEND
COMPLETED, KEPT, REJECTED = TransferOutcome.COMPLETED, TransferOutcome.KEPT, TransferOutcome.REJECTED
LAW = "expert-law"
EXPERTS = {
    "expert-human-resources": ("6233", "6234"),
    "expert-housing-fund": ("6235", "6236"),
    "expert-public-health": ("6239", "6240"),
}
"""Lines of ours whose expert sits at a browser, each for one row: with our programs alive, and without."""
_HUMAN_RESOURCES, _HOUSING_FUND, _PUBLIC_HEALTH = EXPERTS
_BUSY = (486, "Busy Here")

Act = Callable[[BrowserPlay], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One call."""

    act: Act
    queued: bool
    """Whether the citizen goes before others who wait."""
    line: str | None
    """The line of ours whose expert's browser dies; None: the agent's does."""


ROWS: dict[str, Row] = {}


def row(name: str, *, queued: bool = False, line: str | None = None) -> Callable[[Act], Act]:
    """Put a call into the table."""

    def put(act: Act) -> Act:
        assert name not in ROWS, f"two rows are called {name}"
        ROWS[name] = Row(act=act, queued=queued, line=line)
        return act

    return put


# --- nobody else is on the call ---


@row("talking", queued=True)
async def _(play: BrowserPlay) -> None:
    await play.talk()
    await play.dies()
    await play.is_told_and_queued()
    await play.next_agent()


@row("the citizen on hold", queued=True)
async def _(play: BrowserPlay) -> None:
    await play.talk()
    play.keep_tape()
    play.silent_at = held_at = now()
    await play.seat.hold()
    await play.hears_music(held_at)
    await play.dies()
    await play.is_told_and_queued()
    await play.next_agent()


@row("the citizen on hold in the room", queued=True)
async def _(play: BrowserPlay) -> None:
    await come_to(play, At.CONSULTING)
    play.expect(ATTENDED, OUTSIDE, KEPT)
    play.third.hang_up()
    await play.hear({CITIZEN, AGENT})
    play.keep_tape()
    held_at = now()
    await play.seat.hold()
    await play.hears_music(held_at)
    play.apart = True
    await play.dies()
    await play.is_told_and_queued()
    await play.next_agent()


@row("the citizen in a step of the IVR", queued=True)
async def _(play: BrowserPlay) -> None:
    await play.talk()
    await play.transfer("satisfaction", SUSPEND)
    play.expect(SUSPEND, "satisfaction", TransferOutcome.CAME_BACK)
    await play.hear()
    await play.shows(Step.AWAY)
    play.meets_the_dead = True
    await play.dies()
    play.citizen.call.press("5")
    await play.is_told_and_queued()
    await play.next_agent()


@row("handed to a queue of ours, just before")
async def _(play: BrowserPlay) -> None:
    await play.talk()
    await play.transfer(LAW, RELEASE)
    play.expect(RELEASE, LAW, COMPLETED)
    await play.seat.shows_no_call()
    await play.dies()
    await play.is_queued()
    await play.rests()
    await play.agent_answers(60)
    play.was_told_nothing()
    assert play.agent.agent == LAW_EXPERTS[0], f"{play.agent.agent} is no legal expert"
    play.agent.hang_up()
    await play.citizen_ends()


# --- the other side rings ---


@row("released, while it rings")
async def _(play: BrowserPlay) -> None:
    await play.talk()
    await play.transfer(OUTSIDE, RELEASE)
    play.expect(RELEASE, OUTSIDE, COMPLETED)
    await play.other_side()
    await play.seat.shows_no_call()
    await play.dies()
    answered_at = now()
    play.third.answer()
    await play.is_with(THIRD, answered_at)
    play.was_told_nothing()
    await play.ends_with(play.third, THIRD)


def _it_answers(mode: TransferMode) -> None:
    @row(f"{mode.removeprefix('transfer_')}, while it rings; then it answers")
    async def _(play: BrowserPlay) -> None:
        await _rings(play, mode)
        play.expect(mode, OUTSIDE, COMPLETED)
        await play.dies()
        await play.hears_music()
        answered_at = now()
        play.third.answer()
        await play.is_with(THIRD, answered_at)
        await play.ends_with(play.third, THIRD)


def _it_refuses(mode: TransferMode) -> None:
    @row(f"{mode.removeprefix('transfer_')}, while it rings; then it refuses", queued=True)
    async def _(play: BrowserPlay) -> None:
        await _rings(play, mode)
        play.expect(mode, OUTSIDE, REJECTED)
        await play.dies()
        await play.hears_music()
        refused_at = now()
        play.third.call.reject(*_BUSY)
        await play.is_told_and_queued(refused_at)
        await play.next_agent()


async def _rings(play: BrowserPlay, mode: TransferMode) -> None:
    await play.talk()
    await play.transfer(OUTSIDE, mode)
    await play.other_side()
    await play.shows(Step.CALLING)
    if mode is ATTENDED:  # music is heard already: what happens next, happens before the death is noticed
        await play.hear()
        play.meets_the_dead = True


for _mode in (SUCCESS, ATTENDED, CONFERENCE):
    _it_answers(_mode)
    _it_refuses(_mode)


# --- the other side has answered ---


def _other_side_stays(at: At) -> None:
    @row(at.value)
    async def _(play: BrowserPlay) -> None:
        await come_to(play, at)
        play.expect(ATTENDED, OUTSIDE, COMPLETED)
        await play.dies()
        await play.is_with(THIRD)
        await play.ends_with(play.third, THIRD)


for _at in (At.CONSULTING, At.SWAPPED, At.JOINED):
    _other_side_stays(_at)


@row("back with the agent after the other side left", queued=True)
async def _(play: BrowserPlay) -> None:
    await come_to(play, At.CONSULTING)
    play.expect(ATTENDED, OUTSIDE, KEPT)
    play.third.hang_up()
    await play.hear({CITIZEN, AGENT})
    await play.dies()
    await play.is_told_and_queued()
    await play.next_agent()


@row("consulting, and the other side hangs up at that instant", queued=True)
async def _(play: BrowserPlay) -> None:
    await come_to(play, At.CONSULTING)
    play.expect(ATTENDED, OUTSIDE, KEPT)
    play.meets_the_dead = True
    play.strike.just_before.append(play.third.hang_up)
    await play.dies()
    await play.is_told_and_queued()
    await play.next_agent()


# --- the other side is one of ours, and it is that browser that dies ---


@row("a colleague of ours is asked, and the colleague's dies", line=_HUMAN_RESOURCES)
async def _(play: BrowserPlay) -> None:
    await _asked(play, _HUMAN_RESOURCES, ATTENDED, KEPT)
    await play.hear({AGENT, THIRD})
    await play.dies()
    await play.is_with(AGENT)
    await play.ends_with(play.agent, AGENT)


@row("a colleague of ours is joined, and the colleague's dies", line=_HOUSING_FUND)
async def _(play: BrowserPlay) -> None:
    await _asked(play, _HOUSING_FUND, CONFERENCE, KEPT)
    await play.hear({CITIZEN, AGENT, THIRD})
    await play.dies()
    await play.is_with(AGENT)
    await play.ends_with(play.agent, AGENT)


@row("handed to a colleague of ours, whose dies", queued=True, line=_PUBLIC_HEALTH)
async def _(play: BrowserPlay) -> None:
    await _asked(play, _PUBLIC_HEALTH, ATTENDED, COMPLETED)
    await play.hear({AGENT, THIRD})
    await play.command(Command.COMPLETE)
    await play.hear({CITIZEN, THIRD})
    await play.dies()
    await play.is_told_and_queued()
    await play.next_agent()


async def _asked(play: BrowserPlay, line: str, mode: TransferMode, outcome: TransferOutcome) -> None:
    await play.talk_to_a_desk()
    expert = await play.strike.expert(line)
    await play.transfer(line, mode)
    play.expect(mode, line, outcome, third_agent=expert.user)
    await play.expert_answers(line)
