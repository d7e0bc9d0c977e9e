"""A whole house in a temporary directory, with no Asterisk behind it, and a client for its HTTP interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import phonenumbers

from acd.events import AnyEvent
from agent_desk.app import build_app
from agent_desk.compose import Plan, build_house, read_plan
from agent_desk.house import House


def a_plan(directory: Path, monkeypatch: object, **variables: str) -> Plan:
    """Read the shipped settings with everything we write under `directory`, and few demo people."""
    setenv = monkeypatch.setenv  # type: ignore[attr-defined]
    setenv("JIETONG_DATA_DIRECTORY", str(directory))
    setenv("JIETONG_DEMO_AGENTS", "3")
    setenv("JIETONG_AMI_PORT", "1")  # nothing listens there
    for name, value in variables.items():
        setenv(name, value)
    cache = directory / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    # Making the real table takes seconds; tests/core/test_areas.py does.
    (cache / f"areas-{phonenumbers.__version__}.json").write_text('{"places":[],"prefixes":{}}')
    return read_plan()


@asynccontextmanager
async def a_house(plan: Plan) -> AsyncIterator[House]:
    """Build a house; its tasks are not running."""
    house = await build_house(plan)
    try:
        yield house
    finally:
        await house.database.close()


@asynccontextmanager
async def a_client(house: House, host: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
    """Speak HTTP with the house as a visitor from `host`."""
    app = build_app(house)
    app.state.house = house
    transport = httpx.ASGITransport(app=app, client=(host, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def logged_in(client: httpx.AsyncClient, plan: Plan, user: str = "6001") -> dict[str, str]:
    """Log in with a demo log-in; return the headers that a changing request needs."""
    reply = await client.post("/api/login", json={"user": user, "password": plan.demo_password})
    assert reply.status_code == 200, reply.text
    return {"X-CSRF-Token": reply.json()["csrf"]}


def told(house: House, *events: AnyEvent) -> None:
    """Feed facts to the floor."""
    for event in events:
        house.runtime.feed(event)
