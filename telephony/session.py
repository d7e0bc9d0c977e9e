"""Opens one session with Asterisk's manager and reads its lists; the only file with panoramisk.

panoramisk opens the connection and hands actions over; framing, answers, time-outs, heartbeat and back-off are ours,
because of its defects P1 to P11 (docs/decisions/0001-panoramisk-stays-confined.md).
"""

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType

import panoramisk
from msgspec import Struct

from acd.events import AnyEvent, PbxSnapshot
from acd.names import DestinationKey, Moment
from telephony.ami_protocol import AmiMessage
from telephony.snapshot import CHANNELS, CORE_STATUS, QUEUE_STATUS, snapshot
from telephony.started import started_at
from telephony.wire import ActionRefused, AmiWire, LinkDown

ANSWER_SECONDS = 5.0
BOOT_SECONDS = 60.0
"""An Asterisk that has just begun lets us in long before its queues are there."""


class AmiSettings(Struct, frozen=True, kw_only=True):
    """Where Asterisk's manager is and who we are there."""

    host: str
    port: int
    user: str
    secret: str
    installation: str
    """Tells this installation from another that uses the same Asterisk."""
    dial: Mapping[DestinationKey, str] = MappingProxyType({})
    """What Asterisk dials for a line of the directory, for example `PJSIP/12366@tax`."""


class AuthRefused(Exception):
    """Asterisk does not accept the user or the secret; trying again would only make it worse."""


class _Connection(panoramisk.Manager):  # type: ignore[misc] # panoramisk has no types
    """panoramisk's manager for one connection: it neither logs in, nor pings, nor reconnects, nor re-sends."""

    def connection_made(self, f: "asyncio.Future[tuple[object, AmiWire]]") -> None:
        if not f.cancelled() and f.exception() is None:
            self.protocol = f.result()[1]


async def open_session(
    settings: AmiSettings, fact: Callable[[AnyEvent], None], beat: Callable[[AmiMessage], None]
) -> AmiWire:
    """Connect, log in, and wait until Asterisk is whole.

    Raises:
        AuthRefused: the user or the secret is wrong.
        OSError, TimeoutError, telephony.wire.LinkDown: nobody answers, or breaks off.

    """
    connection = _Connection(host=settings.host, port=settings.port, protocol_factory=lambda: AmiWire(fact, beat))
    async with asyncio.timeout(ANSWER_SECONDS):
        await connection.connect()
    wire: AmiWire = connection.protocol
    try:
        await _log_in(wire, settings)
        await _until_booted(wire)
    except BaseException:
        wire.abort("not logged in")
        raise
    return wire


async def read_lists(wire: AmiWire, at: Moment) -> PbxSnapshot:
    """Return everything Asterisk holds.

    Args:
        at: Asterisk's own time, before the lists are asked for.

    """
    status = await wire.send(CORE_STATUS, ANSWER_SECONDS)
    channels = await wire.collect(CHANNELS, "CoreShowChannelsComplete", ANSWER_SECONDS)
    queues = await wire.collect(QUEUE_STATUS, "QueueStatusComplete", ANSWER_SECONDS)
    return snapshot(at, started_at(status), queues, channels)


async def look(settings: AmiSettings, at: Moment) -> PbxSnapshot:
    """Return what Asterisk holds, over a session that only looks and is closed again.

    Raises:
        AuthRefused, OSError, TimeoutError, telephony.wire.LinkDown: as `open_session`.

    """
    wire = await open_session(settings, lambda _: None, lambda _: None)
    try:
        return await read_lists(wire, at)
    finally:
        wire.abort("seen enough")


async def _until_booted(wire: AmiWire) -> None:
    try:
        async with asyncio.timeout(BOOT_SECONDS):
            await wire.booted
    except TimeoutError as error:
        why = f"Asterisk has not said within {BOOT_SECONDS:g} s that it is fully booted (read class system)"
        raise LinkDown(why) from error


async def _log_in(wire: AmiWire, settings: AmiSettings) -> None:
    log_in = (("Action", "Login"), ("Username", settings.user), ("Secret", settings.secret), ("Events", "on"))
    try:
        await wire.send(log_in, ANSWER_SECONDS)
    except ActionRefused as refused:
        raise AuthRefused(f"Asterisk refuses the AMI user {settings.user!r}: {refused}") from refused
