"""The one function that changes the floor: fold(state, event) -> Step(state, effects)."""

from typing import assert_never

from immutables import Map
from msgspec.structs import replace

from acd import (
    deadlines,
    figures,
    holding,
    on_calls,
    on_members,
    on_requests,
    on_transfers,
    pickups,
    put_back,
    reconcile,
    supervision,
    undone,
    watchdog,
)
from acd.alarms import BELIEVED, contradiction
from acd.events import (
    ActionFailed,
    AgentAnswered,
    AgentRequested,
    AgentRung,
    AnyEvent,
    CallEnded,
    CallHanded,
    CallHandedOver,
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
    Heard,
    HelpAsked,
    LegEnded,
    LegJoined,
    LegLeft,
    LineTold,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    MemberResumed,
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
    StepTold,
    ThirdRung,
    Tick,
    TicketSaved,
    TransferAsked,
    TransferCommanded,
    WatchAsked,
    WatchHeard,
)
from acd.names import AgentId, Moment
from acd.refusal import Refusal
from acd.state import ENDED_KEPT, PERIODS_KEPT, Doubt, Pbx, State
from acd.turn import Step, Turn


def fold(state: State, event: AnyEvent) -> Step:
    """Apply one event.

    Events may arrive late, twice, or for things we never saw begin, so an event that fits no move changes nothing.
    Then the very same State comes back, with no effects and an unmoved clock: such an event need not be kept.
    """
    turn = Turn(state)
    _apply(turn, event)
    if turn.state.watches:
        supervision.follow(turn, event)
    if turn.state.wishes:
        for agent in turn.touched:
            on_requests.settle(turn, agent)
    if turn.state is state and not turn.effects:
        return Step(state, ())
    told = isinstance(event, Heard)
    # While Asterisk is not heard, our clock may be another than its: the floor's time is Asterisk's.
    now = max(state.now, event.at) if told or turn.state.pbx.up else state.now
    turn.change(now=now, heard_at=max(state.heard_at, event.at) if told else state.heard_at)
    return turn.step()


def next_deadline(state: State) -> Moment | None:
    """When `fold` next wants a Tick though nothing happens; None if never. It may be early, never late."""
    return state.next_due


def _apply(turn: Turn, event: AnyEvent) -> None:
    match event:
        case CallOffered():
            on_calls.offered(turn, event)
        case CallRefused():
            on_calls.refused(turn, event)
        case CallHandedOver():
            on_transfers.handed_over(turn, event)
        case AgentRequested() | CallQueued():
            on_calls.requested(turn, event)
        case AgentRung():
            on_calls.rung(turn, event)
        case RingEnded():
            on_calls.ring_ended(turn, event)
            on_transfers.ring_ended(turn, event)
        case AgentAnswered():
            on_transfers.answered(turn, event)
            on_calls.answered(turn, event)
        case CallHeld():
            holding.held(turn, event)
        case CallRetrieved():
            holding.retrieved(turn, event)
        case HangUpHeard():
            on_calls.hang_up_heard(turn, event)
        case LegEnded():
            on_calls.leg_ended(turn, event)
            on_transfers.leg_ended(turn, event)
            supervision.leg_ended(turn, event)
        case CallLost():
            on_calls.lost(turn, event)
        case CallReturned():
            on_calls.returned(turn, event)
            on_transfers.returned(turn, event)
        case CallHanded():
            on_transfers.handed(turn, event)
        case CallPickedUp():
            pickups.picked_up(turn, event)
        case ThirdRung():
            on_transfers.third_rung(turn, event)
        case LegJoined():
            on_transfers.joined(turn, event)
        case LegLeft():
            on_transfers.left(turn, event)
        case WatchHeard():
            supervision.heard(turn, event)
        case StepTold():
            on_transfers.step_told(turn, event)
        case CallEnded():
            on_transfers.call_over(turn, event)
            on_calls.ended(turn, event)
        case MemberAdded():
            on_members.added(turn, event)
        case MemberRemoved():
            on_members.removed(turn, event)
        case MemberPaused():
            on_members.paused(turn, event)
        case MemberResumed():
            on_members.resumed(turn, event)
        case DeviceChanged():
            on_members.device_changed(turn, event)
        case PhoneGone() | PhoneBack():
            on_members.phone_seen(turn, event)
        case DeskSeen():
            on_members.desk_seen(turn, event)
        case SignInAsked() | SignOutAsked() | ReadyAsked() | NotReadyAsked() | HangUpAsked():
            on_requests.asked(turn, event)
        case TransferAsked() | TransferCommanded() | HelpAsked() | WatchAsked() | ForceAsked():
            on_requests.asked(turn, event)
        case TicketSaved():
            on_requests.ticket_saved(turn, event)
        case ActionFailed():
            on_requests.action_failed(turn, event)
        case PbxLost():
            _pbx_lost(turn, event.at, event.why, heard_until=event.at)
        case PbxRestarted():
            for fact in reconcile.cut_off(turn.state, event):
                _apply(turn, fact)
        case PbxSnapshot():
            _pbx_seen(turn, event)
        case LineTold():
            if event != turn.state.lines.get(event.key):  # else it is told again
                turn.change(lines=turn.state.lines.set(event.key, event))
        case Started():
            _started(turn, event)
        case Tick():
            _tick(turn, event.at)
        case _:
            assert_never(event)


def _pbx_lost(turn: Turn, at: Moment, why: str, *, heard_until: Moment) -> None:
    pbx = turn.state.pbx
    if pbx.up:
        turn.change(pbx=replace(pbx, up=False, since=at, why=why, heard_until=heard_until))
    elif pbx.why != why:
        turn.change(pbx=replace(pbx, since=pbx.since or at, why=why))
    on_requests.refuse_all(turn, Refusal.PBX_LOST)


def _pbx_seen(turn: Turn, snapshot: PbxSnapshot) -> None:
    new_run = reconcile.restarted(turn.state, snapshot)
    for fact in reconcile.calls_over(turn.state, snapshot):
        _apply(turn, fact)
    _members_seen(turn, snapshot, new_run=new_run)
    if not turn.state.pbx.up:
        undone.take_up(turn, {leg.leg for leg in snapshot.legs}, snapshot.at)
    pbx = Pbx(up=True, since=snapshot.at, why="", started_at=snapshot.started_at)
    if pbx != turn.state.pbx:
        turn.change(pbx=pbx)
        turn.wake_at(Moment(snapshot.at + turn.state.policy.interval))
        if any(contradiction(agent) is not None for agent in turn.state.agents.values()):
            turn.look_by(Moment(snapshot.at + BELIEVED))
        if turn.state.waiting and turn.state.policy.dead_member:
            turn.look_by(Moment(snapshot.at + turn.state.policy.dead_member))
        for one in turn.state.returning.values():
            turn.look_by(one.until)  # it may have passed while nothing could be believed


def _members_seen(turn: Turn, snapshot: PbxSnapshot, *, new_run: bool) -> None:
    """Believe Asterisk about members, but put back those that its own end, or our renewing them, took away."""
    facts = reconcile.members_changed(turn.state, snapshot)
    # Who has another telephone or one more queue was put in by somebody since: Asterisk knows better.
    elsewhere = {fact.agent for fact in facts if isinstance(fact, MemberAdded)}
    for agent_id in elsewhere:
        put_back.forget(turn, agent_id)
    ours = set(turn.state.agents if new_run else turn.state.returning) - elsewhere
    ours = {agent_id for agent_id in ours if turn.state.agents[agent_id].interface is not None}
    doubted: dict[AgentId, list[Doubt]] = {}
    for fact in facts:
        if isinstance(fact, MemberRemoved | MemberPaused | MemberResumed) and fact.agent in ours:
            doubted.setdefault(fact.agent, []).append(fact)
        else:
            _apply(turn, fact)
    for agent_id in sorted(set(turn.state.returning) - doubted.keys()):
        put_back.forget(turn, agent_id)
    for agent_id, doubts in doubted.items():
        put_back.restore(turn, turn.state.agents[agent_id], snapshot.at, doubts)
    if new_run or not turn.state.pbx.up:
        as_seen = {member.agent for member in snapshot.members} - doubted.keys()
        put_back.ask_what_was_not_asked(turn, as_seen, snapshot.at)


def _started(turn: Turn, event: Started) -> None:
    _pbx_lost(turn, event.at, "starting", heard_until=turn.state.heard_at)
    for agent in turn.state.agents.values():
        if agent.desk:
            turn.put_agent(replace(agent, desk=False))


def _tick(turn: Turn, at: Moment) -> None:
    if turn.state.next_due is None or at < turn.state.next_due:
        return
    for _, agent_id, request in deadlines.passed(turn.state.deadlines, at):
        agent = turn.agent(agent_id)
        if request == deadlines.GONE:
            on_members.give_up(turn, agent_id)
        elif request != deadlines.OWN:
            on_requests.give_up(turn, request, turn.state.wishes[request], Refusal.PBX_SILENT, at)
        elif agent is not None:
            on_calls.after_call_work(turn, agent)
            # Ask again if nothing comes of it.
            turn.put_agent(replace(agent, until=Moment(at + turn.state.policy.patience)))
    if turn.state.look_at is not None and at >= turn.state.look_at:
        for fact in put_back.overdue(turn, at):
            _apply(turn, fact)
        watchdog.look(turn, at)
    if at >= turn.state.prune_at:
        _prune(turn, at)
    dues = (deadlines.first(turn.state.deadlines), turn.state.look_at, turn.state.prune_at)
    turn.change(next_due=min(due for due in dues if due is not None))


def _prune(turn: Turn, at: Moment) -> None:
    state, interval = turn.state, turn.state.policy.interval
    oldest = at - PERIODS_KEPT
    turn.change(
        intervals=Map({start: period for start, period in state.intervals.items() if start >= oldest}),
        days=Map({start: period for start, period in state.days.items() if start >= oldest}),
        prune_at=Moment(figures.interval_of(at, interval) + interval),
    )
    # By what Asterisk told, not by the time that passed: after a gap, however long, its logs tell again what came
    # shortly before the newest fact heard.
    heard_at = state.heard_at
    if heard_at - state.ended_turned >= ENDED_KEPT:
        refused = Map({call: when for call, when in state.refused.items() if heard_at - when < ENDED_KEPT})
        dead = Map({agent: one for agent, one in state.dead.items() if at - (one.cleared or at) < ENDED_KEPT})
        turn.change(ended=Map(), ended_before=state.ended, ended_turned=heard_at, refused=refused, dead=dead)
