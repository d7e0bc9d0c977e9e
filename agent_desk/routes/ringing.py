"""What rings at colleagues now: a desk asks for it while its list of calls to pick up is open."""

from fastapi import APIRouter, Response

from acd.agent import Presence
from agent_desk.answers import ApiError, answer, documented
from agent_desk.auth import TheAgent, TheHouse
from agent_desk.ringing_view import rings_elsewhere
from agent_desk.wire_http import RingElsewhere

router = APIRouter(prefix="/api", tags=["desk"])

_SIGNED_OUT = ApiError(409, "signed_out", "签入后才能代答。", "Sign in first, then you can pick up calls.")
_UNKNOWN = ApiError(
    503,
    "pbx_lost",
    "电话系统失联,不知道谁在振铃;可直接输入工号代答。",
    "The telephone system is not heard, so who rings is not known; enter a seat to try.",
)


@router.get("/ringing", responses=documented(tuple[RingElsewhere, ...], "What rings at colleagues now"))
async def ringing_route(house: TheHouse, who: TheAgent) -> Response:
    """Tell what rings at others in the asker's own queues, the longest first."""
    state = house.runtime.state
    agent = state.agents.get(who[1])
    if not state.pbx.up:
        raise _UNKNOWN
    if agent is None or agent.presence is Presence.OUT:
        raise _SIGNED_OUT
    return answer(rings_elsewhere(state, agent))
