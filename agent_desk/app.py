"""The web application: routes, sockets, pages, and the headers that keep browsers careful."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import FileResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from agent_desk import socket
from agent_desk.answers import NOT_FOUND, ApiError, api_error
from agent_desk.house import House
from agent_desk.routes import desk, figures, floor, lines, messages, operations, ringing, sessions

PAGES = ("/", "/login", "/desk", "/wallboard", "/floor", "/call")

POLICY = (
    "default-src 'self'; connect-src 'self' {websocket}; media-src 'self' blob:; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)

INTERFACE = """\
Log in with `POST /api/login`; everything but GET then wants the header `X-CSRF-Token` with the `csrf` of the answer
(this page adds it). Scripts send `Authorization: Bearer TOKEN` instead; `jietong token` makes one.

Live views come over two websockets, `/ws/board` and `/ws/desk`: a snapshot, then numbered differences; after a gap in
`seq`, ask for a snapshot. Their messages are the types of `agent_desk/wire.py` and
`agent_desk/wire_views.py`. Times are milliseconds since the epoch.
"""


def build_app(house: House) -> FastAPI:
    """Return the application of a house."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.house = house
        yield

    # FastAPI's own page about the interface loads its script from a public server; ours is in web/public/swagger.
    app = FastAPI(
        title="接通 Jietong",
        version="0.1.0",
        description=INTERFACE,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    for module in (sessions, desk, floor, figures, lines, messages, operations, ringing, socket):
        router: APIRouter = module.router
        _sum_up(router)
        app.include_router(router)
    app.add_exception_handler(ApiError, api_error)
    _careful(app, house.telephones.websocket)
    _pages(app, house.web, demo=house.demo)
    return app


def _sum_up(router: APIRouter) -> None:
    """Let a route's first line be its title; FastAPI would make one of the function's name."""
    for route in router.routes:
        # Routers are of the module, applications are not: another one may have been built of it before.
        if isinstance(route, APIRoute) and route.summary is None:
            first, _, rest = route.description.partition("\n")
            route.summary, route.description = first.removesuffix("."), rest.strip()


def _careful(app: FastAPI, websocket: str) -> None:
    # Without its path: one in a policy means that very address, or ends in a slash.
    where = urlsplit(websocket)
    policy = POLICY.format(websocket=f"{where.scheme}://{where.netloc}")

    @app.middleware("http")
    async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
        return response


def _pages(app: FastAPI, web: Path, *, demo: bool) -> None:
    index, interface = web / "index.html", web / "swagger" / "index.html"

    async def page(request: Request) -> Response:
        if request.url.path == "/call" and not demo:
            raise NOT_FOUND
        return FileResponse(index, headers={"Cache-Control": "no-cache"})

    async def docs() -> Response:
        return FileResponse(interface, headers={"Cache-Control": "no-cache"})

    app.add_api_route("/docs", docs, include_in_schema=False)
    for path in PAGES:
        app.add_api_route(path, page, include_in_schema=False)
    if web.is_dir():
        app.mount("/", StaticFiles(directory=web), name="web")
