"""A telephone's password, and who is calling."""

import httpx
from msgspec.structs import replace

from acd.call import Ring
from acd.names import AgentId, CallId, LegId, RingResult
from acd.transfer import TransferMode
from agent_desk.compose import Plan
from agent_desk.house import House
from core.ledger import entries
from tests.acd.handing import CITIZEN, EXPERTS, STAFF, Handing
from tests.acd.playbook import A1, C1, Story
from tests.agent_desk.a_house import logged_in


def _talking(house: House) -> None:
    story = Story()
    story.talking(A1, C1)
    house.runtime.state = story.state


async def test_without_asterisk_no_password_is_handed_out(client: httpx.AsyncClient, plan: Plan) -> None:
    headers = await logged_in(client, plan)
    reply = await client.post("/api/desk/phone", json={"phone": "web"}, headers=headers)
    assert reply.status_code == 503
    assert reply.json()["detail"]["key"] == "pbx_lost"


async def test_an_unknown_kind_of_phone_is_refused(client: httpx.AsyncClient, plan: Plan) -> None:
    headers = await logged_in(client, plan)
    assert (await client.post("/api/desk/phone", json={"phone": "fax"}, headers=headers)).status_code == 422


async def test_the_agent_on_the_call_sees_the_caller_and_the_ledger_says_so(
    house: House, client: httpx.AsyncClient, plan: Plan
) -> None:
    _talking(house)
    await logged_in(client, plan)
    pop = (await client.get(f"/api/desk/calls/{C1}/pop")).json()
    assert pop["caller"] == "13800000001"
    assert pop["calls_total"] == 0
    async with house.database.reading() as session:
        assert [(line.actor, line.subject) for line in await entries(session) if line.action == "screen_pop"] == [
            ("6001", C1)
        ]


async def test_another_agent_does_not_even_learn_that_the_call_is_there(
    house: House, client: httpx.AsyncClient, plan: Plan
) -> None:
    _talking(house)
    await logged_in(client, plan, "6002")
    assert (await client.get(f"/api/desk/calls/{C1}/pop")).status_code == 404
    assert (await client.get(f"/api/desk/calls/{CallId('nonsense')}/pop")).status_code == 404


async def test_an_agent_who_let_it_ring_sees_the_caller_no_more(
    house: House, client: httpx.AsyncClient, plan: Plan
) -> None:
    story = Story()
    story.talking(AgentId("6002"), C1)
    call = story.state.calls[C1]
    missed = Ring(agent=A1, leg=LegId("missed"), at=call.offered_at)
    await logged_in(client, plan)
    for ring, status in ((missed, 200), (replace(missed, ended_at=call.offered_at), 404)):
        calls = story.state.calls.set(C1, replace(call, rings=(ring, *call.rings)))
        house.runtime.state = replace(story.state, calls=calls)
        assert (await client.get(f"/api/desk/calls/{C1}/pop")).status_code == status


async def test_an_agent_to_whom_the_call_is_passed_on_sees_the_caller_while_it_rings_and_no_longer(
    house: House, client: httpx.AsyncClient, plan: Plan
) -> None:
    story = Handing()
    story.expert(AgentId("6002"))
    story.asks(EXPERTS, TransferMode.CONFERENCE)
    story.joins(CITIZEN, STAFF)
    story.rings(agent=AgentId("6002"))
    await logged_in(client, plan, "6002")
    house.runtime.state = story.state
    assert (await client.get(f"/api/desk/calls/{C1}/pop")).json()["caller"] == "13800000001"
    story.ring_ends(RingResult.REJECTED)
    house.runtime.state = story.state
    assert (await client.get(f"/api/desk/calls/{C1}/pop")).status_code == 404
