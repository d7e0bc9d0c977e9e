"""Figures over a day, for supervisors."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from acd.figures import DAY, day_of
from acd.names import Moment
from agent_desk.answers import answer, documented
from agent_desk.auth import TheHouse, TheSupervisor
from agent_desk.transfer_day import transfer_day
from agent_desk.wire_figures import TransferDay
from core.transfer_figures import transfer_figures

router = APIRouter(prefix="/api/figures", tags=["figures"])

LONGEST_BACK = 400
"""Days."""


@router.get("/transfers", responses=documented(TransferDay, "Transfers of one day, by destination"))
async def transfers_route(
    house: TheHouse, _: TheSupervisor, back: Annotated[int, Query(ge=0, le=LONGEST_BACK)] = 0
) -> Response:
    """Tell how each line of the directory answered, three-party success and hand-offs, so many days back.

    The same counts as `jietong transfers` prints: both read the same rows by the same rules.
    """
    now = house.clock.now()
    unwritten = house.recorder.state.backlog
    since = Moment(day_of(now, house.runtime.state.policy.utc_offset) - back * DAY)
    async with house.database.reading() as session:
        figures = await transfer_figures(session, since, Moment(since + DAY))
    return answer(transfer_day(figures, now, unwritten))
