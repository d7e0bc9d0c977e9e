"""A line that is not ours, its platform, and what the floor is told of it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from acd.events import LineTold
from acd.names import DestinationKey

TAX = DestinationKey("tax")
WELL = '{"open": true, "ready": 3, "waiting": 0, "at": 1}'


class Line(Struct, frozen=True, kw_only=True):
    """A line of the directory, as the watch needs it."""

    key: DestinationKey = TAX
    url: str = ""
    token_file: Path | None = None
    connected: bool = True
    optional: bool = False


class Platform:
    """A far platform: answers each question with what `says` holds then, or not at all."""

    def __init__(self) -> None:
        self.says: str | None = WELL
        self.status = "200 OK"
        self.questions: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.url = ""
        self._changed = asyncio.Condition()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.questions.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
            async with self._changed:
                self._changed.notify_all()
            if self.says is None:
                await reader.read()  # until the other side gives up
                return
            body = self.says.encode()
            writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
            await writer.drain()
        finally:
            self.at_once -= 1
            writer.close()

    async def asked(self, more: int = 1) -> None:
        """Wait for so many more questions."""
        wanted = len(self.questions) + more
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.questions) >= wanted)


class Told:
    """What the floor was told."""

    def __init__(self) -> None:
        self.facts: list[LineTold] = []
        self._more = asyncio.Event()

    def tell(self, fact: LineTold) -> None:
        self.facts.append(fact)
        self._more.set()

    async def until(self, condition: Callable[[LineTold], bool]) -> LineTold:
        """Wait for a fact, told already or to come."""
        async with asyncio.timeout(10):
            while not (self.facts and condition(self.facts[-1])):
                self._more.clear()
                await self._more.wait()
        return self.facts[-1]
