"""Queue_log's rows about members and about Asterisk's starts, into facts: what agents did while nobody listened.

The log has whole seconds and names agents, not telephones. PAUSEALL and UNPAUSEALL are left out: a row for each queue
stands beside them. An UNPAUSE whose reason is `Auto-Unpause` is no end of a pause but its change of reason
(log_unpause_on_reason_change), which the PAUSE after it tells.
"""

from collections.abc import Iterable
from typing import Final

from acd.agent import SIGNED_IN_REASON
from acd.events import AnyEvent, MemberAdded, MemberPaused, MemberRemoved, MemberResumed, PbxRestarted
from acd.names import AgentId, Moment, QueueName
from telephony.queue_log import RESTARTED

_REASON_CHANGES: Final = "Auto-Unpause"
_MEMBERSHIP: Final = ("ADDMEMBER", "REMOVEMEMBER")


def member_facts(lines: Iterable[str], since: Moment, until: Moment) -> list[AnyEvent]:
    """Return what happened to members from the second of `since` to `until`, in the log's order.

    What was heard before `since` must not be told again: a pause and its end told twice would count twice. Within the
    second of `since` itself nobody knows what was heard, so only the last word on each member is told: if it was heard
    already, it changes nothing.
    """
    border: dict[tuple[str, ...], AnyEvent] = {}
    later: list[AnyEvent] = []
    for line in lines:
        fields = line.rstrip("\n").split("|")
        if len(fields) < 6 or not fields[0].isdigit():
            continue
        second = int(fields[0])
        if second < since // 1000 or second * 1000 > until:
            continue
        fact = _fact(fields, Moment(max(second * 1000, since)))
        if fact is not None and second == since // 1000:
            kind = "member" if fields[4] in _MEMBERSHIP else "pause"
            border.pop((kind, fields[2], fields[3]), None)
            border[kind, fields[2], fields[3]] = fact
        elif fact is not None:
            later.append(fact)
    return [*border.values(), *later]


def _fact(fields: list[str], at: Moment) -> AnyEvent | None:
    queue, agent, verb, data = QueueName(fields[2]), AgentId(fields[3]), fields[4], fields[5]
    if "/" in agent:
        return None  # a member without a name is called by its interface, and is none of our agents
    match verb:
        case _ if verb == RESTARTED:
            return PbxRestarted(at=at)
        case "ADDMEMBER":
            paused = data == "PAUSED"
            # The row does not say why: whoever signs in is paused for this, and the snapshot tells if it was another.
            reason = SIGNED_IN_REASON if paused else ""
            return MemberAdded(at=at, agent=agent, queue=queue, interface="", paused=paused, reason=reason)
        case "REMOVEMEMBER":
            return MemberRemoved(at=at, agent=agent, queue=queue)
        case "PAUSE":
            return MemberPaused(at=at, agent=agent, queue=queue, reason=data)
        case "UNPAUSE" if data != _REASON_CHANGES:
            return MemberResumed(at=at, agent=agent, queue=queue)
        case _:
            return None
