"""Live views to many browsers: a snapshot, then numbered deltas; nobody waits for a slow one."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from acd.names import Moment
from agent_desk.wire import Delta, SectionChange, ToBrowser

BOARDS_A_SECOND = 10
MAY_WAIT = frozenset({"queue", "directory"})
"""Sections that every desk shows alike and every call changes: told at once, and then once a second at most."""
CALM_MS = 1_000
BACKLOG = 200
"""Messages a browser may be behind before it is cut off and has to come back for a snapshot."""

View: TypeAlias = Struct
"""A Board or a DeskView: every field is a section, a dict from id to value."""

_encoder = msgspec.json.Encoder()


def diff(old: View, new: View) -> dict[str, SectionChange]:
    """Return what takes `old` to `new`: per section the values set and the ids gone; empty when equal."""
    changes: dict[str, SectionChange] = {}
    for section in new.__struct_fields__:
        before: dict[str, Any] = getattr(old, section)
        after: dict[str, Any] = getattr(new, section)
        if after is before:
            continue  # one that all desks share, unchanged
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        gone = tuple(key for key in before if key not in after)
        if changed or gone:
            changes[section] = SectionChange(set=changed, gone=gone)
    return changes


def patch(old: dict[str, dict[str, Any]], changes: dict[str, SectionChange]) -> dict[str, dict[str, Any]]:
    """Apply a delta to a view of plain dicts, as browsers do: patch(old, diff(old, new)) == new."""
    new = dict(old)
    for section, change in changes.items():
        kept = {key: value for key, value in old[section].items() if key not in change.gone}
        new[section] = {**kept, **change.set}
    return new


class Client:
    """One browser's outgoing messages, encoded once for all who get them."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.cut_off = False

    def offer(self, message: bytes) -> None:
        """Queue a message; a browser too far behind is cut off instead."""
        if self.cut_off:
            return
        if self._messages.qsize() >= BACKLOG:
            self.cut_off = True
            self._messages.put_nowait(None)
            return
        self._messages.put_nowait(message)

    def say(self, message: ToBrowser) -> None:
        """Queue a message of this browser's own."""
        self.offer(_encoder.encode(message))

    async def next(self) -> bytes | None:
        """Return the next message; None: cut off."""
        return await self._messages.get()


class Feed:
    """One view and everyone who watches it.

    Args:
        look: returns the view now.
        snapshot: wraps a view into the first message, given number and time.

    """

    def __init__(
        self, look: Callable[[], View], snapshot: Callable[[int, Moment, Any], ToBrowser], now: Callable[[], Moment]
    ) -> None:
        self._look = look
        self._snapshot = snapshot
        self._now = now
        self._seen: View | None = None
        self._calm_until = Moment(0)
        """Before this, what may wait is not worth a message of its own."""
        self._number = 0
        self._clients: set[Client] = set()

    @property
    def watched(self) -> bool:
        """Whether anybody looks."""
        return bool(self._clients)

    def join(self, client: Client) -> None:
        """Send the whole view, and from now on what changes."""
        self.refresh()
        self._clients.add(client)
        self.resend(client)

    def leave(self, client: Client) -> None:
        """Send nothing any more."""
        self._clients.discard(client)

    def resend(self, client: Client) -> None:
        """Send the whole view again, as of the last delta."""
        client.say(self._snapshot(self._number, self._now(), self._seen or self._look()))

    def refresh(self, *, patient: bool = False) -> bool:
        """Look again and tell everyone what changed, encoded once.

        Args:
            patient: what may wait does, if nothing else changed and it was told less than a second ago.

        Returns:
            Whether something waits.

        """
        new = self._look()
        changes = {} if self._seen is None else diff(self._seen, new)
        now = self._now()
        if patient and changes and now < self._calm_until and changes.keys() <= MAY_WAIT:
            return True
        self._seen = new
        if not changes:
            return False
        if not MAY_WAIT.isdisjoint(changes):
            self._calm_until = Moment(now + CALM_MS)
        self._number += 1
        message = _encoder.encode(Delta(seq=self._number, now=now, changes=changes))
        for client in self._clients:
            client.offer(message)
        return False


class Hub:
    """The board's feed and every desk's, refreshed when the floor changes, at most `BOARDS_A_SECOND` times a second."""

    def __init__(self, board: Feed, desk: Callable[[str], Feed]) -> None:
        self.board = board
        self._new_desk = desk
        self._desks: dict[str, Feed] = {}
        self._clients: dict[str, set[Client]] = {}
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """The floor is not what it was."""
        self._changed.set()

    def join_desk(self, agent: str, client: Client) -> Feed:
        """Open one more desk page of an agent."""
        feed = self._desks.get(agent)
        if feed is None:
            feed = self._desks[agent] = self._new_desk(agent)
        feed.join(client)
        self._clients.setdefault(agent, set()).add(client)
        return feed

    def leave_desk(self, agent: str, client: Client) -> bool:
        """Close a desk page; return whether it was the agent's last."""
        self._desks[agent].leave(client)
        self._clients[agent].discard(client)
        if self._clients[agent]:
            return False
        del self._clients[agent], self._desks[agent]
        return True

    def answer(self, agent: str, message: ToBrowser) -> None:
        """Send an answer to every desk page of an agent; the page that asked knows its request."""
        for client in self._clients.get(agent, ()):
            client.say(message)

    async def run(self) -> None:
        """Refresh until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self.board.watched:
                self.board.refresh()
            if any([feed.refresh(patient=True) for feed in self._desks.values()]):
                self._changed.set()
            await asyncio.sleep(1 / BOARDS_A_SECOND)
