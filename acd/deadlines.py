"""When something ends by itself, in slots of a second: finding what is due costs the same on any floor."""

from typing import TypeAlias

from immutables import Map

from acd.names import AgentId, Millis, Moment, RequestId

SLOT = Millis(1_000)
OWN = RequestId("")
"""Stands where the request would: the deadline is the agent's after-call work."""
GONE = RequestId("gone")
"""Stands where the request would: the agent's telephone is gone in the middle of a talk. Requests hold a slash."""

Deadline: TypeAlias = tuple[Moment, AgentId, RequestId]
Deadlines: TypeAlias = Map[Moment, frozenset[Deadline]]
"""By the start of the slot. Deadlines lie a minute or so ahead, so the slots are few however many agents there are."""


def put(deadlines: Deadlines, deadline: Deadline) -> Deadlines:
    """Return `deadlines` with one more."""
    slot = _slot(deadline)
    return deadlines.set(slot, deadlines.get(slot, frozenset()) | {deadline})


def drop(deadlines: Deadlines, deadline: Deadline) -> Deadlines:
    """Return `deadlines` with one less; one that is not there is no error."""
    slot = _slot(deadline)
    left = deadlines.get(slot, frozenset()) - {deadline}
    if left:
        return deadlines.set(slot, left)
    return deadlines.delete(slot) if slot in deadlines else deadlines


def first(deadlines: Deadlines) -> Moment | None:
    """Return the earliest; None if there is none."""
    return min(deadlines[min(deadlines)])[0] if deadlines else None


def passed(deadlines: Deadlines, at: Moment) -> list[Deadline]:
    """Return those at or before `at`, earliest first; sorted, so that a replay does the same in the same order."""
    slots = [slot for slot in deadlines if slot <= at]
    return sorted(one for slot in slots for one in deadlines[slot] if one[0] <= at)


def _slot(deadline: Deadline) -> Moment:
    return Moment(deadline[0] - deadline[0] % SLOT)
