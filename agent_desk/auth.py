"""Who is asking: session cookie with CSRF token, or bearer token; every page and socket passes here."""

import hmac
import logging
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, WebSocket
from msgspec import Struct
from starlette.requests import HTTPConnection

from acd.names import AgentId
from agent_desk.answers import ApiError
from agent_desk.house import House
from core.lifecycle import Role
from core.sessions import session_of, token_of

log = logging.getLogger(__name__)

COOKIE = "jt_session"
CSRF_HEADER = "X-CSRF-Token"
_LOOPBACK = ("127.0.0.1", "::1")
_HERE = (*_LOOPBACK, "localhost")
_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
"""What a web server in front of us says; whoever is behind it may sit anywhere."""


class Visitor(Struct, frozen=True, kw_only=True):
    """Somebody who has proved who they are."""

    user: str
    name: str
    role: Role
    agent: AgentId | None
    csrf: str
    """Empty for a bearer token: no browser sends that by itself."""


SUPERVISORS = frozenset({Role.SUPERVISOR, Role.ADMIN})
"""Who may see the floor's page, and act on it."""
NOBODY = ApiError(401, "not_logged_in", "请先登录。", "Please log in first.")
FORBIDDEN = ApiError(403, "forbidden", "您没有权限。", "You may not do this.")
BAD_CSRF = ApiError(403, "csrf", "请求来源不明,请刷新页面。", "The request's origin is not clear; reload the page.")


def house_of(connection: HTTPConnection) -> House:
    """Return the house this request came to."""
    house: House = connection.app.state.house
    return house


async def visitor_of(connection: HTTPConnection) -> Visitor | None:
    """Return who is asking; None for strangers."""
    house = house_of(connection)
    scheme, _, secret = connection.headers.get("Authorization", "").partition(" ")
    async with house.database.reading() as session:
        if scheme.lower() == "bearer":
            token = await token_of(session, secret.strip(), house.clock.now())
            if token is None:
                return None
            return Visitor(user=token.label, name=token.label, role=token.role, agent=None, csrf="")
        cookie = connection.cookies.get(COOKIE)
        live = None if not cookie else await session_of(session, cookie, house.clock.now())
    if live is None:
        return None
    person = live.person
    return Visitor(user=person.user, name=person.name, role=person.role, agent=person.agent, csrf=live.csrf)


async def logged_in(request: Request) -> Visitor:
    """Return the visitor of a request.

    Raises:
        ApiError: a stranger, or a changing request without the CSRF token of its session.

    """
    visitor = await visitor_of(request)
    if visitor is None:
        raise NOBODY
    changing = request.method not in ("GET", "HEAD")
    given = request.headers.get(CSRF_HEADER, "").encode()  # compare_digest raises on text beyond ASCII
    if changing and visitor.csrf and not hmac.compare_digest(given, visitor.csrf.encode()):
        raise BAD_CSRF
    return visitor


async def agent_logged_in(visitor: Annotated[Visitor, Depends(logged_in)]) -> tuple[Visitor, AgentId]:
    """Return a visitor who has an agent number, and the number.

    Raises:
        ApiError: there is none.

    """
    if visitor.agent is None:
        raise FORBIDDEN
    return visitor, visitor.agent


async def supervisor_logged_in(visitor: Annotated[Visitor, Depends(logged_in)]) -> Visitor:
    """Return a visitor who may see, and do, what supervisors may.

    Raises:
        ApiError: they may not.

    """
    if visitor.role not in SUPERVISORS:
        raise FORBIDDEN
    return visitor


def from_loopback(connection: HTTPConnection) -> bool:
    """Return whether the visitor sits at this machine, and asked for this machine by name.

    The name keeps out pages of other sites whose names were made to lead here (DNS rebinding).
    """
    if connection.client is None or connection.client.host not in _LOOPBACK:
        return False
    if any(name in connection.headers for name in _FORWARDED):
        return False
    return _host_name(connection.headers.get("Host", "")) in _HERE


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def same_origin(socket: WebSocket) -> bool:
    """Return whether a browser's websocket comes from our own page; programs send no Origin."""
    origin, host = socket.headers.get("Origin"), socket.headers.get("Host")
    ours = origin is None or origin.partition("://")[2] == host
    if not ours:
        log.warning("a page of another address is let in to no live view", extra={"origin": origin, "host": host})
    return ours


def came_by_tls(request: Request) -> bool:
    """Return whether a browser's page is an https page, as it or a proxy in front of us says."""
    # Origin is the browser's own word: a proxy need not be on this machine to be believed, nor say anything.
    return request.url.scheme == "https" or request.headers.get("Origin", "").startswith("https://")


TheHouse = Annotated[House, Depends(house_of)]
LoggedIn = Annotated[Visitor, Depends(logged_in)]
TheSupervisor = Annotated[Visitor, Depends(supervisor_logged_in)]
TheAgent = Annotated[tuple[Visitor, AgentId], Depends(agent_logged_in)]
