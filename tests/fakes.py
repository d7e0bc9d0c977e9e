"""Fakes that obey the ports of the house: a nasty Asterisk manager, a clock that is moved by hand."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from types import TracebackType

from acd.names import Moment
from tests.streams import serving

BANNER = b"Asterisk Call Manager/13.0.0\r\n"
LISTS = {
    "CoreShowChannels": ("CoreShowChannel", "CoreShowChannelsComplete"),
    "QueueStatus": ("QueueMember", "QueueStatusComplete"),
    "DBGetTree": ("DBGetTreeResponse", "DBGetTreeComplete"),
}
INSTALLATION = "jt"
"""The bridge that held the fake before, and may go on at once."""
BEAT = ("Bridge", "Token", "Beat")
Headers = dict[str, str]


def message(*headers: tuple[str, str], **more: str) -> bytes:
    """Return one AMI message as bytes; names with spaces or repetitions go in as pairs."""
    lines = [f"{name}: {value}\r\n" for name, value in (*headers, *more.items())]
    return ("".join(lines) + "\r\n").encode()


def event(name: str, *, at: float = 1_795_219_200.25, **headers: str) -> bytes:
    """Return one AMI event, stamped by Asterisk at `at` (seconds since the epoch)."""
    return message(("Event", name), ("Privilege", "call,all"), ("Timestamp", f"{at:.6f}"), **headers)


class FakeClock:
    """Time that goes on only when told."""

    def __init__(self, at: int = 1_795_219_200_000) -> None:
        self.at = at

    def now(self) -> Moment:
        return Moment(self.at)


class FakeAsterisk:
    """A manager on loopback, as nasty as the real one, and nastier when told. An async context manager."""

    def __init__(self, secret: str = "secret") -> None:
        self.secret = secret
        self.port = 0
        self.heard: list[Headers] = []
        """Every action, of every session, in order."""
        self.sessions = 0
        self.started = "08:00:00"
        self.lists: dict[str, list[Headers]] = {"CoreShowChannels": [], "QueueStatus": []}
        self.database = {
            "/jt/bridge/holder": f"{INSTALLATION}/before 1",
            f"/jt/bridge/installation/{INSTALLATION}": "1",
        }
        """AstDB, as far as anybody asks for it."""
        self.answers: dict[str, Headers | None] = {}
        """By action: what is answered instead of Success; None: nothing, ever."""
        self.time: Callable[[], float] = lambda: 1_795_219_200.25
        """What its clock shows, in seconds since the epoch."""
        self.booted = True
        """Whether it says so at log-in; otherwise a test says it later."""
        self.deaf = False
        """Take bytes and say nothing any more, not even the heartbeat's echo."""
        self.cut_in_list = False
        """Close the connection in the middle of the next list of channels or members."""
        self.before_list_ends: bytes = b""
        """Said once inside the next list: events come between a list's lines."""
        self.one_byte_at_a_time = False
        self.hold_answers = False
        """Keep answers back, for `release` to send in another order."""
        self._held: list[bytes] = []
        self._server: AbstractAsyncContextManager[int] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> "FakeAsterisk":
        self._server = serving(self._session, self.port)
        self.port = await self._server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.drop()
        assert self._server is not None
        await self._server.__aexit__(kind, error, at)

    def drop(self) -> None:
        """Cut the connection."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def say(self, data: bytes) -> None:
        """Send bytes as they are, in one segment, or one by one."""
        assert self._writer is not None
        for piece in (bytes((byte,)) for byte in data) if self.one_byte_at_a_time else (data,):
            self._writer.write(piece)
            await self._writer.drain()

    async def release(self, order: Callable[[list[bytes]], Iterable[bytes]]) -> None:
        """Send the answers held back, in an order of the test's choice."""
        held, self._held, self.hold_answers = self._held, [], False
        await self.say(b"".join(order(held)))

    async def until_heard(self, action: str, times: int = 1, **headers: str) -> Headers:
        """Wait for an action with these headers; return the last of them."""

        def there() -> list[Headers]:
            return [one for one in self.heard if one["Action"] == action and headers.items() <= one.items()]

        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(there()) >= times)
        return there()[-1]

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.sessions += 1
        try:
            await self.say(BANNER)
            while True:
                block = await reader.readuntil(b"\r\n\r\n")
                lines = block.decode().split("\r\n")
                action = dict(line.split(": ", 1) for line in lines if line)
                async with self._changed:
                    self.heard.append(action)
                    self._changed.notify_all()
                if not self.deaf and not await self._react(action):
                    return
        except (asyncio.IncompleteReadError, ConnectionError, AssertionError):
            return  # the other side left, or `drop` was told to cut the line
        finally:
            writer.close()

    async def _react(self, action: Headers) -> bool:
        name, action_id = action["Action"], action["ActionID"]
        if name == "Login" and action["Secret"] != self.secret:
            await self._answer(message(Response="Error", ActionID=action_id, Message="Authentication failed"))
            return False
        given = self.answers.get(name, {"Response": "Success"})
        if given is None:
            return True
        extra = {"CoreStartupDate": "2026-11-21", "CoreStartupTime": self.started} if name == "CoreStatus" else {}
        await self._answer(message(**given, ActionID=action_id, **extra))
        if name == "Login" and self.booted:
            await self.say(event("FullyBooted", Status="Fully Booted"))
        if name == "DBPut":
            self.database[f"/{action['Family']}/{action['Key']}"] = action["Val"]
        if name == "DBGetTree":
            self.lists[name] = [{"Key": key, "Val": value} for key, value in self.database.items()]
        if name in LISTS:
            return await self._list(name, action_id)
        if action.get("UserEvent") == "JtBeat":
            said = {key: action[key] for key in ("UserEvent", *BEAT) if key in action}
            await self.say(event("UserEvent", at=self.time(), **said))
        return True

    async def _answer(self, data: bytes) -> None:
        if self.hold_answers:
            self._held.append(data)
        else:
            await self.say(data)

    async def _list(self, name: str, action_id: str) -> bool:
        one, last = LISTS[name]
        lines = [message(("Event", one), ("ActionID", action_id), **line) for line in self.lists[name]]
        end = message(("Event", last), ("ActionID", action_id), EventList="Complete")
        if name == "DBGetTree":
            await self.say(b"".join(lines) + end)
            return True
        if self.cut_in_list:
            self.cut_in_list = False
            await self.say(b"".join(lines) + f"Event: {one}\r\nActionID: {action_id}\r\nQue".encode())
            return False
        between, self.before_list_ends = self.before_list_ends, b""
        await self.say(b"".join(lines) + between + end)
        return True
