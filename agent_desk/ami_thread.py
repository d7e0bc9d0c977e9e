"""The link to Asterisk in a thread with a loop of its own: whatever stalls the floor, Asterisk is read and hears us.

Asterisk cuts off a reader that stands still, in the middle of a message. So the reader shares nothing with pages,
database and floor but the inbox, which takes facts from any thread.
"""

import asyncio
import logging
import threading
from contextlib import suppress

from acd.effects import PbxEffect
from telephony.actions import Headers
from telephony.ami_protocol import AmiMessage
from telephony.link import AmiLink
from telephony.wire import LinkDown

log = logging.getLogger(__name__)

_STOP_SECONDS = 5.0


class AmiThread:
    """Runs a link in its own thread; to be used from the floor's loop.

    Args:
        link: not running yet. What it was given to call is called in the other thread.

    """

    def __init__(self, link: AmiLink) -> None:
        self.link = link
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Future[None] | None = None
        self._stopping = False

    async def run(self) -> None:
        """Keep the link going until cancelled, or until the password is refused."""
        floor = asyncio.get_running_loop()
        ended: asyncio.Future[None] = floor.create_future()

        def serve() -> None:
            error: BaseException | None = None
            try:
                asyncio.run(self._main())
            except Exception as raised:
                error = raised
            with suppress(RuntimeError):  # the floor did not wait for us
                floor.call_soon_threadsafe(_settle, ended, error)

        # A daemon, so that a link that hangs cannot keep the process from ending.
        threading.Thread(target=serve, name="ami", daemon=True).start()
        try:
            await asyncio.shield(ended)
        finally:
            self._stop()
            await asyncio.wait({ended}, timeout=_STOP_SECONDS)

    async def _main(self) -> None:
        self._task = asyncio.ensure_future(self.link.run())
        self._loop = asyncio.get_running_loop()
        if self._stopping:
            self._task.cancel()
        await asyncio.wait({self._task})
        self._loop = None
        if not self._task.cancelled():
            self._task.result()

    def _stop(self) -> None:
        """End the other thread, also one that has only just begun."""
        self._stopping = True
        loop, task = self._loop, self._task
        if loop is not None and task is not None:
            with suppress(RuntimeError):  # it ended this very moment
                loop.call_soon_threadsafe(task.cancel)

    def perform(self, effect: PbxEffect) -> None:
        """Send an effect's actions; see `AmiLink.perform`."""
        loop = self._loop
        try:
            if loop is not None:
                loop.call_soon_threadsafe(self.link.perform, effect)
                return
        except RuntimeError:
            pass  # it ended this very moment: what else its fact led to must not be lost with it
        self.link.perform(effect)  # no link: it fails at once

    async def ask(self, headers: Headers) -> AmiMessage:
        """Send one action and wait for its answer; see `AmiLink.ask`.

        Raises:
            LinkDown, ActionRefused, TimeoutError: as there.

        """
        loop = self._loop
        if loop is None:
            raise LinkDown(self.link.why)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self.link.ask(headers), loop))


def _settle(ended: "asyncio.Future[None]", error: BaseException | None) -> None:
    if ended.done():
        return
    if error is None:
        ended.set_result(None)
    else:
        ended.set_exception(error)
