"""Ways to each step of a transfer, and ways to its end, which scenarios share."""

from collections.abc import Awaitable, Callable
from enum import StrEnum

from acd.transfer import Command, Step, TransferMode
from core.handing_on import TransferOutcome
from tests.live.faults import slowness
from tests.live.transfer_play import AGENT, CITIZEN, GREETED_SECONDS, THIRD, Play
from tests.live.transfer_voice import Role

OUTSIDE, OUTSIDE_TOO = "electricity", "water"
"""Lines of the directory behind the carrier that may be handed to in every mode but the IVR's."""


DEAD_SECONDS = 32.0
"""More than the 20 s of silence after which a far side is lost, and the 25 s for which it may ring."""


class At(StrEnum):
    """Where a transfer is when something happens."""

    CALLING_ON_MUSIC = "calling, citizen on music"
    CALLING_IN_ROOM = "calling, citizen with agent"
    CONSULTING = "consulting"
    SWAPPED = "swapped"
    JOINED = "joined"


ANSWERED = (At.CONSULTING, At.SWAPPED, At.JOINED)


async def come_to(play: Play, at: At, to: str = OUTSIDE) -> None:
    """Talk, and hand the call on as far as that."""
    await play.talk()
    mode = TransferMode.CONFERENCE if at is At.CALLING_IN_ROOM else TransferMode.ATTENDED
    await play.transfer(to, mode)
    await play.other_side()
    if at is At.CALLING_IN_ROOM:
        await play.hear({CITIZEN, AGENT})
        await play.shows(Step.CALLING)
        return
    await play.hear()
    await play.shows(Step.CALLING)
    if at is not At.CALLING_ON_MUSIC:
        await answer_and_go_on(play, at)


async def answer_and_go_on(play: Play, at: At) -> None:
    """The other side answers a consultation, which goes on to a step."""
    play.third.answer()
    await play.hear({AGENT, THIRD})
    await play.shows(Step.CONSULTING)
    if at is At.SWAPPED:
        await play.command(Command.SWAP)
        await play.hear({CITIZEN, AGENT})
        await play.shows(Step.SWAPPED)
    elif at is At.JOINED:
        await play.command(Command.MERGE)
        await play.hear({CITIZEN, AGENT, THIRD})
        await play.shows(Step.JOINED)


async def come_to_a_second_ring(play: Play) -> None:
    """Talk, hand the call on to a line that refuses, and then to one that rings; nobody has left the room meanwhile."""
    await play.talk()
    for to, outcome in ((OUTSIDE, TransferOutcome.REJECTED), (OUTSIDE_TOO, TransferOutcome.COMPLETED)):
        await play.transfer(to, TransferMode.SUCCESS)
        play.expect(TransferMode.SUCCESS, to, outcome)
        await play.other_side()
        await play.hear({CITIZEN, AGENT})
        await play.shows(Step.CALLING)
        if outcome is TransferOutcome.REJECTED:
            play.third.call.reject(486, "Busy Here")
            await play.shows_outcome()


async def answered_after_the_agent(play: Play) -> None:
    """The agent hangs up while it rings; the citizen hears music until the other side answers, and talks with it."""
    play.agent.hang_up()
    await play.hear()
    play.third.answer()
    await on_with_the_other_side(play)


async def back_with_the_agent(play: Play) -> None:
    """Citizen and agent talk as before, and the agent ends it."""
    await play.hear({CITIZEN, AGENT})
    if play.bereft_at is None:
        await play.shows_outcome()
    play.agent.hang_up()
    await play.citizen_ends()


async def on_with_the_other_side(play: Play) -> None:
    """Citizen and other side talk without the agent, and the other side ends it."""
    await play.hear({CITIZEN, THIRD})
    play.third.hang_up()
    await play.citizen_ends()


async def on_with_another_agent(play: Play, seconds: float = GREETED_SECONDS) -> None:
    """The citizen is queued again and another agent answers, who ends it."""
    await play.agent_answers(seconds)
    play.agent.hang_up()
    await play.citizen_ends()


async def wait_in_their_queue(play: Play, who: set[Role]) -> None:
    """Wait until these hear the music of the other side's queue, whose tone is the other side's."""

    def heard() -> bool:
        there = [party for party in play.parties if party.there and party.role in who]
        return len(there) == len(who) and all(THIRD in party.hears() for party in there)

    await play.until("their music is heard", heard)


async def transfer_ends(play: Play) -> None:
    """Wait until the agent's desk shows no transfer any more, though nobody hears a difference."""

    def over() -> bool:
        call = play.desk.desk.call
        return call is not None and call.transfer is None

    await play.desk.sees("the end", over, DEAD_SECONDS * slowness())


Way = Callable[[Play], Awaitable[None]]
