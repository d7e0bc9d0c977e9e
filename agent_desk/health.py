"""How the parts of the house do, as one value: what the alarms are judged by."""

import threading
from collections import deque
from collections.abc import Callable

from acd.names import Millis, Moment
from agent_desk.alarms import Health
from agent_desk.journal import Journal
from agent_desk.loop import Inbox
from core.recorder import Recorder
from telephony.link import AmiLink

AGE_WINDOW = Millis(10_000)
"""A late event is told for so long."""
APART_WINDOW = Millis(600_000)
"""Ours is set right at once; somebody should see all the same that it was wrong."""


class Worst:
    """The greatest of the numbers heard lately, from any thread.

    Args:
        window: how long a number counts.

    """

    def __init__(self, window: Millis) -> None:
        self._window = window
        self._falling: deque[tuple[Moment, int]] = deque()
        """Numbers that may yet be the greatest, oldest and greatest first."""
        self._lock = threading.Lock()

    def heard(self, at: Moment, number: int) -> None:
        """Take a number."""
        with self._lock:
            while self._falling and self._falling[-1][1] <= number:
                self._falling.pop()
            self._falling.append((at, number))

    def forget(self) -> None:
        """Forget every number."""
        with self._lock:
            self._falling.clear()

    def at(self, now: Moment) -> Millis:
        """Return the greatest number of the window before `now`; 0: none was heard."""
        with self._lock:
            while self._falling and now - self._falling[0][0] > self._window:
                self._falling.popleft()
            return Millis(self._falling[0][1] if self._falling else 0)


class HealthWatch:
    """Asks the parts of the house how they do; the link's `on_age` and `on_apart` go to `heard` and `apart`."""

    def __init__(
        self, *, link: AmiLink, inbox: Inbox, journal: Journal, recorder: Recorder, now: Callable[[], Moment]
    ) -> None:
        self._link = link
        self._inbox = inbox
        self._journal = journal
        self._recorder = recorder
        self._now = now
        self._ages = Worst(AGE_WINDOW)
        self._apart = Worst(APART_WINDOW)
        self._made_up_for = 0
        """Facts that were not kept in earlier outages; a snapshot stands for them."""

    def heard(self, age_ms: int) -> None:
        """Note the age of an event on arrival."""
        self._ages.heard(self._now(), age_ms)

    def apart(self, milliseconds: int) -> None:
        """Note by how much Asterisk's clock was ahead of ours, or behind it; `now` is right again already."""
        self._ages.forget()  # they were measured by a clock that was wrong
        self._apart.heard(self._now(), abs(milliseconds))

    def look(self) -> Health:
        """Return how everything does now."""
        now, link, journal, recorder = self._now(), self._link, self._journal, self._recorder.state
        error = journal.error
        if error is None:
            self._made_up_for = journal.unkept
        return Health(
            pbx_up=link.up,
            pbx_refused=link.refused,
            standby=link.rival is not None,
            pbx_why=link.why,
            event_age=None if link.event_age_ms is None else Millis(link.event_age_ms),
            worst_event_age=self._ages.at(now),
            clocks_apart=self._apart.at(now),
            waiting=self._inbox.waiting,
            waiting_limit=self._inbox.limit,
            facts_refused=self._inbox.refused,
            journal_error=error,
            unkept=journal.unkept - self._made_up_for,
            recorder_backlog=recorder.backlog,
            recorder_failures=recorder.failures,
            recorder_rejected=recorder.rejected,
            recorder_error=recorder.last_error,
        )
