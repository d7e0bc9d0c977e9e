"""The citizen is never alone and never lost, with no program of ours in the loop: the nets of room and music."""

import pytest

from acd.names import third_leg
from acd.transfer import Place
from tests.live.room_floor import SOON_SECONDS, Floor, Talk

pytestmark = pytest.mark.live


def test_an_agent_who_hangs_up_in_the_room_has_ended_the_conversation(floor: Floor, talk: Talk) -> None:
    talk.into_the_room()
    floor.agent.hang_up()
    talk.released()


def test_an_agent_lost_in_the_room_brings_the_citizen_to_the_head_of_the_queue(floor: Floor, talk: Talk) -> None:
    talk.into_the_room()
    talk.lost(talk.leg)
    floor.agent.gone(patience=SOON_SECONDS)
    talk.returned()


def test_when_the_agent_has_left_the_other_side_ends_the_conversation(floor: Floor, talk: Talk) -> None:
    talk.conference()
    floor.agent.hang_up()
    talk.are_together(talk.call, talk.third)
    floor.far.hang_up()
    talk.released()


def test_when_the_agent_has_left_and_the_other_side_is_lost_the_citizen_goes_back(floor: Floor, talk: Talk) -> None:
    talk.conference()
    floor.agent.hang_up()
    talk.are_together(talk.call, talk.third)
    talk.lost(talk.third)
    floor.far.gone(patience=SOON_SECONDS)
    talk.returned()


def test_an_agent_gone_while_the_other_side_rings_leaves_the_citizen_to_the_other_side(
    floor: Floor, talk: Talk
) -> None:
    ring = talk.consult_ringing()
    talk.lost(talk.leg)
    floor.agent.gone(patience=SOON_SECONDS)
    floor.far.take(ring)
    talk.are_together(talk.call, talk.third)
    talk.told("room")
    floor.far.hang_up()
    talk.released()


def test_an_agent_gone_from_the_room_while_the_other_side_rings_leaves_the_citizen_to_it(
    floor: Floor, talk: Talk
) -> None:
    talk.into_the_room()
    talk.move(talk.citizen_to(Place.ROOM), third=talk.third)
    talk.ring_third()
    ring = floor.far.wait_ring()
    talk.are_together(talk.call, talk.leg)
    floor.agent.hang_up()
    talk.told("music")
    floor.far.take(ring)
    talk.are_together(talk.call, talk.third)
    floor.far.hang_up()
    talk.released()


def test_an_agent_gone_from_the_room_while_a_second_other_side_rings_leaves_the_citizen_to_it(
    floor: Floor, talk: Talk
) -> None:
    talk.into_the_room()
    talk.ring_third()
    floor.far.refuse_ring("486 Busy Here")
    talk.ami.event("Hangup", Uniqueid=talk.third)
    talk.third = third_leg(talk.call, 2)
    talk.ring_third()
    ring = floor.far.wait_ring()
    talk.are_together(talk.call, talk.leg)
    floor.agent.hang_up()
    talk.told("music")
    floor.far.take(ring)
    talk.are_together(talk.call, talk.third)
    floor.far.hang_up()
    talk.released()


def test_another_side_that_was_rung_by_an_agent_who_is_gone_does_not_join_the_next_ones_talk(
    floor: Floor, talk: Talk
) -> None:
    talk.into_the_room()
    talk.ring_third(ring=30_000)
    ring = floor.far.wait_ring()
    talk.knows_of_nobody()
    talk.lost(talk.leg)
    floor.agent.gone(patience=SOON_SECONDS)
    talk.ami.event("UserEvent", UserEvent="JtReturned", Call=talk.call)
    talk.answered_again()
    talk.into_the_room()
    floor.far.take(ring)
    floor.far.gone(patience=SOON_SECONDS)
    talk.are_together(talk.call, talk.leg)
    floor.agent.hang_up()
    talk.released()


def test_an_agent_gone_and_nobody_who_answers_brings_the_citizen_back(floor: Floor, talk: Talk) -> None:
    talk.consult_ringing(ring_ms=1_000)
    floor.agent.hang_up()
    talk.returned()


def test_an_agent_gone_during_the_consultation_leaves_the_citizen_to_the_other_side(floor: Floor, talk: Talk) -> None:
    talk.consult()
    talk.lost(talk.leg)
    floor.agent.gone(patience=SOON_SECONDS)
    talk.are_together(talk.call, talk.third)
    talk.lost(talk.third)
    floor.far.gone(patience=SOON_SECONDS)
    talk.returned()


def test_another_side_that_refuses_brings_the_citizen_back_to_the_agent(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.MUSIC), talk.agent_in, third=talk.third)
    talk.ring_third()
    floor.far.refuse_ring("486 Busy Here")
    talk.are_together(talk.call, talk.leg)
    floor.agent.hang_up()
    talk.released()


def test_another_side_gone_during_the_consultation_brings_the_citizen_back_to_the_agent(
    floor: Floor, talk: Talk
) -> None:
    talk.consult()
    floor.far.hang_up()
    talk.are_together(talk.call, talk.leg)
    talk.lost(talk.leg)
    floor.agent.gone(patience=SOON_SECONDS)
    talk.returned()


def test_both_gone_during_the_consultation_bring_the_citizen_to_the_head_of_the_queue(floor: Floor, talk: Talk) -> None:
    talk.consult()
    floor.agent.hang_up()
    floor.far.hang_up()
    talk.returned()


@pytest.mark.parametrize("how", ["hung up", "lost"])
def test_another_side_on_music_comes_to_the_citizen_when_the_agent_is_gone(floor: Floor, talk: Talk, how: str) -> None:
    talk.swap()
    if how == "lost":
        talk.lost(talk.leg)
        floor.agent.gone(patience=SOON_SECONDS)
    else:
        floor.agent.hang_up()
    talk.are_together(talk.call, talk.third)
    floor.far.hang_up()
    talk.released()


def test_another_side_gone_from_the_music_leaves_nothing_that_is_read_later(floor: Floor, talk: Talk) -> None:
    talk.swap()
    talk.lost(talk.third)
    floor.far.gone(patience=SOON_SECONDS)
    floor.agent.hang_up()
    talk.released()


def test_of_a_conference_the_last_one_says_what_becomes_of_the_citizen(floor: Floor, talk: Talk) -> None:
    talk.conference()
    talk.lost(talk.third)
    floor.far.gone(patience=SOON_SECONDS)
    talk.are_together(talk.call, talk.leg)
    floor.agent.hang_up()
    talk.released()


def test_a_citizen_sent_into_an_empty_room_does_not_wait_there(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.ROOM))
    floor.agent.gone(patience=SOON_SECONDS)
    talk.returned()


def test_a_citizen_who_falls_out_of_the_room_comes_back_to_whoever_is_in_it(floor: Floor, talk: Talk) -> None:
    talk.into_the_room()
    talk.falls_out()
    talk.are_together(talk.call, talk.leg)
    talk.ends()
    floor.agent.gone(patience=SOON_SECONDS)


def test_what_a_leg_said_that_left_others_in_the_room_is_not_read(floor: Floor, talk: Talk) -> None:
    talk.conference()
    floor.far.hang_up()
    talk.are_together(talk.call, talk.leg)
    talk.knows_of_nobody()
    talk.falls_out()
    floor.agent.gone(patience=SOON_SECONDS)
    talk.returned()


def test_what_was_said_of_an_earlier_place_is_not_read(floor: Floor, talk: Talk) -> None:
    talk.into_the_room()
    talk.knows_of_nobody()
    talk.ami.act(Action="Setvar", Channel=talk.call, Variable="JT_GONE", Value=f"room-1:16:{talk.leg}")
    talk.falls_out()
    floor.agent.gone(patience=SOON_SECONDS)
    talk.returned()


def test_a_citizen_who_comes_back_and_is_answered_again_may_end_in_peace(floor: Floor, talk: Talk) -> None:
    talk.lost(talk.leg)
    floor.agent.gone(patience=SOON_SECONDS)
    talk.ami.event("UserEvent", UserEvent="JtReturned")
    talk.answered_again()
    floor.agent.hang_up()
    talk.released()


def test_a_citizen_who_leaves_the_room_leaves_nobody_in_it(floor: Floor, talk: Talk) -> None:
    talk.into_the_room()
    talk.ends()
    floor.agent.gone(patience=SOON_SECONDS)


def test_a_citizen_who_leaves_a_conference_leaves_the_others_to_each_other(floor: Floor, talk: Talk) -> None:
    talk.conference()
    talk.ends()
    talk.are_together(talk.leg, talk.third)
    floor.agent.hang_up()
    floor.far.gone(patience=SOON_SECONDS)


def test_a_citizen_who_leaves_the_music_leaves_those_who_consult(floor: Floor, talk: Talk) -> None:
    talk.consult()
    talk.ends()
    talk.are_together(talk.leg, talk.third)
    floor.far.hang_up()
    floor.agent.gone(patience=SOON_SECONDS)


def test_for_a_citizen_who_left_nobody_waits_and_nobody_answers(floor: Floor, talk: Talk) -> None:
    ring = talk.consult_ringing()
    talk.ends()
    floor.agent.gone(patience=SOON_SECONDS)
    floor.far.take(ring)
    floor.far.gone(patience=SOON_SECONDS)


def test_a_citizen_who_leaves_while_the_other_side_hears_music_leaves_nobody(floor: Floor, talk: Talk) -> None:
    talk.swap()
    talk.ends()
    floor.agent.gone(patience=SOON_SECONDS)
    floor.far.gone(patience=SOON_SECONDS)


def test_an_agent_of_ours_is_rung_as_the_other_side(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.MUSIC), talk.agent_in, third=talk.third)
    talk.ring_third(interface="PJSIP/6016-sip")
    floor.expert.answer_ring()
    talk.are_together(talk.leg, talk.third)
    floor.agent.hang_up()
    talk.are_together(talk.call, talk.third)
    talk.lost(talk.third)
    floor.expert.gone(patience=SOON_SECONDS)
    talk.returned()
