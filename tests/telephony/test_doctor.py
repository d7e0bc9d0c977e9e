"""Each check says what it saw, and a mend exactly when something is wrong."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import structs
from websockets.sync.server import serve
from websockets.typing import Subprotocol

from telephony import doctor as room
from telephony.doctor import (
    check_browser_phones,
    check_clock,
    check_disk,
    check_host_name,
    check_log,
    check_login,
    check_modules,
    check_ports,
    check_secrets,
    check_sounds,
    check_trunk,
    check_version,
    doctor,
)
from telephony.pbx_root import Installation
from telephony.render import render
from tests.telephony.plans import small_plan

NOW = 1_800_000_000


def installation(root: Path, version: str = "22.1") -> Installation:
    return Installation(root=root, version=version, uid=0, gid=0, user=None, modules=frozenset())


def test_without_an_asterisk_the_rest_is_still_checked(tmp_path: Path) -> None:
    checks = {check.name: check for check in doctor(small_plan(tmp_path), None, epoch_seconds=NOW)}
    assert not checks["version"].ok and "make run" in checks["version"].mend
    assert checks["clock"].ok and checks["clock"].mend == ""
    assert all(bool(check.mend) is not check.ok for check in checks.values())


def test_one_that_does_not_run_is_said_to_be_started(tmp_path: Path) -> None:
    checks = doctor(small_plan(tmp_path), installation(tmp_path), epoch_seconds=NOW)
    assert (checks[-1].name, checks[-1].ok) == ("asterisk", False)


def test_old_releases_and_old_clocks_are_not_well(tmp_path: Path) -> None:
    assert not check_version(installation(tmp_path, "18.4")).ok
    assert check_version(installation(tmp_path, "20.6")).ok
    assert not check_clock(0).ok


def test_a_full_disk_is_not_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_disk(tmp_path / "not" / "yet").name == "disk"
    monkeypatch.setattr(room, "_FREE_BYTES", 1 << 80)
    assert "free 2 GB" in check_disk(tmp_path).mend


def test_missing_sounds_are_counted(tmp_path: Path) -> None:
    assert "missing, first" in check_sounds(small_plan(tmp_path)).seen


def test_a_secret_others_can_read_is_named_with_its_mend(tmp_path: Path) -> None:
    etc = render(small_plan(tmp_path))
    assert check_secrets(tmp_path).ok
    (etc / "manager.conf").chmod(0o644)
    bad = check_secrets(tmp_path)
    assert not bad.ok and str(etc / "manager.conf") in bad.mend
    (tmp_path / "etc").chmod(0o700)
    assert check_secrets(tmp_path).ok


def test_a_name_that_does_not_resolve_inside_is_not_well(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "hosts").write_text("127.0.0.1 localhost\n", encoding="utf-8")
    assert "echo 127.0.0.1 hall-1" in check_host_name(installation(tmp_path), "hall-1").mend
    assert check_host_name(installation(tmp_path), "localhost").ok


def test_a_port_is_free_or_ours_or_somebodys(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        plan = structs.replace(small_plan(tmp_path), sip_port=held.getsockname()[1], http_port=1, ami_port=2)
        by_name = {check.name: check for check in check_ports(plan, None)}
        assert not by_name["port sip.port"].ok and by_name["port ami.port"].ok
        ours = {check.name: check for check in check_ports(plan, os.getpid())}
        assert ours["port sip.port"].ok or "another process" in ours["port sip.port"].seen


def test_modules_that_do_not_run_are_named(tmp_path: Path) -> None:
    etc = render(small_plan(tmp_path))
    wanted = [line.split()[-1] for line in (etc / "modules.conf").read_text().splitlines() if line.startswith("load")]
    shown = "".join(f"{name:<40} Words about it   0   Running   core\n" for name in wanted)
    assert check_modules(tmp_path, lambda command: shown).ok
    missing = check_modules(tmp_path, lambda command: shown.replace("app_queue.so", "app_other.so"))
    assert missing.seen == "not running: app_queue.so"


def test_a_trunk_must_be_admitted_by_every_address(tmp_path: Path) -> None:
    plan = structs.replace(small_plan(tmp_path), trunk_addresses=("127.0.0.2", "127.0.0.9"))
    assert check_trunk(plan, lambda command: "Match: 127.0.0.2/32").seen == "not admitted: 127.0.0.9"
    assert check_trunk(plan, lambda command: "127.0.0.2/32 127.0.0.9/32").ok
    assert not check_trunk(structs.replace(plan, trunk_addresses=()), lambda command: "").ok


@pytest.mark.parametrize(
    ("admitted", "shown"),
    [("10.1.2.0/24", "10.1.2.0/24"), ("10.1.2.7/24", "10.1.2.0/24"), ("10.1.2.3", "10.1.2.3/32"), ("::1", "::1/128")],
)
def test_a_trunk_may_be_a_whole_network(tmp_path: Path, admitted: str, shown: str) -> None:
    plan = structs.replace(small_plan(tmp_path), trunk_addresses=(admitted,))
    assert check_trunk(plan, lambda command: f"Match: {shown} ").ok
    assert check_trunk(plan, lambda command: "Match: 110.1.2.0/24 110.1.2.3/32").seen == f"not admitted: {admitted}"


def test_only_what_was_logged_since_the_last_start_counts(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    started = "[2026-01-01 00:00:00.000] Asterisk 22.1 built by a @ b on c\n"
    warning = "[2026-01-01 00:00:01.000] WARNING[1] pbx.c: something\n"
    log = tmp_path / "log" / "messages"
    log.write_text(started + warning + started, encoding="utf-8")
    assert check_log(tmp_path).ok
    log.write_text(started + warning, encoding="utf-8")
    assert "something" in check_log(tmp_path).seen
    log.write_text(started + warning.replace("pbx.c: some", "res_pjsip.c: CallerID Name '9' is some"), encoding="utf-8")
    assert check_log(tmp_path).ok


def test_a_log_in_to_nobody_is_not_well(tmp_path: Path) -> None:
    assert not check_login(structs.replace(small_plan(tmp_path), ami_port=1)).ok


@contextmanager
def a_websocket(*spoken: str) -> Iterator[str]:
    """Speak these sub-protocols at a loopback address, which is given."""
    subprotocols = [Subprotocol(one) for one in spoken] or None
    with serve(lambda door: None, "127.0.0.1", 0, subprotocols=subprotocols) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/phone"
        finally:
            server.shutdown()
            thread.join()


def test_browser_phones_elsewhere_need_somebody_who_speaks_sip(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    with a_websocket("sip") as address:
        assert check_browser_phones(plan, address).ok
    for others in ((), ("chat",)):
        with a_websocket(*others) as address:
            bad = check_browser_phones(plan, address)
            assert (bad.ok, bad.unsure) == (False, False)
            assert address in bad.seen and "http://127.0.0.1:8088/ws" in bad.mend


def test_a_web_server_that_opens_no_websocket_is_not_well(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as visitor:
                visitor.recv(4096)
                visitor.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        bad = check_browser_phones(small_plan(tmp_path), f"ws://127.0.0.1:{server.getsockname()[1]}/phone")
        thread.join()
    assert "502" in bad.seen and not bad.unsure


def test_what_cannot_be_reached_from_here_may_be_well_for_desks(tmp_path: Path) -> None:
    away = check_browser_phones(small_plan(tmp_path), "wss://127.0.0.1:1/phone")
    assert (away.ok, away.unsure) == (False, True)
    assert "cannot be reached from this machine" in away.seen


def test_without_an_address_browser_phones_work_here_only_and_that_is_said(tmp_path: Path) -> None:
    here = check_browser_phones(small_plan(tmp_path), "")
    assert here.ok and "this machine only" in here.seen
