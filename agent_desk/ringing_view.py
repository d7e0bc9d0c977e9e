"""What rings at colleagues now, for a desk that may pick it up (代答); pure."""

from acd.agent import Agent
from acd.call import Stage, queue_now, stage
from acd.state import State
from agent_desk.wire_http import RingElsewhere
from core.callers import mask


def rings_elsewhere(state: State, agent: Agent) -> tuple[RingElsewhere, ...]:
    """Return the rings at others that this agent may pick up, the longest first.

    Only calls of the agent's own queues: the dialplan gives nobody any other (asterisk/extensions/pickup.conf).
    """
    found = [
        RingElsewhere(
            agent=ring.agent,
            name="" if (colleague := state.agents.get(ring.agent)) is None else colleague.name,
            queue=queue_now(call),
            caller=mask(call.caller),
            since=ring.at,
        )
        for call in state.calls.values()
        if stage(call) is Stage.RINGING and queue_now(call) in agent.queues
        for ring in call.rings
        if ring.ended_at is None and ring.agent != agent.id
    ]
    return tuple(sorted(found, key=lambda one: (one.since, one.agent)))
