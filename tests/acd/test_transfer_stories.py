"""Each way to hand a call on, from the wish to the end, as the people on the line live it."""

from acd.agent import Presence
from acd.call import Stage, conference_ms, consult_ms, queue_now, segments, stage, talk_ms
from acd.effects import Accept, AnyEffect, CallThird, HangUpLeg, MoveLegs, SaveTicket, WriteCall
from acd.events import AgentAnswered, AgentRung, CallHeld, HangUpHeard, LegEnded, TicketForm, TicketSaved
from acd.figures import Handed
from acd.names import LegId, Party, RequestId, RingResult
from acd.transfer import Command, Place, Step, TransferMode
from tests.acd.handing import (
    CITIZEN,
    EXPERTS,
    STAFF,
    STEP,
    TAX,
    THIRD,
    Handing,
    hung_up,
    moved,
    of_kind,
)
from tests.acd.playbook import A1, A2, C1, C2, Q2, Q, leg_of, today


def written(effects: list[AnyEffect]) -> WriteCall:
    return of_kind(effects, WriteCall)[-1]


def test_three_on_the_line_then_the_agent_leaves():
    story = Handing()
    asked = story.asks(TAX, TransferMode.CONFERENCE)
    assert moved(asked) == [(CITIZEN, Place.ROOM), (STAFF, Place.ROOM)]
    (ring,) = of_kind(asked, CallThird)
    assert (ring.leg, ring.to, ring.interface, ring.caller) == (THIRD, TAX, None, "13800000001")
    assert story.answer is None, "nothing rings yet"
    story.joins(CITIZEN, STAFF)
    story.rings()
    assert isinstance(story.answer, Accept)
    assert story.step is Step.CALLING
    story.answers()
    assert story.step is Step.JOINED
    story.then(10_000)
    assert hung_up(story.wants(Command.COMPLETE)) == [STAFF]
    assert story.answer is None, "the agent is still there"
    story.is_gone(STAFF)
    assert isinstance(story.answer, Accept)
    assert (story.step, story.presence(), stage(story.call)) == (None, Presence.ACW, Stage.TALKING)
    story.then(5_000)
    assert hung_up(story.citizen_hangs_up()) == [THIRD]
    record = written(story.effects).record
    assert story.counts() == Handed(asked=1, answered=1, completed=1)
    assert record.talk_ms == talk_ms(story.call)
    assert [(one.leg, one.to, one.with_citizen) for one in record.segments] == [
        (STAFF, None, True),
        (STAFF, None, True),
        (THIRD, TAX, True),
    ]
    assert record.conference_ms == 10_000 + 1_000 + 100
    assert record.consult_ms == 0


def test_the_other_side_hangs_up_in_the_agents_place_before_or_after_it_left_the_room():
    for told_late in (False, True):
        story = Handing()
        story.conferring()
        story.tell(HangUpHeard(at=story.then(), call=C1, leg=STAFF))
        story.leaves(STAFF)
        story.is_gone(STAFF)
        assert story.call.ended_by is None
        if told_late:  # as Asterisk's logs tell it
            story.leaves(THIRD)
        story.tell(HangUpHeard(at=story.then(), call=C1, leg=THIRD))
        assert story.call.ended_by is Party.AGENT


def test_the_agent_goes_when_the_other_side_answers():
    story = Handing()
    story.asks(TAX, TransferMode.SUCCESS)
    story.joins(CITIZEN, STAFF)
    story.rings()
    assert hung_up(story.ring_ends(RingResult.ANSWERED)) == [], "not before they hear each other"
    assert hung_up(story.joins(THIRD)) == [STAFF]
    story.is_gone(STAFF)
    assert story.presence() is Presence.ACW
    assert story.transfer.completed_at is not None
    assert story.counts() == Handed(asked=1, answered=1, completed=1)


def test_the_agent_asks_first_and_then_puts_the_citizen_through():
    story = Handing()
    asked = story.asks(TAX, TransferMode.ATTENDED)
    assert moved(asked) == [(CITIZEN, Place.MUSIC), (STAFF, Place.ROOM)]
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    story.rings()
    story.answers()
    assert story.step is Step.CONSULTING
    story.then(7_000)
    assert moved(story.wants(Command.COMPLETE)) == [(CITIZEN, Place.ROOM)]
    assert hung_up(story.joins(CITIZEN)) == [STAFF]
    story.is_gone(STAFF)
    assert isinstance(story.answer, Accept)
    assert consult_ms(story.call) == 7_000 + 1_000 + 100
    assert [one.with_citizen for one in segments(story.call) if one.leg == THIRD] == [False, True]


def test_consulting_swapping_and_merging():
    story = Handing()
    story.consulting()
    assert moved(story.wants(Command.SWAP)) == [(CITIZEN, Place.ROOM), (THIRD, Place.MUSIC)]
    story.leaves(THIRD)
    assert story.answer is None, "the citizen is not back yet"
    story.joins(CITIZEN)
    assert (isinstance(story.answer, Accept), story.step) == (True, Step.SWAPPED)
    assert moved(story.wants(Command.SWAP)) == [(THIRD, Place.ROOM), (CITIZEN, Place.MUSIC)]
    story.leaves(CITIZEN)
    story.handed(Place.MUSIC)
    story.joins(THIRD)
    assert (isinstance(story.answer, Accept), story.step) == (True, Step.CONSULTING)
    assert moved(story.wants(Command.MERGE)) == [(CITIZEN, Place.ROOM)]
    story.joins(CITIZEN)
    assert (isinstance(story.answer, Accept), story.step) == (True, Step.JOINED)
    assert conference_ms(story.call) == 0, "it has just begun"
    spells = [(one.with_citizen, one.end is None) for one in segments(story.call) if one.leg == THIRD]
    assert spells == [(False, False), (False, False), (True, True)]


def test_a_released_call_rings_outside_and_the_agent_is_free():
    story = Handing()
    outside = LegId("jt1-200.7")
    assert moved(story.asks(TAX, TransferMode.RELEASE)) == [(CITIZEN, Place.BLIND)]
    story.handed(Place.BLIND)
    assert isinstance(story.answer, Accept)
    story.tell(LegEnded(at=story.then(0), call=C1, leg=STAFF))
    assert (story.presence(), story.step) == (Presence.ACW, Step.AWAY)
    story.rings(outside)
    story.ring_ends(RingResult.ANSWERED, outside)
    assert story.step is None
    story.joins(CITIZEN, outside)
    assert story.counts() == Handed(asked=1, answered=1, completed=1)
    story.then(9_000)
    story.citizen_hangs_up()
    assert [(one.leg, one.to) for one in segments(story.call)] == [(STAFF, None), (outside, TAX)]


def test_a_step_of_the_ivr_and_back_to_the_same_agent():
    story = Handing()
    asked = story.asks(STEP, TransferMode.SUSPEND)
    assert moved(asked) == [(CITIZEN, Place.STEP), (STAFF, Place.ROOM)]
    story.handed(Place.STEP)
    story.joins(STAFF)
    assert (isinstance(story.answer, Accept), story.step) == (True, Step.AWAY)
    story.then(6_000)
    story.keys_in("410105")
    story.joins(CITIZEN)
    assert story.step is None
    assert story.call.answers == ((STEP, "410105"),)
    assert story.presence() is Presence.TALKING
    assert story.counts(STEP) == Handed(asked=1, answered=1, completed=1)
    first, second = story.call.talks
    assert (first.end or 0) < second.start, "the step is nobody's talk"


def test_the_same_step_twice_with_the_same_answer_ends_both():
    story = Handing()
    for _ in range(2):
        story.asks(STEP, TransferMode.SUSPEND)
        story.handed(Place.STEP)
        story.joins(STAFF)
        story.keys_in("")
        assert story.step is None
        story.joins(CITIZEN)
    assert story.counts(STEP) == Handed(asked=2, answered=2, completed=2)


def test_an_expert_of_ours_is_consulted_and_then_has_the_call():
    story = Handing()
    story.expert()
    (ring,) = of_kind(story.asks(EXPERTS, TransferMode.ATTENDED), CallThird)
    assert ring.interface == "PJSIP/6002-web"
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    story.rings(agent=A2)
    assert story.presence(A2) is Presence.RINGING
    story.answers()
    assert story.presence(A2) is Presence.TALKING
    story.wants(Command.COMPLETE)
    story.joins(CITIZEN)
    story.is_gone(STAFF)
    assert (story.presence(A1), story.presence(A2)) == (Presence.ACW, Presence.TALKING)
    talks = [(talk.agent, talk.end is None) for talk in story.call.talks]
    assert talks == [(A1, False), (A1, False), (A2, True)]
    story.citizen_hangs_up()
    story.is_gone(THIRD)
    assert (story.presence(A1), story.presence(A2)) == (Presence.ACW, Presence.ACW), "both write up"
    for agent in (A1, A2):
        request = RequestId(f"save-{agent}")
        saved = story.tell(
            TicketSaved(at=story.then(), agent=agent, request=request, call=C1, form=TicketForm(text="已答复"))
        )
        assert of_kind(saved, SaveTicket)
        assert of_kind(saved, Accept)
    assert written(story.effects).record.agent == A2


def test_who_received_the_call_hands_it_on_again_and_is_no_side_twice():
    story = Handing()
    story.expert()
    story.conferring(EXPERTS, agent=A2)
    story.wants(Command.COMPLETE)
    story.is_gone(STAFF)
    second = LegId(f"{C1}-t2")
    asked = story.asks(TAX, TransferMode.ATTENDED, agent=A2)
    assert moved(asked) == [(CITIZEN, Place.MUSIC)], "who is in the room stays there"
    story.leaves(CITIZEN)
    story.handed(Place.MUSIC)
    story.rings(second)
    story.answers(second)
    before = consult_ms(story.call)
    story.then(5_000)
    assert moved(story.wants(Command.MERGE, agent=A2)) == [(CITIZEN, Place.ROOM)]
    story.joins(CITIZEN)
    assert consult_ms(story.call) - before == 5_000 + 1_000 + 100, "one consultation is counted once"
    consulted = [one for one in segments(story.call) if not one.with_citizen]
    assert [(one.leg, one.agent) for one in consulted] == [(second, None)]


def test_a_call_passed_on_to_another_queue_keeps_its_place_in_time_and_is_counted_where_it_came_in():
    story = Handing()
    story.signs_in()
    asked = story.asks(EXPERTS, TransferMode.RELEASE)
    (move,) = of_kind(asked, MoveLegs)
    assert (move.spots[0].place, move.spots[0].argument, move.position) == (Place.QUEUE, Q2, 1)
    assert of_kind(asked, HangUpLeg) == [], "Asterisk takes the agent out of the queue's bridge by itself"
    story.handed(Place.QUEUE)
    story.tell(LegEnded(at=story.then(0), call=C1, leg=STAFF))
    assert isinstance(story.answer, Accept)
    assert (stage(story.call), queue_now(story.call), story.call.queue) == (Stage.QUEUE, Q2, Q)
    assert (story.presence(), story.call.ended_by) == (Presence.ACW, None)
    assert story.counts(EXPERTS) == Handed(asked=1), "nobody has answered there yet"
    story.expert()
    leg = leg_of(A2, C1)
    story.tell(AgentRung(at=story.then(), call=C1, agent=A2, leg=leg, queue=Q2))
    story.tell(AgentAnswered(at=story.then(), call=C1, agent=A2, leg=leg, queue=Q2))
    assert (stage(story.call), story.presence(A2)) == (Stage.TALKING, Presence.TALKING)
    story.citizen_hangs_up()
    counted = today(story)
    assert (counted.offered, counted.requested, counted.answered, counted.lost) == (1, 1, 1, 0)
    assert today(story, Q) == counted
    assert Q2 not in next(iter(story.state.days.values())).by_queue
    assert story.counts(EXPERTS) == Handed(asked=1, answered=1, completed=1)


def test_the_counts_of_transfers_outlive_the_next_call():
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.waiting(C2)
    assert story.counts() == Handed(asked=1)


def test_a_hold_ends_with_the_one_who_held_though_an_expert_talks_on():
    story = Handing()
    story.expert()
    story.asks(EXPERTS, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings(agent=A2)
    story.answers()
    story.tell(CallHeld(at=story.then(), call=C1, leg=STAFF))
    story.then(4_000)
    story.is_gone(STAFF)
    assert (story.call.held_since, story.presence(A2)) == (None, Presence.TALKING)
    story.then(60_000)
    story.citizen_hangs_up()
    assert written(story.effects).record.hold_ms == 4_000 + 100
