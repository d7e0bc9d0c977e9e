"""What facts about calls change: the call itself, the agents it concerns, the counts, and the records to write."""

from msgspec.structs import replace

from acd import figures, rooms
from acd.agent import ACW_REASON, AWAY_REASON, MOVES, Agent, Presence
from acd.call import Call, Ring, Talk, abandoned_at_stage, answered_at, ends_talk, record, waits_again
from acd.effects import OpenTicket, PauseMember, ResumeMember, RingBack, WriteCall
from acd.events import (
    AgentAnswered,
    AgentRequested,
    AgentRung,
    CallEnded,
    CallLost,
    CallOffered,
    CallQueued,
    CallRefused,
    CallReturned,
    HangUpHeard,
    LegEnded,
    RingEnded,
)
from acd.figures import Tally
from acd.holding import unheld
from acd.names import CallId, LegId, Moment, Party, RingResult, citizens_leg
from acd.state import Period
from acd.turn import Turn

_MISSES = (RingResult.NO_ANSWER, RingResult.REJECTED, RingResult.UNREACHABLE)


def offered(turn: Turn, fact: CallOffered) -> None:
    """Take up a new call; one told twice changes nothing."""
    state = turn.state
    if fact.call in state.calls or fact.call in state.ended or fact.call in state.ended_before:
        return
    call = Call(
        id=fact.call,
        node=fact.node,
        number=fact.number,
        caller=fact.caller,
        queue=fact.queue,
        offered_at=fact.at,
    )
    turn.put_call(call)
    turn.count(call, Tally(offered=1))


def refused(turn: Turn, fact: CallRefused) -> None:
    """Count a call that the trunk's door turned away."""
    if fact.call in turn.state.refused:
        return
    turn.change(refused=turn.state.refused.set(fact.call, fact.at))
    period = turn.state.days.get(day := figures.day_of(fact.at, turn.state.policy.utc_offset), Period())
    turn.change(days=turn.state.days.set(day, replace(period, all=figures.add(period.all, Tally(refused=1)))))


def requested(turn: Turn, fact: AgentRequested | CallQueued) -> None:
    """Note the agent request, and the queue entry that follows it."""
    call = _live(turn, fact.call)
    if call is None:
        return
    call = _requested(turn, call, fact.at)
    if isinstance(fact, CallQueued) and call.queued_at is None:
        call = replace(call, queued_at=fact.at)
    turn.put_call(call)


def rung(turn: Turn, fact: AgentRung) -> None:
    """Ring an agent; the call shows the ring, the agent the call."""
    call = _live(turn, fact.call)
    if call is None or fact.leg in _legs(call):
        return
    call = _requested(turn, call, fact.at)
    turn.put_call(replace(call, rings=(*call.rings, Ring(agent=fact.agent, leg=fact.leg, at=fact.at))))
    agent = turn.agent(fact.agent)
    if agent is not None and agent.presence in (Presence.READY, Presence.NOT_READY, Presence.ACW):
        turn.move(agent, Presence.RINGING, fact.at, call=fact.call, leg=fact.leg, until=None)


def ring_ended(turn: Turn, fact: RingEnded) -> None:
    """End a ring; an agent who let it ring is a miss nearer to being set away."""
    call = turn.call(fact.call)
    if call is None or fact.result is RingResult.ANSWERED:
        return
    ring = next((one for one in call.rings if one.leg == fact.leg and one.ended_at is None), None)
    if ring is None:
        return
    turn.put_call(_with_ring(call, replace(ring, ended_at=fact.at, result=fact.result)))
    agent = turn.agent(ring.agent)
    if agent is None or agent.presence is not Presence.RINGING or agent.leg != fact.leg:
        return
    missed = fact.result in _MISSES
    agent = replace(agent, misses=agent.misses + missed)
    limit = turn.state.policy.misses_before_away
    if missed and limit and agent.misses >= limit and agent.queues and agent.interface is not None:
        _rest(turn, agent, fact.at)
        turn.do(PauseMember(agent=agent.id, interface=agent.interface, reason=AWAY_REASON))
    else:
        rang_out(turn, agent, fact.at)


def answered(turn: Turn, fact: AgentAnswered) -> None:
    """Join agent and citizen: count it, open the ticket, write the record."""
    call = _live(turn, fact.call)
    if call is None or any(talk.leg == fact.leg for talk in call.talks):
        return
    first = not call.talks
    call = _requested(turn, call, fact.at)
    rings = tuple(
        replace(ring, ended_at=fact.at, result=RingResult.ANSWERED) if ring.leg == fact.leg else ring
        for ring in call.rings
    )
    # Told after the citizen was moved: they were together until then.
    here = call.rooms is None or rooms.hears_citizen(call, fact.leg)
    end = None if here else max(fact.at, call.seen.get(citizens_leg(call.id), fact.at))
    talk = Talk(agent=fact.agent, leg=fact.leg, start=fact.at, end=end)
    # Who hung up before has not ended it, unless it was the citizen.
    ended_by = Party.CALLER if call.ended_by is Party.CALLER else None
    call = replace(call, rings=rings, talks=(*call.talks, talk), ended_by=ended_by)
    if first:
        turn.count(call, figures.answered(call, turn.state.policy.service_level))
        call = replace(call, ticket=turn.next_ticket(fact.at), loss_stage=None, loss_cause="")
        turn.do(_ticket(call, fact.at, missed=False))
    turn.put_call(call)
    turn.do(WriteCall(record=record(call)))
    agent = turn.agent(fact.agent)
    if agent is not None and AgentAnswered in MOVES[agent.presence]:
        agent = turn.move(agent, Presence.TALKING, fact.at, call=fact.call, leg=fact.leg, until=None, misses=0)
        turn.put_agent(replace(agent, day=replace(agent.day, answered=agent.day.answered + 1)))


def hang_up_heard(turn: Turn, fact: HangUpHeard) -> None:
    """Note who hung up first."""
    call = _live(turn, fact.call)
    if call is None or call.ended_by is not None:
        return
    if fact.leg == citizens_leg(fact.call):
        turn.put_call(replace(call, ended_by=Party.CALLER))
    elif ends_talk(call, fact.leg):
        turn.put_call(replace(call, ended_by=Party.AGENT))


def leg_ended(turn: Turn, fact: LegEnded) -> None:
    """Close what an agent's leg was doing, and bring the agent on to after-call work or back."""
    call = turn.call(fact.call)
    if call is None or fact.leg == citizens_leg(fact.call):
        return
    if any(ring.leg == fact.leg and ring.ended_at is None for ring in call.rings):
        # Its DialEnd never came: count it as nobody's miss.
        ring_ended(turn, RingEnded(at=fact.at, call=fact.call, leg=fact.leg, result=RingResult.CANCELLED))
        return
    talk = next((one for one in call.talks if one.leg == fact.leg), None)
    if talk is None:
        return
    if any(wish.kind == "hang_up" and wish.agent == talk.agent for wish in turn.state.wishes.values()):
        # At the desk, not at the telephone: Asterisk tells of no good-bye.
        hang_up_heard(turn, HangUpHeard(at=fact.at, call=fact.call, leg=fact.leg))
        call = turn.state.calls[fact.call]
    turn.put_call(unheld(_untalked(call, fact.at, fact.leg), fact.at, fact.leg))
    agent = turn.agent(talk.agent)
    if agent is not None and agent.presence is Presence.TALKING and agent.leg == fact.leg:
        after_call(turn, agent, fact.at)


def lost(turn: Turn, fact: CallLost) -> None:
    """Note the stage at which the dialplan gave the call up."""
    call = _live(turn, fact.call)
    if call is not None and not call.talks and call.loss_stage is None:
        turn.put_call(
            replace(call, loss_stage=fact.stage, loss_cause=fact.cause, ended_by=call.ended_by or Party.SYSTEM)
        )


def returned(turn: Turn, fact: CallReturned) -> None:
    """Put a citizen whose agent was lost back among those who wait; told twice, the first counts."""
    call = _live(turn, fact.call)
    if call is None or not call.talks or waits_again(call):
        return
    if max(call.talks[-1].start, call.seen.get(citizens_leg(call.id), 0)) > fact.at:
        return  # what came after it is known
    call = _untalked(unheld(call, fact.at), fact.at)
    elsewhere = fact.queue if fact.queue != call.queue else None
    turn.put_call(replace(call, returned_at=fact.at, ended_by=None, passed_to=elsewhere))


def ended(turn: Turn, fact: CallEnded) -> None:
    """Close a call: a lost one gets its missed-call ticket, and one answered once is owed a call back if it waited."""
    call = _live(turn, fact.call)
    if call is None:
        return
    call = _untalked(unheld(call, fact.at), fact.at)
    call = replace(call, ended_at=fact.at, ended_by=call.ended_by or Party.SYSTEM)
    if answered_at(call) is not None:
        turn.count(call, figures.talked(call))
    else:
        call = replace(call, loss_stage=call.loss_stage or abandoned_at_stage(call))
        turn.count(call, figures.lost(call, turn.state.policy.service_level))
        call = replace(call, ticket=turn.next_ticket(fact.at))
        turn.do(_ticket(call, fact.at, missed=True))
    turn.put_call(call)
    turn.do(WriteCall(record=record(call)))
    if call.talks and waits_again(call):
        turn.do(RingBack(call=call.id, at=fact.at))
    for ring in call.rings:
        agent = turn.agent(ring.agent)
        if agent is not None and agent.presence is Presence.RINGING and agent.call == call.id:
            rang_out(turn, agent, fact.at)
    turn.forget_if_over(call.id)


def _live(turn: Turn, call_id: CallId) -> Call | None:
    call = turn.call(call_id)
    return None if call is None or call.ended_at is not None else call


def _requested(turn: Turn, call: Call, at: Moment) -> Call:
    """Whoever is queued, rings at an agent or is answered has asked for one, though we may not have heard it."""
    if call.requested_at is not None:
        return call
    call = replace(call, requested_at=at)
    turn.count(call, Tally(requested=1))
    return call


def _legs(call: Call) -> set[LegId]:
    return {ring.leg for ring in call.rings} | {talk.leg for talk in call.talks}


def _with_ring(call: Call, changed: Ring) -> Call:
    return replace(call, rings=tuple(changed if ring.leg == changed.leg else ring for ring in call.rings))


def _untalked(call: Call, at: Moment, leg: LegId | None = None) -> Call:
    talks = tuple(
        replace(talk, end=max(at, talk.start)) if talk.end is None and leg in (None, talk.leg) else talk
        for talk in call.talks
    )
    return replace(call, talks=talks)


def _ticket(call: Call, at: Moment, *, missed: bool) -> OpenTicket:
    assert call.ticket is not None
    return OpenTicket(
        ticket=call.ticket,
        call=call.id,
        caller=call.caller,
        number=call.number,
        at=at,
        agent=call.talks[0].agent if call.talks else None,
        missed=missed,
    )


def _rest(turn: Turn, agent: Agent, at: Moment) -> None:
    if not agent.queues:
        turn.move(agent, Presence.OUT, at, call=None, leg=None, until=None, phone=None, paused=None, next_reason=None)
        return
    to = Presence.READY if agent.paused is None else Presence.NOT_READY
    turn.move(agent, to, at, call=None, leg=None, until=None)


def rang_out(turn: Turn, agent: Agent, at: Moment) -> None:
    """Bring an agent back from a ring that came to nothing, and on to the not-ready asked for while it rang."""
    done = agent.next_reason is None or agent.next_reason == agent.paused
    _rest(turn, replace(agent, next_reason=None) if done else agent, at)
    if agent.queues and not done:
        after_call_work(turn, agent)


def after_call(turn: Turn, agent: Agent, at: Moment) -> None:
    """Begin after-call work."""
    acw = turn.state.policy.acw
    if not agent.queues or agent.interface is None:
        _rest(turn, agent, at)
    elif acw:
        turn.move(agent, Presence.ACW, at, leg=None, until=Moment(at + acw))
        turn.wake_at(Moment(at + acw))
        turn.do(PauseMember(agent=agent.id, interface=agent.interface, reason=ACW_REASON))
    else:
        _rest(turn, agent, at)
        after_call_work(turn, agent)


def after_call_work(turn: Turn, agent: Agent) -> None:
    """Ask Asterisk for what comes after after-call work: the not-ready asked for during the call, or ready."""
    if agent.interface is None:
        return
    if agent.next_reason is not None:
        turn.do(PauseMember(agent=agent.id, interface=agent.interface, reason=agent.next_reason))
    else:
        turn.do(ResumeMember(agent=agent.id, interface=agent.interface))
