"""Messages from supervisors: who may send, what is refused, what the ledger says, and who may take one off."""

import httpx
import pytest

from agent_desk.compose import Plan
from agent_desk.house import House
from agent_desk.views import Waiting, desk
from core.ledger import entries
from tests.acd.playbook import A1, A2, Story
from tests.agent_desk.a_house import a_client, logged_in

WHERE = "/api/floor/messages"


@pytest.fixture
def floor(house: House) -> House:
    """Two agents are signed in."""
    story = Story(policy=house.runtime.state.policy)
    story.ready(A1)
    story.ready(A2)
    house.runtime.state = story.state
    return house


def unread(house: House, agent: str = A1) -> list[str]:
    view = desk(house.runtime.state, agent, None, {}, Waiting())  # type: ignore[arg-type] # a test's name for an agent
    return [message.text for message in house.messages.onto(view).messages.values()]


async def sent(client: httpx.AsyncClient, headers: dict[str, str], text: str, *to: str) -> httpx.Response:
    return await client.post(WHERE, json={"text": text, "to": list(to)}, headers=headers)


async def test_to_one_and_to_all_and_the_ledger_knows_who_but_not_what(
    floor: House, plan: Plan, client: httpx.AsyncClient
) -> None:
    headers = await logged_in(client, plan, "supervisor")
    reply = await sent(client, headers, " 请到我这里来 ", A1)
    assert (reply.status_code, reply.json()) == (200, {"agents": 1, "without_page": 1})
    assert (await sent(client, headers, "十点开会")).json()["agents"] == 2
    assert (unread(floor), unread(floor, A2)) == (["请到我这里来", "十点开会"], ["十点开会"])
    async with floor.database.reading() as session:
        lines = [(one.actor, one.subject, one.detail) for one in await entries(session) if one.action == "message"]
    assert lines == [
        ("supervisor", "2 agents", "all: 4 characters"),
        ("supervisor", A1, f"{A1}: 6 characters"),
    ]


@pytest.mark.parametrize("text", ["", "  ", "一行\r\nAction: Originate", "长" * 201])
async def test_what_is_no_line_is_refused(floor: House, plan: Plan, client: httpx.AsyncClient, text: str) -> None:
    reply = await sent(client, await logged_in(client, plan, "supervisor"), text, A1)
    assert (reply.status_code, reply.json()["detail"]["key"]) == (422, "bad_text")
    assert unread(floor) == []


async def test_who_is_not_signed_in_gets_none(floor: House, plan: Plan, client: httpx.AsyncClient) -> None:
    reply = await sent(client, await logged_in(client, plan, "supervisor"), "在吗", "6999")
    assert (reply.status_code, reply.json()["detail"]["key"]) == (409, "not_signed_in_there")
    assert unread(floor) == []


async def test_only_supervisors_send_and_only_the_agent_takes_it_off(
    floor: House, plan: Plan, client: httpx.AsyncClient
) -> None:
    headers = await logged_in(client, plan, "6001")
    assert (await sent(client, headers, "你好", A2)).status_code == 403
    floor.messages.send([A1], by="值班长", text="十点开会", to_all=False)
    view = desk(floor.runtime.state, A1, None, {}, Waiting())
    (message,) = floor.messages.onto(view).messages
    async with a_client(floor) as other:
        others = await logged_in(other, plan, "6002")
        assert (await other.post(f"/api/desk/messages/{message}/read", headers=others)).status_code == 404
    assert (await client.post(f"/api/desk/messages/{message}/read")).status_code == 403
    assert (await client.post(f"/api/desk/messages/{message}/read", headers=headers)).status_code == 200
    assert unread(floor) == []
