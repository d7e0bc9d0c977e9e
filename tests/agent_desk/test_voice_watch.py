"""Streams that jumped back: found by what seems lost of them, and sent into the room again, once for each jump."""

import pytest

from acd.effects import MoveLegs, PbxEffect
from acd.names import LegId, citizens_leg
from acd.transfer import Place
from agent_desk.voice_watch import VoiceWatch
from telephony.actions import Headers
from telephony.ami_protocol import AmiMessage
from telephony.wire import ActionRefused
from tests.acd.handing import CITIZEN, STAFF, THIRD, Handing
from tests.acd.playbook import A2, C1

LEAP = 63_536


class Asterisk:
    """Answers with what it counts as lost of each leg; a leg without a count is gone."""

    def __init__(self, story: Handing) -> None:
        self.lost: dict[str, int] = {CITIZEN: 0, THIRD: 0, STAFF: LEAP}
        self.asked: list[str] = []
        self.moved: list[PbxEffect] = []
        self.watch = VoiceWatch(lambda: story.state, self.ask, self.moved.append)

    async def ask(self, headers: Headers) -> AmiMessage:
        leg = dict(headers)["Channel"]
        self.asked.append(leg)
        if leg not in self.lost:
            raise ActionRefused("No such channel")
        return {"Response": "Success", "Value": f"ssrc=1;themssrc=2;lp={self.lost[leg]};rxcount=9"}

    async def looks(self) -> list[PbxEffect]:
        self.moved.clear()
        await self.watch.look()
        return list(self.moved)


@pytest.fixture
def story() -> Handing:
    return Handing()


def spots(effects: list[PbxEffect]) -> list[tuple[LegId, Place, str]]:
    (one,) = effects
    assert isinstance(one, MoveLegs)
    assert (one.call, one.agent, one.third) == (C1, STAFF, THIRD)
    return [(spot.leg, spot.place, spot.argument) for spot in one.spots]


async def test_a_plain_talk_is_not_looked_at(story: Handing) -> None:
    asterisk = Asterisk(story)
    assert await asterisk.looks() == []
    assert asterisk.asked == []


async def test_the_other_side_of_a_conference_comes_anew_once_a_jump(story: Handing) -> None:
    story.conferring()
    asterisk = Asterisk(story)
    assert await asterisk.looks() == []
    assert sorted(asterisk.asked) == sorted([CITIZEN, THIRD]), "telephones of ours do not jump"
    asterisk.lost[THIRD] = LEAP
    assert spots(await asterisk.looks()) == [(THIRD, Place.ROOM, "third")]
    assert await asterisk.looks() == [], "it is being heard again"
    asterisk.lost[THIRD] = 2 * LEAP
    assert spots(await asterisk.looks()) == [(THIRD, Place.ROOM, "third")]


async def test_packets_that_are_really_lost_move_nobody(story: Handing) -> None:
    story.conferring()
    asterisk = Asterisk(story)
    asterisk.lost[THIRD] = 500
    assert await asterisk.looks() == []


async def test_a_citizen_comes_anew_beside_the_others(story: Handing) -> None:
    story.conferring()
    asterisk = Asterisk(story)
    asterisk.lost[CITIZEN] = LEAP
    assert spots(await asterisk.looks()) == [(CITIZEN, Place.ROOM, "citizen")]


async def test_when_the_agent_has_left_both_come_anew_at_once(story: Handing) -> None:
    story.conferring()
    story.hangs_up(STAFF)
    asterisk = Asterisk(story)
    asterisk.lost[THIRD] = LEAP
    assert spots(await asterisk.looks()) == [(CITIZEN, Place.ROOM, "citizen"), (THIRD, Place.ROOM, "third")]


async def test_who_hears_music_is_not_looked_at(story: Handing) -> None:
    story.swapped()
    asterisk = Asterisk(story)
    asterisk.lost[THIRD] = LEAP
    assert await asterisk.looks() == []
    assert asterisk.asked == [citizens_leg(C1)]


async def test_an_expert_of_ours_is_not_looked_at(story: Handing) -> None:
    story.expert()
    story.conferring(agent=A2)
    asterisk = Asterisk(story)
    asterisk.lost[THIRD] = LEAP
    assert await asterisk.looks() == []


async def test_a_leg_that_is_gone_keeps_nobody_from_being_looked_at(story: Handing) -> None:
    story.conferring()
    asterisk = Asterisk(story)
    del asterisk.lost[CITIZEN]
    asterisk.lost[THIRD] = LEAP
    assert spots(await asterisk.looks()) == [(THIRD, Place.ROOM, "third")]
