"""How the lines of the directory stand, as desks and boards show it; pure."""

from collections.abc import Mapping, Sequence

from acd.agent import Presence
from acd.directory import Destination, is_open
from acd.events import LineTold
from acd.names import Moment, QueueName
from acd.refusal import SENTENCES, Refusal
from acd.state import State
from agent_desk.wire_transfers import DirectoryLine, Source

_MINUTE = 60_000
_NO_SENTENCE = ("", "")
_DEAD = ("UNAVAILABLE", "INVALID")
"""Whom acd.transfer_wishes would not ring either."""


class Directory:
    """Every line as it stands, looked up once for all desks: gone through only when something it rests on changed."""

    def __init__(self) -> None:
        self._rests_on: tuple[object, ...] = ()
        self._lines: dict[str, DirectoryLine] = {}

    def lines(self, state: State, waiting: Mapping[QueueName, Sequence[Moment]]) -> dict[str, DirectoryLine]:
        """Return every line by its key, the same object as before while nothing changed.

        Args:
            waiting: since when each caller waits, by queue.

        """
        # Hours are in whole minutes, so that the time alone changes nothing more often.
        rests_on = (state.agents, state.calls, state.lines, state.line_answered, state.policy, state.now // _MINUTE)
        if len(self._rests_on) != len(rests_on) or any(
            one is not other and not (isinstance(one, int) and one == other)
            for one, other in zip(self._rests_on, rests_on, strict=True)
        ):
            self._rests_on = rests_on
            fresh = directory_lines(state, waiting)
            if fresh != self._lines:
                self._lines = fresh
        return self._lines


def directory_lines(state: State, waiting: Mapping[QueueName, Sequence[Moment]]) -> dict[str, DirectoryLine]:
    """Return every line of the directory by its key."""
    ready: dict[QueueName, int] = {}
    signed_in: dict[QueueName, int] = {}
    for agent in state.agents.values():
        for queue in agent.queues:
            signed_in[queue] = signed_in.get(queue, 0) + 1
        if agent.presence is Presence.READY and agent.device not in _DEAD:
            for queue in agent.queues:
                ready[queue] = ready.get(queue, 0) + 1
    return {
        one.key: _ours(
            state, one, ready.get(one.queue, 0), len(waiting.get(one.queue, ())), signed_in.get(one.queue, 0)
        )
        if one.queue is not None
        else _far(state, one, state.lines.get(one.key))
        for one in state.policy.destinations
    }


def far_lines(state: State) -> dict[str, DirectoryLine]:
    """Return the lines that are not queues of ours: a board shows those of ours as queues."""
    return {
        one.key: _far(state, one, state.lines.get(one.key)) for one in state.policy.destinations if one.queue is None
    }


def _ours(state: State, destination: Destination, ready: int, waiting: int, signed_in: int) -> DirectoryLine:
    is_open_now = _open(state, destination)
    zh, en = (
        SENTENCES[Refusal.CLOSED_NOW]
        if not is_open_now
        else SENTENCES[Refusal.NOBODY_READY]
        if not ready
        else _NO_SENTENCE
    )
    return DirectoryLine(
        key=destination.key,
        open=is_open_now,
        source=Source.HERE,
        connected=True,
        reachable=True,
        ready=ready,
        waiting=waiting,
        signed_in=signed_in,
        told_at=None,
        last_answered=state.line_answered.get(destination.key),
        why_zh=zh,
        why_en=en,
    )


def _far(state: State, destination: Destination, told: LineTold | None) -> DirectoryLine:
    in_hours = _open(state, destination)
    zh, en = (
        SENTENCES[Refusal.NOT_CONNECTED]
        if not destination.connected
        else _NO_SENTENCE
        if in_hours
        else SENTENCES[Refusal.CLOSED_NOW]
    )
    heard = told is not None and told.told_at is not None
    return DirectoryLine(
        key=destination.key,
        # Who says that it is closed may be rung all the same: our hours decide what is refused, not a platform's word.
        open=in_hours and (told is None or told.open),
        source=Source.TOLD if heard else Source.UNKNOWN,
        connected=destination.connected,
        reachable=told is None or told.reachable,
        ready=None if told is None else told.ready,
        waiting=None if told is None else told.waiting,
        signed_in=None,
        told_at=None if told is None else told.told_at,
        last_answered=state.line_answered.get(destination.key),
        why_zh=zh,
        why_en=en,
    )


def _open(state: State, destination: Destination) -> bool:
    return is_open(destination, state.now, state.policy.utc_offset)
