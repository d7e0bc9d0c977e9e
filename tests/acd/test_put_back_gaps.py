"""Members put back, and the link to Asterisk lost meanwhile: nothing is believed in a gap, and nothing forgotten."""

from acd.agent import Presence
from acd.effects import AddMember
from acd.events import MemberSeen, PbxLost, PbxSnapshot, Tick
from acd.names import Moment
from tests.acd.playbook import A1, T0, Q, Story, member_seen

WEB = "PJSIP/6001-web"


def anew(story: Story, *members: MemberSeen, after: int = 10_000) -> PbxSnapshot:
    """A snapshot of an Asterisk that was started again."""
    return PbxSnapshot(at=story.then(after), started_at=Moment(T0 + 5), members=members, legs=())


def died(story: Story) -> None:
    story.tell(PbxLost(at=story.then(), why="closed"))


def test_a_gap_while_a_member_is_put_back_does_not_lose_them() -> None:
    story = Story()
    story.ready()
    died(story)
    story.tell(anew(story))
    died(story)
    story.tell(Tick(at=story.then(60_000)))
    assert story.state.agents[A1].presence is Presence.READY, "nothing is believed while Asterisk is not heard"
    assert story.tell(anew(story)) == [AddMember(agent=A1, interface=WEB, queues=(Q,), reason=None)]
    story.tell(PbxSnapshot(at=story.then(), started_at=Moment(T0 + 5), members=(member_seen(A1),), legs=()))
    assert not story.state.returning


def test_what_was_due_to_be_believed_in_a_gap_is_believed_after_it() -> None:
    story = Story()
    story.ready()
    died(story)
    snapshot = anew(story)
    story.tell(snapshot)
    died(story)
    story.tell(Tick(at=story.then(60_000)))
    story.tell(snapshot)  # the same doubt again: nothing is asked twice
    story.tell(Tick(at=story.then()))
    assert story.state.agents[A1].presence is Presence.OUT
    assert not story.state.returning
