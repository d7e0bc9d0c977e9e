"""What a desk shows of handing a call on, in the stories of tests/acd: nothing before Asterisk has said so."""

from acd.names import QueueName, RingResult
from acd.transfer import Command, Place, Step, TransferMode
from agent_desk.transfer_view import handing, last_transfer, passed, transfer_view
from agent_desk.wire_transfers import Handing as Handed
from agent_desk.wire_transfers import Hears, LastTransfer, Passed, TransferView
from tests.acd.handing import CITIZEN, EXPERTS, STAFF, STEP, TAX, THIRD, Handing
from tests.acd.playbook import A1, A2

ALL = (Hears.CITIZEN_AGENT, Hears.AGENT_OTHER, Hears.CITIZEN_OTHER)


def shown(story: Handing) -> TransferView:
    view = transfer_view(story.call, A1)
    assert view is not None
    return view


def ended(story: Handing) -> LastTransfer:
    view = last_transfer(story.call, A1)
    assert view is not None
    return view


def company(story: Handing) -> Passed:
    view = passed(story.call, A2, story.state.policy)
    assert view is not None
    return view


def test_without_a_transfer_nothing_is_shown() -> None:
    story = Handing()
    assert transfer_view(story.call, A1) is None
    assert last_transfer(story.call, A1) is None
    assert passed(story.call, A1, story.state.policy) is None
    assert handing(story.call) is None


def test_who_hears_whom_follows_the_rooms_and_not_the_wishes() -> None:
    story = Handing()
    story.asks(TAX, TransferMode.ATTENDED)
    assert shown(story).hears == (Hears.CITIZEN_AGENT,), "asked is not yet done"
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    view = shown(story)
    assert (view.step, view.hears, view.since) == (Step.CALLING, (), view.asked_at)
    story.rings()
    assert shown(story).since == shown(story).rung_at == story.at
    story.answers()
    view = shown(story)
    assert (view.step, view.hears, view.since) == (Step.CONSULTING, (Hears.AGENT_OTHER,), story.at)
    assert view.commands == tuple(Command)
    story.then(5_000)
    story.wants(Command.MERGE)
    assert shown(story).hears == (Hears.AGENT_OTHER,)
    story.joins(CITIZEN)
    view = shown(story)
    assert (view.step, view.hears, view.since) == (Step.JOINED, ALL, story.at)
    assert view.commands == (Command.COMPLETE, Command.DROP)
    assert handing(story.call) == Handed(to=TAX, step=Step.JOINED)


def test_a_swap_shows_who_is_on_music_since_when() -> None:
    story = Handing()
    story.swapped()
    view = shown(story)
    assert (view.step, view.hears, view.since) == (Step.SWAPPED, (Hears.CITIZEN_AGENT,), story.at)


def test_only_who_hands_on_commands() -> None:
    story = Handing()
    story.expert()
    story.consulting(EXPERTS, agent=A2)
    assert shown(story).third_agent == A2
    assert transfer_view(story.call, A2) is None


def test_a_transfer_that_nobody_answered_is_told_with_its_reason() -> None:
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings()
    assert last_transfer(story.call, A1) is None
    story.ring_ends(RingResult.NO_ANSWER)
    assert transfer_view(story.call, A1) is None
    over = ended(story)
    assert (over.to, over.result, over.completed, over.ended_at) == (TAX, RingResult.NO_ANSWER, False, story.at)


def test_a_call_that_was_handed_over_is_told_so_after_the_agent_left() -> None:
    story = Handing()
    story.conferring()
    story.wants(Command.COMPLETE)
    story.is_gone(STAFF)
    over = ended(story)
    assert (over.result, over.completed, over.answer) == (RingResult.ANSWERED, True, None)
    assert handing(story.call) is None


def test_a_step_tells_what_the_citizen_keyed_in() -> None:
    story = Handing()
    story.asks(STEP, TransferMode.SUSPEND)
    story.handed(Place.STEP)
    story.joins(STAFF)
    view = shown(story)
    assert (view.step, view.hears, view.since) == (Step.AWAY, (), view.asked_at)
    story.keys_in("410105")
    assert ended(story).answer == "410105"


def test_the_second_transfer_replaces_the_outcome_of_the_first() -> None:
    story = Handing()
    story.asks(TAX, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings()
    story.ring_ends(RingResult.REJECTED)
    story.asks(TAX, TransferMode.CONFERENCE)
    assert last_transfer(story.call, A1) is None
    assert shown(story).number == 2


def test_the_receiving_agent_knows_who_passes_the_call_on_and_who_is_there() -> None:
    story = Handing()
    story.expert()
    story.asks(EXPERTS, TransferMode.ATTENDED)
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    story.rings(agent=A2)
    assert company(story) == Passed(by=A1, mode=TransferMode.ATTENDED, hears=(), alone=False)
    story.answers()
    assert company(story).hears == (Hears.AGENT_OTHER,)
    story.wants(Command.COMPLETE)
    story.joins(CITIZEN)
    assert company(story).hears == ALL
    story.is_gone(STAFF)
    assert company(story).alone
    assert Hears.CITIZEN_OTHER in company(story).hears
    assert THIRD in {talk.leg for talk in story.call.talks}


def test_who_takes_a_released_call_from_the_queue_knows_who_passed_it_on() -> None:
    story = Handing()
    story.signs_in()
    story.asks(EXPERTS, TransferMode.RELEASE)
    story.handed(Place.QUEUE)
    assert story.call.passed_to == QueueName("law")
    there = company(story)
    assert (there.by, there.mode, there.alone) == (A1, TransferMode.RELEASE, True)
    assert passed(story.call, A1, story.state.policy) is None, "not to themselves"
