"""The two websockets: a board to watch, and a desk to work at."""

import asyncio
import logging
from collections.abc import Callable, Coroutine

import msgspec
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from msgspec.structs import replace
from sqlalchemy.exc import SQLAlchemyError

from acd.events import (
    AnyEvent,
    DeskSeen,
    ForceAsked,
    HangUpAsked,
    HelpAsked,
    NotReadyAsked,
    ReadyAsked,
    SignInAsked,
    SignOutAsked,
    TicketSaved,
    TransferAsked,
    TransferCommanded,
    WatchAsked,
)
from acd.names import AgentId, Moment
from acd.refusal import SENTENCES, Refusal
from agent_desk.auth import SUPERVISORS, Visitor, from_loopback, house_of, same_origin, visitor_of
from agent_desk.expert_asks import asked
from agent_desk.house import House, ours
from agent_desk.hub import Client, Feed
from agent_desk.short_text import BAD_TEXT, LONGEST_WHY, is_line
from agent_desk.wire import (
    AskExpert,
    Force,
    FromBrowser,
    HangUp,
    Help,
    NotReady,
    Ping,
    Pong,
    Ready,
    Refused,
    SaveTicket,
    SignIn,
    SignOut,
    SnapshotAsked,
    Transfer,
    TransferCommand,
    Watch,
)

router = APIRouter()
log = logging.getLogger(__name__)

CHECK_SECONDS = 30.0
"""How long a log-out, an expiry or a disabled user may take to reach a socket that is open."""
_NOBODY, _FORBIDDEN, _TOO_SLOW, _NONSENSE = 4401, 4403, 4408, 4400
"""Close codes: log in first; may not; too far behind; a message we do not know."""

_decoder = msgspec.json.Decoder(FromBrowser)


@router.websocket("/ws/board")
async def board_socket(socket: WebSocket) -> None:
    """Send the board to whoever may look."""
    house = house_of(socket)
    open_house = house.demo and from_loopback(socket)
    if not same_origin(socket) or not (open_house or await visitor_of(socket) is not None):
        await _turn_away(socket, _NOBODY)
        return
    await socket.accept()
    client = Client()
    house.hub.board.join(client)
    try:
        await _converse(socket, client, _only_looking(house, house.hub.board, client), checked=not open_house)
    finally:
        house.hub.board.leave(client)


@router.websocket("/ws/desk")
async def desk_socket(socket: WebSocket) -> None:
    """Be the desk of the agent who is logged in."""
    house = house_of(socket)
    visitor = await visitor_of(socket) if same_origin(socket) else None
    if visitor is None or visitor.agent is None:
        await _turn_away(socket, _NOBODY if visitor is None else _FORBIDDEN)
        return
    await socket.accept()
    client = Client()
    feed = house.hub.join_desk(visitor.agent, client)
    house.inbox.tell(DeskSeen(at=house.clock.now(), agent=visitor.agent, connected=True))
    try:
        asks: asyncio.Queue[AskExpert] = asyncio.Queue()
        heard = _working(house, feed, client, visitor, visitor.agent, asks)
        await _converse(
            socket, client, heard, checked=True, besides=_asking(house, client, visitor, visitor.agent, asks)
        )
    finally:
        if house.hub.leave_desk(visitor.agent, client):
            house.inbox.tell(DeskSeen(at=house.clock.now(), agent=visitor.agent, connected=False))


async def _turn_away(socket: WebSocket, code: int) -> None:
    # Accepted first: a browser cannot read the code of a refused handshake.
    await socket.accept()
    await socket.close(code)


async def _converse(
    socket: WebSocket,
    client: Client,
    heard: Callable[[FromBrowser], None],
    *,
    checked: bool,
    besides: Coroutine[object, object, None] | None = None,
) -> None:
    """Send and receive until either side ends it, or the log-in it was opened with is over.

    Args:
        besides: what goes on as long.

    """
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_send(socket, client))
            tasks.create_task(_receive(socket, heard))
            if besides is not None:
                tasks.create_task(besides)
            if checked:
                tasks.create_task(_close_when_logged_out(socket))
    except* (WebSocketDisconnect, RuntimeError):
        # RuntimeError: Starlette's word for sending on a closed socket.
        pass


async def _close_when_logged_out(socket: WebSocket) -> None:
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        try:
            visitor = await visitor_of(socket)
        except SQLAlchemyError:
            continue  # a database that is away logs nobody out
        if visitor is None:
            await socket.close(_NOBODY)
            raise WebSocketDisconnect(_NOBODY)


async def _send(socket: WebSocket, client: Client) -> None:
    while True:
        message = await client.next()
        if message is None:
            await socket.close(_TOO_SLOW)
            raise WebSocketDisconnect(_TOO_SLOW)
        await socket.send_text(message.decode())


async def _receive(socket: WebSocket, heard: Callable[[FromBrowser], None]) -> None:
    while True:
        text = await socket.receive_text()
        try:
            message = _decoder.decode(text)
        except msgspec.DecodeError as error:
            log.warning("a browser said what we do not know", extra={"why": str(error)})
            await socket.close(_NONSENSE, str(error)[:120])
            raise WebSocketDisconnect(_NONSENSE) from error
        heard(message)


def _only_looking(house: House, feed: Feed, client: Client) -> Callable[[FromBrowser], None]:
    def heard(message: FromBrowser) -> None:
        if isinstance(message, Ping):
            client.say(Pong(n=message.n, now=house.clock.now()))
        elif isinstance(message, SnapshotAsked):
            feed.resend(client)

    return heard


async def _asking(
    house: House, client: Client, visitor: Visitor, agent: AgentId, asks: "asyncio.Queue[AskExpert]"
) -> None:
    """Answer what the core answers, one after the other: the telephone's wishes do not wait for the database."""
    while True:
        client.say(await asked(house, visitor, agent, await asks.get()))


def _working(
    house: House,
    feed: Feed,
    client: Client,
    visitor: Visitor,
    agent: AgentId,
    asks: "asyncio.Queue[AskExpert]",
) -> Callable[[FromBrowser], None]:
    look = _only_looking(house, feed, client)

    def heard(message: FromBrowser) -> None:
        if isinstance(message, Watch | Force) and visitor.role not in SUPERVISORS:
            zh, en = SENTENCES[Refusal.MAY_NOT]
            client.say(Refused(request=message.request, key=Refusal.MAY_NOT, zh=zh, en=en))
            return
        if isinstance(message, Force) and not is_line(message.why, LONGEST_WHY):
            client.say(Refused(request=message.request, key=BAD_TEXT.key, zh=BAD_TEXT.zh, en=BAD_TEXT.en))
            return
        if isinstance(message, AskExpert):
            asks.put_nowait(message)
            return
        fact = _fact(message, house, visitor, agent, house.clock.now())
        if fact is None:
            look(message)
        else:
            house.inbox.tell(fact)

    return heard


def _fact(message: FromBrowser, house: House, visitor: Visitor, agent: AgentId, at: Moment) -> AnyEvent | None:
    if isinstance(message, Ping | SnapshotAsked | AskExpert):
        return None
    message = replace(message, request=ours(agent, message.request))
    match message:
        case SignIn(request=request, phone=phone):
            queues = house.queues_of(agent, at)
            return SignInAsked(at=at, agent=agent, request=request, name=visitor.name, phone=phone, queues=queues)
        case SignOut(request=request):
            return SignOutAsked(at=at, agent=agent, request=request)
        case Ready(request=request):
            return ReadyAsked(at=at, agent=agent, request=request)
        case NotReady(request=request, reason=reason):
            return NotReadyAsked(at=at, agent=agent, request=request, reason=reason)
        case HangUp(request=request):
            return HangUpAsked(at=at, agent=agent, request=request)
        case Transfer(request=request, to=to, mode=mode):
            return TransferAsked(at=at, agent=agent, request=request, to=to, mode=mode)
        case TransferCommand(request=request, command=command):
            return TransferCommanded(at=at, agent=agent, request=request, command=command)
        case Help(request=request, wanted=wanted):
            return HelpAsked(at=at, agent=agent, request=request, wanted=wanted)
        case Watch(request=request, target=target, how=how, phone=phone):
            return WatchAsked(
                at=at, agent=agent, request=request, target=target, how=how, phone=phone, user=visitor.user
            )
        case Force(request=request, target=target, to=to, why=why):
            by, user = visitor.name, visitor.user
            return ForceAsked(
                at=at, agent=agent, request=request, target=target, to=to, why=why.strip(), by=by, user=user
            )
        case SaveTicket():
            return TicketSaved(
                at=at,
                agent=agent,
                request=message.request,
                call=message.call,
                form=message.form,
                merge_into=message.merge_into,
            )
