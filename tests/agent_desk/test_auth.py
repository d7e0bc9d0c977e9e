"""Who may do what: strangers, forged requests, tokens, other sites' pages."""

import httpx
import pytest

from agent_desk.compose import Plan
from agent_desk.house import House
from core.lifecycle import Role
from core.sessions import open_token
from tests.agent_desk.a_house import a_client, a_house, a_plan, logged_in


async def test_a_stranger_is_asked_to_log_in(client: httpx.AsyncClient) -> None:
    reply = await client.get("/api/me")
    assert reply.status_code == 401
    assert reply.json()["detail"]["zh"] == "请先登录。"


async def test_the_cookie_is_for_our_server_only(client: httpx.AsyncClient, plan: Plan) -> None:
    reply = await client.post("/api/login", json={"user": "6001", "password": plan.demo_password})
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


async def test_a_changing_request_without_its_csrf_token_is_refused(client: httpx.AsyncClient, plan: Plan) -> None:
    headers = await logged_in(client, plan)
    assert (await client.post("/api/logout")).status_code == 403
    assert (await client.post("/api/logout", headers={"X-CSRF-Token": "guess"})).status_code == 403
    assert (await client.post("/api/logout", headers=headers)).status_code == 200
    assert (await client.get("/api/me")).status_code == 401


async def test_a_bearer_token_needs_no_csrf_and_is_no_agent(house: House, client: httpx.AsyncClient) -> None:
    async with house.database.writing() as session, session.begin():
        token = await open_token(session, role=Role.SUPERVISOR, label="script", now=house.clock.now(), expires_at=None)
    headers = {"Authorization": f"Bearer {token}"}
    me = await client.get("/api/me", headers=headers)
    assert (me.json()["user"], me.json()["role"]) == ("script", "supervisor")
    assert (await client.post("/api/desk/phone", json={"phone": "web"}, headers=headers)).status_code == 403
    assert (await client.get("/api/me", headers={"Authorization": "Bearer wrong"})).status_code == 401


async def test_the_demo_is_open_to_this_machine_only(house: House) -> None:
    async with a_client(house, host="10.1.2.3") as elsewhere:
        for path in ("/api/board", "/api/demo/logins", "/api/demo/citizen"):
            assert (await elsewhere.get(path)).status_code in (401, 404), path


@pytest.mark.parametrize("path", ["/api/demo/logins", "/api/demo/citizen", "/call"])
async def test_without_the_demo_there_is_nothing_of_it(
    path: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = a_plan(tmp_path / "var", monkeypatch, JIETONG_DEMO_ENABLED="false")  # type: ignore[operator]
    async with a_house(plan) as house, a_client(house) as client:
        assert (await client.get(path)).status_code == 404
        assert (await client.get("/api/board")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{"Host": "rebound.example:8345"}, {"X-Forwarded-For": "127.0.0.1"}, {"Via": "1.1 door"}, {"Host": "[::1"}],
)
async def test_the_demo_is_closed_to_other_sites_pages_and_to_whoever_is_behind_a_proxy(
    headers: dict[str, str], client: httpx.AsyncClient
) -> None:
    assert (await client.get("/api/demo/logins")).status_code == 200
    for path in ("/api/board", "/api/demo/logins", "/api/demo/citizen"):
        assert (await client.get(path, headers=headers)).status_code in (401, 404), path


async def test_a_proxys_word_that_its_page_has_tls_is_believed(client: httpx.AsyncClient, plan: Plan) -> None:
    # As nginx on this machine says it and uvicorn hands it on.
    account = {"user": "6001", "password": plan.demo_password}
    reply = await client.post("https://hotline.example/api/login", json=account)
    assert "; secure" in reply.headers["set-cookie"].lower()


async def test_a_csrf_token_beyond_ascii_is_refused(client: httpx.AsyncClient, plan: Plan) -> None:
    await logged_in(client, plan)
    assert (await client.post("/api/logout", headers={"X-CSRF-Token": b"\xff\xfe"})).status_code == 403  # type: ignore[dict-item]
