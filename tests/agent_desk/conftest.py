"""Fixtures of the front door's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from agent_desk.compose import Plan
from agent_desk.house import House
from tests.agent_desk import a_house as houses


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Settings of a demo installation in a temporary directory."""
    return houses.a_plan(tmp_path / "var", monkeypatch)


@pytest.fixture
async def house(plan: Plan) -> AsyncIterator[House]:
    """A house without Asterisk."""
    async with houses.a_house(plan) as house:
        yield house


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor at this machine."""
    async with houses.a_client(house) as client:
        yield client
