"""A citizen who is sent away, to the outside, a queue or a question, comes back if nobody takes them."""

import pytest

from acd.transfer import Place
from tests.live.room_floor import SOON_SECONDS, Floor, Talk

pytestmark = pytest.mark.live


def test_a_released_citizen_is_with_the_other_side_until_it_hangs_up(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.BLIND, "tax"))
    floor.agent.gone(patience=SOON_SECONDS)
    talk.told("blind")
    assert "13800000000" in floor.far.answer_ring().headers["from"]
    talk.ami.event("DialEnd", DialStatus="ANSWER", DestAccountCode=talk.call)
    floor.far.hang_up()
    talk.released()


def test_a_released_citizen_whose_other_side_is_lost_goes_back(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.BLIND, "tax"))
    floor.agent.gone(patience=SOON_SECONDS)
    floor.far.answer_ring()
    third = talk.ami.event("DialEnd", DialStatus="ANSWER")["DestUniqueid"]
    talk.ami.event("BridgeEnter", Uniqueid=third)
    talk.lost(third)
    floor.far.gone(patience=SOON_SECONDS)
    talk.returned()


def test_a_citizen_released_from_the_room_leaves_nobody_in_it(floor: Floor, talk: Talk) -> None:
    talk.conference()
    talk.ami.event("BridgeEnter", Uniqueid=talk.third)
    talk.ami.forget()
    talk.move(talk.citizen_to(Place.BLIND, "tax"))
    floor.agent.gone(patience=SOON_SECONDS)
    floor.far.gone(patience=SOON_SECONDS)
    assert not talk.in_room()
    floor.far.answer_ring()
    talk.told("blind")
    released_to = talk.ami.event("DialEnd", DialStatus="ANSWER")["DestUniqueid"]
    talk.ami.event("BridgeEnter", Uniqueid=released_to)
    talk.lost(released_to)
    floor.far.gone(patience=SOON_SECONDS)
    talk.returned()


def test_a_citizen_released_from_the_room_to_a_queue_leaves_nobody_in_it(floor: Floor, talk: Talk) -> None:
    talk.into_the_room()
    talk.move(talk.citizen_to(Place.QUEUE, "experts"), position=1)
    floor.agent.gone(patience=SOON_SECONDS)
    floor.expert.answer_ring()
    expert = talk.ami.event("AgentConnect", MemberName="6016")["DestUniqueid"]
    talk.ami.event("BridgeEnter", Uniqueid=expert)
    assert not talk.in_room()
    floor.expert.hang_up()
    talk.released()


@pytest.mark.parametrize(("status", "result"), [("486 Busy Here", "BUSY"), ("503 Service Unavailable", "CONGESTION")])
def test_a_released_citizen_whom_nobody_takes_goes_back(floor: Floor, talk: Talk, status: str, result: str) -> None:
    talk.move(talk.citizen_to(Place.BLIND, "tax"))
    floor.agent.gone(patience=SOON_SECONDS)
    floor.far.refuse_ring(status)
    talk.ami.event("DialEnd", DialStatus=result)
    talk.returned()


def test_a_released_citizen_whom_nobody_answers_goes_back(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.BLIND, "tax"))
    floor.agent.gone(patience=SOON_SECONDS)
    floor.far.wait_ring()
    talk.ami.event("DialEnd", DialStatus="NOANSWER")
    talk.returned()


@pytest.mark.parametrize("key", ["customs", "no-such-line"])
def test_a_released_citizen_for_whom_nothing_can_be_dialled_goes_back(floor: Floor, talk: Talk, key: str) -> None:
    talk.move(talk.citizen_to(Place.BLIND, key))
    floor.agent.gone(patience=SOON_SECONDS)
    talk.returned()


def test_a_released_citizen_may_hang_up_while_it_rings_and_in_the_talk(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.BLIND, "tax"))
    floor.agent.gone(patience=SOON_SECONDS)
    ring = floor.far.wait_ring()
    talk.ends()
    floor.far.wait(lambda m: m.first.startswith("CANCEL") and m.headers["call-id"] == ring.headers["call-id"])


def test_a_citizen_released_to_a_queue_of_ours_is_rung_there(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.QUEUE, "experts"), position=1)
    floor.agent.gone(patience=SOON_SECONDS)
    talk.told("queue")
    talk.ami.event("QueueCallerJoin", Queue="experts", Position="1")
    floor.expert.answer_ring()
    expert = talk.ami.event("AgentConnect", MemberName="6016")["DestUniqueid"]
    talk.ami.event("BridgeEnter", Uniqueid=expert)
    floor.expert.hang_up()
    talk.released()
    assert not [one for one in talk.ami.events() if one.get("UserEvent") == "JtRequested"]


def test_a_citizen_released_to_a_queue_where_nobody_is_goes_to_the_head_of_their_own(floor: Floor, talk: Talk) -> None:
    with floor.without_experts():
        talk.move(talk.citizen_to(Place.QUEUE, "experts"))
        floor.agent.gone(patience=SOON_SECONDS)
        talk.told("queue")
        talk.returned()


def test_a_citizen_keys_in_an_answer_and_is_back_with_the_agent(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.STEP, "satisfaction"), talk.agent_in)
    talk.told("step")
    talk.citizen.press("5")
    assert talk.ami.event("UserEvent", UserEvent="JtStep")["Answer"] == "5"
    talk.are_together(talk.call, talk.leg)
    floor.agent.hang_up()
    talk.released()


def test_a_citizen_who_keys_nothing_is_back_with_the_agent(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.STEP, "satisfaction"), talk.agent_in)
    assert talk.ami.event("UserEvent", UserEvent="JtStep")["Answer"] == ""
    talk.are_together(talk.call, talk.leg)
    talk.lost(talk.leg)
    floor.agent.gone(patience=SOON_SECONDS)
    talk.returned()


def test_a_citizen_whose_agent_left_meanwhile_goes_to_the_head_of_the_queue(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.STEP, "satisfaction"), talk.agent_in)
    talk.ami.event("BridgeEnter", Uniqueid=talk.leg)
    floor.agent.hang_up()
    talk.ami.event("Hangup", Uniqueid=talk.leg)
    talk.citizen.press("1")
    talk.returned()


def test_a_citizen_whose_agent_hangs_up_as_they_answer_goes_to_the_head_of_the_queue(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.STEP, "satisfaction"), talk.agent_in)
    talk.ami.event("BridgeEnter", Uniqueid=talk.leg)
    floor.agent.say_bye()
    # The leg is there still, on its way out of the room, when the dialplan looks for it.
    talk.citizen.press("1")
    talk.returned()
    places = [one["Place"] for one in talk.ami.events() if one.get("UserEvent") == "JtHanded"]
    assert places == ["step"], "nobody was there any more to be together with"


def test_a_citizen_who_hangs_up_in_a_step_frees_the_agent(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.STEP, "satisfaction"), talk.agent_in)
    talk.ami.event("BridgeEnter", Uniqueid=talk.leg)
    talk.ends()
    floor.agent.gone(patience=SOON_SECONDS)
