"""Plays the table of transfer scenarios on one floor, several at once, and keeps what was wrong with each."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import Future

from tests.live.faults import slowness
from tests.live.standstill import longest_ms
from tests.live.transfer_books import BOUND_MS, Books, differences
from tests.live.transfer_crash import Crash
from tests.live.transfer_floor import Floor
from tests.live.transfer_parties import now
from tests.live.transfer_play import Play
from tests.live.transfer_table import Group, Scenario

AT_ONCE = 8
_PLAY_SECONDS = 90.0
_WRITTEN_SECONDS = 5.0


class Run:
    """The scenarios being played; `wrong` waits for one.

    Args:
        scenarios: those that are wanted, in any order.

    """

    def __init__(self, floor: Floor, scenarios: Iterable[Scenario]) -> None:
        self._floor = floor
        self._books = Books(floor.product.directory)
        self._scenarios = sorted(scenarios, key=lambda one: not one.long)
        self._done: dict[str, Future[list[str]]] = {one.name: Future() for one in self._scenarios}
        self.plays: dict[str, Play] = {}
        self._all = floor.begin(self._play_all())

    def wrong(self, name: str) -> list[str]:
        """Return what was wrong with a scenario once it is over."""
        return self._done[name].result(280)

    def wait(self) -> None:
        """Wait until every scenario is over."""
        self._all.result(280)

    async def _play_all(self) -> None:
        await asyncio.gather(self._play_ordinary(), self._play_with_the_sub_centre())
        killed = self._of(Group.KILLED)
        if killed:
            product = self._floor.product
            await self._struck(killed, Crash(product.kill, product.start))

    async def _play_ordinary(self) -> None:
        gate = asyncio.Semaphore(AT_ONCE)

        async def in_turn(one: Scenario) -> None:
            async with gate:
                await self._play(one, Play(self._floor))

        await asyncio.gather(*(in_turn(one) for one in self._of(Group.ORDINARY)))

    async def _play_with_the_sub_centre(self) -> None:
        """It is killed; then nobody is there; then something that hears no INVITE."""
        struck, gone, deaf = (self._of(group) for group in (Group.FAR_KILLED, Group.FAR_GONE, Group.FAR_DEAF))
        outside = self._floor.outside
        if not (struck or gone or deaf):
            return
        crash = Crash(outside.kill_sub_centre)

        async def afterwards() -> None:
            await crash.struck.wait()
            await self._floor.notices_sub_centre("Unavail")
            await asyncio.gather(*(self._play(one, Play(self._floor)) for one in gone))
            if deaf:
                await outside.deaf_sub_centre()
                await self._floor.notices_sub_centre("Avail")
                await asyncio.gather(*(self._play(one, Play(self._floor)) for one in deaf))

        await asyncio.gather(self._struck(struck, crash), afterwards())

    async def _struck(self, scenarios: list[Scenario], crash: Crash) -> None:
        plays = [(one, Play(self._floor, crash)) for one in scenarios]
        await asyncio.gather(crash.run(), *(self._play(one, play, crash) for one, play in plays))

    def _of(self, group: Group) -> list[Scenario]:
        return [one for one in self._scenarios if one.group is group]

    async def _play(self, one: Scenario, play: Play, crash: Crash | None = None) -> None:
        self.plays[one.name] = play
        task = asyncio.ensure_future(one.act(play))
        over, _ = await asyncio.wait({task}, timeout=_PLAY_SECONDS * slowness())
        if not over:
            task.cancel()
            await asyncio.wait({task})
        error = None if task.cancelled() else task.exception()
        wrong = [] if over and error is None else [f"{type(error).__name__}: {error}" if error else "not over in time"]
        self._floor.forget(play.caller)
        for party in play.parties:
            party.hang_up()
        if crash is not None:
            await crash.finish(play.caller)
        if not wrong:
            wrong = await self._written(play)
        print(f"{one.name}: {(now() - play.began_at) / 1000:.1f} s, {wrong or 'as it should be'}", flush=True)
        self._done[one.name].set_result(wrong)

    async def _written(self, play: Play) -> list[str]:
        """Return what is written otherwise; what happened just now is being written."""
        give_up = asyncio.get_running_loop().time() + _WRITTEN_SECONDS * slowness()
        while True:
            wrong = await asyncio.to_thread(differences, play, self._books, round(BOUND_MS * slowness()))
            if not wrong or asyncio.get_running_loop().time() > give_up:
                return wrong
            await asyncio.sleep(0.1)


def nothing_left(floor: Floor) -> None:
    """See that no channel, no conference and no bridge outlives the calls."""
    pbx = floor.pbx()
    floor.product.until(lambda: "0 active channels" in pbx.cli("core show channels count"), 40, "without channels")
    floor.product.until(floor.outside.nothing_left, 40, "without channels outside")
    assert "jt1-" not in pbx.cli("confbridge list")
    assert [line for line in pbx.cli("bridge show all").splitlines()[1:] if line.strip()] == []


def books_are_equal(floor: Floor, bound_ms: int) -> None:
    """See that our books and Asterisk's own logs tell the same, and balance."""
    tolerance = bound_ms + longest_ms(floor.since)
    done = floor.product.attempt("audit", "--since", str(floor.since), "--tolerance-ms", str(tolerance))
    assert done.returncode == 0, done.stdout + done.stderr
