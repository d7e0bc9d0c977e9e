"""Looks at the floor while something may go wrong in silence: a caller waits, a telephone contradicts its agent.

app_queue can forget to ring a free member for good. Whoever is free while a caller waits and nobody is
rung for `Policy.dead_member` has their membership renewed. A caller for whom a telephone rings waits for nobody else:
only calls that ring nowhere count, and no more members are renewed at once than such callers wait.
"""

from msgspec.structs import replace

from acd import put_back
from acd.agent import Agent, Presence
from acd.alarms import BELIEVED, contradiction, contradicts_since
from acd.call import queue_now
from acd.names import Millis, Moment, QueueName
from acd.state import DeadMember
from acd.turn import Turn

_MOST_DOUBLINGS = 6
"""A member who is renewed in vain is left alone twice as long each time, up to 64 times the first time."""


def look(turn: Turn, at: Moment) -> None:
    """Renew dead members, and say when to look again. Goes through all agents, so it is for ticks only."""
    state, limit = turn.state, turn.state.policy.dead_member
    stuck = _stuck(turn, at) if limit and state.pbx.up else {}
    again = [Moment(since + limit) for since in state.waiting.values() if since + limit > at] if limit else []
    if stuck:
        again.append(Moment(at + limit))
    again += [one.until for one in state.returning.values() if one.until > at]
    dead: list[tuple[Moment, Agent]] = []
    for agent in state.agents.values():
        if contradiction(agent) is not None:
            again.append(Moment(max(contradicts_since(agent), state.pbx.since) + BELIEVED))
        elif stuck and (due := _due(turn, agent, stuck)) is not None:
            if due <= at:
                dead.append((due, agent))
            else:
                again.append(due)
    turn.change(look_at=None)
    if ahead := [moment for moment in again if moment > at]:
        turn.look_by(min(ahead))
    for _, agent in sorted(dead, key=lambda pair: (pair[0], pair[1].id))[: _callers(turn, at)]:
        _renew(turn, agent, at)


def _stuck(turn: Turn, at: Moment) -> dict[QueueName, Moment]:
    """Return since when the longest caller of each queue has been waiting without any telephone ringing."""
    since: dict[QueueName, Moment] = {}
    for call_id, moment in turn.state.waiting.items():
        queue = queue_now(turn.state.calls[call_id])
        if at - moment >= turn.state.policy.dead_member:
            since[queue] = min(moment, since.get(queue, moment))
    return since


def _callers(turn: Turn, at: Moment) -> int:
    return sum(at - since >= turn.state.policy.dead_member for since in turn.state.waiting.values())


def _due(turn: Turn, agent: Agent, stuck: dict[QueueName, Moment]) -> Moment | None:
    """Return when the agent counts as dead, if nothing happens before; None: they could not be rung."""
    if agent.presence is not Presence.READY or agent.device != "NOT_INUSE" or agent.id in turn.state.returning:
        return None
    callers = [stuck[queue] for queue in agent.queues if queue in stuck]
    if not callers:
        return None
    limit, dead = turn.state.policy.dead_member, turn.state.dead.get(agent.id)
    due = max(min(callers), agent.since, agent.device_since, turn.state.pbx.since) + limit
    if dead is not None:
        due = max(due, dead.last + _pause(limit, dead.count))
    return Moment(due)


def _pause(limit: Millis, count: int) -> Millis:
    return Millis(limit << min(count, _MOST_DOUBLINGS))


def _renew(turn: Turn, agent: Agent, at: Moment) -> None:
    dead = turn.state.dead.get(agent.id)
    if dead is None:
        dead = DeadMember(since=at, last=at, count=1)
    else:
        since = dead.since if dead.cleared is None else at
        dead = replace(dead, since=since, last=at, count=dead.count + 1, cleared=None)
    turn.change(dead=turn.state.dead.set(agent.id, dead))
    put_back.renew(turn, agent, at)
