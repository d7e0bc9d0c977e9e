"""What boards and desks show of a state."""

from acd.call import Stage
from acd.names import AgentId, CallId, Moment, RingResult
from acd.transfer import Command, Place, Step, TransferMode
from agent_desk.alarm_words import AlarmKey
from agent_desk.alarms import WELL, alarms_on
from agent_desk.hub import diff
from agent_desk.views import Waiting, board, desk, system
from agent_desk.wire_transfers import Handing as Handed
from tests.acd.handing import CITIZEN, EXPERTS, STAFF, TAX, Handing
from tests.acd.playbook import (
    A1,
    A2,
    C1,
    C2,
    Q2,
    T0,
    Q,
    Story,
    call_over,
    leg_over,
    member_added,
    offered,
    paused,
    ring_over,
)


def test_an_agent_out_is_on_no_board() -> None:
    story = Story()
    assert board(story.state, None, {}).agents == {}
    story.ready()
    assert list(board(story.state, None, {}).agents) == [A1]


def test_a_tile_shows_what_the_agent_does_and_since_when() -> None:
    story = Story()
    story.talking()
    tile = board(story.state, None, {}).agents[A1]
    assert (tile.presence, tile.since, tile.call, tile.number, tile.until) == ("talking", story.at, C1, "12345", None)


def test_after_call_work_shows_when_it_ends() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()))
    tile = board(story.state, None, {}).agents[A1]
    assert (tile.presence, tile.until) == ("acw", story.at + story.state.policy.acw)


def test_not_ready_shows_its_reason() -> None:
    story = Story()
    story.ready()
    story.tell(paused(A1, story.then(), "meal"))
    assert board(story.state, None, {}).agents[A1].reason == "meal"
    view = desk(story.state, A1, None, {}, Waiting()).me["me"]
    assert (view.presence, view.reason) == ("not_ready", "meal")


def test_waiting_and_ringing_calls_wait_and_others_do_not() -> None:
    story = Story()
    story.ready()
    story.waiting(C1)
    since = story.at
    story.tell(offered(C2, story.then()))
    story.ringing(A1, C1)
    line = board(story.state, None, {}).queues[Q]
    assert (line.waiting, line.longest_since) == (1, since)
    assert board(story.state, None, {}).queues[Q2].waiting == 0


def test_a_caller_on_the_board_is_masked_and_on_the_desk_whole() -> None:
    story = Story()
    story.talking()
    assert board(story.state, None, {}).calls[C1].caller == "138****0001"
    assert desk(story.state, A1, None, {}, Waiting()).call["call"].caller == "13800000001"


def test_a_desk_shows_its_own_call_only() -> None:
    story = Story()
    story.talking(A1, C1)
    story.tell(member_added(A2, story.then()))
    assert desk(story.state, A2, None, {}, Waiting()).call == {}


def test_a_desk_shows_when_its_own_telephone_began_to_ring() -> None:
    story = Story()
    story.ready(A1)
    story.ready(A2)
    story.waiting()
    story.ringing(A1)
    story.tell(ring_over(A1, C1, story.then(), RingResult.NO_ANSWER))
    story.ringing(A2)
    assert desk(story.state, A2, None, {}, Waiting()).call["call"].ring_since == story.at


def test_a_desk_of_a_stranger_is_empty_but_sees_the_queues() -> None:
    story = Story()
    story.waiting()
    view = desk(story.state, A2, None, {}, Waiting())
    assert (view.me, view.call) == ({}, {})
    assert view.queue["queue"].waiting == 1


def test_a_desk_counts_who_waits_in_its_own_queues() -> None:
    story = Story()
    story.tell(member_added(A1, story.then(), Q2))
    story.waiting()
    assert desk(story.state, A1, None, {}, Waiting()).queue["queue"].waiting == 0


def test_the_figures_always_add_up() -> None:
    story = Story()
    story.talking(A1, C1)
    story.waiting(C2)
    story.tell(call_over(C2, story.then()))
    story.tell(offered(CallId("jt1-100.20"), story.then()))
    for block in board(story.state, None, {}).figures.values():
        assert block.offered == block.answered + block.lost + block.in_progress == 3
        assert block.lost == block.lost_ivr + block.lost_queue + block.lost_ring + block.lost_overflow + (
            block.lost_system
        )


def test_no_calls_is_no_rate() -> None:
    rates = board(Story().state, None, {}).figures["today"].rates
    assert rates
    assert {rate.percent for rate in rates if rate.denominator == 0} == {None}


def test_what_is_shown_can_be_believed_or_not() -> None:
    assert system(Story().state, 1_234).pbx == "up"
    assert system(Story(up=False).state, None).pbx == "lost"
    assert system(Story().state, 1_234).event_age_ms == 1_200


def test_time_alone_changes_nothing_that_is_sent() -> None:
    story = Story()
    story.talking()
    before = board(story.state, 20, {})
    assert diff(before, board(story.state, 90, {})) == {}
    assert isinstance(before.agents[A1].since, int)
    assert Moment(before.agents[A1].since) == story.at


def test_a_board_shows_every_alarm_and_a_desk_those_of_its_agent() -> None:
    story = Story(up=False)
    alarms = alarms_on(story.state, WELL, story.at)
    assert board(story.state, None, alarms).alarms == alarms
    shown = desk(story.state, A1, None, alarms, Waiting()).alarms
    assert [alarm.key for alarm in shown.values()] == [AlarmKey.PBX_LOST]
    assert shown != alarms, "agents get their own words"


def test_figures_say_until_when_they_are_final() -> None:
    story = Story()
    story.waiting(C1)
    story.then(40 * 60_000)
    story.tell(offered(C2, story.then()))
    began = T0 // 60_000 * 60_000
    shown = board(story.state, None, {})
    assert {block.final_to for block in shown.figures.values()} == {began}
    assert [bar.final for bar in shown.intervals.values()] == [False, False]
    story.tell(call_over(C1, story.then()))
    shown = board(story.state, None, {})
    assert shown.figures["today"].final_to == story.at // 60_000 * 60_000 or shown.figures["today"].final_to > began
    assert [bar.final for bar in sorted(shown.intervals.values(), key=lambda bar: bar.start)] == [True, False]


def test_no_figure_changes_for_a_fact_that_counts_nothing() -> None:
    story = Story()
    story.ready()
    before = board(story.state, None, {})
    story.tell(paused(A1, story.then(), "meal"))
    assert set(diff(before, board(story.state, None, {}))) == {"agents", "queues"}


def test_the_directory_is_on_the_desk_of_whoever_talks_and_the_same_for_all() -> None:
    story = Handing()
    story.talking(A2, C2)
    shared = Waiting()
    first, second = (desk(story.state, agent, None, {}, shared).directory for agent in (A1, A2))
    assert list(first) == [one.key for one in story.state.policy.destinations]
    assert first is second
    story.ready(AgentId("6003"))
    assert desk(story.state, AgentId("6003"), None, {}, shared).directory == {}


def test_a_call_that_was_passed_on_is_over_for_one_and_goes_on_for_the_other() -> None:
    story = Handing()
    story.expert()
    story.asks(EXPERTS, TransferMode.ATTENDED)
    story.rings(agent=A2)
    ringing = desk(story.state, A2, None, {}, Waiting()).call["call"]
    assert (ringing.stage, ringing.ring_since) == (Stage.RINGING, story.at)
    story.handed(Place.MUSIC)
    story.joins(STAFF)
    story.answers()
    story.wants(Command.COMPLETE)
    story.joins(CITIZEN)
    story.is_gone(STAFF)
    mine, theirs = (desk(story.state, agent, None, {}, Waiting()).call["call"] for agent in (A1, A2))
    assert (mine.stage, mine.ended_at, theirs.stage, theirs.ended_at) == (Stage.ENDED, story.at, Stage.TALKING, None)
    assert theirs.answered_at == story.call.transfers[0].answered_at


def test_a_call_passed_on_to_another_queue_waits_there() -> None:
    story = Handing()
    story.signs_in()
    story.asks(EXPERTS, TransferMode.RELEASE)
    story.handed(Place.QUEUE)
    shown = board(story.state, None, {})
    assert (shown.queues[Q2].waiting, shown.queues[Q].waiting) == (1, 0)
    assert shown.calls[C1].queue == Q2


def test_a_board_shows_transfers_and_far_lines() -> None:
    story = Handing()
    story.conferring()
    shown = board(story.state, None, {})
    assert shown.calls[C1].handing == Handed(to=TAX, step=Step.JOINED)
    assert EXPERTS not in shown.lines
    assert TAX in shown.lines
