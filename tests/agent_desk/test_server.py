"""Starting up: nothing is half-started."""

import socket

import pytest

from agent_desk.compose import Plan
from agent_desk.server import StartRefused, bind, start_pbx


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
