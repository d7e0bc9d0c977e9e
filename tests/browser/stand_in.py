"""A stand-in for the whole server inside the browser's network: pages from web/dist, answers and views from a test."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from playwright.sync_api import Page, Route, WebSocketRoute

from agent_desk.wire import Accepted, BoardSnapshot, Delta, DeskSnapshot, Pong, Refused, SectionChange
from agent_desk.wire_http import PhoneCredentials, ScreenPop, Who
from agent_desk.wire_views import Board, DeskView
from tests.browser import views

DIST = Path(__file__).parents[2] / "agent_desk" / "web" / "dist"
ORIGIN = "http://127.0.0.1:8345"
PBX = "ws://127.0.0.1:8088/ws"
POLICY = (
    "default-src 'self'; connect-src 'self' ws: wss:; media-src 'self' blob:; "
    "img-src 'self' data:; style-src 'self' 'unsafe-inline'"
)
HAS_SNAPSHOT = """(seq) => __jietong.board.some(
  ({ message }) => message.type.endsWith('_snapshot') && message.seq === seq)"""
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class StandIn:
    """What one page sees of the server. Set the fields before opening a page; push views afterwards."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.who: Who | None = Who(user="6021", name="坐席6021", role="agent", agent=views.AgentId("6021"), csrf="c")
        self.board = views.board()
        self.desk = views.desk(views.me(views.Presence.OUT))
        self.pop: ScreenPop | None = views.pop()
        self.refusals: dict[str, Refused] = {}
        """Refused answers by the type of the request; everything else is accepted."""
        self.heard: list[dict[str, Any]] = []
        """Every message from the page but pings."""
        self.pongs = 0
        """How many pings were answered."""
        self.silent = False
        """True: the server neither answers nor lets anyone in."""
        self.sockets: list[WebSocketRoute] = []
        self.seq = 1
        page.route("**/*", self._answer)
        page.route_web_socket(re.compile(r"/ws/(desk|board)$"), self._connect)
        self.asterisk = Registrar()
        page.route_web_socket(PBX, self.asterisk.connect)

    def open(self, path: str) -> None:
        """Go to a page of ours."""
        self.page.goto(ORIGIN + path)

    def push(self, section: str, key: str, value: object | None) -> None:
        """Send one change of the view; None: gone."""
        self.seq += 1
        change = SectionChange(gone=(key,)) if value is None else SectionChange(set={key: value})
        self._say(Delta(seq=self.seq, now=views.Moment(views.now()), changes={section: change}))

    def show(self, view: Board | DeskView) -> None:
        """Show another view on an open page with trace=1, and wait until the page has it."""
        if isinstance(view, DeskView):
            self.desk = view
        else:
            self.board = view
        self.seq += 1
        self._snapshot(self._socket_of(view), view)
        self.page.wait_for_function(HAS_SNAPSHOT, arg=self.seq)

    def lose(self) -> None:
        """Fall silent: open sockets stay open, and nothing comes any more."""
        self.silent = True

    def come_back(self) -> None:
        """Answer again."""
        self.silent = False

    def _socket_of(self, _view: Board | DeskView) -> WebSocketRoute:
        return self.sockets[-1]

    def _say(self, message: object) -> None:
        for socket in self.sockets:
            socket.send(msgspec.json.encode(message).decode())

    def _connect(self, socket: WebSocketRoute) -> None:
        if self.silent:
            return
        self.sockets = [socket]
        view = self.desk if socket.url.endswith("desk") else self.board
        socket.on_message(lambda text: self._hear(socket, text))
        self._snapshot(socket, view)

    def _snapshot(self, socket: WebSocketRoute, view: Board | DeskView) -> None:
        now = views.Moment(views.now())
        message = (
            DeskSnapshot(seq=self.seq, now=now, view=view)
            if isinstance(view, DeskView)
            else BoardSnapshot(seq=self.seq, now=now, view=view)
        )
        socket.send(msgspec.json.encode(message).decode())

    def _hear(self, socket: WebSocketRoute, text: str | bytes) -> None:
        message = msgspec.json.decode(text)
        if self.silent:
            return
        if message["type"] == "ping":
            self.pongs += 1
            socket.send(msgspec.json.encode(Pong(n=message["n"], now=views.Moment(views.now()))).decode())
            return
        self.heard.append(message)
        if message["type"] == "snapshot":
            self._snapshot(socket, self.desk if socket.url.endswith("desk") else self.board)
            return
        refusal = self.refusals.get(message["type"])
        answer = (
            Accepted(request=message["request"])
            if refusal is None
            else msgspec.structs.replace(refusal, request=message["request"])
        )
        socket.send(msgspec.json.encode(answer).decode())

    def _answer(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        if self.silent:
            route.abort()
        elif url.path.startswith("/api/"):
            self._api(route, url.path)
        else:
            file = DIST / url.path.lstrip("/")
            file = file if file.is_file() else DIST / "index.html"
            route.fulfill(
                path=file, content_type=KINDS.get(file.suffix, ""), headers={"Content-Security-Policy": POLICY}
            )

    def _api(self, route: Route, path: str) -> None:
        status, body = self._body(path, route.request.post_data)
        route.fulfill(status=status, body=msgspec.json.encode(body).decode(), content_type="application/json")

    def _body(self, path: str, posted: str | None) -> tuple[int, object]:
        nobody = {"detail": {"key": "log_in_first", "zh": "请先登录。", "en": "Log in first."}}
        if path == "/api/login":
            wrong = {"detail": {"key": "wrong", "zh": "用户名或密码不对。", "en": "Wrong user name or password."}}
            good = msgspec.json.decode(posted or "{}").get("password") == "demo"
            self.who = StandIn.WHO if good else None
            return (200, self.who) if good else (401, wrong)
        if path == "/api/me":
            return (401, nobody) if self.who is None else (200, self.who)
        if path == "/api/demo/logins":
            roles = [(str(6001 + n), "agent") for n in range(20)] + [("supervisor", "supervisor"), ("admin", "admin")]
            return 200, [{"user": user, "password": "demo", "role": role} for user, role in roles]
        if path.endswith("/pop"):
            return (404, nobody) if self.pop is None else (200, self.pop)
        if path in ("/api/desk/phone", "/api/demo/citizen"):
            kind = "citizen" if "citizen" in path else f"6021-{msgspec.json.decode(posted or '{}')['phone']}"
            return 200, PhoneCredentials(
                endpoint=kind,
                username=kind,
                password="p9Vt-Rk2x-Lw7q",
                domain="127.0.0.1",
                registrar="127.0.0.1:5060",
                websocket=PBX,
            )
        return (200, views.catalogue()) if path == "/api/catalogue" else (200, None)

    WHO = Who(user="6021", name="坐席6021", role="agent", agent=views.AgentId("6021"), csrf="c")


class Registrar:
    """Asterisk's websocket as far as registering goes."""

    def __init__(self) -> None:
        self.registered = 0
        """How many REGISTERs were answered."""
        self.refuse_with = ""
        """A status line to answer with; empty: 200 OK."""
        self._socket: WebSocketRoute | None = None

    def connect(self, socket: WebSocketRoute) -> None:
        """Answer every REGISTER."""
        self._socket = socket
        socket.on_message(lambda text: self._hear(socket, text))

    def drop(self) -> None:
        """Close the connection, as a restart of Asterisk does."""
        assert self._socket is not None, "no phone has connected yet"
        self._socket.close(code=1012, reason="service restart")

    def _hear(self, socket: WebSocketRoute, text: str | bytes) -> None:
        request = text if isinstance(text, str) else text.decode()
        if not request.startswith("REGISTER "):
            return
        kept = [line for line in request.split("\r\n") if re.match(r"(Via|From|To|Call-ID|CSeq|Contact):", line, re.I)]
        status = self.refuse_with or "200 OK"
        self.registered += not self.refuse_with
        socket.send("\r\n".join([f"SIP/2.0 {status}", *kept, "Content-Length: 0", "", ""]))
