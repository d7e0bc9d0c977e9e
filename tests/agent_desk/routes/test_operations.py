"""/healthz and /metrics."""

import httpx
from msgspec.structs import replace

from acd.names import Moment
from agent_desk.house import House
from tests.acd.playbook import A1, Story


def heard(house: House, story: Story | None = None) -> None:
    """Let Asterisk be heard."""
    house.link.up, house.link.why = True, ""
    house.runtime.state = (story or Story()).state


async def test_without_asterisk_we_are_not_well_and_say_what_is_missing(client: httpx.AsyncClient) -> None:
    reply = await client.get("/healthz")
    assert reply.status_code == 503
    assert reply.json()["status"] == "degraded"
    assert reply.json()["parts"]["database"]["ok"]
    asterisk = reply.json()["parts"]["asterisk"]
    assert (asterisk["ok"], asterisk["alarms"]) == (False, ["pbx_lost"])
    assert asterisk["why"].startswith("Asterisk is not heard")


async def test_with_everything_there_we_are_ok(house: House, client: httpx.AsyncClient) -> None:
    heard(house)
    reply = await client.get("/healthz")
    assert (reply.status_code, reply.json()["status"]) == (200, "ok")
    assert {name for name, part in reply.json()["parts"].items() if part["ok"]} == set(reply.json()["parts"])


async def test_a_link_that_is_up_is_not_enough_until_the_floor_is_told(house: House, client: httpx.AsyncClient) -> None:
    house.link.up = True
    assert (await client.get("/healthz")).status_code == 503


async def test_a_warning_degrades_us_with_its_reason_and_fails_nothing(house: House, client: httpx.AsyncClient) -> None:
    heard(house)
    house.inbox.refused = 2
    reply = await client.get("/healthz")
    assert (reply.status_code, reply.json()["status"]) == (200, "degraded")
    assert reply.json()["parts"]["inbox"] == {
        "ok": True,
        "why": "2 facts could not be folded",
        "alarms": ["facts_refused"],
    }


async def test_a_single_telephone_is_no_matter_of_ours(house: House, client: httpx.AsyncClient) -> None:
    heard(house, phone_away())
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


async def test_metrics_name_every_alarm_while_it_is_on_and_not_after(house: House, client: httpx.AsyncClient) -> None:
    heard(house, phone_away())
    house.inbox.refused = 1
    text = (await client.get("/metrics")).text
    assert 'jietong_alarm{key="facts_refused",subject=""} 1.0' in text
    assert f'jietong_alarm{{key="not_registered",subject="{A1}"}} 1.0' in text
    heard(house)
    house.inbox.refused = 0
    assert "jietong_alarm{" not in (await client.get("/metrics")).text


async def test_metrics_tell_what_the_alarms_are_judged_by(house: House, client: httpx.AsyncClient) -> None:
    house.health.heard(2_500)
    text = (await client.get("/metrics")).text
    assert "jietong_event_age_worst_seconds 2.5" in text
    assert f"jietong_inbox_limit {float(house.inbox.limit)}" in text
    for name in ("journal_blocked", "journal_unkept", "recorder_failures", "recorder_rejected", "clocks_apart_seconds"):
        assert f"\njietong_{name} 0.0" in text


def phone_away() -> Story:
    """A floor where a ready agent's telephone is gone for a minute."""
    story = Story()
    story.ready(A1)
    agents = story.state.agents
    gone = replace(agents[A1], device="UNAVAILABLE", device_since=story.at)
    story.state = replace(story.state, agents=agents.set(A1, gone), now=Moment(story.at + 60_000))
    return story
