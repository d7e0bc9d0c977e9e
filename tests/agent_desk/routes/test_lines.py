"""How a number of ours stands: told to the 12345 that hands calls on, in the format it asks others for."""

import httpx
import msgspec
import pytest
from msgspec.structs import replace

from acd.events import AgentRequested, CallQueued, DeviceChanged, MemberResumed, PbxLost
from acd.names import AgentId, CallId, QueueName
from agent_desk.house import House
from agent_desk.line_watch import LineState
from core.lifecycle import Role
from core.sessions import open_token
from tests.acd.playbook import A1, A2, C1, T0, Story, answer, member_added, offered, rung
from tests.agent_desk.a_house import a_client

HOTLINE, LAW = QueueName("hotline"), QueueName("law")


async def asked(client: httpx.AsyncClient, number: str = "12345") -> LineState:
    reply = await client.get(f"/api/line/{number}")
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=LineState)


@pytest.fixture
def story(house: House) -> Story:
    """A floor on which 6001 is ready for both queues and 6002 for the hotline."""
    story = Story(policy=house.runtime.state.policy)
    for agent, queue in ((A1, HOTLINE), (A1, LAW), (A2, HOTLINE)):
        story.tell(member_added(agent, story.then(), queue), MemberResumed(at=story.then(), agent=agent, queue=queue))
    for agent in (A1, A2):
        story.tell(seen(story, agent, "NOT_INUSE"))
    house.runtime.state = story.state
    return story


def seen(story: Story, agent: AgentId, device: str) -> DeviceChanged:
    return DeviceChanged(at=story.then(), agent=agent, interface=f"PJSIP/{agent}-web", device=device)


def calls(story: Story, call: CallId, agent: AgentId | None = None) -> None:
    """Bring a call into the hotline's queue, and to an agent."""
    story.tell(replace(offered(call, story.then()), queue=HOTLINE))
    story.tell(AgentRequested(at=story.then(), call=call, queue=HOTLINE))
    story.tell(CallQueued(at=story.then(0), call=call, queue=HOTLINE))
    if agent is not None:
        story.tell(rung(agent, call, story.then()), answer(agent, call, story.then()))


async def test_ready_agents_and_waiting_callers_of_the_numbers_queue(
    house: House, client: httpx.AsyncClient, story: Story
) -> None:
    first = await asked(client)
    assert (first.open, first.ready, first.waiting) == (True, 2, 0)
    assert abs(first.at - house.clock.now()) < 60_000
    calls(story, C1, A2)
    calls(story, CallId("jt1-100.9"))
    house.runtime.state = story.state
    then = await asked(client)
    assert (then.ready, then.waiting) == (1, 1)
    other = await asked(client, "12348")
    assert (other.ready, other.waiting) == (1, 0)
    story.tell(seen(story, A1, "UNAVAILABLE"))
    house.runtime.state = story.state
    assert (await asked(client)).ready == 0, "nobody can ring that telephone"


async def test_nothing_is_claimed_while_asterisk_is_not_heard(
    house: House, client: httpx.AsyncClient, story: Story
) -> None:
    story.tell(PbxLost(at=story.then(), why="gone"))
    house.runtime.state = story.state
    line = await asked(client)
    assert (line.open, line.ready, line.waiting) == (True, None, None)
    assert line.at == story.at > T0


async def test_a_number_that_is_not_ours_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/line/110")).status_code == 404


async def test_from_elsewhere_a_token_is_wanted(house: House) -> None:
    async with house.database.writing() as session, session.begin():
        token = await open_token(session, role=Role.AGENT, label="12345", now=house.clock.now(), expires_at=None)
    async with a_client(house, host="10.0.0.9") as far:
        assert (await far.get("/api/line/12345")).status_code == 401
        told = await far.get("/api/line/12345", headers={"Authorization": f"Bearer {token}"})
        assert told.status_code == 200
        assert (await far.get("/api/line/12345", headers={"Authorization": "Bearer x"})).status_code == 401
