"""Supervisors on agents' calls, and agents who ask for help: judged, asked of Asterisk, and followed to the end.

Conflict rules: only a call with a citizen can be heard; one that is being handed on is not taken over;
nobody asks for help while the citizen is on hold. Who listened to whom is in the access ledger.
"""

from msgspec.structs import replace

from acd import rooms
from acd.agent import MOVES, Agent, Presence
from acd.call import Call
from acd.effects import CallWatcher, HangUpLeg, Spot, TurnWatcher, WriteAccess
from acd.events import AgentAnswered, AnyEvent, HelpAsked, LegEnded, LegJoined, LegLeft, WatchAsked, WatchHeard
from acd.names import AgentId, Moment, Party, RingResult, citizens_leg, interface_of
from acd.refusal import Refusal
from acd.state import Wish
from acd.steering import move, put
from acd.transfer import Place, Transfer, TransferMode, seat_key
from acd.transfer_ends import finished
from acd.turn import Turn
from acd.watching import ON_THE_LINE, Watch, Watching, watch_leg


def help_asked(turn: Turn, agent: Agent, wish: HelpAsked) -> None:
    """Show, or show no more, that an agent wants help."""
    call = None if agent.call is None else turn.call(agent.call)
    if not wish.wanted:
        turn.put_agent(replace(agent, help_since=None))
    elif call is None or agent.presence is not Presence.TALKING:
        turn.refuse(agent.id, wish.request, Refusal.NO_CALL)
        return
    elif call.held_since is not None:
        turn.refuse(agent.id, wish.request, Refusal.HELD)
        return
    else:
        turn.put_agent(replace(agent, help_since=agent.help_since or wish.at))
    turn.accept(agent.id, wish.request)


def asked(turn: Turn, wish: WatchAsked) -> Refusal | Wish | None:
    """Judge what a supervisor wants, and ask Asterisk for it.

    Returns:
        Why not; what is awaited; or None: it is so already.

    """
    watch = turn.state.watches.get(wish.agent)
    if wish.how is Watching.STOP:
        if watch is None:
            return Refusal.NOT_WATCHING
        # Should they be the last ones with a citizen, that one is not hung up with them.
        turn.do(HangUpLeg(leg=watch.leg, lost=True, request=wish.request))
        return _awaited(wish, Watching.STOP)
    target = turn.agent(wish.target)
    call = None if target is None or target.call is None else turn.call(target.call)
    if target is None or call is None or call.ended_at is not None or target.presence is not Presence.TALKING:
        return Refusal.NO_CALL_THERE
    if wish.target == wish.agent:
        return Refusal.NOT_YOURSELF
    if wish.how is Watching.FORCE_RELEASE:
        assert target.leg is not None, "who talks has a leg"
        _note(turn, wish, call)
        turn.do(HangUpLeg(leg=target.leg, request=wish.request))
        return None
    mine = turn.agent(wish.agent)
    if mine is not None and mine.presence in (Presence.TALKING, Presence.RINGING):
        return Refusal.ON_A_CALL
    if wish.how is Watching.INTERCEPT:
        return _intercept(turn, wish, target, call, watch)
    return _listen(turn, wish, target, call, watch)


def has_come_to(how: str, watch: Watch | None) -> bool:
    """Whether what a supervisor waits for is so."""
    if how in (Watching.STOP, Watching.INTERCEPT):
        return watch is None
    return watch is not None and watch.how == how


def heard(turn: Turn, fact: WatchHeard) -> None:
    """Note that a supervisor hears a call now, in the ledger too."""
    for supervisor, watch in turn.state.watches.items():
        if watch.leg == fact.leg and watch.how is not fact.how:
            turn.change(watches=turn.state.watches.set(supervisor, replace(watch, how=fact.how)))
            turn.touched[supervisor] = None
            return


def follow(turn: Turn, fact: AnyEvent) -> None:
    """Note whether supervisors are in rooms, and end their being there when the agent is on the call no more.

    Those who only listen end with the agent's leg by themselves. A citizen who would be alone goes to the head of the
    queue, unless the agent hung up: the talk was held.
    """
    for supervisor, watch in sorted(turn.state.watches.items()):
        call = turn.call(watch.call)
        if isinstance(fact, LegJoined | LegLeft) and fact.leg == watch.leg:
            came = isinstance(fact, LegJoined)
            watch = replace(watch, in_room=came)
            if came and call is not None and call.ended_at is None and _takes_over(call, watch):
                _taken_over(turn, supervisor, watch, fact.at)
                continue
        if watch.in_room and not watch.ending and turn.state.pbx.up and not _has_agent(turn, call, watch):
            held = call is not None and call.ended_by is Party.AGENT
            turn.do(HangUpLeg(leg=watch.leg, lost=not held))
            watch = replace(watch, ending=True)
        if watch != turn.state.watches[supervisor]:
            turn.change(watches=turn.state.watches.set(supervisor, watch))


def leg_ended(turn: Turn, fact: LegEnded) -> None:
    """Forget a supervisor whose leg is gone."""
    for supervisor, watch in turn.state.watches.items():
        if watch.leg == fact.leg:
            turn.change(watches=turn.state.watches.delete(supervisor))
            turn.touched[supervisor] = None
            return


def _listen(turn: Turn, wish: WatchAsked, target: Agent, call: Call, watch: Watch | None) -> Refusal | Wish | None:
    assert target.leg is not None, "who talks has a leg"
    if watch is not None and (watch.target != target.id or watch.call != call.id):
        return Refusal.WATCHING_ANOTHER
    if watch is not None and watch.how is wish.how:
        return None
    if watch is not None and watch.how is None:
        return Refusal.STILL_RINGING
    if watch is not None and _takes_over(call, watch):
        return Refusal.TRANSFER_UNDER_WAY
    _note(turn, wish, call)
    if watch is not None:
        turn.do(TurnWatcher(leg=watch.leg, how=wish.how, request=wish.request))
        return _awaited(wish, wish.how)
    leg = watch_leg(call.id, wish.agent, wish.at)
    watch = Watch(call=call.id, leg=leg, target=target.id, user=wish.user, since=wish.at)
    turn.change(watches=turn.state.watches.set(wish.agent, watch))
    turn.do(
        CallWatcher(
            call=call.id,
            leg=leg,
            interface=interface_of(wish.agent, wish.phone),
            target=target.leg,
            how=wish.how,
            request=wish.request,
        )
    )
    return _awaited(wish, wish.how)


def _intercept(turn: Turn, wish: WatchAsked, target: Agent, call: Call, watch: Watch | None) -> Refusal | Wish:
    """Take a call over: it is handed on to the supervisor, who is on the line already."""
    if watch is None or watch.call != call.id or watch.how not in ON_THE_LINE:
        return Refusal.LISTEN_FIRST
    if rooms.current(call) is not None:
        return Refusal.TRANSFER_UNDER_WAY
    mine = turn.agent(wish.agent)
    if mine is None or mine.presence is Presence.OUT:
        return Refusal.NOT_SIGNED_IN
    assert target.leg is not None, "who talks has a leg"
    _note(turn, wish, call)
    transfer = Transfer(
        number=len(call.transfers) + 1,
        mode=TransferMode.SUCCESS,
        to=seat_key(wish.agent),
        by=target.id,
        by_leg=target.leg,
        asked_at=wish.at,
        third=watch.leg,
        third_agent=wish.agent,
        rung_at=wish.at,
        answered_at=wish.at,
        result=RingResult.ANSWERED,
    )
    call = replace(rooms.opened(call), transfers=(*call.transfers, transfer), leaving=True, ended_by=None)
    move(
        turn,
        call,
        Spot(leg=citizens_leg(call.id), place=Place.ROOM, argument="citizen"),
        Spot(leg=watch.leg, place=Place.ROOM, argument="third"),
        request=wish.request,
    )
    return _awaited(wish, Watching.INTERCEPT)


def _has_agent(turn: Turn, call: Call | None, watch: Watch) -> bool:
    target = turn.agent(watch.target)
    if call is None or call.ended_at is not None or call.rooms is None or target is None:
        return False
    return target.presence is Presence.TALKING and target.call == call.id


def _takes_over(call: Call, watch: Watch) -> bool:
    """Whether the supervisor is on the way from hearing the call to having it."""
    last = call.transfers[-1] if call.transfers else None
    return last is not None and last.third == watch.leg and last.third_left_at is None


def _taken_over(turn: Turn, supervisor: AgentId, watch: Watch, at: Moment) -> None:
    turn.change(watches=turn.state.watches.delete(supervisor))
    turn.touched[supervisor] = None
    mine = turn.agent(supervisor)
    if mine is not None and AgentAnswered in MOVES[mine.presence]:
        # Who was not ready is so again afterwards: one call taken over is no wish for more.
        after = mine.paused if mine.presence is Presence.NOT_READY else mine.next_reason
        turn.move(mine, Presence.TALKING, at, call=watch.call, leg=watch.leg, until=None, misses=0, next_reason=after)


def _awaited(wish: WatchAsked, how: Watching) -> Wish:
    return Wish(agent=wish.agent, kind="watch", deadline=wish.at, reason=how)


def _note(turn: Turn, wish: WatchAsked, call: Call) -> None:
    detail = f"{wish.agent} -> {wish.target}"
    turn.do(WriteAccess(at=wish.at, actor=wish.user, action=wish.how, subject=call.id, detail=detail))


def fall_back(turn: Turn, supervisor: AgentId, at: Moment) -> None:
    """Asterisk refused or never began it: who was never rung is forgotten, who was to take the call over hears on."""
    watch = turn.state.watches.get(supervisor)
    if watch is None:
        return
    if watch.how is None:
        turn.do(HangUpLeg(leg=watch.leg, lost=True))
        turn.change(watches=turn.state.watches.delete(supervisor))
    elif (call := turn.call(watch.call)) is not None:
        put(turn, unmade(turn, call, at))


def unmade(turn: Turn, call: Call, at: Moment) -> Call:
    """End a take-over that was never done; the agent keeps the call."""
    transfer = rooms.current(call)
    if transfer is None or not any(_takes_over(call, one) for one in turn.state.watches.values()):
        return call
    never = replace(transfer, third=None, third_agent=None, answered_at=None, result=RingResult.UNREACHABLE)
    return replace(finished(call, never, at), moving=frozenset())
