"""What the supervisor's floor shows, and a stand-in server with two sockets and an Asterisk that rings the page."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace
from playwright.sync_api import Page, Route, WebSocketRoute

from acd.agent import Presence
from acd.call import Stage
from acd.names import AgentId, CallId, DestinationKey, Phone, QueueName
from acd.transfer import Step
from acd.watching import Watching
from agent_desk.alarm_words import AlarmKey
from agent_desk.wire import Delta, SectionChange
from agent_desk.wire_figures import TransferDay
from agent_desk.wire_http import MessageSent, Who
from agent_desk.wire_transfers import Handing
from agent_desk.wire_views import AgentTile, Board, CallLine, DeskView, Me, WatchView
from tests.browser import figures, views
from tests.browser.stand_in import Registrar, StandIn

SEAT = AgentId("6090")
SUPERVISOR = Who(user="supervisor", name="值班长", role="supervisor", agent=SEAT, csrf="c")
MASKED = "138****5678"


def tile(seat: int, presence: Presence, **changes: object) -> AgentTile:
    """One agent of a floor on which every need is somebody's."""
    agent = AgentId(str(seat))
    busy = presence in (Presence.TALKING, Presence.RINGING)
    made = AgentTile(
        agent=agent,
        name=f"坐席{seat}",
        presence=presence,
        since=views.ago(74 * views.SECOND),
        reason=None,
        forced_by=None,
        until=None,
        held_since=None,
        help_since=None,
        call=CallId(f"jt1-1.{seat}") if busy else None,
        number=("12345", "12333", "12315")[seat % 3] if busy else None,
        device="INUSE" if busy else "NOT_INUSE",
        desk=True,
        queues=(QueueName("hotline"), QueueName("human-resources")) if seat % 2 else (QueueName("hotline"),),
    )
    return replace(made, **changes)


def needy() -> list[AgentTile]:
    """One agent for every need, the most urgent first."""
    return [
        tile(6021, Presence.TALKING, help_since=views.ago(12_000), since=views.ago(312_000), number="12333"),
        tile(6005, Presence.NOT_READY, reason="break", since=views.ago(13 * views.MINUTE)),
        tile(6008, Presence.TALKING, held_since=views.ago(150_000), since=views.ago(400_000)),
        tile(6011, Presence.RINGING, since=views.ago(14_000)),
        tile(6013, Presence.TALKING, desk=False),
        tile(6014, Presence.READY, device="UNAVAILABLE", since=views.ago(60_000)),
        tile(6016, Presence.ACW, since=views.ago(95_000)),
    ]


def calm(number: int) -> AgentTile:
    """An agent with whom all is well."""
    presence = (Presence.TALKING, Presence.READY, Presence.TALKING, Presence.ACW, Presence.TALKING, Presence.NOT_READY)[
        number % 6
    ]
    reason = "break" if presence is Presence.NOT_READY else None
    return tile(number, presence, since=views.ago((9 + number % 40) * views.SECOND), reason=reason)


def board(agents: int = 24, *, pbx: str = "up") -> Board:
    """A hall with so many agents, seven of them in need."""
    tiles = needy() if agents else []
    numbers = (6001 + n for n in range(agents * 2))
    known = {one.agent for one in tiles}
    tiles += [calm(n) for n in numbers if str(n) not in known][: agents - len(tiles)]
    shown = replace(views.board(0, 9, pbx=pbx), agents={one.agent: one for one in tiles})
    calls = {one.call: call_line(one) for one in tiles if one.call is not None}
    for one in tiles[-5:]:
        if one.call is not None and one.presence is Presence.TALKING:
            calls[one.call] = replace(calls[one.call], handing=Handing(to=DestinationKey("tax"), step=Step.JOINED))
    asked = views.alarm(AlarmKey.HELP_ASKED, "6021", since=12_000, count=1) if tiles else {}
    return replace(shown, calls=calls, alarms=shown.alarms | asked)


def call_line(one: AgentTile) -> CallLine:
    """The call of an agent, as the board shows it."""
    assert one.call is not None, "only who has a call has a line"
    return CallLine(
        call=one.call,
        number=one.number or "",
        caller=MASKED,
        queue=QueueName("hotline"),
        stage=Stage.RINGING if one.presence is Presence.RINGING else Stage.TALKING,
        since=one.since,
        agent=one.agent,
        handing=None,
    )


def supervisor(presence: Presence = Presence.OUT, phone: Phone = Phone.WEB) -> Me:
    """The supervisor as an agent."""
    reason = "signed-in" if presence is Presence.NOT_READY else None
    return replace(views.me(presence, reason=reason, phone=phone), agent=SEAT, name="值班长")


def watch(how: Watching | None, agent: str = "6021") -> WatchView:
    """The supervisor on an agent's call."""
    return WatchView(call=CallId(f"jt1-1.{agent}"), target=AgentId(agent), how=how, since=views.ago(17_000))


def desk(presence: Presence = Presence.OUT, on: WatchView | None = None, phone: Phone = Phone.WEB) -> DeskView:
    """The desk of the supervisor."""
    shown = views.desk(supervisor(presence, phone), waiting=0)
    return replace(shown, watch={} if on is None else {"watch": on})


class TwoSockets(StandIn):
    """A server for a page that looks at the board and at a desk at once."""

    def __init__(self, page: Page) -> None:
        self.days: dict[str, TransferDay] = {"back=0": figures.day(), "back=1": figures.day(back=1)}
        """The transfers of a day, by what is asked for."""
        self.messages: list[dict[str, Any]] = []
        """What was sent to desks."""
        self.open_sockets: dict[str, WebSocketRoute] = {}
        self.seqs: dict[str, int] = {}
        """Each feed counts for itself."""
        self.when_asked: Callable[[dict[str, object]], None] = lambda _: None
        """Called with each `watch` and `help` before it is answered."""
        super().__init__(page)
        self.who = SUPERVISOR
        self.board = board()
        self.desk = desk()
        self.caller = RingingAsterisk()
        page.route_web_socket(re.compile(r":8088/ws$"), self.caller.connect)

    def tell(self, path: str, section: str, key: str, value: object | None) -> None:
        """Send one change to `board` or `desk`."""
        self.seqs[path] += 1
        change = SectionChange(gone=(key,)) if value is None else SectionChange(set={key: value})
        delta = Delta(seq=self.seqs[path], now=views.Moment(views.now()), changes={section: change})
        self.sockets = [self.open_sockets[path]]
        self._say(delta)

    def _socket_of(self, view: Board | DeskView) -> WebSocketRoute:
        return self.open_sockets["desk" if isinstance(view, DeskView) else "board"]

    def _api(self, route: Route, path: str) -> None:
        if path == "/api/figures/transfers":
            day = self.days[urlsplit(route.request.url).query]
            route.fulfill(body=msgspec.json.encode(day).decode(), content_type="application/json")
        elif path == "/api/floor/messages":
            self.messages.append(msgspec.json.decode(route.request.post_data or "{}"))
            sent = MessageSent(agents=len(self.messages[-1]["to"]) or 24, without_page=2)
            route.fulfill(body=msgspec.json.encode(sent).decode(), content_type="application/json")
        else:
            super()._api(route, path)

    def _connect(self, socket: WebSocketRoute) -> None:
        self.open_sockets[socket.url.rpartition("/")[2]] = socket
        super()._connect(socket)

    def _snapshot(self, socket: WebSocketRoute, view: Board | DeskView) -> None:
        self.seqs[socket.url.rpartition("/")[2]] = self.seq
        super()._snapshot(socket, view)

    def _hear(self, socket: WebSocketRoute, text: str | bytes) -> None:
        message = msgspec.json.decode(text)
        if message["type"] in ("watch", "help") and not self.silent:
            self.when_asked(message)
        super()._hear(socket, text)


class RingingAsterisk(Registrar):
    """Asterisk's websocket that rings the page and hears whether it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[str] = []
        """Status lines to our INVITE."""
        self._contact = ""

    def ring(self) -> None:
        """Ring the telephone that registered last, as Originate does."""
        assert self._socket is not None, "no phone has connected yet"
        body = SDP.replace("\n", "\r\n")
        self._socket.send(
            f"INVITE {self._contact} SIP/2.0\r\n"
            "Via: SIP/2.0/WS 127.0.0.1:8088;branch=z9hG4bKfloor1\r\n"
            "Max-Forwards: 70\r\n"
            'From: "12345" <sip:12345@127.0.0.1>;tag=asterisk1\r\n'
            "To: <sip:6021-web@127.0.0.1>\r\n"
            "Call-ID: watch-1@127.0.0.1\r\n"
            "CSeq: 1 INVITE\r\n"
            "Contact: <sip:asterisk@127.0.0.1:8088;transport=ws>\r\n"
            "Content-Type: application/sdp\r\n"
            f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
        )

    def _hear(self, socket: WebSocketRoute, text: str | bytes) -> None:
        said = text if isinstance(text, str) else text.decode()
        if said.startswith("REGISTER "):
            contact = re.search(r"^Contact: <([^>]+)>", said, re.M)
            assert contact is not None, "a REGISTER without a contact"
            self._contact = contact[1]
        if said.startswith("SIP/2.0 ") and "INVITE" in said:
            self._answered(socket, said)
        if said.startswith("BYE "):
            self._confirm(socket, said)
        super()._hear(socket, text)

    def _answered(self, socket: WebSocketRoute, said: str) -> None:
        self.answers.append(said.split("\r\n", 1)[0])
        if not said.startswith("SIP/2.0 200"):
            return
        kept = [line for line in said.split("\r\n") if re.match(r"(From|To|Call-ID):", line, re.I)]
        socket.send(
            "\r\n".join(
                [
                    f"ACK {self._contact} SIP/2.0",
                    "Via: SIP/2.0/WS 127.0.0.1:8088;branch=z9hG4bKfloor2",
                    "Max-Forwards: 70",
                    *kept,
                    "CSeq: 1 ACK",
                    "Content-Length: 0",
                    "",
                    "",
                ]
            )
        )

    def _confirm(self, socket: WebSocketRoute, said: str) -> None:
        kept = [line for line in said.split("\r\n") if re.match(r"(Via|From|To|Call-ID|CSeq):", line, re.I)]
        socket.send("\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]))


FINGERPRINT = ":".join(f"{n:02X}" for n in range(32))
SDP = f"""v=0
o=- 1 1 IN IP4 127.0.0.1
s=Asterisk
c=IN IP4 127.0.0.1
t=0 0
a=group:BUNDLE audio-0
m=audio 10000 UDP/TLS/RTP/SAVPF 0 8
a=mid:audio-0
a=ice-ufrag:abcdefgh
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=candidate:1 1 UDP 2130706431 127.0.0.1 10000 typ host
a=setup:actpass
a=fingerprint:SHA-256 {FINGERPRINT}
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=sendrecv
a=rtcp-mux
"""
"""An offer as Asterisk makes it for a browser; nobody listens at its address."""
