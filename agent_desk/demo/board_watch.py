"""Follows the public wallboard and tells each citizen of the demo where the own call is, as a citizen would hear it."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeAlias

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from acd.call import Stage
from agent_desk.wire import BoardSnapshot, Delta, ToBrowser
from agent_desk.wire_views import CallLine
from core.callers import mask

log = logging.getLogger(__name__)

AGAIN_SECONDS = 0.5
_decoder = msgspec.json.Decoder(ToBrowser)

Told: TypeAlias = Callable[[Stage], None]


class BoardWatch:
    """One board connection for all citizens.

    Args:
        web: `host:port` of the product.

    """

    def __init__(self, web: str) -> None:
        self._web = web
        self._told: dict[tuple[str, str], list[Told]] = {}

    def follow(self, caller: str, number: str, told: Told) -> Callable[[], None]:
        """Tell the stages of calls from `caller` to `number`; return what ends that."""
        key = number, mask(caller)
        self._told.setdefault(key, []).append(told)

        def stop() -> None:
            self._told[key].remove(told)
            if not self._told[key]:
                del self._told[key]

        return stop

    async def run(self) -> None:
        """Follow until cancelled, through every restart of the product: citizens do not notice one."""
        while True:
            try:
                async with connect(f"ws://{self._web}/ws/board", proxy=None, max_size=None) as socket:
                    async for message in socket:
                        self.heard(_decoder.decode(message))
            except (OSError, WebSocketException) as error:
                log.info("the board is gone", extra={"why": str(error)})
            await asyncio.sleep(AGAIN_SECONDS)

    def heard(self, message: ToBrowser) -> None:
        """Take one message of the board."""
        match message:
            case BoardSnapshot():
                for line in message.view.calls.values():
                    self._tell(line)
            case Delta():
                change = message.changes.get("calls")
                for value in () if change is None else change.set.values():
                    self._tell(msgspec.convert(value, CallLine))
            case _:
                pass

    def _tell(self, line: CallLine) -> None:
        for told in self._told.get((line.number, line.caller), ()):
            told(line.stage)
