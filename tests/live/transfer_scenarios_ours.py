"""The transfer scenarios to our own experts and queues, and those that are refused."""

import asyncio

from acd.agent import Presence
from acd.refusal import SENTENCES, Refusal
from acd.transfer import Command, Step, TransferMode
from core.handing_on import TransferOutcome
from tests.live.faults import slowness
from tests.live.transfer_floor import LAW_EXPERTS
from tests.live.transfer_play import AGENT, CITIZEN, THIRD, Play
from tests.live.transfer_steps import (
    OUTSIDE,
    At,
    back_with_the_agent,
    come_to,
    on_with_the_other_side,
)
from tests.live.transfer_table import scenario

RELEASE, SUCCESS, ATTENDED = TransferMode.RELEASE, TransferMode.SUCCESS, TransferMode.ATTENDED
CONFERENCE = TransferMode.CONFERENCE
COMPLETED, KEPT = TransferOutcome.COMPLETED, TransferOutcome.KEPT
LAW = "expert-law"
_GRACE_SECONDS = 2.0
"""Longer than a browser's telephone may be away (acd.on_members)."""
_EXPERTS = asyncio.Lock()
"""Scenarios with experts are played one after another: each wants to know who is ready."""


def _sentence(why: Refusal) -> str:
    return SENTENCES[why][1]


async def an_expert_comes(play: Play) -> None:
    """One expert is ready, and nobody else of that field."""
    expert = play.floor.people[LAW_EXPERTS[0]]
    expert.eager = True
    await expert.sees("ready", lambda: expert.desk.presence is Presence.READY, 20)


def the_experts_leave(play: Play) -> None:
    """After the call no expert is ready any more."""
    for seat in LAW_EXPERTS:
        play.floor.people[seat].eager = False


async def nobody_is_ready(play: Play) -> None:
    """Wait until no expert is ready, and keep it so."""
    for seat in LAW_EXPERTS:
        await play.floor.people[seat].pause()


@scenario("an expert seat: asked first, then handed over; the expert sees who passed it on")
async def _(play: Play) -> None:
    async with _EXPERTS:
        await an_expert_comes(play)
        await play.talk()
        await play.transfer(LAW, ATTENDED)
        play.expect(ATTENDED, LAW, COMPLETED, third_agent=LAW_EXPERTS[0])
        the_experts_leave(play)
        await play.other_side()
        assert play.third.agent == LAW_EXPERTS[0]
        play.third.answer()
        await play.hear({AGENT, THIRD})
        await play.shows(Step.CONSULTING)
        await play.command(Command.COMPLETE)
        await play.hear({CITIZEN, THIRD})
        expert = play.floor.people[LAW_EXPERTS[0]]

        def passed() -> bool:
            call = expert.desk.call
            return call is not None and call.passed is not None and call.passed.by == play.desk.user

        await expert.sees("who passed the call on", passed, 10)
        play.third.hang_up()
        await play.citizen_ends()
        await nobody_is_ready(play)


@scenario("an expert seat: joined into the talk")
async def _(play: Play) -> None:
    async with _EXPERTS:
        await an_expert_comes(play)
        await play.talk()
        await play.transfer(LAW, CONFERENCE)
        play.expect(CONFERENCE, LAW, COMPLETED, third_agent=LAW_EXPERTS[0])
        the_experts_leave(play)
        await play.other_side()
        play.third.answer()
        await play.hear({CITIZEN, AGENT, THIRD})
        await play.shows(Step.JOINED)
        play.agent.hang_up()
        await on_with_the_other_side(play)
        await nobody_is_ready(play)


@scenario("an expert seat: the expert hangs up, the citizen is back with the agent")
async def _(play: Play) -> None:
    async with _EXPERTS:
        await an_expert_comes(play)
        await play.talk()
        await play.transfer(LAW, ATTENDED)
        play.expect(ATTENDED, LAW, KEPT, third_agent=LAW_EXPERTS[0])
        the_experts_leave(play)
        await play.other_side()
        play.third.answer()
        await play.hear({AGENT, THIRD})
        play.third.hang_up()
        await back_with_the_agent(play)
        await nobody_is_ready(play)


@scenario("an expert seat: the expert refuses")
async def _(play: Play) -> None:
    async with _EXPERTS:
        await an_expert_comes(play)
        await play.talk()
        await play.transfer(LAW, SUCCESS)
        play.expect(SUCCESS, LAW, TransferOutcome.REJECTED, third_agent=LAW_EXPERTS[0])
        the_experts_leave(play)
        (await play.other_side()).call.reject(486, "Busy Here")
        await back_with_the_agent(play)
        await nobody_is_ready(play)


@scenario("an expert seat: its telephone's registration is gone while it rings, and it is answered all the same")
async def _(play: Play) -> None:
    async with _EXPERTS:
        await an_expert_comes(play)
        expert = play.floor.people[LAW_EXPERTS[0]]
        await play.talk()
        await play.transfer(LAW, ATTENDED)
        play.expect(ATTENDED, LAW, COMPLETED, third_agent=LAW_EXPERTS[0])
        the_experts_leave(play)
        await play.other_side()
        await expert.register(0)
        try:
            play.third.answer()
            await play.hear({AGENT, THIRD})
            await asyncio.sleep(_GRACE_SECONDS)  # a browser's leg would be given up by now
            await play.shows(Step.CONSULTING)
            await play.command(Command.COMPLETE)
            await on_with_the_other_side(play)
        finally:
            await expert.register()
        await nobody_is_ready(play)


@scenario("the agent's telephone's registration is gone while consulting, and the talk goes on")
async def _(play: Play) -> None:
    await come_to(play, At.CONSULTING)
    play.expect(ATTENDED, OUTSIDE, COMPLETED)
    await play.desk.register(0)
    try:
        await asyncio.sleep(_GRACE_SECONDS)  # as above
        await play.hear({AGENT, THIRD})
        await play.shows(Step.CONSULTING)
        await play.command(Command.COMPLETE)
        await on_with_the_other_side(play)
    finally:
        await play.desk.register()


@scenario("an expert seat: nobody is ready")
async def _(play: Play) -> None:
    async with _EXPERTS:
        await nobody_is_ready(play)
        await play.talk()
        await play.is_refused(LAW, ATTENDED, _sentence(Refusal.NOBODY_READY))
        await play.hear({CITIZEN, AGENT})
        play.agent.hang_up()
        await play.citizen_ends()


@scenario("a queue of ours: the place goes by the time waited, and the second agent sees who passed it on")
async def _(play: Play) -> None:
    async with _EXPERTS:
        await nobody_is_ready(play)
        later = Play(play.floor)
        await play.talk()
        await later.talk()
        await later.transfer(LAW, RELEASE)
        await later.agent.ends(5 * slowness())
        await play.transfer(LAW, RELEASE)
        play.expect(RELEASE, LAW, COMPLETED)
        await play.agent.ends(5 * slowness())
        passed_by = play.desk.user
        await an_expert_comes(play)
        the_experts_leave(play)
        await play.agent_answers()
        assert play.agent.agent == LAW_EXPERTS[0]

        def passed() -> bool:
            call = play.desk.desk.call
            return call is not None and call.passed is not None and call.passed.by == passed_by

        await play.desk.sees("who passed the call on", passed, 10)
        await later.citizen_leaves()
        play.floor.forget(later.caller)
        play.agent.hang_up()
        await play.citizen_ends()
        await nobody_is_ready(play)


# --- refused ---


def _refused(name: str, to: str, mode: TransferMode, why: Refusal) -> None:
    @scenario(f"refused: {name}")
    async def _(play: Play) -> None:
        await play.talk()
        await play.is_refused(to, mode, _sentence(why))
        await play.hear({CITIZEN, AGENT})
        play.agent.hang_up()
        await play.citizen_ends()


_refused("the line is closed at this hour", "expert-agriculture", ATTENDED, Refusal.CLOSED_NOW)
_refused("the line is not in the directory", "nowhere", ATTENDED, Refusal.NO_SUCH_DESTINATION)
_refused("the line may not be handed to in this mode", "police", RELEASE, Refusal.MODE_NOT_ALLOWED)


@scenario("refused: a second transfer while one is under way, and a command that does not fit the step")
async def _(play: Play) -> None:
    await come_to(play, At.CALLING_ON_MUSIC)
    play.expect(ATTENDED, OUTSIDE, TransferOutcome.CANCELLED)
    await play.is_refused("water", ATTENDED, _sentence(Refusal.TRANSFER_UNDER_WAY))
    await play.command_is_refused(Command.MERGE, _sentence(Refusal.NOT_IN_THIS_STEP))
    await play.command(Command.DROP)
    await back_with_the_agent(play)
