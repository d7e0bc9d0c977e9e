"""The moment at which browsers are killed, for all calls that have come to their step; our programs too, or not."""

import asyncio
from collections.abc import Callable

from acd.names import Moment
from tests.live.browser_seat import BrowserSeat, Chromium
from tests.live.transfer_floor import LAW_EXPERTS, Floor
from tests.live.transfer_parties import now

COMING = 2
"""Agents who come afterwards; fewer than citizens wait, so that these are answered one after another."""


class Meeting:
    """Something is done once all who take part have come."""

    def __init__(self) -> None:
        self._awaited: set[str] = set()
        self._nobody = asyncio.Event()
        self._done = asyncio.Event()

    def enter(self, who: str) -> None:
        """Take part."""
        self._awaited.add(who)

    def leave(self, who: str) -> None:
        """Take part no longer."""
        self._awaited.discard(who)
        if not self._awaited:
            self._nobody.set()

    async def come(self, who: str) -> None:
        """Wait until it is done."""
        self.leave(who)
        await self._done.wait()

    async def all_here(self) -> None:
        """Wait until all have come."""
        await self._nobody.wait()

    def done(self) -> None:
        """Let all go on."""
        self._done.set()


class Strike:
    """Kills the browsers once, and lets the next agents come when every citizen is where they shall be.

    Args:
        ours: kill our programs at the same instant, and start them again before the next agents come.

    """

    def __init__(self, floor: Floor, chromium: Chromium, *, ours: bool) -> None:
        self._floor, self._chromium = floor, chromium
        self.ours = ours
        self.at = Moment(0)
        """When it was."""
        self.just_before: list[Callable[[], None]] = []
        """What else happens at that instant."""
        self.browsers_ready = asyncio.Event()
        self._steps, self._rest = Meeting(), Meeting()
        self._answered: dict[str, asyncio.Future[BrowserSeat]] = {}
        self._experts: dict[str, asyncio.Future[BrowserSeat]] = {}

    # --- who sits where ---

    def answered(self, caller: str) -> "asyncio.Future[BrowserSeat]":
        """The seat that answered a caller."""
        return self._answered.setdefault(caller, asyncio.get_running_loop().create_future())

    def expert(self, line: str) -> "asyncio.Future[BrowserSeat]":
        """The expert of a line of ours, once ready."""
        return self._experts.setdefault(line, asyncio.get_running_loop().create_future())

    # --- the strike ---

    def enter(self, caller: str) -> None:
        """Take part; before `run`."""
        self._steps.enter(caller)
        self._rest.enter(caller)

    def finish(self, caller: str) -> None:
        """Take part no longer: the call is over."""
        self._steps.leave(caller)
        self._rest.leave(caller)

    async def falls(self, caller: str) -> None:
        """Come to the step, and wait for the strike."""
        await self._steps.come(caller)

    async def rests(self, caller: str) -> None:
        """The citizen is where they shall be: wait for the others, and for our programs to run."""
        await self._rest.come(caller)

    async def run(self) -> None:
        """Kill, and help afterwards."""
        await self._steps.all_here()
        for act in self.just_before:
            act()
        self.at = now()
        if self.ours:
            self._floor.product.kill()
        self._chromium.kill()
        self._steps.done()
        await self._rest.all_here()
        if self.ours:
            await asyncio.to_thread(self._floor.product.start)
        desks = [user for user in self._floor.people if user not in LAW_EXPERTS]
        for user in (*desks[-COMING:], LAW_EXPERTS[0]):
            self._floor.people[user].eager = True
        self._rest.done()
