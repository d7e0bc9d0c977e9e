"""Our process killed in the middle of many plays at once, and started again for all of them."""

import asyncio

from tests.live.product import Product


class Crash:
    """The process is killed once every play that takes part has come to its step, and started again likewise."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._plays: set[str] = set()
        self._awaited: set[str] = set()
        self._nobody = asyncio.Event()
        self._killed, self._started = asyncio.Event(), asyncio.Event()

    def enter(self, play: str) -> None:
        """Take part; before `run`."""
        self._plays.add(play)
        self._awaited.add(play)

    async def finish(self, play: str) -> None:
        """Take part no longer: the play is over; wait until the process runs again."""
        self._plays.discard(play)
        self._come(play)
        await self._started.wait()

    async def killed(self, play: str) -> None:
        """Come to the step, and wait for the others and for the end of the process."""
        self._come(play)
        await self._killed.wait()

    async def started_again(self, play: str) -> None:
        """Want it started again, and wait for the others and until it is well."""
        self._come(play)
        await self._started.wait()

    async def run(self) -> None:
        """Kill and start."""
        await self._all()
        await asyncio.to_thread(self._product.kill)
        self._awaited = set(self._plays)
        self._killed.set()
        await self._all()
        await asyncio.to_thread(self._product.start)
        self._started.set()

    def _come(self, play: str) -> None:
        self._awaited.discard(play)
        if not self._awaited:
            self._nobody.set()

    async def _all(self) -> None:
        self._nobody.clear()
        if self._awaited:
            await self._nobody.wait()
