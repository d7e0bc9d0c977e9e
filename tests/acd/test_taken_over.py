"""A call that a supervisor takes over is a hand-off, and no attempt at a line: nobody was rung."""

from msgspec.structs import replace

from acd.effects import AnyEffect, CallWatcher, WriteCall
from acd.events import LegJoined, LegLeft, MemberResumed, WatchAsked, WatchHeard
from acd.figures import Handed
from acd.names import AgentId, Phone, RequestId
from acd.steering import count
from acd.transfer import is_taken_over, seat_key
from acd.turn import Turn
from acd.watching import Watching
from tests.acd.handing import CITIZEN, ROOM, STAFF, TAX, Handing, of_kind
from tests.acd.playbook import A1, C1, Q, leg_over, member_added

S = AgentId("6241")


def test_the_floor_counts_no_transfer_and_the_record_has_the_hand_off() -> None:
    story = Handing()
    story.tell(member_added(S, story.then()), MemberResumed(at=story.then(), agent=S, queue=Q))
    (rung,) = of_kind(wants(story, Watching.MONITOR), CallWatcher)
    story.tell(WatchHeard(at=story.then(), call=C1, leg=rung.leg, how=Watching.MONITOR))
    wants(story, Watching.INTERCEPT)
    story.tell(*(LegLeft(at=story.then(0), call=C1, leg=leg, bridge="queue-1") for leg in (CITIZEN, STAFF)))
    story.tell(leg_over(A1, C1, story.then(0)))
    story.tell(*(LegJoined(at=story.then(), call=C1, leg=leg, bridge=ROOM) for leg in (rung.leg, CITIZEN)))
    assert all(not period.handed for period in story.state.days.values())
    story.citizen_hangs_up()
    record = of_kind(story.effects, WriteCall)[-1].record
    (taken_over,) = record.transfers
    assert is_taken_over(taken_over.to)
    assert taken_over.completed_at is not None
    assert [one.agent for one in record.segments] == [A1, S]


def test_only_the_seat_of_a_supervisor_is_no_line() -> None:
    assert is_taken_over(seat_key(S))
    assert not is_taken_over(TAX)


def test_a_line_is_counted_and_a_seat_is_not() -> None:
    story = Handing()
    story.conferring()
    turn = Turn(story.state)
    count(turn, replace(story.transfer, to=seat_key(S)), Handed(asked=1, completed=1))
    assert turn.state.days == story.state.days
    count(turn, story.transfer, Handed(completed=1))
    assert turn.state.days != story.state.days


def wants(story: Handing, how: Watching) -> list[AnyEffect]:
    request = RequestId(f"s-{how}")
    return story.tell(
        WatchAsked(at=story.then(), agent=S, request=request, target=A1, how=how, phone=Phone.WEB, user="zhang")
    )
