"""What screens show of supervisors: whose call they are on, and what they made of an agent; pure."""

from acd.agent import Agent
from acd.forced import shown
from acd.names import AgentId
from acd.state import State
from agent_desk.wire_views import ForcedView, WatchView


def watch_view(state: State, supervisor: AgentId) -> dict[str, WatchView]:
    """Return the call that this supervisor is on, as a section of a view."""
    watch = state.watches.get(supervisor)
    if watch is None:
        return {}
    return {"watch": WatchView(call=watch.call, target=watch.target, how=watch.how, since=watch.since)}


def forced_view(agent: Agent) -> ForcedView | None:
    """Return who made the agent what they are, or will be after the call; None: nobody."""
    act = shown(agent)
    return None if act is None else ForcedView(to=act.to, by=act.by, why=act.why, at=act.at)
