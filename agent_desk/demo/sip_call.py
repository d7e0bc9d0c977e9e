"""One SIP call, placed or taken: its dialog, and when and by whom it was answered and ended."""

import asyncio
import secrets
from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from acd.names import Moment
from agent_desk.demo.sdp import Address, audio_of, describe
from agent_desk.demo.sip_message import Headers, SipRequest, SipResponse, parameter, response, uri_of, user_of
from agent_desk.demo.transactions import FIRST_REPEAT, GIVE_UP_SECONDS, LONGEST_REPEAT, Transactions


class EndedBy(StrEnum):
    """Who ended a call, as one of its two telephones sees it."""

    US = "us"
    THEM = "them"
    REFUSED = "refused"
    """The other side never let it begin, or nobody answered at all."""


class Ending(Struct, frozen=True, kw_only=True):
    """How a call ended."""

    by: EndedBy
    at: Moment
    status: int = 200
    """The SIP status of a refusal."""


class SipCall:
    """A call of either direction; made by `agent_desk.demo.telephone`.

    Args:
        transactions: the socket.
        media: where we want our audio.
        now: our clock.
        gone: called when nothing more can come of the call.

    """

    def __init__(
        self, transactions: Transactions, media: Address, now: Callable[[], Moment], gone: Callable[["SipCall"], None]
    ) -> None:
        self._transactions = transactions
        self._media = media
        self._now = now
        self._gone = gone
        loop = asyncio.get_running_loop()
        self.up: asyncio.Future[Moment] = loop.create_future()
        """When it was answered; cancelled if it never is."""
        self.over: asyncio.Future[Ending] = loop.create_future()
        self.settled = asyncio.Event()
        """Set when it is up or over."""
        self.remote_media: Address | None = None
        self.began_at = now()
        """INVITE sent, or received."""
        self.call_id = ""
        self.user = ""
        """The user dialled."""
        self.caller = ""
        """The user who dialled."""
        self._invite: SipRequest | None = None
        self._outgoing = True
        self._local = self._remote = self._target = ""
        self._tag = secrets.token_hex(4)
        self._cseq = 1
        self._ack_timer: asyncio.TimerHandle | None = None
        self._wants_end = False

    # --- placing ---

    def place(self, caller: str, uri: str) -> None:
        """Send the INVITE."""
        host, port = self._transactions.address
        self.call_id = f"{secrets.token_hex(8)}@{host}"
        self.user, self.caller = user_of(uri), caller
        self._local, self._remote, self._target = f"<sip:{caller}@{host}>;tag={self._tag}", f"<{uri}>", uri
        self._contact = f"<sip:{caller}@{host}:{port}>"
        body = describe(self._media)
        self._invite = self._request("INVITE", (("Content-Type", "application/sdp"),), body)
        self.began_at = self._now()
        self._transactions.send(self._invite, self._invite_answered)

    def _invite_answered(self, answer: SipResponse) -> None:
        if answer.status < 200:
            if self._wants_end:
                self._cancel()
            return
        if answer.status >= 300:
            us = self._wants_end and answer.status == 487
            self._end(EndedBy.US if us else EndedBy.REFUSED, answer.status)
            return
        self._remote = answer.header("To")
        self._target = uri_of(answer.header("Contact"))
        self._transactions.send_ack(self._request("ACK", cseq=answer.cseq[0]))
        self.remote_media = self.remote_media or audio_of(answer.body)
        if not self.up.done():
            self.up.set_result(self._now())
            self.settled.set()
            if self._wants_end:
                self._bye()

    # --- taking ---

    def take(self, invite: SipRequest) -> None:
        """Let an INVITE ring; `accept` answers it."""
        self._outgoing = False
        self._invite = invite
        self.call_id, self.user = invite.call_id, user_of(invite.uri)
        self.caller = user_of(uri_of(invite.header("From")))
        self._local = f"{invite.header('To')};tag={self._tag}"
        self._remote, self._target = invite.header("From"), uri_of(invite.header("Contact"))
        host, port = self._transactions.address
        self._contact = f"<sip:{self.user}@{host}:{port}>"
        self.remote_media = audio_of(invite.body)
        self._respond(invite, 180, "Ringing")

    def accept(self) -> None:
        """Answer; nothing happens when the caller has left."""
        if self.over.done() or self.up.done() or self._invite is None:
            return
        self._ok(self._invite)
        self.up.set_result(self._now())
        self.settled.set()
        self._await_ack(FIRST_REPEAT, 0.0)

    def reject(self, status: int, reason: str) -> None:
        """Turn an INVITE down."""
        if self._invite is not None and not self.over.done() and not self.up.done():
            self._respond(self._invite, status, reason)
            self._end(EndedBy.US, status)

    # --- both ---

    def hang_up(self) -> None:
        """End the call, whatever it is doing; `over` tells when that is done."""
        if self.over.done() or self._wants_end:
            return
        self._wants_end = True
        if self.up.done():
            self._bye()
        elif self._outgoing:
            self._cancel()
        else:
            self.reject(486, "Busy Here")

    def press(self, key: str) -> None:
        """Press a key, told in SIP: a tone in our voice would have to be made and understood."""
        if self.up.done() and not self.over.done():
            self._cseq += 1
            body = f"Signal={key}\r\nDuration=160\r\n".encode()
            kind = (("Content-Type", "application/dtmf-relay"),)
            self._transactions.send(self._request("INFO", kind, body), lambda _: None)

    def asked(self, request: SipRequest) -> None:
        """Take a request of the other side within this call."""
        match request.method:
            case "ACK":
                if self._ack_timer is not None:
                    self._ack_timer.cancel()
            case "BYE":
                self._respond(request, 200, "OK")
                self._end(EndedBy.THEM)
            case "CANCEL":
                self._respond(request, 200, "OK")
                if self._invite is not None and not self.up.done() and not self.over.done():
                    self._respond(self._invite, 487, "Request Terminated")
                    self._end(EndedBy.THEM, 487)
            case "INVITE":
                self.remote_media = audio_of(request.body) or self.remote_media
                self._ok(request)
            case _:
                self._respond(request, 200, "OK")

    def _cancel(self) -> None:
        invite = self._invite
        assert invite is not None
        headers = (
            ("Via", invite.header("Via")),
            ("Max-Forwards", "70"),
            ("From", invite.header("From")),
            ("To", invite.header("To")),
            ("Call-ID", self.call_id),
            ("CSeq", f"{invite.cseq[0]} CANCEL"),
        )
        self._transactions.send(SipRequest(method="CANCEL", uri=invite.uri, headers=headers), lambda _: None)

    def _bye(self) -> None:
        at = self._now()
        self._cseq += 1
        self._transactions.send(self._request("BYE"), lambda _: self._end(EndedBy.US, at=at))

    def _ok(self, invite: SipRequest) -> None:
        self._respond(invite, 200, "OK", (("Content-Type", "application/sdp"),), describe(self._media))

    def _await_ack(self, pause: float, waited: float) -> None:
        """Repeat our 200 until its ACK comes."""

        def overdue() -> None:
            if self.over.done() or self._invite is None:
                return
            if waited > GIVE_UP_SECONDS:
                self.hang_up()
                return
            self._ok(self._invite)
            self._await_ack(min(pause * 2, LONGEST_REPEAT), waited + pause)

        self._ack_timer = asyncio.get_running_loop().call_later(pause, overdue)

    def _respond(self, request: SipRequest, status: int, reason: str, more: Headers = (), body: bytes = b"") -> None:
        more = (("Contact", self._contact), *more)
        self._transactions.answer(request, response(request, status, reason, tag=self._tag, more=more, body=body))

    def _request(self, method: str, more: Headers = (), body: bytes = b"", cseq: int | None = None) -> SipRequest:
        headers = (
            self._transactions.via(),
            ("Max-Forwards", "70"),
            ("From", self._local),
            ("To", self._remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{cseq or self._cseq} {method}"),
            ("Contact", self._contact),
            *more,
        )
        return SipRequest(method=method, uri=self._target, headers=headers, body=body)

    def _end(self, by: EndedBy, status: int = 200, at: Moment | None = None) -> None:
        if self.over.done():
            return
        if self._ack_timer is not None:
            self._ack_timer.cancel()
        if not self.up.done():
            self.up.cancel()
        self.over.set_result(Ending(by=by, at=self._now() if at is None else at, status=status))
        self.settled.set()
        self._gone(self)


def in_dialog(request: SipRequest) -> bool:
    """Return whether a request belongs to a call that was begun before."""
    return parameter(request.header("To"), "tag") is not None or request.method in ("CANCEL", "ACK")
