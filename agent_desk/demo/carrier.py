"""The public network as far as a demo needs it: whoever is dialled outside rings a moment, answers and gives a tone."""

import asyncio
from collections.abc import Callable, Iterable
from random import Random

from msgspec import Struct

from acd.names import Moment
from agent_desk.demo.media import Media
from agent_desk.demo.sdp import Address
from agent_desk.demo.sip_call import SipCall
from agent_desk.demo.telephone import Telephones


class Manners(Struct, frozen=True, kw_only=True):
    """How the outside behaves."""

    ring_seconds: tuple[float, float] = (1.0, 2.5)
    """How long it rings before somebody answers, at random between these."""
    busy: frozenset[str] = frozenset()
    """Numbers that are always engaged."""
    silent: frozenset[str] = frozenset()
    """Numbers where nobody ever answers."""


class Carrier:
    """Answers calls of one Asterisk.

    Args:
        server: that Asterisk's SIP address; nobody else is heard.
        numbers: which numbers there are outside; all others are engaged.
        now: our clock.
        say: is told of each call, in both languages.

    """

    def __init__(
        self,
        server: Address,
        numbers: Iterable[str],
        *,
        now: Callable[[], Moment],
        say: Callable[[str], None],
        manners: Manners = Manners(),  # noqa: B008 # frozen
        random: Random | None = None,
    ) -> None:
        self._server = server
        self._numbers = tuple(number for number in numbers if number not in manners.busy)
        self._now = now
        self._say = say
        self._manners = manners
        self._random = random or Random()

    async def run(self, host: str, port: int) -> None:
        """Answer until cancelled; then hang up.

        Raises:
            OSError: the address cannot be had.

        """
        media = Media(host, speak=True, echo=False)
        telephones = Telephones(self._server, media.address, self._now)
        rung: asyncio.Queue[SipCall] = asyncio.Queue()
        telephones.rung.update(dict.fromkeys(self._numbers, rung.put_nowait))
        try:
            await telephones.open(host, port)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(media.run())
                while True:
                    tasks.create_task(self._take(await rung.get(), media))
        finally:
            telephones.close()
            media.close()

    async def _take(self, call: SipCall, media: Media) -> None:
        number = call.user
        try:
            self._say(f"外线 outside  {number} 振铃 rings")
            pause = None if number in self._manners.silent else self._random.uniform(*self._manners.ring_seconds)
            await asyncio.wait({call.over}, timeout=pause)
            call.accept()
            if call.up.done() and not call.up.cancelled():
                self._say(f"外线 outside  {number} 接听 answers")
                await self._talk(call, media)
            self._say(f"外线 outside  {number} 结束 over")
        finally:
            call.hang_up()

    async def _talk(self, call: SipCall, media: Media) -> None:
        remote = call.remote_media
        if remote is not None:
            media.add(remote)
        try:
            await call.over
        finally:
            if remote is not None:
                media.drop(remote)
