"""How a number of ours stands, for the 12345 that hands calls on to us (and for anyone who may see the board)."""

from fastapi import APIRouter, Request, Response

from acd.agent import Presence, reachable
from acd.names import QueueName
from acd.state import State
from agent_desk.answers import NOT_FOUND, answer, documented
from agent_desk.auth import NOBODY, TheHouse
from agent_desk.line_watch import LineState
from agent_desk.routes.floor import may_see_board
from agent_desk.views import Waiting

router = APIRouter(prefix="/api", tags=["floor"])


@router.get("/line/{number}", responses=documented(LineState, "How the number stands now"))
async def line_route(house: TheHouse, request: Request, number: str) -> Response:
    """Tell how many agents are ready and how many callers wait where calls to a number go.

    Both are null while Asterisk is not heard; `at` is then when it was heard last.
    """
    if not await may_see_board(house.demo, request):
        raise NOBODY
    queue = next((one.queue for one in house.catalogue.numbers if one.number == number), None)
    if queue is None:
        raise NOT_FOUND
    state = house.runtime.state
    if not state.pbx.up:
        return answer(LineState(open=True, at=state.pbx.since))
    return answer(
        LineState(
            open=True,
            ready=_ready(state, queue),
            waiting=len(Waiting().since(state).get(queue, ())),
            at=house.clock.now(),
        )
    )


def _ready(state: State, queue: QueueName) -> int:
    return sum(
        queue in agent.queues and agent.presence is Presence.READY and reachable(agent)
        for agent in state.agents.values()
    )
