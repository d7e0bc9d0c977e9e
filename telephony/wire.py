"""One AMI connection as asyncio sees it: frames to facts, actions to answers, each answered once or failed."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from typing_extensions import override

from acd.events import AnyEvent
from telephony.actions import Headers
from telephony.ami_protocol import AmiError, AmiMessage, AmiProtocol, Sought, encode, event_name, parse
from telephony.translate import NEEDED, RULES, Rule

log = logging.getLogger(__name__)

_ANSWER = b"Response: "

_KNOWN = {b"Event: " + name: (name, rule, NEEDED.get(name, b"")) for name, rule in RULES.items()}
"""By an event's first line: its name, what it means, and the bytes it must hold to mean anything."""


class LinkDown(Exception):
    """There is no link to Asterisk."""


class ActionRefused(Exception):
    """Asterisk answered an action with an error."""


class _Listing:
    """An action whose answer is a list of events."""

    def __init__(self, last: str) -> None:
        self.last = last
        self.events: list[AmiMessage] = []
        self.done: asyncio.Future[list[AmiMessage]] = asyncio.get_running_loop().create_future()


class AmiWire(asyncio.Protocol):
    """The protocol object panoramisk is given in place of its own.

    Args:
        fact: takes each fact in order; must not block.
        beat: takes every bridge's heartbeat as Asterisk tells it, in the same order as the facts; must not block.

    """

    def __init__(self, fact: Callable[[AnyEvent], None], beat: Callable[[AmiMessage], None]) -> None:
        self._fact = fact
        self._beat = beat
        self._framing = AmiProtocol()
        self._transport: asyncio.Transport | None = None
        self._answers: dict[str, asyncio.Future[AmiMessage]] = {}
        self._listings: dict[str, _Listing] = {}
        self._count = 0
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done, with the reason, when the connection is gone."""
        self.booted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when Asterisk has told that all its modules are there: until then its lists lack queues and members."""

    @property
    def version(self) -> str | None:
        """Asterisk's manager protocol version."""
        return self._framing.version

    def send(self, headers: Headers, seconds: float) -> "asyncio.Future[AmiMessage]":
        """Write one action; the future has the answer, or ActionRefused, TimeoutError or LinkDown.

        Raises:
            AmiError: a value holds a line break; nothing was sent.
            LinkDown: the connection is gone.

        """
        if self._transport is None or self.lost.done():
            raise LinkDown(self.lost.result() if self.lost.done() else "not connected")
        self._count += 1
        action_id = str(self._count)
        data = encode((*headers, ("ActionID", action_id)))
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[AmiMessage] = loop.create_future()
        self._answers[action_id] = answer
        timer = loop.call_later(seconds, self._overdue, action_id, headers[0][1])
        answer.add_done_callback(lambda _: timer.cancel())
        self._transport.write(data)
        return answer

    async def collect(self, headers: Headers, last: str, seconds: float) -> list[AmiMessage]:
        """Send an action that answers with a list of events ending in `last`, and return them without the last."""
        listing = _Listing(last)
        self._listings[str(self._count + 1)] = listing
        await self.send(headers, seconds)
        async with asyncio.timeout(seconds):
            return await listing.done

    def abort(self, why: str) -> None:
        """Cut the connection without waiting for what is still to be written."""
        if self._transport is not None:
            self._transport.abort()
        self._gone(why)

    # --- asyncio.Protocol ---

    @override
    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        try:
            for block in self._framing.receive(data):
                if self._listings and self._is_listed(block):
                    continue
                known = _KNOWN.get(block[: block.find(b"\r\n")])
                if known is not None:
                    name, rule, needed = known
                    if needed in block:
                        self._event(name, rule, block)
                elif (other := event_name(block)) == b"FullyBooted":
                    if not self.booted.done():
                        self.booted.set_result(None)
                elif other is None:
                    # Passed over, garbage would take the event glued behind it along in silence.
                    if not block.startswith(_ANSWER):
                        raise AmiError(f"this is no AMI message: {block[:60]!r}")
                    self._answer(parse(block))
        except AmiError as error:
            log.error("asterisk's stream makes no sense", extra={"why": str(error)})
            self.abort(str(error))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._gone(str(exc) if exc else "Asterisk closed the connection")

    # --- blocks ---

    def _event(self, name: bytes, rule: Rule, block: bytes) -> None:
        sought = Sought(block)
        try:
            if name == b"UserEvent" and sought.get("UserEvent") == "JtBeat":
                self._beat(parse(block))
                return
            fact = rule(sought)
        except (KeyError, ValueError) as error:
            # One event we do not understand must not cost us the others.
            log.error("an event of asterisk makes no sense", extra={"event": name.decode(), "why": repr(error)})
            return
        if fact is not None:
            self._fact(fact)

    def _answer(self, message: AmiMessage) -> None:
        answer = self._answers.pop(message.get("ActionID", ""), None)
        if answer is None or answer.done():
            return
        if message.get("Response") in ("Success", "Goodbye"):
            answer.set_result(message)
        else:
            answer.set_exception(ActionRefused(message.get("Message", "no reason given")))

    def _is_listed(self, block: bytes) -> bool:
        """Whether an event belongs to a list that somebody asked for; if so, it is taken."""
        message = parse(block)
        listing = self._listings.get(message.get("ActionID", ""))
        if listing is None or "Event" not in message:
            return False
        if message["Event"] != listing.last:
            listing.events.append(message)
        elif not listing.done.done():
            listing.done.set_result(listing.events)
            del self._listings[message["ActionID"]]
        return True

    def _overdue(self, action_id: str, action: str) -> None:
        answer = self._answers.pop(action_id, None)
        self._listings.pop(action_id, None)
        if answer is not None and not answer.done():
            answer.set_exception(TimeoutError(f"Asterisk did not answer {action}"))

    def _gone(self, why: str) -> None:
        if self.lost.done():
            return
        self.lost.set_result(why)
        for answer in self._answers.values():
            _fail(answer, why)
        for listing in self._listings.values():
            _fail(listing.done, why)
        _fail(self.booted, why)
        self._answers.clear()
        self._listings.clear()


def _fail(future: "asyncio.Future[Any]", why: str) -> None:
    if not future.done():
        future.set_exception(LinkDown(why))
        future.exception()  # whoever waits still gets it; nobody waiting is no error
