"""Short messages from supervisors to the desks of agents who are signed in."""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from acd.agent import Presence
from acd.names import AgentId
from acd.refusal import SENTENCES, Refusal
from agent_desk.answers import NOT_FOUND, ApiError, answer, documented
from agent_desk.auth import TheAgent, TheHouse, TheSupervisor
from agent_desk.short_text import BAD_TEXT, LONGEST_MESSAGE, is_line
from agent_desk.wire_http import MessageSent
from core import ledger

router = APIRouter(prefix="/api", tags=["floor"])

MOST_NAMED = 50
"""Agents in one message that is not for all."""
NOBODY_THERE = ApiError(409, Refusal.NOT_SIGNED_IN_THERE, *SENTENCES[Refusal.NOT_SIGNED_IN_THERE])


@router.post("/floor/messages", responses=documented(MessageSent, "On the desks"))
async def send_route(
    house: TheHouse,
    visitor: TheSupervisor,
    text: Annotated[str, Body()],
    to: Annotated[list[str], Body(max_length=MOST_NAMED)],
) -> Response:
    """Show a line on the desks of these agents, or of all who are signed in when none is named.

    The ledger says who wrote to whom, and not what.
    """
    line = text.strip()
    if not line or not is_line(line, LONGEST_MESSAGE):
        raise BAD_TEXT
    agents = house.runtime.state.agents
    there = {key for key, one in agents.items() if one.presence is not Presence.OUT and key != visitor.agent}
    wanted = sorted(there & {AgentId(one) for one in to} if to else there)
    if not wanted:
        raise NOBODY_THERE
    async with house.database.writing() as session, session.begin():
        await ledger.append(
            session,
            at=house.clock.now(),
            actor=visitor.user,
            role=visitor.role,
            action="message",
            subject=wanted[0] if len(wanted) == 1 else f"{len(wanted)} agents",
            detail=f"{'all' if not to else ', '.join(wanted)}: {len(line)} characters",
        )
    house.messages.send(wanted, by=visitor.name, text=line, to_all=not to)
    return answer(MessageSent(agents=len(wanted), without_page=sum(not agents[one].desk for one in wanted)))


@router.post("/desk/messages/{message}/read", responses=documented(None, "Off the desk"))
async def read_route(house: TheHouse, who: TheAgent, message: str) -> Response:
    """Take a message that was read off the desk."""
    _, agent = who
    if not house.messages.read(agent, message):
        raise NOT_FOUND
    return answer(None)
