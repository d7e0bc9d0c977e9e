"""Pages, their headers, and the interface's own description."""

import re
from dataclasses import replace

import httpx
import pytest

from agent_desk.compose import WEB
from agent_desk.house import House
from tests.agent_desk.a_house import a_client


async def test_a_page_may_load_only_what_is_ours(house: House, client: httpx.AsyncClient) -> None:
    reply = await client.get("/healthz")
    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'")
    assert "unsafe-eval" not in policy
    assert "ws://127.0.0.1:8088" in policy
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("address", ["wss://hotline.example:8443/phone", "wss://hotline.example:8443/a/b/phone"])
async def test_a_page_may_open_its_telephones_websocket_behind_the_proxy(house: House, address: str) -> None:
    telephones = replace(house.telephones, websocket=address)
    async with a_client(replace(house, telephones=telephones)) as client:
        policy = (await client.get("/desk")).headers["content-security-policy"]
        assert "connect-src 'self' wss://hotline.example:8443; " in policy
        # At this machine, where the citizen's page is: everybody is told the same address.
        assert (await client.get("/api/demo/citizen")).json()["websocket"] == address


async def test_openapi_lists_the_interface(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    assert {"/api/login", "/api/board", "/api/catalogue", "/api/desk/phone", "/healthz", "/metrics"} <= paths.keys()


async def test_every_route_is_summed_up_in_a_sentence(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/openapi.json")).json()["paths"]
    summaries = [route["summary"] for methods in paths.values() for route in methods.values()]
    assert all(" " in summary and not summary.endswith("Route") for summary in summaries), summaries


async def test_the_page_about_the_interface_is_ours_and_as_careful_as_the_others(house: House) -> None:
    # The sources of the page, so that this holds where nothing is built.
    async with a_client(replace(house, web=WEB.parent / "public")) as client:
        page = await client.get("/docs")
        assert page.status_code == 200
        assert (
            page.headers["content-security-policy"] == (await client.get("/healthz")).headers["content-security-policy"]
        )
        assert "script-src" not in page.headers["content-security-policy"]
        loaded = re.findall(r'(?:src|href)="([^"]*)"', page.text)
        assert "/swagger/start.js" in loaded
        assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
        assert (await client.get("/swagger/start.js")).status_code == 200
        assert (await client.get("/redoc")).status_code == 404
