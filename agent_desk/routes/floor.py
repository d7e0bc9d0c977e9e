"""The board as JSON, and the catalogue every screen begins with."""

from fastapi import APIRouter, Request, Response

from agent_desk.answers import NOT_FOUND, answer, documented
from agent_desk.auth import NOBODY, TheHouse, from_loopback, visitor_of
from agent_desk.views import board
from agent_desk.wire import BoardSnapshot
from agent_desk.wire_http import Catalogue, PhoneCredentials

router = APIRouter(prefix="/api", tags=["floor"])


@router.get("/catalogue", responses=documented(Catalogue, "Numbers, queues, reasons, lists and rules"))
async def catalogue_route(house: TheHouse) -> Response:
    """Tell what screens need to know once."""
    return answer(house.catalogue)


@router.get("/board", responses=documented(BoardSnapshot, "The wallboard now"))
async def board_route(house: TheHouse, request: Request) -> Response:
    """Tell the whole wallboard; callers' numbers are masked."""
    if not await may_see_board(house.demo, request):
        raise NOBODY
    view = board(house.runtime.state, house.link.event_age_ms, house.alarms.on())
    return answer(BoardSnapshot(seq=0, now=house.clock.now(), view=view))


async def may_see_board(demo: bool, request: Request) -> bool:
    """Return whether this visitor may look: anyone logged in, and in demo mode anyone at this machine."""
    return (demo and from_loopback(request)) or await visitor_of(request) is not None


@router.get("/demo/citizen", responses=documented(PhoneCredentials, "The demo citizen's telephone"))
async def citizen_route(house: TheHouse, request: Request) -> Response:
    """Give the page /call its telephone; in demo mode only, at this machine only."""
    if not house.demo or not from_loopback(request):
        raise NOT_FOUND
    return answer(house.credentials("citizen-web", house.telephones.citizen_password))


@router.get("/demo/logins", responses=documented(list[dict[str, str]], "Demo log-ins"))
async def demo_logins_route(house: TheHouse, request: Request) -> Response:
    """Tell the demo log-ins; in demo mode only, at this machine only."""
    if not house.demo or not from_loopback(request):
        raise NOT_FOUND
    return answer([{"user": user, "password": password, "role": role} for user, password, role in house.demo_logins])
