"""What happened: one frozen class per fact, in the past tense. `fold` is fed these and nothing else."""

from typing import TypeAlias

from msgspec import Struct

from acd.forcing import ForcedState
from acd.names import (
    AgentId,
    CallId,
    DestinationKey,
    LegId,
    LossStage,
    Millis,
    Moment,
    Phone,
    QueueName,
    RequestId,
    RingResult,
    TicketId,
)
from acd.transfer import Command, Place, TransferMode
from acd.watching import Watching


class Event(Struct, frozen=True, kw_only=True, tag=True, forbid_unknown_fields=True):
    """A fact with the time it happened."""

    at: Moment


class Heard(Event, frozen=True, kw_only=True):
    """A fact that Asterisk told, with its own time; the newest one is where a gap in our hearing begins."""


# --- calls, told by Asterisk ---


class CallOffered(Heard, frozen=True, kw_only=True):
    """A registered number was dialled; told by the dialplan before anything else happens to the call."""

    call: CallId
    node: str
    number: str
    queue: QueueName
    caller: str
    """As shown by the network, cut to safe characters; `unknown` when there is none."""


class CallRefused(Heard, frozen=True, kw_only=True):
    """The trunk's door turned a call away; it is no offered call and stands in no rate."""

    call: CallId
    number: str
    caller: str
    why: str


class AgentRequested(Heard, frozen=True, kw_only=True):
    """The announcements are over; the caller now asks for a human."""

    call: CallId
    queue: QueueName


class CallHandedOver(Heard, frozen=True, kw_only=True):
    """Another hotline, such as 110, passed the call on to us over a trunk of its own."""

    call: CallId
    by: str
    """The trunk's name."""
    reference: str
    """What it calls the matter; empty: it did not say."""


class CallQueued(Heard, frozen=True, kw_only=True):
    """app_queue took the call in (t_q)."""

    call: CallId
    queue: QueueName


class AgentRung(Heard, frozen=True, kw_only=True):
    """An agent's telephone began to ring."""

    call: CallId
    agent: AgentId
    leg: LegId
    queue: QueueName


class RingEnded(Heard, frozen=True, kw_only=True):
    """A ring ended. Asterisk may say so twice with two results; the first counts."""

    call: CallId
    leg: LegId
    result: RingResult


class AgentAnswered(Heard, frozen=True, kw_only=True):
    """Agent and citizen were joined (t_ans)."""

    call: CallId
    agent: AgentId
    leg: LegId
    queue: QueueName


class CallHeld(Heard, frozen=True, kw_only=True):
    """A leg put the other side on hold."""

    call: CallId
    leg: LegId


class CallRetrieved(Heard, frozen=True, kw_only=True):
    """A leg took the other side off hold."""

    call: CallId
    leg: LegId


class HangUpHeard(Heard, frozen=True, kw_only=True):
    """A party hung up: the leg's own telephone said good-bye."""

    call: CallId
    leg: LegId


class LegEnded(Heard, frozen=True, kw_only=True):
    """A leg other than the citizen's is gone."""

    call: CallId
    leg: LegId


class CallLost(Heard, frozen=True, kw_only=True):
    """The dialplan gave up on finding an agent and told the caller so."""

    call: CallId
    queue: QueueName
    stage: LossStage
    cause: str
    """QUEUESTATUS of app_queue, for example TIMEOUT or JOINEMPTY."""


class CallReturned(Heard, frozen=True, kw_only=True):
    """The agent was lost in the middle of the talk; the citizen was told so and waits at the head of the queue."""

    call: CallId
    queue: QueueName


class CallHanded(Heard, frozen=True, kw_only=True):
    """A transfer put the citizen somewhere; told by the dialplan of that place."""

    call: CallId
    place: Place


class CallPickedUp(Heard, frozen=True, kw_only=True):
    """A colleague takes a call that rings elsewhere (代答); answered it is when the two hear each other."""

    call: CallId
    agent: AgentId
    leg: LegId
    """The colleague's own, which they dialled."""


class ThirdRung(Heard, frozen=True, kw_only=True):
    """The other side of a transfer began to ring. How that ends is told by RingEnded."""

    call: CallId
    leg: LegId
    agent: AgentId | None
    """The agent whose telephone it is; None: it is outside."""


class LegJoined(Heard, frozen=True, kw_only=True):
    """A leg, the citizen's too, came into a bridge: who is in the same one hears each other."""

    call: CallId
    leg: LegId
    bridge: str


class LegLeft(Heard, frozen=True, kw_only=True):
    """A leg left a bridge."""

    call: CallId
    leg: LegId
    bridge: str


class WatchHeard(Heard, frozen=True, kw_only=True):
    """A supervisor's leg hears a call now; told by the dialplan each time it begins, also in another way."""

    call: CallId
    leg: LegId
    how: Watching


class StepTold(Heard, frozen=True, kw_only=True):
    """What the citizen keyed in during a step of the IVR; an empty answer: nothing, or they gave up."""

    call: CallId
    step: DestinationKey
    answer: str


class CallEnded(Heard, frozen=True, kw_only=True):
    """The citizen's own leg is gone (t_end)."""

    call: CallId
    cause: int
    """Q.850 cause."""


# --- members, told by Asterisk ---


class MemberAdded(Heard, frozen=True, kw_only=True):
    """An agent's telephone became a member of a queue."""

    agent: AgentId
    queue: QueueName
    interface: str
    """Empty where the log that tells it does not say which telephone."""
    paused: bool
    reason: str
    device: str = ""
    """What Asterisk thinks of the telephone; empty: it does not say."""


class MemberRemoved(Heard, frozen=True, kw_only=True):
    """An agent's telephone is no member of a queue any more."""

    agent: AgentId
    queue: QueueName


class MemberPaused(Heard, frozen=True, kw_only=True):
    """app_queue rings this member no more. One of these comes for each of the agent's queues."""

    agent: AgentId
    queue: QueueName
    reason: str


class MemberResumed(Heard, frozen=True, kw_only=True):
    """app_queue rings this member again."""

    agent: AgentId
    queue: QueueName


class DeviceChanged(Heard, frozen=True, kw_only=True):
    """What Asterisk thinks of a telephone: NOT_INUSE, INUSE, RINGING, UNAVAILABLE, ..."""

    agent: AgentId
    interface: str
    device: str


class PhoneGone(Heard, frozen=True, kw_only=True):
    """Asterisk has no way to an agent's telephone any more: its connection is closed, or its registration ran out."""

    agent: AgentId
    interface: str


class PhoneBack(Heard, frozen=True, kw_only=True):
    """Asterisk has a way to an agent's telephone again."""

    agent: AgentId
    interface: str


# --- the link to Asterisk ---


class PbxLost(Event, frozen=True, kw_only=True):
    """We no longer hear Asterisk; what we knew may be untrue from here on."""

    why: str


class MemberSeen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One member of one queue in a snapshot."""

    agent: AgentId
    queue: QueueName
    interface: str
    paused: bool
    reason: str
    device: str


class LegSeen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One channel in a snapshot."""

    call: CallId
    leg: LegId
    channel: str


class PbxSnapshot(Event, frozen=True, kw_only=True):
    """Everything Asterisk holds at one moment, read on every connect."""

    started_at: Moment
    """When this Asterisk started; another value than before means it was restarted."""
    members: tuple[MemberSeen, ...]
    legs: tuple[LegSeen, ...]


class PbxRestarted(Heard, frozen=True, kw_only=True):
    """Asterisk began anew, says its own log: what ran before then was cut off. In whole seconds, rounded down."""


class ActionFailed(Event, frozen=True, kw_only=True):
    """Asterisk refused what a request needed, or could not be asked."""

    request: RequestId
    why: str


# --- requests from desks, stamped by our clock at the door ---


class SignInAsked(Event, frozen=True, kw_only=True):
    """An agent wants to take part with this telephone, in these queues."""

    agent: AgentId
    request: RequestId
    name: str
    phone: Phone
    queues: tuple[QueueName, ...]


class SignOutAsked(Event, frozen=True, kw_only=True):
    """An agent wants to stop."""

    agent: AgentId
    request: RequestId


class ReadyAsked(Event, frozen=True, kw_only=True):
    """An agent wants calls (示闲); during a call: forget a not-ready asked for afterwards."""

    agent: AgentId
    request: RequestId


class NotReadyAsked(Event, frozen=True, kw_only=True):
    """An agent wants no calls for a reason of the catalogue (示忙); during a call: afterwards."""

    agent: AgentId
    request: RequestId
    reason: str


class HangUpAsked(Event, frozen=True, kw_only=True):
    """An agent wants to end the call they are on."""

    agent: AgentId
    request: RequestId


class TransferAsked(Event, frozen=True, kw_only=True):
    """An agent wants to hand the call on."""

    agent: AgentId
    request: RequestId
    to: DestinationKey
    mode: TransferMode


class TransferCommanded(Event, frozen=True, kw_only=True):
    """An agent wants a transfer under way to go on in some way."""

    agent: AgentId
    request: RequestId
    command: Command


class HelpAsked(Event, frozen=True, kw_only=True):
    """An agent asks for a supervisor's help on the call (内部求助), or needs it no more."""

    agent: AgentId
    request: RequestId
    wanted: bool


class WatchAsked(Event, frozen=True, kw_only=True):
    """A supervisor wants to hear an agent's call, or to act on it. The door has seen to their right to."""

    agent: AgentId
    """The supervisor's own seat."""
    request: RequestId
    target: AgentId
    how: Watching
    phone: Phone
    user: str
    """Who it is, for the access ledger."""


class ForceAsked(Event, frozen=True, kw_only=True):
    """A supervisor wants to make an agent ready or not ready, or to sign them out. The door has seen to their right."""

    agent: AgentId
    """The supervisor's own seat."""
    request: RequestId
    target: AgentId
    to: ForcedState
    why: str
    by: str
    """The supervisor's name, for the agent to see."""
    user: str
    """Who it is, for the access ledger."""


class LineTold(Event, frozen=True, kw_only=True):
    """How a line of the directory stands that is not ours: told by its own platform, or by what we see of its trunk."""

    key: DestinationKey
    reachable: bool
    why: str = ""
    """Why it is not reachable, in the words of whoever noticed."""
    open: bool = True
    """False: its platform answers, and says that it takes no calls now. True as well while nobody says."""
    ready: int | None = None
    waiting: int | None = None
    """Agents ready and callers waiting there; None: not told."""
    told_at: Moment | None = None
    """When its platform said so, by our clock; None: it never did."""


class TicketForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent wrote down during a call; keys are those of `config/demand.toml`."""

    domain: str = ""
    demand_type: str = ""
    urgent: bool = False
    place: str = ""
    text: str = ""
    not_accepted: str = ""
    """Key of the reason why the demand is not accepted; empty: it is accepted."""
    caller_name: str = ""
    confidential: bool = False
    """The caller demands confidentiality (GB/T 33358-2016)."""


class TicketSaved(Event, frozen=True, kw_only=True):
    """An agent saved the call's ticket, or put the call to an earlier open ticket of the caller (并单)."""

    agent: AgentId
    request: RequestId
    call: CallId
    form: TicketForm
    merge_into: TicketId | None = None


class DeskSeen(Event, frozen=True, kw_only=True):
    """An agent's desk page came or went."""

    agent: AgentId
    connected: bool


class Tick(Event, frozen=True, kw_only=True):
    """Time went on to `at` and nothing else happened."""


class Started(Event, frozen=True, kw_only=True):
    """Our own process took up the journal; desks and the link to Asterisk are to be learnt anew."""

    version: str
    gap: Millis = Millis(0)
    """Time since the last fact in the journal."""


AnyEvent: TypeAlias = (
    CallOffered
    | CallRefused
    | CallHandedOver
    | AgentRequested
    | CallQueued
    | AgentRung
    | RingEnded
    | AgentAnswered
    | CallHeld
    | CallRetrieved
    | HangUpHeard
    | LegEnded
    | CallLost
    | CallReturned
    | CallHanded
    | CallPickedUp
    | ThirdRung
    | LegJoined
    | LegLeft
    | StepTold
    | WatchHeard
    | CallEnded
    | MemberAdded
    | MemberRemoved
    | MemberPaused
    | MemberResumed
    | DeviceChanged
    | PhoneGone
    | PhoneBack
    | PbxLost
    | PbxRestarted
    | PbxSnapshot
    | ActionFailed
    | SignInAsked
    | SignOutAsked
    | ReadyAsked
    | NotReadyAsked
    | HangUpAsked
    | TransferAsked
    | TransferCommanded
    | HelpAsked
    | WatchAsked
    | ForceAsked
    | LineTold
    | TicketSaved
    | DeskSeen
    | Tick
    | Started
)
