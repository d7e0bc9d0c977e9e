"""What rings at colleagues: told to agents who are signed in, and to nobody else."""

import httpx

from acd.events import MemberRemoved, PbxLost
from agent_desk.compose import Plan
from agent_desk.house import House
from tests.acd.playbook import A1, A2, Q, Story
from tests.agent_desk.a_house import logged_in


def _floor(house: House) -> Story:
    story = Story(policy=house.runtime.state.policy)
    for agent in (A1, A2):
        story.ready(agent)
    house.runtime.state = story.state
    return story


async def test_a_colleagues_ring_is_told_while_it_rings(house: House, client: httpx.AsyncClient, plan: Plan) -> None:
    story = _floor(house)
    await logged_in(client, plan, A2)
    assert (await client.get("/api/ringing")).json() == []
    story.waiting()
    story.ringing()
    house.runtime.state = story.state
    (ring,) = (await client.get("/api/ringing")).json()
    assert (ring["agent"], ring["queue"], ring["caller"], ring["since"]) == (A1, Q, "138****0001", story.at)


async def test_an_agent_who_is_not_signed_in_is_told_so_in_a_sentence(
    house: House, client: httpx.AsyncClient, plan: Plan
) -> None:
    story = _floor(house)
    await logged_in(client, plan, "6003")
    never = await client.get("/api/ringing")
    assert (never.status_code, never.json()["detail"]["zh"]) == (409, "签入后才能代答。")
    story.tell(MemberRemoved(at=story.then(), agent=A2, queue=Q))
    house.runtime.state = story.state
    await logged_in(client, plan, A2)
    assert (await client.get("/api/ringing")).json()["detail"]["key"] == "signed_out"


async def test_nothing_is_claimed_while_asterisk_is_not_heard(
    house: House, client: httpx.AsyncClient, plan: Plan
) -> None:
    story = _floor(house)
    story.tell(PbxLost(at=story.then(), why="gone"))
    house.runtime.state = story.state
    await logged_in(client, plan, A2)
    reply = await client.get("/api/ringing")
    assert (reply.status_code, reply.json()["detail"]["key"]) == (503, "pbx_lost")


async def test_strangers_and_people_without_a_seat_are_told_nothing(client: httpx.AsyncClient, plan: Plan) -> None:
    assert (await client.get("/api/ringing")).status_code == 401
    await logged_in(client, plan, "admin")
    assert (await client.get("/api/ringing")).status_code == 403
