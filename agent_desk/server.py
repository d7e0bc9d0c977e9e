"""Runs the product until it is told to stop: Asterisk first, then the floor and its pages."""

import asyncio
import contextlib
import errno
import logging
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
from typing_extensions import override

from agent_desk.app import build_app
from agent_desk.compose import Plan, build_house
from agent_desk.house import House
from agent_desk.memory import leave_what_stays, steady_allocator
from agent_desk.pbx_watch import keep_running
from telephony.pbx_root import PbxError, find_asterisk
from telephony.private_pbx import PrivatePbx
from telephony.prompts import make_sounds

log = logging.getLogger(__name__)


class StartRefused(Exception):
    """Something stands in the way; one sentence with the mend."""


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the floor has to be closed in order."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(host: str, port: int) -> socket.socket:
    """Take our web port before anything else is started.

    Raises:
        StartRefused: it cannot be had.

    """
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(1)  # so that a second start sees at once that the port is ours
    except OSError as error:
        taken.close()
        what = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror})"
        raise StartRefused(
            f"web.port: {host}:{port} {what}: stop whoever holds it, or set JIETONG_WEB_PORT to a free port."
        ) from error
    return taken


def start_pbx(plan: Plan, say: Callable[[str], None]) -> PrivatePbx:
    """Make the sounds, write the configuration and start Asterisk, or adopt ours if it still runs.

    Raises:
        StartRefused, telephony.pbx_root.PbxError, telephony.prompts.PromptError: one sentence each.

    """
    installation = find_asterisk(plan.pbx_root)
    if installation is None:
        raise StartRefused(f"pbx: there is no Asterisk here nor in {plan.pbx_root}: run `make setup` as root.")
    pbx = PrivatePbx(installation, plan.pbx())
    made = make_sounds(plan.pbx(), plan.recorded_prompts)
    if made:
        say(f"{made} sounds spoken")
    say(f"Asterisk {installation.version} {'is adopted' if pbx.running else 'starts'}")
    try:
        pbx.start()
    except KeyboardInterrupt:
        stop_pbx(pbx)
        raise
    return pbx


async def serve(
    plan: Plan, listening: socket.socket, ready: Callable[[House], None], pbx: PrivatePbx | None = None
) -> None:
    """Run floor and pages until SIGINT or SIGTERM.

    Args:
        pbx: our own Asterisk, to be started again when it dies.

    Raises:
        StartRefused: journal and database do not belong together.

    """
    steady_allocator()
    house = await build_house(plan)
    try:
        refuse_lost_journal(house, plan)
    except StartRefused:
        await house.database.close()
        raise
    config = uvicorn.Config(
        build_app(house),
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # deltas are some hundred bytes: it costs half of their sending and saves little
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    leave_what_stays()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        async with asyncio.TaskGroup() as tasks:
            floor = tasks.create_task(house.run())
            tasks.create_task(_announce(server, house, ready))
            watch = None if pbx is None else tasks.create_task(keep_running(pbx))
            await server.serve(sockets=[listening])
            floor.cancel()
            if watch is not None:
                watch.cancel()
    finally:
        await house.database.close()


def refuse_lost_journal(house: House, plan: Plan) -> None:
    """Refuse to number new facts as if they were written already: no call of today would be recorded.

    Raises:
        StartRefused: the database holds effects of facts that the journal has not.

    """
    recorded, last = house.recorder.state.position, house.journal.last
    if recorded > last:
        raise StartRefused(
            f"the journal in {plan.settings.data_directory / 'journal'} ends at fact {last}, but the database holds "
            f"facts up to {recorded}: put the journal back that belongs to it, or begin with both anew."
        )


async def _announce(server: uvicorn.Server, house: House, ready: Callable[[House], None]) -> None:
    """Say that we are there once pages are served and Asterisk is heard."""
    # uvicorn and the link both tell by a flag only.
    while not (server.started and (house.link.up or house.link.refused)) and not server.should_exit:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    if not server.should_exit:
        ready(house)


def stop_pbx(pbx: PrivatePbx) -> None:
    """Stop Asterisk; calls under way end. It takes seconds, in which a second Ctrl-C would leave it behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    try:
        pbx.stop()
    except PbxError as error:
        log.error("asterisk does not stop", extra={"why": str(error)})
