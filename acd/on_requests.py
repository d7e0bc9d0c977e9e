"""What desks ask for: refused at once, asked of Asterisk, or fulfilled; nothing is believed before Asterisk says so."""

from typing import TypeAlias

from msgspec.structs import replace

from acd import forced, put_back, supervision, transfer_wishes, undone
from acd.agent import SIGNED_IN_REASON, Agent, Presence, reachable
from acd.call import Call, talked
from acd.effects import AddMember, HangUpLeg, PauseMember, RemoveMember, ResumeMember, SaveTicket
from acd.events import (
    ActionFailed,
    ForceAsked,
    HangUpAsked,
    HelpAsked,
    NotReadyAsked,
    ReadyAsked,
    SignInAsked,
    SignOutAsked,
    TicketSaved,
    TransferAsked,
    TransferCommanded,
    WatchAsked,
)
from acd.names import AgentId, CallId, Moment, RequestId, interface_of
from acd.refusal import Refusal
from acd.state import State, Wish, new_agent
from acd.turn import Turn

Request: TypeAlias = (
    SignInAsked
    | SignOutAsked
    | ReadyAsked
    | NotReadyAsked
    | HangUpAsked
    | TransferAsked
    | TransferCommanded
    | HelpAsked
    | WatchAsked
    | ForceAsked
)

_ON_A_CALL = (Presence.RINGING, Presence.TALKING)


def asked(turn: Turn, wish: Request) -> None:
    """Judge a request: refuse it, fulfil it, or ask Asterisk for it."""
    under_way = turn.state.wishes.get(wish.request)
    if under_way is not None:
        if under_way.agent != wish.agent:
            turn.refuse(wish.agent, wish.request, Refusal.PBX_REFUSED, "another agent's request has this name")
        return  # told twice: it will be answered once
    if not turn.state.pbx.up:
        turn.refuse(wish.agent, wish.request, Refusal.PBX_LOST)
        return
    agent = turn.agent(wish.agent) or new_agent(wish.agent, wish.agent, wish.at)
    if isinstance(wish, WatchAsked | ForceAsked):
        _of_another(turn, wish)
    elif isinstance(wish, SignInAsked):
        _sign_in(turn, agent, wish)
    elif agent.presence is Presence.OUT or agent.interface is None:
        turn.refuse(wish.agent, wish.request, Refusal.NOT_SIGNED_IN)
    else:
        _signed_in(turn, agent, agent.interface, wish)


def _sign_in(turn: Turn, agent: Agent, wish: SignInAsked) -> None:
    queues = tuple(queue for queue in wish.queues if queue in turn.state.policy.queues)
    turn.put_agent(replace(agent, name=wish.name))
    if agent.presence is not Presence.OUT and agent.phone is wish.phone:
        turn.accept(wish.agent, wish.request)  # the page was loaded again
    elif agent.presence in _ON_A_CALL or (agent.presence is not Presence.OUT and reachable(agent)):
        turn.refuse(wish.agent, wish.request, Refusal.ALREADY_SIGNED_IN)
    elif not queues:
        turn.refuse(wish.agent, wish.request, Refusal.NO_SUCH_QUEUE)
    else:
        if agent.interface is not None:
            # The old telephone is gone for good: Asterisk does one after the other.
            turn.do(RemoveMember(agent=agent.id, interface=agent.interface, queues=tuple(sorted(agent.queues))))
        interface = interface_of(wish.agent, wish.phone)
        turn.do(
            AddMember(
                agent=wish.agent, interface=interface, queues=queues, reason=SIGNED_IN_REASON, request=wish.request
            )
        )
        wanted = Wish(agent=wish.agent, kind="sign_in", deadline=Moment(0), queues=frozenset(queues), phone=wish.phone)
        _await(turn, wish, wanted)


def _signed_in(
    turn: Turn,
    agent: Agent,
    interface: str,
    wish: SignOutAsked | ReadyAsked | NotReadyAsked | HangUpAsked | TransferAsked | TransferCommanded | HelpAsked,
) -> None:
    busy = agent.presence in _ON_A_CALL
    match wish:
        case SignOutAsked() if busy:
            turn.refuse(agent.id, wish.request, Refusal.ON_A_CALL)
        case SignOutAsked():
            queues = tuple(sorted(agent.queues))
            put_back.forget(turn, agent.id)
            turn.do(RemoveMember(agent=agent.id, interface=interface, queues=queues, request=wish.request))
            _await(turn, wish, Wish(agent=agent.id, kind="sign_out", deadline=Moment(0)))
        case NotReadyAsked() if wish.reason not in turn.state.policy.not_ready_reasons:
            turn.refuse(agent.id, wish.request, Refusal.UNKNOWN_REASON, wish.reason)
        case ReadyAsked() | NotReadyAsked() if busy:
            turn.put_agent(replace(agent, next_reason=wish.reason if isinstance(wish, NotReadyAsked) else None))
            turn.accept(agent.id, wish.request)
        case ReadyAsked():
            turn.put_agent(replace(agent, next_reason=None))
            turn.do(ResumeMember(agent=agent.id, interface=interface, request=wish.request))
            _await(turn, wish, Wish(agent=agent.id, kind="ready", deadline=Moment(0)))
        case NotReadyAsked():
            turn.do(PauseMember(agent=agent.id, interface=interface, reason=wish.reason, request=wish.request))
            _await(turn, wish, Wish(agent=agent.id, kind="not_ready", deadline=Moment(0), reason=wish.reason))
        case HangUpAsked() if agent.leg is not None and busy:
            turn.do(HangUpLeg(leg=agent.leg, request=wish.request))
            _await(turn, wish, Wish(agent=agent.id, kind="hang_up", deadline=Moment(0)))
        case HangUpAsked():
            turn.refuse(agent.id, wish.request, Refusal.NO_CALL)
        case HelpAsked():
            supervision.help_asked(turn, agent, wish)
        case TransferAsked() | TransferCommanded():
            wanted = transfer_wishes.asked(turn, agent, wish)
            if isinstance(wanted, Refusal):
                turn.refuse(agent.id, wish.request, wanted)
            else:
                _await(turn, wish, Wish(agent=agent.id, kind=wanted.kind, deadline=Moment(0), reason=wanted.until))


def _of_another(turn: Turn, wish: WatchAsked | ForceAsked) -> None:
    awaited = supervision.asked(turn, wish) if isinstance(wish, WatchAsked) else forced.asked(turn, wish)
    if isinstance(awaited, Refusal):
        turn.refuse(wish.agent, wish.request, awaited)
    elif awaited is None:
        turn.accept(wish.agent, wish.request)
    else:
        _await(turn, wish, awaited)
        forced.settle(turn, wish.target)


def ticket_saved(turn: Turn, fact: TicketSaved) -> None:
    """Hand a ticket on to the core; the journal already holds it, so it is as good as written."""
    why = not_theirs(turn.state, fact.agent, fact.call)
    if why is not None:
        turn.refuse(fact.agent, fact.request, why)
        return
    call = turn.call(fact.call)
    if call is not None:
        turn.put_call(replace(call, saved=True, ticket=fact.merge_into or call.ticket))
    turn.do(
        SaveTicket(call=fact.call, agent=fact.agent, at=fact.at, form=fact.form, merge_into=fact.merge_into),
    )
    turn.accept(fact.agent, fact.request)


def not_theirs(state: State, agent: AgentId, call_id: CallId) -> Refusal | None:
    """Return why an agent may not write into the ticket of a call; None: they were on its line."""
    call = state.calls.get(call_id)
    agents = talked(call) if call is not None else state.ended.get(call_id, state.ended_before.get(call_id))
    if agents is None:
        return Refusal.CALL_TOO_OLD
    return None if agent in agents else Refusal.NOT_YOUR_CALL


def action_failed(turn: Turn, fact: ActionFailed) -> None:
    """Refuse the request that Asterisk refused."""
    wish = turn.state.wishes.get(fact.request)
    if wish is not None:
        give_up(turn, fact.request, wish, Refusal.PBX_REFUSED, fact.at, fact.why)


def give_up(turn: Turn, request: RequestId, wish: Wish, why: Refusal, at: Moment, detail: str = "") -> None:
    """Refuse a request that comes to nothing, and undo what it began."""
    turn.refuse(wish.agent, request, why, detail)
    if wish.kind == "watch":
        supervision.fall_back(turn, wish.agent, at)
    elif wish.kind == "transfer":
        undone.came_to_nothing(turn, wish.agent, at)
    elif wish.kind == "command":
        leave, moved = wish.reason == transfer_wishes.GONE, wish.reason != transfer_wishes.OVER
        undone.command_refused(turn, wish.agent, leave=leave, moved=moved)


def settle(turn: Turn, agent_id: AgentId) -> None:
    """Accept what has become true for this agent."""
    agent = turn.agent(agent_id)
    watch = turn.state.watches.get(agent_id)
    for request in turn.state.asked.get(agent_id, ()):
        wish = turn.state.wishes[request]
        if wish.kind == "force":
            continue  # it is about another agent
        if wish.kind == "watch":
            if supervision.has_come_to(wish.reason, watch):
                turn.accept(agent_id, request)
        elif agent is not None and _true(wish, agent, turn.call(agent.call) if agent.call is not None else None):
            turn.accept(agent_id, request)
    forced.settle(turn, agent_id)


def refuse_all(turn: Turn, why: Refusal) -> None:
    """Refuse every request under way, in an order that a replay repeats."""
    for request, wish in sorted(turn.state.wishes.items()):
        turn.refuse(wish.agent, request, why)
        if wish.reason == transfer_wishes.GONE:
            undone.stays(turn, wish.agent)


def _await(turn: Turn, asked_wish: Request, wish: Wish) -> None:
    deadline = Moment(asked_wish.at + turn.state.policy.patience)
    turn.wish(asked_wish.request, replace(wish, deadline=deadline))
    settle(turn, asked_wish.agent)


def _true(wish: Wish, agent: Agent, call: Call | None) -> bool:
    match wish.kind:
        case "transfer" | "command":
            return transfer_wishes.has_come_to(wish.reason, agent, call)
        case "sign_in":
            return wish.queues <= agent.queues and agent.phone is wish.phone
        case "sign_out":
            return agent.presence is Presence.OUT
        case "ready":
            return agent.presence is not Presence.ACW and agent.paused is None
        case "not_ready":
            return agent.presence is not Presence.ACW and agent.paused == wish.reason
        case "hang_up":
            return agent.presence not in _ON_A_CALL
        case kind:
            raise AssertionError(f"no such wish: {kind}")
