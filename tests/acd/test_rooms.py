"""Who hears whom is read off the bridges: spells begin and end with them, in whatever order they are told."""

from immutables import Map
from msgspec.structs import replace

from acd import rooms
from acd.call import Call, Talk, consult_ms, segments
from acd.names import AgentId, LegId, Moment, QueueName, RingResult
from acd.transfer import MODES, Place, Step, Transfer, TransferMode
from tests.acd.handing import CITIZEN, STAFF, TAX, THIRD
from tests.acd.playbook import A1, A2, C1, T0

TRANSFER = Transfer(number=1, mode=TransferMode.ATTENDED, to=TAX, by=A1, by_leg=STAFF, asked_at=T0, third=THIRD)
ANSWERED = replace(TRANSFER, answered_at=T0, result=RingResult.ANSWERED)


def at(seconds: float) -> Moment:
    return Moment(T0 + int(1000 * seconds))


def call(transfer: Transfer = ANSWERED) -> Call:
    talk = Talk(agent=A1, leg=STAFF, start=at(0))
    queue = QueueName("general")
    one = Call(id=C1, node="jt1", number="12345", caller="unknown", queue=queue, offered_at=at(-9), talks=(talk,))
    return rooms.opened(replace(one, transfers=(transfer,)))


def spells(one: Call) -> list[tuple[LegId, bool, float, float | None]]:
    return [
        (it.leg, it.with_citizen, (it.start - T0) / 1000, None if it.end is None else (it.end - T0) / 1000)
        for it in segments(one)
    ]


def test_nothing_is_kept_before_the_first_transfer():
    one = replace(call(), rooms=None)
    assert rooms.entered(one, CITIZEN, "room", at(1)) is one
    assert rooms.gone_out(one, STAFF, None, at(1)) is one
    assert rooms.room_of(one, CITIZEN) is None


def test_those_who_talk_are_in_the_queues_bridge_when_account_begins():
    one = call()
    assert rooms.room_of(one, CITIZEN) == rooms.room_of(one, STAFF) is not None
    assert rooms.opened(one) is one


def test_a_consultation_is_a_spell_without_the_citizen_and_a_merge_begins_one_with_them():
    one = rooms.gone_out(call(), CITIZEN, "queue-bridge", at(5))
    one = rooms.entered(one, STAFF, "room", at(5))
    one = rooms.entered(one, THIRD, "room", at(8))
    assert rooms.step_of(one, ANSWERED) is Step.CONSULTING
    one = rooms.entered(one, CITIZEN, "room", at(12))
    assert rooms.step_of(one, ANSWERED) is Step.JOINED
    one = rooms.gone_out(one, STAFF, "room", at(20))
    assert spells(one) == [
        (STAFF, True, 0, 5),
        (THIRD, False, 8, 12),
        (STAFF, True, 12, 20),
        (THIRD, True, 12, None),
    ]
    assert consult_ms(one) == 4_000


def test_who_waits_alone_in_the_room_talks_with_nobody():
    one = rooms.gone_out(call(), CITIZEN, "queue-bridge", at(5))
    one = rooms.entered(one, THIRD, "room", at(8))
    assert spells(one) == [(STAFF, True, 0, 5)]


def test_two_rooms_are_not_one():
    one = rooms.entered(call(), CITIZEN, "room-1", at(5))
    one = rooms.entered(one, STAFF, "room-2", at(6))
    assert spells(one) == [(STAFF, True, 0, 5)], "the citizen has left the first"


def test_what_is_told_of_before_is_known_to_be_old():
    one = rooms.entered(call(), CITIZEN, "room", at(5))
    assert rooms.entered(one, CITIZEN, "queue-bridge", at(4)) is one
    assert rooms.gone_out(one, CITIZEN, "room", at(4)) is one
    assert rooms.gone_out(one, CITIZEN, "another", at(6)) is one


def test_late_facts_make_no_spells_overlap():
    one = rooms.entered(rooms.entered(call(), CITIZEN, "room", at(5)), STAFF, "room", at(5))
    one = rooms.entered(one, THIRD, "room", at(30))
    one = rooms.gone_out(one, CITIZEN, "room", at(20))
    one = rooms.entered(one, CITIZEN, "room", at(21))
    of_third = sorted((it.start, it.end or it.start) for it in segments(one) if it.leg == THIRD)
    assert all(end <= start for (_, end), (start, _) in zip(of_third, of_third[1:], strict=False))
    assert all(it.end is None or it.end >= it.start for it in segments(one))


def test_an_agent_of_ours_on_the_other_side_talks_and_has_no_side():
    one = call(replace(ANSWERED, third_agent=A2))
    one = rooms.entered(rooms.entered(rooms.entered(one, CITIZEN, "r", at(1)), STAFF, "r", at(1)), THIRD, "r", at(2))
    assert [(talk.agent, talk.leg) for talk in one.talks if talk.end is None] == [(A1, STAFF), (AgentId(A2), THIRD)]
    assert one.sides == ()


def test_the_step_is_read_off_who_is_where():
    assert rooms.step_of(call(TRANSFER), TRANSFER) is Step.CALLING
    for mode, row in MODES.items():
        waits = replace(TRANSFER, mode=mode, third=None)
        assert rooms.step_of(call(waits), waits) is (Step.CALLING if row.rings else Step.AWAY)
    there = replace(call(), rooms=Map({CITIZEN: "room", STAFF: "room"}))
    assert rooms.step_of(there, ANSWERED) is Step.SWAPPED


def test_on_music_and_put_aside_end_with_the_move():
    music = replace(call(), place=Place.MUSIC)
    assert rooms.on_music(music)
    assert not rooms.on_music(replace(music, moving=frozenset({CITIZEN})))
    one = rooms.entered(rooms.entered(call(), STAFF, "room", at(1)), THIRD, "room", at(1))
    aside = rooms.gone_out(replace(one, moving=frozenset({THIRD})), THIRD, "room", at(2))
    assert not rooms.put_aside(one, THIRD)
    assert rooms.put_aside(aside, THIRD), "off the room it has arrived: nothing else tells of it"
