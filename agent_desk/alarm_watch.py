"""Looks for alarms: since when each is on, a log line when it comes and goes, and a word to the screens."""

import asyncio
import logging
from collections.abc import Callable

from msgspec.structs import replace

from acd.names import Moment
from acd.state import State
from agent_desk.alarms import Health, alarms_on
from agent_desk.wire_views import Alarm

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Trouble with disk or database comes without any fact that would make the screens look."""
FRESH_MS = 250
"""So long one look is good for everyone, unless the floor changes."""


class AlarmWatch:
    """The alarms that are on, for boards, desks, /healthz and /metrics alike.

    Args:
        state, health, now: how the floor and the house are at this moment.
        changed: called when an alarm came, went or reads otherwise.
        look_seconds: between two looks.

    """

    def __init__(
        self,
        state: Callable[[], State],
        health: Callable[[], Health],
        now: Callable[[], Moment],
        changed: Callable[[], None],
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._state = state
        self._health = health
        self._now = now
        self._changed = changed
        self._look_seconds = look_seconds
        self._since: dict[str, Moment] = {}
        self._on: dict[str, Alarm] = {}
        self._seen: State | None = None
        self._looked_at = Moment(0)

    def on(self) -> dict[str, Alarm]:
        """Return the alarms that are on, of a look a moment ago at most: hundreds of desks ask at once."""
        if self._state() is not self._seen or abs(self._now() - self._looked_at) >= FRESH_MS:
            return self.look()
        return self._on

    async def run(self) -> None:
        """Look again and again until cancelled."""
        told: dict[str, Alarm] = {}
        while True:
            alarms = self.on()
            if alarms != told:
                told = alarms
                self._changed()
            await asyncio.sleep(self._look_seconds)

    def look(self) -> dict[str, Alarm]:
        """Return the alarms that are on, the worst first, each with the same `since` as long as it lasts."""
        state, now = self._state(), self._now()
        self._seen, self._looked_at = state, now
        found = alarms_on(state, self._health(), now)
        self._since = {key: min(alarm.since, self._since.get(key, alarm.since)) for key, alarm in found.items()}
        on = {key: replace(alarm, since=self._since[key]) for key, alarm in found.items()}
        self._tell_log(on, now)
        self._on = on
        return on

    def _tell_log(self, on: dict[str, Alarm], now: Moment) -> None:
        for key, alarm in on.items():
            if key not in self._on:
                log.warning("alarm: %s", alarm.en, extra={"alarm": key, "why": alarm.why})
        for key, alarm in self._on.items():
            if key not in on:
                log.info("alarm over: %s", alarm.en, extra={"alarm": key, "lasted_ms": now - alarm.since})
