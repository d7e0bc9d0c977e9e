"""Starting up: nothing is half-started."""

import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from agent_desk.compose import Plan
from agent_desk.house import House
from agent_desk.server import StartRefused, bind, refuse_lost_journal, start_pbx


def test_a_port_in_use_is_named_with_its_key() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartRefused, match=f"web.port: 127.0.0.1:{port} is in use.*JIETONG_WEB_PORT"):
            bind("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_named() -> None:
    with pytest.raises(StartRefused, match="web.port: 192.0.2.1:8345 cannot be had"):
        bind("192.0.2.1", 8345)


def test_without_any_asterisk_the_mend_is_told(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent_desk.server.find_asterisk", lambda root: None)
    with pytest.raises(StartRefused, match="make setup"):
        start_pbx(plan, lambda text: None)


async def test_a_database_that_knows_more_than_the_journal_is_not_started_on(house: House, plan: Plan) -> None:
    refuse_lost_journal(house, plan)
    house.recorder._position = house.journal.last + 1
    with pytest.raises(StartRefused, match=r"journal in .* ends at fact \d+, but the database .* facts up to \d+"):
        refuse_lost_journal(house, plan)


class _Pbx:
    """Stands in for an Asterisk that is interrupted while it boots."""

    running = False
    stops = 0

    def __init__(self, *_: Any) -> None: ...

    def start(self) -> None:
        raise KeyboardInterrupt

    def stop(self) -> None:
        type(self).stops += 1


def test_an_asterisk_interrupted_while_it_boots_is_stopped(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Installation:
        version = "22"

    monkeypatch.setattr("agent_desk.server.find_asterisk", lambda root: Installation())
    monkeypatch.setattr("agent_desk.server.make_sounds", lambda *_: 0)
    monkeypatch.setattr("agent_desk.server.PrivatePbx", _Pbx)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with pytest.raises(KeyboardInterrupt):
            start_pbx(plan, lambda text: None)
        assert _Pbx.stops == 1
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # a second Ctrl-C leaves nothing behind
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
