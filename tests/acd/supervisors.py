"""Shorthand for stories of supervisors on calls, in a plain talk and in the room."""

from acd.effects import (
    AnyEffect,
    CallWatcher,
    Refuse,
)
from acd.events import (
    WatchAsked,
    WatchHeard,
)
from acd.names import AgentId, LegId, Phone, RequestId
from acd.refusal import Refusal
from acd.watching import Watching
from tests.acd.handing import EXPERTS, Handing
from tests.acd.playbook import A1, A2, C1, R1, Story, member_added

S = AgentId("6241")


def ask(story: Story, how: Watching, *, target: AgentId = A1, request: RequestId = R1) -> list[AnyEffect]:
    return story.tell(
        WatchAsked(at=story.then(), agent=S, request=request, target=target, how=how, phone=Phone.WEB, user="zhang")
    )


def listening() -> tuple[Story, LegId]:
    """A talk that a supervisor hears; their leg."""
    story = Story()
    story.talking()
    rung = next(one for one in ask(story, Watching.MONITOR) if isinstance(one, CallWatcher))
    story.tell(WatchHeard(at=story.then(), call=C1, leg=rung.leg, how=Watching.MONITOR))
    return story, rung.leg


def refusals(effects: list[AnyEffect]) -> list[Refusal]:
    return [one.why for one in effects if isinstance(one, Refuse)]


def in_the_room(how: Watching) -> tuple[Handing, LegId]:
    """Citizen, agent and other side in the room, and a supervisor on the call."""
    story = Handing()
    story.tell(member_added(S, story.then(), paused=False))
    story.expert()
    story.conferring(EXPERTS, A2)
    leg = next(one for one in ask(story, how) if isinstance(one, CallWatcher)).leg
    story.tell(WatchHeard(at=story.then(), call=C1, leg=leg, how=how))
    if how is Watching.BARGE:
        story.joins(leg)
    return story, leg
