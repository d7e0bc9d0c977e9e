"""Who holds in a room is silence: the citizen hears music as long, with no program of ours in the loop."""

import pytest

from acd.transfer import Place
from tests.live.room_floor import SOON_SECONDS, Floor, Talk

pytestmark = pytest.mark.live


def hold(floor: Floor, talk: Talk) -> None:
    """The agent holds, the citizen is sent to the music and stays there."""
    talk.into_the_room()
    floor.agent.hold(held=True)
    talk.move(talk.citizen_to(Place.MUSIC, "held"))
    talk.told("music")
    floor.until("that the agent holds is seen", lambda: looked(talk) == "1", 5)
    talk.are_together(talk.leg)


def looked(talk: Talk) -> str:
    """How many hold, as the citizen's leg has seen by itself; empty: it has not looked."""
    return talk.ami.ask(Action="Getvar", Channel=talk.call, Variable="JT_HOLDS").get("Value", "")


def test_an_agent_who_takes_the_citizen_off_hold_is_with_them_again(floor: Floor, talk: Talk) -> None:
    hold(floor, talk)
    floor.agent.hold(held=False)
    talk.are_together(talk.call, talk.leg)
    floor.agent.hang_up()
    talk.released()


def test_an_agent_who_hangs_up_during_a_hold_has_ended_the_conversation(floor: Floor, talk: Talk) -> None:
    hold(floor, talk)
    floor.agent.hang_up()
    talk.released()


def test_an_agent_lost_during_a_hold_brings_the_citizen_to_the_head_of_the_queue(floor: Floor, talk: Talk) -> None:
    hold(floor, talk)
    talk.lost(talk.leg)
    floor.agent.gone(patience=SOON_SECONDS)
    talk.returned()


def test_an_agent_who_holds_while_the_other_side_leaves_is_no_company(floor: Floor, talk: Talk) -> None:
    talk.consult()
    floor.agent.hold(held=True)
    floor.far.hang_up()
    floor.until("that the agent holds is seen", lambda: looked(talk) == "1", 5)
    talk.are_together(talk.leg)
    floor.agent.hold(held=False)
    talk.are_together(talk.call, talk.leg)
    talk.ends()
    floor.agent.gone(patience=SOON_SECONDS)


def test_a_citizen_held_while_the_other_side_hears_music_waits_for_the_agent_alone(floor: Floor, talk: Talk) -> None:
    talk.swap()
    floor.agent.hold(held=True)
    talk.move(talk.citizen_to(Place.MUSIC, "held"), third=talk.third)
    talk.told("music")
    floor.until("that the agent holds is seen", lambda: looked(talk) == "1", 5)
    talk.are_together(talk.leg)
    floor.agent.hold(held=False)
    talk.are_together(talk.call, talk.leg)
    talk.ends()
    floor.agent.gone(patience=SOON_SECONDS)
    floor.far.gone(patience=SOON_SECONDS)


def test_a_citizen_held_while_the_other_side_rings_is_with_it_when_it_answers(floor: Floor, talk: Talk) -> None:
    talk.into_the_room()
    talk.ring_third()
    ring = floor.far.wait_ring()
    floor.agent.hold(held=True)
    talk.move(talk.citizen_to(Place.MUSIC, "held"), third=talk.third)
    talk.told("music")
    floor.until("that the agent holds is seen", lambda: looked(talk) == "1", 5)
    floor.far.take(ring)
    talk.are_together(talk.call, talk.leg, talk.third)
    floor.agent.hold(held=False)
    floor.far.hang_up()
    talk.are_together(talk.call, talk.leg)
    talk.ends()
    floor.agent.gone(patience=SOON_SECONDS)
