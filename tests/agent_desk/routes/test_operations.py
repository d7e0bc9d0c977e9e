"""/healthz and /metrics."""

import httpx

from agent_desk.house import House
from tests.acd.playbook import Story


async def test_without_asterisk_we_are_not_well_and_say_what_is_missing(client: httpx.AsyncClient) -> None:
    reply = await client.get("/healthz")
    assert reply.status_code == 503
    assert reply.json()["status"] == "degraded"
    assert reply.json()["parts"]["database"]["ok"]
    assert not reply.json()["parts"]["asterisk"]["ok"]


async def test_with_everything_there_we_are_ok(house: House, client: httpx.AsyncClient) -> None:
    house.link.up = True
    reply = await client.get("/healthz")
    assert (reply.status_code, reply.json()["status"]) == (200, "ok")


async def test_metrics_count_agents_and_calls(house: House, client: httpx.AsyncClient) -> None:
    story = Story()
    story.talking()
    house.runtime.state = story.state
    house.metrics.heard(12)
    text = (await client.get("/metrics")).text
    assert 'jietong_agents{presence="talking"} 1.0' in text
    assert 'jietong_calls{stage="talking"} 1.0' in text
    assert "jietong_event_age_seconds_count 1.0" in text
