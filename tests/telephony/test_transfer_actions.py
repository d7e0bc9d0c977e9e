"""Legs are moved and the other side is rung as the dialplan expects it, and nothing foreign can be smuggled in."""

import re
from pathlib import Path

import pytest
from msgspec import structs

from acd.effects import CallThird, MoveLegs, Spot
from acd.names import AgentId, CallId, DestinationKey, LegId, Millis, Phone, interface_of
from acd.transfer import Place
from telephony.ami_protocol import encode
from telephony.render import render
from telephony.transfer_actions import CannotBeAsked, call_third, channel, move_legs
from tests.telephony.plans import small_plan
from tests.telephony.test_render import read_dialplan

C, A, T = CallId("jt1-100.1"), LegId("jt1-100.2"), LegId("jt1-100.1-t1")
CITIZEN = LegId(C)
DIAL = {DestinationKey("tax"): "PJSIP/12366@revenue"}
RING = CallThird(
    call=C,
    leg=T,
    to=DestinationKey("tax"),
    interface=None,
    agent=A,
    ring=Millis(25_000),
    caller="13800000001",
    number="12345",
)


def moved(*spots: Spot, agent: LegId | None = A, third: LegId | None = T, position: int = 0) -> list[dict[str, str]]:
    effect = MoveLegs(call=C, spots=spots, agent=agent, third=third, position=position)
    return [dict(headers) for headers in move_legs(effect)]


def at(place: Place, argument: str = "citizen", leg: LegId = CITIZEN) -> Spot:
    return Spot(leg=leg, place=place, argument=argument)


def test_two_legs_go_at_once_after_the_citizen_is_told_whom_to_look_for() -> None:
    assert moved(at(Place.MUSIC), at(Place.ROOM, "staff", A)) == [
        {"Action": "Setvar", "Channel": C, "Variable": "JT_AGENT", "Value": A},
        {"Action": "Setvar", "Channel": C, "Variable": "JT_THIRD", "Value": T},
        {
            "Action": "Redirect",
            "Channel": C,
            "Context": "music",
            "Exten": "citizen",
            "Priority": "1",
            "ExtraChannel": A,
            "ExtraContext": "room",
            "ExtraExten": "staff",
            "ExtraPriority": "1",
        },
    ]


def test_nobody_is_looked_for_under_a_name_that_no_channel_has() -> None:
    told = {one["Variable"]: one["Value"] for one in moved(at(Place.STEP, "tax"), agent=None, third=None)[:-1]}
    assert told == {"JT_AGENT": "none", "JT_THIRD": "none"}


def test_a_queue_of_ours_is_entered_at_a_place() -> None:
    *told, redirect = moved(at(Place.QUEUE, "hotline"), position=3)
    assert {"Action": "Setvar", "Channel": C, "Variable": "JT_POSITION", "Value": "3"} in told
    assert (redirect["Context"], redirect["Exten"]) == ("handed", "hotline")


@pytest.mark.parametrize(
    "spot",
    [
        at(Place.ROOM),
        at(Place.ROOM, "staff"),
        at(Place.ROOM, "third"),
        at(Place.MUSIC),
        at(Place.MUSIC, "third"),
        at(Place.BLIND, "tax"),
        at(Place.STEP, "satisfaction"),
        at(Place.QUEUE, "labour"),
    ],
)
def test_every_way_ends_at_an_extension_of_the_dialplan(spot: Spot, tmp_path: Path) -> None:
    redirect = moved(spot)[-1]
    assert redirect["Exten"] in read_dialplan(render(small_plan(tmp_path)))[redirect["Context"]]


@pytest.mark.parametrize("place", list(Place))
@pytest.mark.parametrize("argument", ["", "h", "Tax", "tax,1", "${X}", "tax\r\nAction: Originate", "a" * 65, "../x"])
def test_a_place_that_is_none_is_not_asked_for(place: Place, argument: str) -> None:
    with pytest.raises(CannotBeAsked):
        moved(at(place, argument))


@pytest.mark.parametrize("leg", ["", "/./", "a b", "jt1-1.1,x", "${SHELL(x)}", "jt1-1.1\r\n", "\u00e4", "x" * 101])
def test_a_leg_that_is_none_is_not_asked_for(leg: str) -> None:
    bad = LegId(leg)
    with pytest.raises(CannotBeAsked):
        channel(leg)
    with pytest.raises(CannotBeAsked):
        moved(at(Place.ROOM, leg=bad))
    with pytest.raises(CannotBeAsked):
        call_third(structs.replace(RING, leg=bad), DIAL)
    with pytest.raises(CannotBeAsked):
        call_third(structs.replace(RING, agent=bad), DIAL)


def test_no_leg_three_legs_and_a_place_before_the_first_cannot_be() -> None:
    for spots, position in (((), 0), ((at(Place.ROOM),) * 3, 0), ((at(Place.QUEUE, "hotline"),), -1)):
        with pytest.raises(CannotBeAsked):
            moved(*spots, position=position)


def test_the_other_side_is_rung_into_the_room_under_our_name_after_the_citizen_is_told_of_it() -> None:
    *told, originate = (dict(headers) for headers in call_third(RING, DIAL))
    assert told == [
        {"Action": "Setvar", "Channel": C, "Variable": "JT_AGENT", "Value": A},
        {"Action": "Setvar", "Channel": C, "Variable": "JT_THIRD", "Value": T},
    ]
    assert originate == {
        "Action": "Originate",
        "Channel": "PJSIP/12366@revenue",
        "ChannelId": T,
        "Context": "room",
        "Exten": "third",
        "Priority": "1",
        "Timeout": "25000",
        "CallerID": '"13800000001" <13800000001>',
        "Account": C,
        "Variable": f"JT_CALL={C},JT_AGENT={A}",
        "Async": "true",
    }


def test_an_agent_of_ours_is_rung_at_their_telephone() -> None:
    rung = structs.replace(RING, interface=interface_of(AgentId("6012"), Phone.WEB), to=DestinationKey("unknown"))
    assert dict(call_third(rung, {})[-1])["Channel"] == "PJSIP/6012-web"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("+8613800000001", "+8613800000001"),
        ('1" <2>,JT_CALL=x', "12JT_CALLx"),
        ("1\r\nAction: Command", "1ActionCommand"),
        ("${SHELL(x)}", "SHELLx"),
        ("8" * 99, "8" * 32),
        ("\u5e02\u6c11", "unknown"),
    ],
)
def test_a_strangers_number_is_only_a_number(said: str, shown: str) -> None:
    *_, headers = call_third(structs.replace(RING, caller=said), DIAL)
    assert dict(headers)["CallerID"] == f'"{shown}" <{shown}>'
    assert encode(headers)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"to": DestinationKey("nowhere")}, "'nowhere' is not connected"),
        ({"interface": "PJSIP/revenue"}, "no agent's telephone"),
        ({"interface": "Local/1@room"}, "no agent's telephone"),
        ({"interface": "PJSIP/6012-web&PJSIP/6013-web"}, "no agent's telephone"),
        ({"interface": "PJSIP/60,12-web"}, "no agent's telephone"),
    ],
)
def test_whom_nobody_can_dial_is_a_sentence(change: dict[str, str], why: str) -> None:
    with pytest.raises(CannotBeAsked, match=re.escape(why)):
        call_third(structs.replace(RING, **change), DIAL)


@pytest.mark.parametrize("dialled", ["PJSIP/12366@revenue&Local/1@x", "SIP/1@x", "PJSIP/1 2@x", "PJSIP/12366@re venue"])
def test_what_is_no_number_at_a_trunk_is_not_dialled(dialled: str) -> None:
    with pytest.raises(CannotBeAsked, match="no number at a trunk"):
        call_third(RING, {DestinationKey("tax"): dialled})
