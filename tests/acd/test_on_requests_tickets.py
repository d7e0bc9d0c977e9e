"""Stories of tickets saved: during the call, late, by somebody else, and put to an earlier ticket."""

from acd.effects import (
    Accept,
    AnyEffect,
    Refuse,
    SaveTicket,
)
from acd.events import (
    PbxLost,
    TicketForm,
    TicketSaved,
)
from acd.names import AgentId, Moment, TicketId
from acd.refusal import Refusal
from tests.acd.playbook import (
    A1,
    A2,
    C1,
    R1,
    Story,
    call_over,
    leg_over,
    paused,
    resumed,
)

YES = Accept(agent=A1, request=R1)
FORM = TicketForm(text="路灯不亮")


def no(why: Refusal, detail: str = "") -> list[AnyEffect]:
    return [Refuse(agent=A1, request=R1, why=why, detail=detail)]


def save(at: Moment, agent: AgentId = A1, merge_into: TicketId | None = None) -> TicketSaved:
    return TicketSaved(at=at, agent=agent, request=R1, call=C1, form=FORM, merge_into=merge_into)


def test_a_ticket_is_saved_during_the_call_and_in_after_call_work() -> None:
    story = Story()
    story.talking()
    saved = SaveTicket(call=C1, agent=A1, at=story.then(), form=FORM, merge_into=None)
    assert story.tell(save(story.at)) == [saved, YES]
    assert story.state.calls[C1].saved
    story.tell(leg_over(A1, C1, story.then()), call_over(C1, story.then(0)))
    assert [type(one) for one in story.tell(save(story.then()))] == [SaveTicket, Accept]


def test_a_ticket_saved_late_is_handed_on_for_the_core_to_place() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()), call_over(C1, story.then(0)), resumed(A1, story.then()))
    assert C1 not in story.state.calls
    assert [type(one) for one in story.tell(save(story.then()))] == [SaveTicket, Accept]


def test_a_call_put_to_an_earlier_ticket_carries_that_ticket() -> None:
    story = Story()
    story.talking()
    earlier = TicketId("JT20261120-000007")
    effects = story.tell(save(story.then(), merge_into=earlier))
    assert isinstance(effects[0], SaveTicket)
    assert effects[0].merge_into == earlier
    assert story.state.calls[C1].ticket == earlier


def test_nobody_saves_the_ticket_of_another_s_call() -> None:
    story = Story()
    story.talking(A1)
    story.ready(A2)
    assert story.tell(save(story.then(), A2)) == [Refuse(agent=A2, request=R1, why=Refusal.NOT_YOUR_CALL)]
    assert not story.state.calls[C1].saved


def test_a_ticket_is_saved_though_the_link_to_asterisk_is_down() -> None:
    story = Story()
    story.talking()
    story.tell(PbxLost(at=story.then(), why="closed"))
    assert [type(one) for one in story.tell(save(story.then()))] == [SaveTicket, Accept]


def test_a_ticket_saved_late_is_only_its_agents() -> None:
    story = Story()
    story.talking()
    story.tell(leg_over(A1, C1, story.then()), call_over(C1, story.then(5)), paused(A1, story.then(5), "acw"))
    story.tell(resumed(A1, story.then()))
    assert C1 not in story.state.calls
    assert [type(effect) for effect in story.tell(save(story.then()))] == [SaveTicket, Accept]
    assert story.tell(save(story.then(), A2)) == [Refuse(agent=A2, request=R1, why=Refusal.NOT_YOUR_CALL)]


def test_a_ticket_of_a_call_nobody_remembers_is_refused() -> None:
    story = Story()
    assert story.tell(save(story.then())) == [Refuse(agent=A1, request=R1, why=Refusal.CALL_TOO_OLD)]
