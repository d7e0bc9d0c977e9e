"""The transfer scenarios in which our process is killed while the citizen is away: released, or in a step of the IVR.

No third leg is ours: the dialplan alone sees to what becomes of the call, and what is written is read off the logs of
Asterisk afterwards.
"""

from acd.transfer import TransferMode
from core.handing_on import TransferOutcome
from tests.live.faults import slowness
from tests.live.transfer_floor import LAW_EXPERTS
from tests.live.transfer_play import AGENT, CITIZEN, THIRD, Play
from tests.live.transfer_steps import OUTSIDE, on_with_another_agent, on_with_the_other_side
from tests.live.transfer_table import Group, scenario

RELEASE, SUSPEND = TransferMode.RELEASE, TransferMode.SUSPEND
COMPLETED, REJECTED, CAME_BACK = TransferOutcome.COMPLETED, TransferOutcome.REJECTED, TransferOutcome.CAME_BACK
LAW, STEP = "expert-law", "satisfaction"
_KEYS_NOTHING_SECONDS = 40.0
"""So long the question is asked of somebody who keys in nothing."""


# --- to the outside ---


async def _released(play: Play) -> None:
    """The agent is gone, and it rings outside."""
    await play.talk()
    await play.transfer(OUTSIDE, RELEASE)
    await play.other_side()
    await play.agent.ends(5 * slowness())


@scenario("killed while a released call rings: answered meanwhile, and ended after the start", Group.KILLED)
async def _(play: Play) -> None:
    await _released(play)
    play.expect(RELEASE, OUTSIDE, COMPLETED)
    await play.killed()
    play.third.answer()
    await play.hear({CITIZEN, THIRD})
    await play.back()
    await on_with_the_other_side(play)


@scenario("killed while a released call rings: answered and ended meanwhile", Group.KILLED)
async def _(play: Play) -> None:
    await _released(play)
    play.expect(RELEASE, OUTSIDE, COMPLETED)
    await play.killed()
    play.third.answer()
    await on_with_the_other_side(play)


@scenario("killed while a released call rings: refused meanwhile, another agent takes the citizen", Group.KILLED)
async def _(play: Play) -> None:
    await _released(play)
    play.expect(RELEASE, OUTSIDE, REJECTED)
    await play.killed()
    play.third.call.reject(486, "Busy Here")
    await on_with_another_agent(play)


@scenario("killed while a released call rings: answered after the start", Group.KILLED)
async def _(play: Play) -> None:
    await _released(play)
    play.expect(RELEASE, OUTSIDE, COMPLETED)
    await play.killed()
    await play.back()
    play.third.answer()
    await on_with_the_other_side(play)


# --- to a queue of ours ---


async def _in_the_experts_queue(play: Play) -> None:
    """The agent is gone, and an expert of ours is rung."""
    await play.talk()
    await play.transfer(LAW, RELEASE)
    play.expect(RELEASE, LAW, COMPLETED)
    await play.agent.ends(5 * slowness())
    for seat in LAW_EXPERTS:
        play.floor.people[seat].eager = True
    await play.agent_is_rung()
    assert play.agent.agent in LAW_EXPERTS, f"{play.agent.agent} is no expert"


@scenario("killed while an expert is rung for a released call: answered meanwhile", Group.KILLED)
async def _(play: Play) -> None:
    await _in_the_experts_queue(play)
    await play.killed()
    await play.agent_takes()
    await play.back()
    await play.hear({CITIZEN, AGENT})
    play.agent.hang_up()
    await play.citizen_ends()


@scenario("killed while an expert is rung for a released call: answered after the start", Group.KILLED)
async def _(play: Play) -> None:
    await _in_the_experts_queue(play)
    await play.killed()
    await play.back()
    await play.agent_takes()
    play.agent.hang_up()
    await play.citizen_ends()


# --- in a step of the IVR ---


async def _in_the_step(play: Play) -> None:
    """The citizen is asked something."""
    await play.talk()
    await play.transfer(STEP, SUSPEND)
    play.expect(SUSPEND, STEP, CAME_BACK)
    await play.hear()


@scenario("killed in a step: answered meanwhile, the citizen comes back to the agent", Group.KILLED)
async def _(play: Play) -> None:
    await _in_the_step(play)
    await play.killed()
    play.citizen.call.press("5")
    await play.hear({CITIZEN, AGENT})
    await play.back()
    await play.shows_outcome(completed=True)
    play.agent.hang_up()
    await play.citizen_ends()


@scenario("killed in a step: nothing is keyed in, the citizen comes back to the agent", Group.KILLED)
async def _(play: Play) -> None:
    await _in_the_step(play)
    await play.killed()
    await play.back()
    await play.hear({CITIZEN, AGENT}, seconds=_KEYS_NOTHING_SECONDS)
    await play.shows_outcome(completed=True)
    play.agent.hang_up()
    await play.citizen_ends()


@scenario("killed in a step: the agent hangs up, another agent takes the citizen", Group.KILLED)
async def _(play: Play) -> None:
    await _in_the_step(play)
    await play.killed()
    play.agent.hang_up()
    await play.agent.ends(5 * slowness())
    play.citizen.call.press("4")
    await on_with_another_agent(play)
