"""A real Asterisk of ours: it loads in silence, is adopted, refuses taken ports, and ends when told."""

import pytest

from telephony.private_pbx import PrivatePbx

pytestmark = pytest.mark.live


def test_it_loads_without_one_warning_or_error(pbx: PrivatePbx) -> None:
    log = (pbx.plan.base / "log" / "messages").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if "WARNING" in line or "ERROR" in line] == []


def test_a_second_object_adopts_the_running_one(pbx: PrivatePbx) -> None:
    other = PrivatePbx(pbx.installation, pbx.plan)
    assert other.running
    assert other.pid == pbx.pid
