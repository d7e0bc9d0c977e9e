"""Starts Asterisk again when it has died: the line must come back without anybody asking for it."""

import asyncio
import logging
from typing import Protocol

from telephony.pbx_root import PbxError

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


class Startable(Protocol):
    """What can be watched: `telephony.private_pbx.PrivatePbx`."""

    @property
    def pid(self) -> int | None:
        """The process; None when there is none."""

    def start(self) -> None:
        """Start it, or adopt one that runs already; blocks."""


async def keep_running(pbx: Startable) -> None:
    """Look after Asterisk until cancelled; one that cannot be started is tried again after a growing pause."""
    pause = FIRST_PAUSE
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if pbx.pid is not None:
            pause = FIRST_PAUSE
            continue
        log.error("asterisk has died; it is started again")
        try:
            await asyncio.to_thread(pbx.start)
        except PbxError as error:
            log.error("asterisk cannot be started", extra={"why": str(error), "next_try_s": pause})
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
