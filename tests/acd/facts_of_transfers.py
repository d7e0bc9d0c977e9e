"""Strategies for any fact about calls that are handed on: of every leg, in two bridges, early, late, for strangers."""

from hypothesis import strategies as st

from acd.agent import Presence
from acd.call import Call
from acd.effects import AnyEffect, CallThird, HangUpLeg, MoveLegs
from acd.events import (
    AnyEvent,
    CallHanded,
    LegEnded,
    LegJoined,
    LegLeft,
    LineTold,
    RingEnded,
    StepTold,
    ThirdRung,
    TransferAsked,
    TransferCommanded,
)
from acd.fold import fold
from acd.names import CallId, DestinationKey, LegId, Moment, RequestId, RingResult, citizens_leg, third_leg
from acd.rooms import current, step_of
from acd.state import State
from acd.transfer import COMMANDS, MODES, Command, Place, TransferMode
from tests.acd.facts import AGENTS, agents, calls, leg_of
from tests.acd.handing import DIRECTORY, STEP, TAX
from tests.acd.laws_of_transfers import obeyed_of_transfers

BRIDGES = ("room-1", "queue-1")
DIALLED = LegId("jt1-500.1")
"""The channel that the dialplan makes when it dials for a released call."""
keys = st.sampled_from([*(line.key for line in DIRECTORY), DestinationKey("nowhere")])
modes = st.sampled_from(TransferMode)


@st.composite
def of_transfers(draw: st.DrawFn, at: Moment) -> AnyEvent:
    """Anything about rooms and other sides, in any order."""
    call = draw(calls)
    agent = draw(st.one_of(st.none(), agents))
    third = draw(st.sampled_from([third_leg(call, 1), third_leg(call, 2), DIALLED]))
    legs = [citizens_leg(call), third, *(leg_of(call, one, attempt) for one in AGENTS for attempt in (1, 2))]
    leg, bridge = draw(st.sampled_from(legs)), draw(st.sampled_from(BRIDGES))
    one: list[AnyEvent] = [
        CallHanded(at=at, call=call, place=draw(st.sampled_from(Place))),
        CallHanded(at=at, call=call, place=Place.MUSIC),
        ThirdRung(at=at, call=call, leg=third, agent=agent),
        RingEnded(at=at, call=call, leg=third, result=draw(st.sampled_from(RingResult))),
        LegEnded(at=at, call=call, leg=third),
        LegJoined(at=at, call=call, leg=leg, bridge=bridge),
        LegJoined(at=at, call=call, leg=leg, bridge=bridge),
        LegLeft(at=at, call=call, leg=leg, bridge=bridge),
        StepTold(at=at, call=call, step=draw(keys), answer=draw(st.sampled_from(["", "1"]))),
        LineTold(at=at, key=draw(keys), reachable=draw(st.booleans()), ready=draw(st.integers(0, 2))),
    ]
    return draw(st.sampled_from(one))


@st.composite
def wishes(draw: st.DrawFn, at: Moment, request: RequestId) -> AnyEvent:
    """What any desk may ask for, whether it fits or not."""
    agent = draw(agents)
    one: list[AnyEvent] = [
        TransferAsked(at=at, agent=agent, request=request, to=draw(keys), mode=draw(modes)),
        TransferCommanded(at=at, agent=agent, request=request, command=draw(st.sampled_from(Command))),
    ]
    return draw(st.sampled_from(one))


def fitting_wishes(state: State, at: Moment, request: RequestId) -> list[AnyEvent]:
    """What those who talk may ask for now."""
    found: list[AnyEvent] = []
    for _, agent in sorted(state.agents.items()):
        call = None if agent.call is None else state.calls[agent.call]
        if call is None or agent.presence is not Presence.TALKING:
            continue
        transfer = current(call)
        if transfer is None:
            found += [
                TransferAsked(at=at, agent=agent.id, request=request, to=line.key, mode=mode)
                for line in DIRECTORY
                for mode in line.modes
            ]
        else:
            found += [
                TransferCommanded(at=at, agent=agent.id, request=request, command=command)
                for command in sorted(COMMANDS[step_of(call, transfer)])
            ]
    return found


def likely_of_transfers(state: State, at: Moment) -> list[AnyEvent]:
    """What Asterisk could tell next of the calls that are handed on."""
    found: list[AnyEvent] = []
    for _, call in sorted(state.calls.items()):
        if call.transfers and call.ended_at is None:
            found += _of_call(call, at)
    return found


def _of_call(call: Call, at: Moment) -> list[AnyEvent]:
    transfer, citizen = call.transfers[-1], citizens_leg(call.id)
    third = transfer.third or DIALLED
    found: list[AnyEvent] = [
        LegJoined(at=at, call=call.id, leg=citizen, bridge=BRIDGES[0]),
        LegJoined(at=at, call=call.id, leg=transfer.by_leg, bridge=BRIDGES[0]),
        CallHanded(at=at, call=call.id, place=MODES[transfer.mode].meanwhile),
        LegEnded(at=at, call=call.id, leg=transfer.by_leg),
    ]
    if transfer.rung_at is None:
        found += [ThirdRung(at=at, call=call.id, leg=third, agent=transfer.third_agent)] * 3
    elif transfer.result is None:
        found += [RingEnded(at=at, call=call.id, leg=third, result=RingResult.ANSWERED)] * 3
        found.append(RingEnded(at=at, call=call.id, leg=third, result=RingResult.NO_ANSWER))
    else:
        found += [LegJoined(at=at, call=call.id, leg=third, bridge=BRIDGES[0])] * 2
        found.append(LegLeft(at=at, call=call.id, leg=third, bridge=BRIDGES[0]))
        found.append(LegEnded(at=at, call=call.id, leg=third))
    if transfer.to == STEP:
        found.append(StepTold(at=at, call=call.id, step=STEP, answer="1"))
    found.append(LegLeft(at=at, call=call.id, leg=citizen, bridge=BRIDGES[0]))
    return found


def coming_true(state: State, effects: list[AnyEffect], at: Moment) -> list[AnyEvent]:
    """What is still to come of what was asked last, the next first: moves, rings, an answer, hang-ups."""
    found: list[AnyEvent] = []
    for effect in [one for one in effects if isinstance(one, MoveLegs | CallThird | HangUpLeg)][-4:]:
        if isinstance(effect, HangUpLeg):
            call_id = CallId(effect.leg.rsplit("-t", 1)[0] if "-t" in effect.leg else effect.leg.rsplit("-", 2)[0])
            found += [*obeyed_of_transfers(effect, at), LegEnded(at=at, call=call_id, leg=effect.leg)]
        else:
            found += obeyed_of_transfers(effect, at)
        if isinstance(effect, CallThird):
            found.append(RingEnded(at=at, call=effect.call, leg=effect.leg, result=RingResult.ANSWERED))
            found.append(LegJoined(at=at, call=effect.call, leg=effect.leg, bridge=BRIDGES[0]))
    return [event for event in found if fold(state, event).state is not state]


def strangers(at: Moment) -> list[AnyEvent]:
    """Facts of a call that nobody knows."""
    call = CallId("jt1-999.9")
    return [
        CallHanded(at=at, call=call, place=Place.ROOM),
        ThirdRung(at=at, call=call, leg=third_leg(call, 1), agent=None),
        LegJoined(at=at, call=call, leg=citizens_leg(call), bridge=BRIDGES[0]),
        LegLeft(at=at, call=call, leg=citizens_leg(call), bridge=BRIDGES[0]),
        StepTold(at=at, call=call, step=TAX, answer="1"),
    ]
