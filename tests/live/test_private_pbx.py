"""A real Asterisk of ours: it loads in silence, is adopted, refuses taken ports, ends when told, and lives anywhere."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from telephony.doctor import doctor
from telephony.pbx_root import PbxError
from telephony.plan import PbxPlan
from telephony.private_pbx import PrivatePbx
from telephony.render import run_directory
from tests.live.conftest import free_port, live_plan

pytestmark = pytest.mark.live


def whole_hall(base: Path) -> PbxPlan:
    """As many seats as the demo has."""
    return structs.replace(live_plan(base), seat_count=240)


def deep_down(base: Path) -> PbxPlan:
    """Below a directory closed to others, and too deep for the path of a socket."""
    closed = base / "closed"
    closed.mkdir(mode=0o700)
    deep = closed / ("x" * 100) / "pbx"
    deep.mkdir(parents=True)
    return live_plan(deep)


def test_a_whole_hall_loads_without_one_warning_or_error(start_pbx: Callable[..., PrivatePbx]) -> None:
    pbx = start_pbx(whole_hall)
    log = (pbx.plan.base / "log" / "messages").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if "WARNING[" in line or "ERROR[" in line] == []
    endpoints = 2 * pbx.plan.seat_count + len(("trunk", "citizen-web")) + len(pbx.plan.trunks)
    assert f"Objects found: {endpoints}" in pbx.cli("pjsip list endpoints")
    checks = doctor(pbx.plan, pbx.installation, epoch_seconds=int(time.clock_gettime(time.CLOCK_REALTIME)))
    assert [check for check in checks if not check.ok] == []
    pbx.stop()
    assert not pbx.running


def test_a_second_object_adopts_the_running_one(pbx: PrivatePbx) -> None:
    other = PrivatePbx(pbx.installation, pbx.plan)
    other.start()
    assert other.running
    assert other.pid == pbx.pid


def test_other_ports_need_and_get_a_fresh_start(start_pbx: Callable[..., PrivatePbx]) -> None:
    pbx = start_pbx()
    moved = PrivatePbx(pbx.installation, structs.replace(pbx.plan, sip_port=free_port(socket.SOCK_DGRAM)))
    before = pbx.pid
    moved.start()
    assert moved.running
    assert moved.pid != before
    assert f":{moved.plan.sip_port}" in moved.cli("pjsip show transports")
    moved.stop()
    pbx.stop()


def test_another_data_directory_cannot_take_the_same_ports(pbx: PrivatePbx, tmp_path: Path) -> None:
    rival = PrivatePbx(pbx.installation, structs.replace(pbx.plan, base=tmp_path))
    with pytest.raises(PbxError, match=rf"Port {pbx.plan.sip_port} \(sip.port\) is in use by asterisk"):
        rival.start()
    assert not (tmp_path / "etc").exists()


def test_it_runs_in_a_deep_and_closed_directory_and_leaves_nothing(start_pbx: Callable[..., PrivatePbx]) -> None:
    pbx = start_pbx(deep_down)
    base = pbx.plan.base
    assert not run_directory(base).is_relative_to(base)
    assert pbx.running
    pid = pbx.pid
    pbx.stop()
    assert not Path(f"/proc/{pid}").exists()
    assert str(base) not in Path("/proc/mounts").read_text(encoding="utf-8")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((pbx.plan.sip_host, pbx.plan.sip_port))


def test_a_member_and_its_pause_survive_a_restart(start_pbx: Callable[..., PrivatePbx]) -> None:
    pbx = start_pbx()
    pbx.cli("queue add member PJSIP/6001-web to hotline penalty 0 as 6001 state_interface PJSIP/6001-web")
    pbx.cli("queue pause member PJSIP/6001-web queue hotline reason lunch")
    pbx.stop()
    pbx.start()
    shown = pbx.cli("queue show hotline")
    assert "6001 (PJSIP/6001-web)" in shown
    assert "paused:lunch" in shown
    assert "Unavailable" in shown
    pbx.stop()
