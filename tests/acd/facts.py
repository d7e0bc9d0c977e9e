"""Strategies for any fact about a small floor: early, late, for strangers, in an order Asterisk would never choose."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from acd.agent import ACW_REASON, AWAY_REASON
from acd.call import Call
from acd.events import (
    ActionFailed,
    AgentAnswered,
    AgentRequested,
    AgentRung,
    AnyEvent,
    CallEnded,
    CallHeld,
    CallLost,
    CallOffered,
    CallPickedUp,
    CallQueued,
    CallRefused,
    CallRetrieved,
    CallReturned,
    DeskSeen,
    DeviceChanged,
    ForceAsked,
    HangUpAsked,
    HangUpHeard,
    LegEnded,
    LegJoined,
    LegLeft,
    LegSeen,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    MemberResumed,
    MemberSeen,
    NotReadyAsked,
    PbxLost,
    PbxRestarted,
    PbxSnapshot,
    PhoneBack,
    PhoneGone,
    ReadyAsked,
    RingEnded,
    SignInAsked,
    SignOutAsked,
    Started,
    Tick,
    TicketForm,
    TicketSaved,
)
from acd.forcing import ForcedState
from acd.names import AgentId, CallId, LegId, LossStage, Moment, Phone, QueueName, RequestId, RingResult, TicketId
from acd.state import State

AGENTS = tuple(AgentId(number) for number in ("6001", "6002", "6003"))
CALLS = tuple(CallId(f"jt1-100.{number}") for number in (1, 2, 3))
QUEUES = (QueueName("general"), QueueName("law"))
REASONS = ("break", "meal", ACW_REASON, AWAY_REASON, "signed-in")

agents = st.sampled_from(AGENTS)
calls = st.sampled_from(CALLS)
queues = st.sampled_from(QUEUES)
phones = st.sampled_from(Phone)


def leg_of(call: CallId, agent: AgentId, attempt: int) -> LegId:
    """A leg belongs to one agent and one call, as in Asterisk; there may be two attempts."""
    return LegId(f"{call}-{agent}-{attempt}")


@st.composite
def rings(draw: st.DrawFn, at: Moment) -> AnyEvent:
    """Facts that name a call, an agent and a leg that fit together."""
    call, agent, queue = draw(calls), draw(agents), draw(queues)
    leg, dialled = leg_of(call, agent, draw(st.integers(1, 2))), leg_of(call, agent, 3)
    one: list[AnyEvent] = [
        AgentRung(at=at, call=call, agent=agent, leg=leg, queue=queue),
        AgentRung(at=at, call=call, agent=agent, leg=leg, queue=queue),
        RingEnded(at=at, call=call, leg=leg, result=draw(st.sampled_from(RingResult))),
        AgentAnswered(at=at, call=call, agent=agent, leg=leg, queue=queue),
        AgentAnswered(at=at, call=call, agent=agent, leg=leg, queue=queue),
        CallHeld(at=at, call=call, leg=leg),
        CallRetrieved(at=at, call=call, leg=leg),
        HangUpHeard(at=at, call=call, leg=leg),
        LegEnded(at=at, call=call, leg=leg),
        LegEnded(at=at, call=call, leg=leg),
        CallPickedUp(at=at, call=call, agent=agent, leg=dialled),
        *(LegJoined(at=at, call=call, leg=one, bridge=f"room-{call}") for one in (dialled, LegId(call))),
        *(LegLeft(at=at, call=call, leg=one, bridge=f"room-{call}") for one in (dialled, LegId(call))),
        LegEnded(at=at, call=call, leg=dialled),
    ]
    return draw(st.sampled_from(one))


@st.composite
def of_calls(draw: st.DrawFn, at: Moment) -> AnyEvent:
    """Facts about the citizen's side of a call."""
    call, queue = draw(calls), draw(queues)
    stage = draw(st.sampled_from([LossStage.OVERFLOW_CALLBACK, LossStage.SYSTEM, LossStage.QUEUE_ABANDON]))
    one: list[AnyEvent] = [
        CallOffered(at=at, call=call, node="jt1", number="12345", queue=queue, caller="13800000001"),
        CallOffered(at=at, call=call, node="jt1", number="12333", queue=queue, caller="unknown"),
        AgentRequested(at=at, call=call, queue=queue),
        CallQueued(at=at, call=call, queue=queue),
        CallLost(at=at, call=call, queue=queue, stage=stage, cause="TIMEOUT"),
        CallReturned(at=at, call=call, queue=queue),
        CallEnded(at=at, call=call, cause=16),
        HangUpHeard(at=at, call=call, leg=LegId(call)),
        LegEnded(at=at, call=call, leg=LegId(call)),
        CallRefused(at=at, call=call, number="999", caller="unknown", why="not registered"),
    ]
    return draw(st.sampled_from(one))


@st.composite
def of_members(draw: st.DrawFn, at: Moment) -> AnyEvent:
    """Facts about agents' telephones in queues."""
    agent, queue, reason = draw(agents), draw(queues), draw(st.sampled_from(REASONS))
    interface = f"PJSIP/{agent}-{draw(phones)}"
    paused = draw(st.booleans())
    one: list[AnyEvent] = [
        MemberAdded(at=at, agent=agent, queue=queue, interface=interface, paused=paused, reason=reason),
        MemberAdded(at=at, agent=agent, queue=queue, interface=interface, paused=False, reason=""),
        MemberAdded(at=at, agent=agent, queue=queue, interface="", paused=paused, reason=reason),
        MemberRemoved(at=at, agent=agent, queue=queue),
        MemberPaused(at=at, agent=agent, queue=queue, reason=reason),
        MemberResumed(at=at, agent=agent, queue=queue),
        MemberResumed(at=at, agent=agent, queue=queue),
        DeviceChanged(at=at, agent=agent, interface=interface, device="INUSE"),
        DeviceChanged(at=at, agent=agent, interface=interface, device="NOT_INUSE"),
        DeviceChanged(at=at, agent=agent, interface=interface, device="NOT_INUSE"),
        PhoneGone(at=at, agent=agent, interface=interface),
        PhoneBack(at=at, agent=agent, interface=interface),
        DeskSeen(at=at, agent=agent, connected=paused),
    ]
    return draw(st.sampled_from(one))


@st.composite
def requests(draw: st.DrawFn, at: Moment, request: RequestId) -> AnyEvent:
    """What a desk may ask for."""
    agent, call = draw(agents), draw(calls)
    merge = draw(st.sampled_from([None, TicketId("JT20260101-000001")]))
    one: list[AnyEvent] = [
        SignInAsked(at=at, agent=agent, request=request, name="坐席", phone=draw(phones), queues=QUEUES),
        SignOutAsked(at=at, agent=agent, request=request),
        ReadyAsked(at=at, agent=agent, request=request),
        NotReadyAsked(at=at, agent=agent, request=request, reason=draw(st.sampled_from(REASONS))),
        NotReadyAsked(at=at, agent=agent, request=request, reason="meal"),
        HangUpAsked(at=at, agent=agent, request=request),
        ForceAsked(
            at=at,
            agent=agent,
            request=request,
            target=draw(agents),
            to=draw(st.sampled_from(ForcedState)),
            why="",
            by="班长",
            user="supervisor",
        ),
        TicketSaved(at=at, agent=agent, request=request, call=call, form=TicketForm(), merge_into=merge),
    ]
    return draw(st.sampled_from(one))


@st.composite
def snapshots(draw: st.DrawFn, at: Moment) -> PbxSnapshot:
    """An Asterisk in which each agent has one telephone, paused in all queues or in none."""
    members: list[MemberSeen] = []
    for agent in draw(st.sets(agents)):
        interface, reason = f"PJSIP/{agent}-{draw(phones)}", draw(st.sampled_from(["", *REASONS]))
        members += [
            MemberSeen(
                agent=agent, queue=queue, interface=interface, paused=bool(reason), reason=reason, device="NOT_INUSE"
            )
            for queue in sorted(draw(st.sets(queues, min_size=1)))
        ]
    alive = draw(st.sets(calls))
    legs = [LegSeen(call=call, leg=LegId(call), channel="PJSIP/trunk-1") for call in sorted(alive)]
    for call in sorted(alive):
        legs += [
            LegSeen(call=call, leg=leg_of(call, agent, attempt), channel=f"PJSIP/{agent}-web-1")
            for agent, attempt in sorted(draw(st.sets(st.tuples(agents, st.integers(1, 2)), max_size=2)))
        ]
    started = Moment(draw(st.integers(1, 2)))
    return PbxSnapshot(at=at, started_at=started, members=tuple(members), legs=tuple(legs))


def of_the_link(at: Moment, request: RequestId) -> SearchStrategy[AnyEvent]:
    """Facts about the link to Asterisk and about ourselves."""
    return st.one_of(
        st.sampled_from(
            [
                PbxLost(at=at, why="the connection was closed"),
                ActionFailed(at=at, request=request, why="No such channel"),
                Started(at=at, version="0.1.0"),
                PbxRestarted(at=at),
                Tick(at=at),
            ]
        ),
        snapshots(at),
    )


def likely(state: State, at: Moment) -> list[AnyEvent]:
    """What Asterisk could tell next of a floor in this state: chance alone seldom brings a call as far as its end."""
    next_facts: list[AnyEvent] = [Tick(at=at)]
    for agent in AGENTS:
        known = state.agents.get(agent)
        interface = f"PJSIP/{agent}-web"
        if known is None or not known.queues:
            next_facts.append(
                MemberAdded(at=at, agent=agent, queue=QUEUES[0], interface=interface, paused=False, reason="")
            )
        elif known.paused is not None:
            next_facts.append(MemberResumed(at=at, agent=agent, queue=min(known.queues)))
        elif known.device != "NOT_INUSE":
            next_facts.append(DeviceChanged(at=at, agent=agent, interface=known.interface or "", device="NOT_INUSE"))
    for number in CALLS:
        call = state.calls.get(number)
        if call is None and number not in state.ended:
            next_facts.append(
                CallOffered(at=at, call=number, node="jt1", number="12345", queue=QUEUES[0], caller="unknown")
            )
        elif call is not None and call.ended_at is None:
            next_facts += [CallQueued(at=at, call=number, queue=QUEUES[0]), CallEnded(at=at, call=number, cause=16)]
            next_facts += _of_its_legs(call, at)
    return next_facts


def _of_its_legs(call: Call, at: Moment) -> list[AnyEvent]:
    answers: list[AnyEvent] = []
    for agent in AGENTS:
        leg = leg_of(call.id, agent, 1)
        answers += [
            AgentRung(at=at, call=call.id, agent=agent, leg=leg, queue=call.queue),
            AgentAnswered(at=at, call=call.id, agent=agent, leg=leg, queue=call.queue),
        ]
    open_rings = [ring.leg for ring in call.rings if ring.ended_at is None]
    open_talks = [talk.leg for talk in call.talks if talk.end is None]
    missed = RingResult.NO_ANSWER
    return [
        *answers,
        *(RingEnded(at=at, call=call.id, leg=leg, result=missed) for leg in open_rings),
        *(LegEnded(at=at, call=call.id, leg=leg) for leg in open_talks),
    ]
