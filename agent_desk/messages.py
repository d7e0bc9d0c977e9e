"""Short messages from supervisors to desks: in memory only, shown until read, gone with the shift."""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from acd.agent import Presence
from acd.names import AgentId, Millis, Moment
from agent_desk.wire_views import DeskMessage, DeskView

MOST_UNREAD = 20
"""On one desk; the oldest give way."""
KEPT = Millis(12 * 3_600_000)
"""No shift is longer."""


class Messages:
    """Those that nobody has read yet, by agent. A restart of ours forgets them.

    Args:
        now: our clock.
        changed: called when a desk is to show something else.

    """

    def __init__(self, now: Callable[[], Moment], changed: Callable[[], None]) -> None:
        self._now, self._changed = now, changed
        self._unread: dict[AgentId, dict[str, DeskMessage]] = {}
        self._sent = 0

    def send(self, to: Iterable[AgentId], *, by: str, text: str, to_all: bool) -> None:
        """Put a message on each of these desks."""
        self._sent += 1
        at = self._now()
        # The time is in the name: a page that slept through our restart cannot mistake one for another.
        message = DeskMessage(id=f"{at}-{self._sent}", at=at, by=by, text=text, to_all=to_all)
        for agent in to:
            unread = {**self._unread.get(agent, {}), message.id: message}
            self._unread[agent] = dict(list(unread.items())[-MOST_UNREAD:])
        self._changed()

    def onto(self, view: DeskView) -> DeskView:
        """Return a desk's view with what its agent has not read, oldest first; who signs out leaves nothing behind."""
        me = view.me.get("me")
        unread = None if me is None else self._unread.get(me.agent)
        if me is None or not unread:
            return view
        fresh = {key: message for key, message in unread.items() if self._now() - message.at < KEPT}
        if me.presence is Presence.OUT or not fresh:
            del self._unread[me.agent]
            return view
        self._unread[me.agent] = fresh
        return replace(view, messages=fresh)

    def read(self, agent: AgentId, message: str) -> bool:
        """Take a message off a desk; return whether it was there."""
        unread = self._unread.get(agent, {})
        if message not in unread:
            return False
        self._unread[agent] = {key: one for key, one in unread.items() if key != message}
        self._changed()
        return True
