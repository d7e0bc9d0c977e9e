"""Another side whose voice begins to be numbered anew, as after a transfer of its own, is heard again by itself."""

from collections.abc import Iterator

import pytest

from acd.transfer import Command
from tests.live.faults import slowness
from tests.live.transfer_books import BOUND_MS
from tests.live.transfer_floor import Floor
from tests.live.transfer_parties import Party, now
from tests.live.transfer_play import CITIZEN, THIRD, Play
from tests.live.transfer_run import books_are_equal, nothing_left
from tests.live.transfer_steps import At, come_to
from tests.live.transfer_voice import Spell

pytestmark = pytest.mark.live

BACK = 2_000
"""Packets, 40 seconds: so long Asterisk alone would be deaf."""
HEARD_SECONDS = 15.0
"""Asterisk counts what is lost every five seconds, and we look every two."""


@pytest.fixture(scope="module")
def floor() -> Iterator[Floor]:
    with Floor(agents=2, rtp_first=16000) as floor:
        yield floor
        nothing_left(floor)
        books_are_equal(floor, round(BOUND_MS * slowness()))


async def _jumps_and_is_heard(play: Play, listener: Party) -> None:
    """The other side's numbers go back; whoever heard it hears it again. Then all hang up."""
    voice, ear = play.third.ear, listener.ear
    assert voice is not None
    assert ear is not None
    voice.sent -= BACK
    jumped_at = now()

    def after() -> list[Spell]:
        return [spell for spell in ear.spells(THIRD) if spell[0] > jumped_at + 500]

    await play.until("heard again", lambda: any(end - start > 1_000 for start, end in after()), HEARD_SECONDS)
    before = [end for start, end in ear.spells(THIRD) if start <= jumped_at]
    assert before[-1] < jumped_at + 500, "it was heard all the time: this tries nothing"
    for party in play.parties:
        party.hang_up()
    await play.citizen_ends()


def test_in_a_consultation(floor: Floor) -> None:
    async def act(play: Play) -> None:
        await come_to(play, At.CONSULTING)
        await _jumps_and_is_heard(play, play.agent)

    floor.do(act(Play(floor)), 90)


def test_after_the_agent_has_left(floor: Floor) -> None:
    async def act(play: Play) -> None:
        await come_to(play, At.JOINED)
        await play.command(Command.COMPLETE)
        await play.hear({CITIZEN, THIRD})
        await _jumps_and_is_heard(play, play.citizen)

    floor.do(act(Play(floor)), 90)
