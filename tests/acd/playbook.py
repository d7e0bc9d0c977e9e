"""Shorthand for facts, so that a test reads as a story; every fact is one second after the last unless it says when."""

from acd.effects import AnyEffect
from acd.events import (
    AgentAnswered,
    AgentRequested,
    AgentRung,
    AnyEvent,
    CallEnded,
    CallOffered,
    CallQueued,
    LegEnded,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    MemberResumed,
    MemberSeen,
    PbxSnapshot,
    RingEnded,
    SignInAsked,
)
from acd.figures import Tally
from acd.fold import fold
from acd.names import AgentId, CallId, LegId, Moment, Phone, QueueName, RequestId, RingResult
from acd.state import Policy, State

A1, A2 = AgentId("6001"), AgentId("6002")
C1, C2 = CallId("jt1-100.1"), CallId("jt1-100.9")
Q, Q2 = QueueName("general"), QueueName("law")
R1, R2 = RequestId("r1"), RequestId("r2")
T0 = Moment(1_795_219_200_000)
"""2026-11-21 08:00:00 at UTC+8."""

POLICY = Policy(not_ready_reasons=frozenset({"break", "meal"}), queues=(Q, Q2))


class Story:
    """A floor that is told facts; keeps the effects of each."""

    def __init__(self, *, up: bool = True, policy: Policy = POLICY) -> None:
        self.state = State(policy=policy)
        self.effects: list[AnyEffect] = []
        self.at = T0
        if up:
            self.tell(PbxSnapshot(at=T0, started_at=Moment(T0 - 1000), members=(), legs=()))

    def tell(self, *events: AnyEvent) -> list[AnyEffect]:
        """Fold the events; return the effects they led to."""
        fresh: list[AnyEffect] = []
        for event in events:
            step = fold(self.state, event)
            self.state = step.state
            fresh += step.effects
        self.effects += fresh
        return fresh

    def then(self, milliseconds: int = 1000) -> Moment:
        """Let time pass; return the new time."""
        self.at = Moment(self.at + milliseconds)
        return self.at

    def ready(self, agent: AgentId = A1) -> None:
        """Sign an agent in and make them ready."""
        self.tell(member_added(agent, self.then()), MemberResumed(at=self.then(), agent=agent, queue=Q))

    def waiting(self, call: CallId = C1) -> None:
        """Bring a call into the queue."""
        self.tell(offered(call, self.then()))
        self.tell(AgentRequested(at=self.then(), call=call, queue=Q))
        self.tell(CallQueued(at=self.then(0), call=call, queue=Q))

    def ringing(self, agent: AgentId = A1, call: CallId = C1) -> None:
        """Ring an agent with a waiting call."""
        self.tell(rung(agent, call, self.then()))

    def talking(self, agent: AgentId = A1, call: CallId = C1) -> None:
        """A whole call up to the talk."""
        self.ready(agent)
        self.waiting(call)
        self.ringing(agent, call)
        self.tell(answer(agent, call, self.then()))


def leg_of(agent: AgentId, call: CallId) -> LegId:
    return LegId(f"{call}-{agent}")


def member_added(agent: AgentId, at: Moment, queue: QueueName = Q, *, paused: bool = True) -> MemberAdded:
    return MemberAdded(
        at=at, agent=agent, queue=queue, interface=f"PJSIP/{agent}-web", paused=paused, reason="signed-in"
    )


def member_seen(agent: AgentId, queue: QueueName = Q, *, reason: str | None = None) -> MemberSeen:
    return MemberSeen(
        agent=agent,
        queue=queue,
        interface=f"PJSIP/{agent}-web",
        paused=reason is not None,
        reason=reason or "",
        device="NOT_INUSE",
    )


def offered(call: CallId, at: Moment) -> CallOffered:
    return CallOffered(at=at, call=call, node="jt1", number="12345", queue=Q, caller="13800000001")


def rung(agent: AgentId, call: CallId, at: Moment) -> AgentRung:
    return AgentRung(at=at, call=call, agent=agent, leg=leg_of(agent, call), queue=Q)


def answer(agent: AgentId, call: CallId, at: Moment) -> AgentAnswered:
    return AgentAnswered(at=at, call=call, agent=agent, leg=leg_of(agent, call), queue=Q)


def ring_over(agent: AgentId, call: CallId, at: Moment, result: RingResult) -> RingEnded:
    return RingEnded(at=at, call=call, leg=leg_of(agent, call), result=result)


def leg_over(agent: AgentId, call: CallId, at: Moment) -> LegEnded:
    return LegEnded(at=at, call=call, leg=leg_of(agent, call))


def call_over(call: CallId, at: Moment) -> CallEnded:
    return CallEnded(at=at, call=call, cause=16)


def sign_in(agent: AgentId, at: Moment, request: RequestId = R1) -> SignInAsked:
    return SignInAsked(at=at, agent=agent, request=request, name="坐席一", phone=Phone.WEB, queues=(Q,))


def paused(agent: AgentId, at: Moment, reason: str) -> MemberPaused:
    return MemberPaused(at=at, agent=agent, queue=Q, reason=reason)


def resumed(agent: AgentId, at: Moment) -> MemberResumed:
    return MemberResumed(at=at, agent=agent, queue=Q)


def removed(agent: AgentId, at: Moment) -> MemberRemoved:
    return MemberRemoved(at=at, agent=agent, queue=Q)


def today(story: Story, queue: QueueName | None = None) -> Tally:
    """Return the counts of the only day the story saw."""
    period = next(iter(story.state.days.values()))
    return period.all if queue is None else period.by_queue[queue]
