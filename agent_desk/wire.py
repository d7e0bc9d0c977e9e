"""The messages between browsers and us, as types; `web/src/wire.gen.ts` is written from this, wire_views, wire_http.

Boards and desks are *views*: two-level maps `section -> id -> value`. A browser gets a snapshot, then numbered
deltas; a gap in `seq` makes it ask for a snapshot again. Times are Moments (milliseconds since the epoch), and every
message carries `now`, the server's clock, so that a browser can tick by itself.
"""

from typing import TypeAlias

from msgspec import Struct

from acd.events import TicketForm
from acd.forcing import ForcedState
from acd.names import AgentId, CallId, DestinationKey, Moment, Phone, RequestId, TicketId
from acd.transfer import Command, TransferMode
from acd.watching import Watching
from agent_desk.wire_views import Board, DeskView

# --- from us to a browser ---


class SectionChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What changed in one section of a view."""

    set: dict[str, object] = {}
    gone: tuple[str, ...] = ()


class BoardSnapshot(Struct, frozen=True, kw_only=True, tag="board_snapshot"):
    """The whole board as of `seq`."""

    seq: int
    now: Moment
    view: Board


class DeskSnapshot(Struct, frozen=True, kw_only=True, tag="desk_snapshot"):
    """The whole desk as of `seq`."""

    seq: int
    now: Moment
    view: DeskView


class Delta(Struct, frozen=True, kw_only=True, tag="delta"):
    """What changed since `seq - 1`."""

    seq: int
    now: Moment
    changes: dict[str, SectionChange]


class Accepted(Struct, frozen=True, kw_only=True, tag="accepted"):
    """The request is fulfilled, as seen by Asterisk."""

    request: RequestId


class Refused(Struct, frozen=True, kw_only=True, tag="refused"):
    """The request is refused; the sentence is for the person who asked."""

    request: RequestId
    key: str
    zh: str
    en: str
    detail: str = ""


class Pong(Struct, frozen=True, kw_only=True, tag="pong"):
    """Answer to Ping."""

    n: int
    now: Moment


ToBrowser: TypeAlias = BoardSnapshot | DeskSnapshot | Delta | Accepted | Refused | Pong

# --- from a browser to us ---


class SignIn(Struct, frozen=True, kw_only=True, tag="sign_in", forbid_unknown_fields=True):
    """Take part with this telephone; the queues are the server's to know."""

    request: RequestId
    phone: Phone


class SignOut(Struct, frozen=True, kw_only=True, tag="sign_out", forbid_unknown_fields=True):
    """Stop taking part."""

    request: RequestId


class Ready(Struct, frozen=True, kw_only=True, tag="ready", forbid_unknown_fields=True):
    """Ask for calls; ends after-call work."""

    request: RequestId


class NotReady(Struct, frozen=True, kw_only=True, tag="not_ready", forbid_unknown_fields=True):
    """Ask for no calls, for a reason of the catalogue; during a call: afterwards."""

    request: RequestId
    reason: str


class HangUp(Struct, frozen=True, kw_only=True, tag="hang_up", forbid_unknown_fields=True):
    """End the call (a browser phone may also do it itself)."""

    request: RequestId


class Transfer(Struct, frozen=True, kw_only=True, tag="transfer", forbid_unknown_fields=True):
    """Hand the call on to a line of the directory, in one of the modes allowed for it."""

    request: RequestId
    to: DestinationKey
    mode: TransferMode


class TransferCommand(Struct, frozen=True, kw_only=True, tag="transfer_command", forbid_unknown_fields=True):
    """Let the transfer under way go on in some way; the view says which ways there are now."""

    request: RequestId
    command: Command


class Help(Struct, frozen=True, kw_only=True, tag="help", forbid_unknown_fields=True):
    """Ask for a supervisor's help on the call, or take that back."""

    request: RequestId
    wanted: bool


class Watch(Struct, frozen=True, kw_only=True, tag="watch", forbid_unknown_fields=True):
    """A supervisor wants to be on an agent's call in some way; they are rung on this telephone."""

    request: RequestId
    target: AgentId
    how: Watching
    phone: Phone


class Force(Struct, frozen=True, kw_only=True, tag="force", forbid_unknown_fields=True):
    """A supervisor makes an agent ready or not ready, or signs them out; `why` is for the agent and the ledger."""

    request: RequestId
    target: AgentId
    to: ForcedState
    why: str


class SaveTicket(Struct, frozen=True, kw_only=True, tag="save_ticket", forbid_unknown_fields=True):
    """Save the ticket of a call."""

    request: RequestId
    call: CallId
    form: TicketForm
    merge_into: TicketId | None = None


class AskExpert(Struct, frozen=True, kw_only=True, tag="ask_expert", forbid_unknown_fields=True):
    """Nobody of an expert line is there: send the ticket of a call to its experts for a written answer."""

    request: RequestId
    call: CallId
    to: DestinationKey


class Ping(Struct, frozen=True, kw_only=True, tag="ping", forbid_unknown_fields=True):
    """Are you there? Sent every second by the browser."""

    n: int


class SnapshotAsked(Struct, frozen=True, kw_only=True, tag="snapshot", forbid_unknown_fields=True):
    """A delta was missed: send everything again."""


FromBrowser: TypeAlias = (
    SignIn
    | SignOut
    | Ready
    | NotReady
    | HangUp
    | Transfer
    | TransferCommand
    | Help
    | Watch
    | Force
    | SaveTicket
    | AskExpert
    | Ping
    | SnapshotAsked
)
