"""What desks and boards show of a supervisor's acts."""

from acd.events import ForceAsked
from acd.forcing import FORCED_REASON, ForcedState
from acd.names import AgentId
from agent_desk.supervision_view import forced_view, watch_view
from agent_desk.views import Waiting, board, desk
from agent_desk.wire_views import ForcedView
from tests.acd.playbook import A1, R1, Story, paused, resumed

S = AgentId("6241")


def test_who_made_an_agent_not_ready_is_on_the_desk_and_on_the_board_while_it_is_so() -> None:
    story = Story()
    story.ready()
    asked_at = story.then()
    to = ForcedState.NOT_READY
    story.tell(ForceAsked(at=asked_at, agent=S, request=R1, target=A1, to=to, why="演练", by="值班长", user="zhang"))
    assert forced_view(story.state.agents[A1]) is None
    story.tell(paused(A1, story.then(), FORCED_REASON))
    view = desk(story.state, A1, None, {}, Waiting())
    assert view.me["me"].forced == ForcedView(to=to, by="值班长", why="演练", at=asked_at)
    assert (view.me["me"].reason, board(story.state, None, {}).agents[A1].forced_by) == (FORCED_REASON, "值班长")
    story.tell(resumed(A1, story.then()))
    assert board(story.state, None, {}).agents[A1].forced_by is None


def test_who_watches_nobody_has_no_watch() -> None:
    assert watch_view(Story().state, S) == {}
