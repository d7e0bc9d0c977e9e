"""The mirror law: what a state must show once a snapshot of Asterisk was folded into it."""

from acd.agent import Presence
from acd.events import PbxSnapshot
from acd.names import citizens_leg
from acd.state import State


def agrees_with(state: State, snapshot: PbxSnapshot) -> None:
    """Assert that members, pauses, telephones and calls are those of the snapshot."""
    queues = {(one.agent, one.queue) for one in snapshot.members}
    assert {(agent.id, queue) for agent in state.agents.values() for queue in agent.queues} == queues
    for member in snapshot.members:
        agent = state.agents[member.agent]
        assert agent.interface == member.interface
        assert agent.paused == (member.reason if member.paused else None)
        assert agent.device == member.device
    alive = {leg.leg for leg in snapshot.legs}
    assert all(call.ended_at is not None or citizens_leg(call.id) in alive for call in state.calls.values())
    for agent in state.agents.values():
        assert agent.presence not in (Presence.RINGING, Presence.TALKING) or agent.leg in alive
    assert state.pbx.up
    assert state.pbx.started_at == snapshot.started_at
