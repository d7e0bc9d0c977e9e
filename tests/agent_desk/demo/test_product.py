"""The product is found, or one sentence says why not."""

from pathlib import Path

import pytest

from agent_desk.command_errors import CommandRefused
from agent_desk.demo.product import find_product, reachable
from tests.agent_desk.a_house import a_plan
from tests.agent_desk.demo.switchboard import free_port
from tests.agent_desk.served import served


async def test_a_running_product_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(tmp_path / "var", monkeypatch) as running:
        plan = a_plan(tmp_path / "var", monkeypatch, JIETONG_WEB_PORT=running.web.rpartition(":")[2])
        product = await find_product(plan)
        assert product.web == running.web
        assert product.sip == ("127.0.0.1", plan.settings.sip.port)
        assert product.catalogue.numbers[0].number == "12345"


async def test_nothing_there_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = a_plan(tmp_path, monkeypatch, JIETONG_WEB_PORT=str(free_port()))
    with pytest.raises(CommandRefused, match=r"nothing answers at 127\.0\.0\.1:\d+: start it with `make run`\."):
        await find_product(plan)


async def test_demo_mode_switched_off_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = a_plan(tmp_path, monkeypatch, JIETONG_DEMO_ENABLED="false")
    with pytest.raises(CommandRefused, match=r"demo\.enabled = false"):
        await find_product(plan)


def test_a_listener_at_every_address_is_reached_at_this_machine() -> None:
    assert [reachable(host) for host in ("0.0.0.0", "::", "10.0.0.7")] == ["127.0.0.1", "127.0.0.1", "10.0.0.7"]
