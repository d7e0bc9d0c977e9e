"""Pages, their headers, and the interface's own description."""

import httpx

from agent_desk.house import House


async def test_a_page_may_load_only_what_is_ours(house: House, client: httpx.AsyncClient) -> None:
    reply = await client.get("/healthz")
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'")
    assert "unsafe-eval" not in policy
    assert "ws://127.0.0.1:8088" in policy
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_openapi_lists_the_interface(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    assert {"/api/login", "/api/board", "/api/catalogue", "/api/desk/phone", "/healthz", "/metrics"} <= paths.keys()
    assert (await client.get("/docs")).status_code == 200
