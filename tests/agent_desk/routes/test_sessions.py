"""Logging in and out."""

import httpx
import pytest

from agent_desk.compose import Plan
from agent_desk.house import House
from core.ledger import entries


async def test_log_in_tells_who_it_was(client: httpx.AsyncClient, plan: Plan) -> None:
    reply = await client.post("/api/login", json={"user": "6001", "password": plan.demo_password})
    assert reply.status_code == 200
    who = reply.json()
    assert (who["user"], who["role"], who["agent"], who["name"]) == ("6001", "agent", "6001", "坐席6001")
    assert (await client.get("/api/me")).json() == who


async def test_a_wrong_password_is_refused_and_the_sixth_try_must_wait(client: httpx.AsyncClient, plan: Plan) -> None:
    for _ in range(5):
        reply = await client.post("/api/login", json={"user": "6001", "password": "guess"})
    assert reply.status_code in (401, 429)
    reply = await client.post("/api/login", json={"user": "6001", "password": plan.demo_password})
    assert reply.status_code == 429
    assert "五分钟" in reply.json()["detail"]["zh"]


@pytest.mark.parametrize("body", [{}, {"user": "6001"}, {"user": "6001", "password": "x", "role": "admin"}])
async def test_an_ill_formed_log_in_is_named(client: httpx.AsyncClient, body: dict[str, str]) -> None:
    assert (await client.post("/api/login", json=body)).status_code == 422


async def test_every_log_in_stands_in_the_ledger(house: House, client: httpx.AsyncClient, plan: Plan) -> None:
    await client.post("/api/login", json={"user": "nobody", "password": "guess"})
    await client.post("/api/login", json={"user": "6001", "password": plan.demo_password})
    async with house.database.reading() as session:
        lines = await entries(session)
    assert [(line.actor, line.action) for line in lines] == [("6001", "log_in"), ("nobody", "log_in_refused")]


@pytest.mark.parametrize("body", [b'{"user":"\\ud800","password":"x"}', b'{"user":"6001","password":"\\ud800"}'])
async def test_half_a_character_is_no_log_in(body: bytes, client: httpx.AsyncClient) -> None:
    reply = await client.post("/api/login", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422


@pytest.mark.parametrize(
    ("headers", "secure"),
    [({}, False), ({"Origin": "http://hotline.example"}, False), ({"Origin": "https://hotline.example"}, True)],
)
async def test_the_cookie_of_an_https_page_goes_nowhere_without_tls_whatever_the_proxy_says(
    headers: dict[str, str], secure: bool, client: httpx.AsyncClient, plan: Plan
) -> None:
    account = {"user": "6001", "password": plan.demo_password}
    cookie = (await client.post("/api/login", json=account, headers=headers)).headers["set-cookie"].lower()
    assert ("; secure" in cookie) is secure
    assert "httponly" in cookie and "samesite=strict" in cookie
