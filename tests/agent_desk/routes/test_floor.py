"""The board as JSON, the catalogue, the demo's hints."""

import httpx

from acd.figures import MEASURES
from agent_desk.compose import Plan
from agent_desk.house import House
from core.transfer_figures import FIGURE_RULES
from tests.acd.playbook import Story


async def test_the_catalogue_has_all_33_numbers_and_a_rule_for_every_rate(client: httpx.AsyncClient) -> None:
    catalogue = (await client.get("/api/catalogue")).json()
    assert len(catalogue["numbers"]) == 33
    assert {rule["key"] for rule in catalogue["rules"]} == {rule.key for rule in (*MEASURES, *FIGURE_RULES)}
    assert len(catalogue["domains"]) == len(catalogue["demand_types"]) == 5
    assert len(catalogue["not_accepted"]) == 10
    assert not {"acw", "away", "signed-in"} & {reason["key"] for reason in catalogue["not_ready"]}


async def test_the_board_never_shows_a_whole_number(house: House, client: httpx.AsyncClient) -> None:
    story = Story()
    story.talking()
    house.runtime.state = story.state
    text = (await client.get("/api/board")).text
    assert "138****0001" in text
    assert "13800000001" not in text


async def test_the_demo_says_how_to_log_in(client: httpx.AsyncClient, plan: Plan) -> None:
    logins = (await client.get("/api/demo/logins")).json()
    assert {"user": "6001", "password": plan.demo_password, "role": "agent"} in logins
    citizen = (await client.get("/api/demo/citizen")).json()
    assert citizen["endpoint"] == "citizen-web"
    assert citizen["websocket"] == "ws://127.0.0.1:8088/ws"
