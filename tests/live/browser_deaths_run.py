"""Plays the table of browsers' deaths on one floor, some rows at once, and keeps what was wrong with each."""

import asyncio
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from playwright.async_api import Playwright, async_playwright

from tests.live.browser_books import BROWSERS_BOUND_MS, differences_after_a_death
from tests.live.browser_deaths import EXPERTS, ROWS, Row
from tests.live.browser_play import BrowserPlay, Sounds
from tests.live.browser_seat import BrowserSeat, Chromium
from tests.live.browser_strike import COMING, Strike
from tests.live.faults import slowness
from tests.live.transfer_books import Books
from tests.live.transfer_floor import LAW_EXPERTS, Floor
from tests.live.transfer_parties import now
from tests.live.transfer_voice import Role

DESKS = len(EXPERTS) + COMING
"""Agents at SIP telephones: one for each row with an expert, and those who come when citizens wait for somebody."""
_FIRST_SEAT = 6041
_AT_ONCE = 7
"""Rows in a group: with more browsers' voices than that two cores stutter."""
_PAGES_AT_ONCE = 4
_PLAY_SECONDS = 100.0
_WRITTEN_SECONDS = 5.0


class Group:
    """Some rows, with our programs alive or killed.

    Args:
        done: what is wrong with each row is put here.
        seats: of the agents at browsers; nobody sat there before.

    """

    def __init__(
        self, floor: Floor, rows: dict[str, Row], done: dict[str, Future[list[str]]], seats: range, *, ours: bool
    ) -> None:
        self._floor, self._rows, self._done, self._seats, self._ours = floor, rows, done, seats, ours
        self._pbx = floor.product.directory / "pbx" / "asterisk"
        self._chromium = Chromium()
        self._strike = Strike(floor, self._chromium, ours=ours)
        sounds = Sounds(self._pbx / "sounds")
        self._plays = {name: BrowserPlay(floor, self._strike, sounds) for name in rows}
        self._waiting = BrowserPlay(floor, self._strike, sounds)
        """A citizen who waits for an agent all the time."""
        self._never: list[str] = []
        """Why this one was never answered."""

    async def play(self, playwright: Playwright) -> None:
        """Play them."""
        try:
            await self._desks_are_free()
            await self._chromium.start(playwright)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._strike.run())
                tasks.create_task(self._people_come(tasks))
                tasks.create_task(self._wait_in_the_queue())
                for name, one in self._rows.items():
                    tasks.create_task(self._play(name, one))
        finally:
            await self._chromium.close()

    async def _desks_are_free(self) -> None:
        """As many as ask an expert are ready, and nobody else."""
        asking = sum(one.line is not None for one in self._rows.values())
        for number, (user, agent) in enumerate(self._floor.people.items()):
            if number < asking and user not in LAW_EXPERTS:
                agent.eager = True
            else:
                await agent.pause()

    async def _people_come(self, tasks: asyncio.TaskGroup) -> None:
        """Bring everybody at a browser; the agents are ready once the desks have their calls."""
        gate = asyncio.Semaphore(_PAGES_AT_ONCE)
        lines = {one.line for one in self._rows.values() if one.line is not None}
        seats = self._seats[: len(self._rows) - len(lines)]

        async def comes(user: str, role: Role) -> BrowserSeat:
            async with gate:
                seat = await self._chromium.seat(self._floor.product, user, role)
                await seat.sign_in()
                return seat

        async def expert_comes(line: str) -> None:
            seat = await comes(EXPERTS[line][self._ours], Role.THIRD)
            await seat.ready()
            self._strike.expert(line).set_result(seat)

        async def answers(seat: BrowserSeat) -> None:
            await seat.ready()
            self._strike.answered(await seat.answer()).set_result(seat)

        agents, _ = await asyncio.gather(
            asyncio.gather(*(comes(str(seat), Role.AGENT) for seat in seats)),
            asyncio.gather(*(expert_comes(line) for line in sorted(lines))),
        )
        await asyncio.gather(*(self._plays[name].talks.wait() for name, one in self._rows.items() if one.line))
        for seat in agents:
            tasks.create_task(answers(seat))
        self._strike.browsers_ready.set()

    async def _wait_in_the_queue(self) -> None:
        """Ring in when everybody talks; be answered after all who were lost."""
        play = self._waiting
        try:
            await asyncio.gather(*(one.talks.wait() for one in self._plays.values()))
            await play.ring_in()
            await play.waits_for_an_agent()
            await play.dies()
            await play.next_agent()
        except (AssertionError, TimeoutError) as error:
            self._never = [f"who waits: {error}"]
        finally:
            self._floor.forget(play.caller)
            for party in play.parties:
                party.hang_up()
            self._strike.finish(play.caller)

    async def _play(self, name: str, one: Row) -> None:
        play = self._plays[name]
        task = asyncio.ensure_future(one.act(play))
        over, _ = await asyncio.wait({task}, timeout=_PLAY_SECONDS * slowness())
        if not over:
            task.cancel()
            await asyncio.wait({task})
        error = None if task.cancelled() else task.exception()
        wrong = [] if over and error is None else [f"{type(error).__name__}: {error}" if error else "not over in time"]
        self._floor.forget(play.caller)
        play.talks.set()
        for party in play.parties:
            party.hang_up()
        self._strike.finish(play.caller)
        if not wrong:
            wrong = await self._written(play)
        seconds = (now() - play.began_at) / 1000
        print(f"{name}, {self._ours}: {seconds:.1f} s, {play.took}, {wrong or 'as it should be'}", flush=True)
        self._done[name].set_result(wrong)

    async def _written(self, play: BrowserPlay) -> list[str]:
        """Return what is written otherwise; what happened just now is being written."""
        books, log = Books(self._floor.product.directory), self._pbx / "log" / "cel-custom" / "Master.csv"
        give_up = asyncio.get_running_loop().time() + _WRITTEN_SECONDS * slowness()
        while True:
            bound = round(BROWSERS_BOUND_MS * slowness())
            wrong = await asyncio.to_thread(differences_after_a_death, play, books, log, bound)
            if not wrong or asyncio.get_running_loop().time() > give_up:
                return wrong
            await asyncio.sleep(0.2)

    def not_first(self) -> list[str]:
        """Return who was lost, and queued behind the citizen who waited all the time."""
        if self._never:
            return self._never
        lost = {name: self._plays[name].caller for name, one in self._rows.items() if one.queued}
        rows = [line.split("|") for line in (self._pbx / "log" / "queue_log").read_text().splitlines()]
        place = {row[6]: int(row[7]) for row in rows if row[4] == "ENTERQUEUE"}
        return [f"{name}: {place[caller]}" for name, caller in lost.items() if place[caller] > len(lost)]


class Run:
    """The rows being played: those with our programs alive, then those in which they die.

    Args:
        wanted: names of rows, and whether our programs die.

    """

    def __init__(self, floor: Floor, wanted: set[tuple[str, bool]]) -> None:
        self._done: dict[tuple[str, bool], Future[list[str]]] = {key: Future() for key in wanted}
        self._behind: list[str] = []
        self._all = floor.begin(self._play_all(floor))

    def wrong(self, name: str, *, ours: bool) -> list[str]:
        """Return what was wrong with a row once it is over."""
        done = self._done[name, ours]
        either: list[Future[Any]] = [done, self._all]
        wait(either, timeout=280, return_when=FIRST_COMPLETED)
        if not done.done() or done.cancelled():
            self._all.result(0)
        return done.result(0)

    def not_first(self) -> list[str]:
        """Wait until every row is over; return who was lost and not at the head of the queue."""
        self._all.result(280)
        return self._behind

    async def _play_all(self, floor: Floor) -> None:
        try:
            await self._play_groups(floor)
        finally:
            for done in self._done.values():  # whoever waits for a row is to know that it never ends
                done.cancel()

    async def _play_groups(self, floor: Floor) -> None:
        seat = _FIRST_SEAT
        async with async_playwright() as playwright:
            for ours in (False, True):
                names = [name for name in ROWS if (name, ours) in self._done]
                for first in range(0, len(names), _AT_ONCE):
                    rows = {name: ROWS[name] for name in names[first : first + _AT_ONCE]}
                    done = {name: self._done[name, ours] for name in rows}
                    group = Group(floor, rows, done, range(seat, seat + len(rows)), ours=ours)
                    await group.play(playwright)
                    seat += len(rows)
                    self._behind += group.not_first()
