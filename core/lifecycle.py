"""The eight stages of a ticket as a table: who may move it, from where to where, and what each step needs."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Stage(StrEnum):
    """Where a ticket stands: 受理 派单 办理 答复 督办 办结 回访 评价."""

    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    IN_HANDLING = "in_handling"
    REPLIED = "replied"
    SUPERVISED = "supervised"
    CLOSED = "closed"
    REVISITED = "revisited"
    RATED = "rated"


OPEN_STAGES = frozenset(
    {Stage.ACCEPTED, Stage.DISPATCHED, Stage.IN_HANDLING, Stage.REPLIED, Stage.SUPERVISED},
)
"""A ticket in one of these still waits for somebody."""


class Callback(StrEnum):
    """Whether a ticket's caller is to be rung back (漏接回拨): the call was missed, or lost while they waited again."""

    NONE = "none"
    """No call of it was."""
    DUE = "due"
    DONE = "done"
    IMPOSSIBLE = "impossible"
    """The caller showed no number."""


class EventKind(StrEnum):
    """What a line of a ticket's history tells."""

    OPENED = "opened"
    SAVED = "saved"
    MERGED = "merged"
    """This ticket's call was put to an earlier ticket; `what` is that ticket."""
    REPEAT_CALL = "repeat_call"
    """A later call was put to this ticket; `what` is the later call's own ticket and its text."""
    MERGE_REFUSED = "merge_refused"
    """`what` is the ticket asked for and the reason's key."""
    MOVED = "moved"
    """`what` is the step and what was given for it."""
    CALLBACK_DUE = "callback_due"
    """The caller was answered, and then left waiting again until the call ended; `what` is the call."""
    CALLED_BACK = "called_back"
    TRANSFERRED = "transferred"
    """An agent handed a call of this ticket on, or tried to; `what` is mode, destination and how it ended."""
    EXPERT_ASKED = "expert_asked"
    """Nobody of an expert line was there: `what` is the field, the handling unit, the call and the last day."""


class Role(StrEnum):
    """Who acts on a ticket."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    UNIT = "unit"
    """The handling unit (承办单位)."""
    SYSTEM = "system"


class Step(StrEnum):
    """What is done to a ticket."""

    ANSWER_AT_ONCE = "answer_at_once"
    NOT_ACCEPT = "not_accept"
    ACCEPT_AFTER_ALL = "accept_after_all"
    MERGE = "merge"
    DISPATCH = "dispatch"
    RETURN = "return"
    ACKNOWLEDGE = "acknowledge"
    REPLY = "reply"
    REDO = "redo"
    SUPERVISE = "supervise"
    CLOSE = "close"
    REVISIT = "revisit"
    REOPEN = "reopen"
    RATE = "rate"


class Move(Struct, frozen=True):
    """Where a step leads, who may take it, and what must be given with it."""

    to: Stage
    by: frozenset[Role]
    needs: tuple[str, ...] = ()


_DESK = frozenset({Role.AGENT, Role.SUPERVISOR})
_WATCH = frozenset({Role.SUPERVISOR})
_UNIT = frozenset({Role.UNIT})

_SUPERVISE = Move(Stage.SUPERVISED, _WATCH, ("order",))
_REPLY = Move(Stage.REPLIED, _UNIT, ("reply",))
_RETURN = Move(Stage.ACCEPTED, _WATCH, ("reason",))
"""A unit applies, the hotline decides: so a supervisor returns it, with the unit's reason."""
_REVISIT = Move(Stage.REVISITED, _DESK, ("outcome",))
_REOPEN = Move(Stage.IN_HANDLING, _WATCH, ("reason",))

MOVES: dict[Stage, dict[Step, Move]] = {
    Stage.ACCEPTED: {
        Step.ANSWER_AT_ONCE: Move(Stage.CLOSED, _DESK, ("reply",)),
        Step.NOT_ACCEPT: Move(Stage.CLOSED, _DESK, ("reason",)),
        Step.MERGE: Move(Stage.CLOSED, _DESK, ("ticket",)),
        Step.DISPATCH: Move(Stage.DISPATCHED, _DESK, ("unit",)),
    },
    Stage.DISPATCHED: {
        Step.ACKNOWLEDGE: Move(Stage.IN_HANDLING, _UNIT),
        Step.RETURN: _RETURN,
        Step.SUPERVISE: _SUPERVISE,
    },
    Stage.IN_HANDLING: {Step.REPLY: _REPLY, Step.RETURN: _RETURN, Step.SUPERVISE: _SUPERVISE},
    Stage.REPLIED: {
        Step.CLOSE: Move(Stage.CLOSED, _WATCH, ("result",)),
        Step.REDO: Move(Stage.IN_HANDLING, _WATCH, ("reason",)),
        Step.SUPERVISE: _SUPERVISE,
    },
    Stage.SUPERVISED: {Step.ACKNOWLEDGE: Move(Stage.IN_HANDLING, _UNIT), Step.REPLY: _REPLY},
    Stage.CLOSED: {
        Step.ACCEPT_AFTER_ALL: Move(Stage.ACCEPTED, _DESK, ("reason",)),
        Step.REVISIT: _REVISIT,
        Step.REOPEN: _REOPEN,
    },
    Stage.REVISITED: {
        Step.RATE: Move(Stage.RATED, frozenset({Role.AGENT, Role.SYSTEM}), ("score",)),
        Step.REOPEN: _REOPEN,
    },
    Stage.RATED: {Step.REOPEN: _REOPEN},
}
"""From each stage, the steps that leave it. An absent step is refused."""


class MoveRefused(Exception):
    """A step that cannot be taken; the text says why in one sentence."""


def move(stage: Stage, step: Step, role: Role, given: Mapping[str, str]) -> Stage:
    """Return the stage after `step`.

    Args:
        given: what was filled in for the step, by the names of `Move.needs`.

    Raises:
        MoveRefused: the step does not leave `stage`, `role` may not take it, or something it needs is empty.
    """
    found = MOVES[stage].get(step)
    if found is None:
        valid = ", ".join(MOVES[stage]) or "none"
        raise MoveRefused(f"step {step} does not leave stage {stage}; valid: {valid}")
    if role not in found.by:
        raise MoveRefused(f"step {step} from {stage} is not for role {role}; valid: {', '.join(sorted(found.by))}")
    missing = [need for need in found.needs if not given.get(need, "").strip()]
    if missing:
        raise MoveRefused(f"step {step} from {stage} needs {', '.join(missing)}")
    return found.to
