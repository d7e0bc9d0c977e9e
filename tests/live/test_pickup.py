"""A colleague picks up a ringing call by their telephone alone: no program of ours is in the loop."""

from collections.abc import Iterator

import pytest

from acd.transfer import Place
from tests.live.room_floor import SOON_SECONDS, Floor, Talk
from tests.live.room_ringing import Ringing
from tests.live.sip import Phone
from tests.live.sipp import TRUNK

pytestmark = pytest.mark.live


@pytest.fixture
def ringing(floor: Floor) -> Iterator[Ringing]:
    with Ringing(floor) as ringing:
        yield ringing


def test_a_colleague_has_the_citizen_and_ends_the_talk(floor: Floor, ringing: Ringing) -> None:
    ringing.picked_up()
    floor.colleague.hang_up()
    ringing.released()


def test_the_citizen_ends_it(floor: Floor, ringing: Ringing) -> None:
    ringing.picked_up()
    ringing.ends()
    floor.colleague.gone()


def test_a_colleague_who_is_lost_leaves_the_citizen_at_the_head_of_the_queue(floor: Floor, ringing: Ringing) -> None:
    ringing.picked_up()
    ringing.lost(ringing.leg)
    floor.colleague.gone(patience=SOON_SECONDS)
    ringing.returned()


def test_a_picked_up_call_can_be_handed_on(floor: Floor, ringing: Ringing) -> None:
    ringing.picked_up()
    ringing.move(ringing.citizen_to(Place.ROOM), third=ringing.third)
    ringing.ring_third()
    floor.far.answer_ring()
    ringing.are_together(ringing.call, ringing.leg, ringing.third)
    floor.colleague.hang_up()
    ringing.are_together(ringing.call, ringing.third)
    floor.far.hang_up()
    ringing.released()


def test_a_seat_where_nothing_rings_is_refused(floor: Floor, ringing: Ringing) -> None:
    ringing.pick_up("6003")
    ringing.nothing_happened()


def test_letters_for_a_seat_find_nothing(floor: Floor, ringing: Ringing) -> None:
    ringing.pick_up("6.*")
    ringing.nothing_happened()


def test_a_call_of_another_queue_is_refused(floor: Floor) -> None:
    with Ringing(floor) as ringing:
        answer = floor.expert.invite_as_desk(f"*8{floor.agent.user.removesuffix('-sip')}", "handed-out")
        assert answer.status == 200
        floor.expert.gone()
        assert not [one for one in floor.ami.events() if one.get("UserEvent") == "JtPicked"]
        ringing.ends()
        floor.agent.cancelled(ringing.ring)


def test_a_talk_is_never_picked_up(floor: Floor, talk: Talk) -> None:
    answer = floor.colleague.invite_as_desk(f"*8{floor.agent.user.removesuffix('-sip')}", "handed-out")
    assert answer.status == 200
    floor.colleague.gone()
    talk.ends()
    floor.agent.gone()


def test_a_telephone_that_rings_for_a_transfer_is_not_picked_up(floor: Floor, talk: Talk) -> None:
    talk.into_the_room()
    talk.ring_third(interface=f"PJSIP/{floor.expert.user}")
    ring = floor.expert.wait_ring()
    answer = floor.colleague.invite_as_desk(f"*8{floor.expert.user.removesuffix('-sip')}", "handed-out")
    assert answer.status == 200
    floor.colleague.gone()
    floor.expert.take(ring)
    talk.are_together(talk.call, talk.leg, talk.third)
    talk.ends()
    floor.agent.hang_up()
    floor.expert.gone()


def test_from_the_trunk_there_is_no_such_code(floor: Floor, ringing: Ringing) -> None:
    with Phone(floor.pbx.plan.sip_port, host=TRUNK) as stranger:
        stranger.invite(f"*8{floor.agent.user.removesuffix('-sip')}")
        assert stranger.final().status == 404
    ringing.ends()
    floor.agent.cancelled(ringing.ring)
