"""Six calls in both books: Asterisk's logs of them, and what our core made of the same facts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from acd.directory import Destination
from acd.effects import CoreEffect, OpenTicket, Refuse, SaveTicket, WriteCall
from acd.events import (
    AnyEvent,
    CallHanded,
    DeskSeen,
    LegLeft,
    MemberAdded,
    MemberRemoved,
    MemberResumed,
    PbxSnapshot,
    ReadyAsked,
    SignInAsked,
    TransferAsked,
)
from acd.fold import fold
from acd.names import AgentId, CallId, DestinationKey, Millis, Moment, Phone, QueueName, RequestId, TicketId
from acd.state import Policy, State
from acd.transfer import TransferMode
from agent_desk.audit import Audit, Period
from agent_desk.comparison import Difference
from core.audited_calls import AuditedCall
from core.rows import SegmentRow, call_row, segment_row
from telephony.backfill import Logs, missed
from telephony.book import Book
from telephony.entry import Entry, when
from telephony.spells import Spell, conference_ms, consult_ms

CAPTURES = Path(__file__).parents[1] / "captures"
FIRST, LAST = Moment(1795304631000), Moment(1795307400000)
IVR, PLAIN, MISSED, LEFT, TALKED, RANG = (
    CallId(call)
    for call in (
        "jt1-1795304631.0",
        "jt1-1795306324.0",
        "jt1-1795307276.1",
        "jt1-1795307325.60",
        "jt1-1795307327.63",
        "jt1-1795307337.75",
    )
)
PERIOD = Period(
    since=FIRST,
    until=LAST,
    tolerance=Millis(100),
    interval=Millis(900_000),
    service_level=Millis(15_000),
    utc_offset=Millis(28_800_000),
)


HANDED_FIRST, HANDED_LAST = Moment(1795327970000), Moment(1795328100000)
CONSULTED, JOINED, RELEASED, QUEUED, UNANSWERED, EXPERT, ASKED, CAME_BACK = (
    CallId(f"jt1-{rest}")
    for rest in (
        *("1795327978.0", "1795327989.5", "1795327998.10", "1795328004.13"),
        *("1795328011.16", "1795328020.21", "1795328031.26", "1795328040.30"),
    )
)
"""Calls that were handed on: after a consultation, as three, to the outside, to another queue, to one who did not
answer, to an expert of ours, to a step of the IVR, and to the outside where nobody answered."""


def logs_in(directory: Path, capture: str = "six_calls") -> Logs:
    """Copy the logs to where a product's Asterisk writes them."""
    logs = Logs(cel=directory / "cel-custom" / "Master.csv", queue_log=directory / "queue_log")
    logs.cel.parent.mkdir(parents=True)
    logs.cel.write_bytes((CAPTURES / f"{capture}.cel.csv").read_bytes())
    logs.queue_log.write_bytes((CAPTURES / f"{capture}.queue_log").read_bytes())
    return logs


def handed_book(logs: Logs) -> dict[CallId, Entry]:
    """Asterisk's entries of the calls that were handed on."""
    return {entry.call: entry for entry in Book(logs, HANDED_FIRST, HANDED_LAST).entries()}


_ASKED = {
    CONSULTED: ("tax", TransferMode.ATTENDED),
    JOINED: ("tax", TransferMode.CONFERENCE),
    RELEASED: ("tax", TransferMode.RELEASE),
    QUEUED: ("labour", TransferMode.RELEASE),
    UNANSWERED: ("tax", TransferMode.ATTENDED),
    EXPERT: ("labour", TransferMode.ATTENDED),
    ASKED: ("satisfaction", TransferMode.SUSPEND),
    CAME_BACK: ("tax", TransferMode.RELEASE),
}
"""What agent 6004 had asked for in each of the calls."""


def handed_effects(logs: Logs) -> list[CoreEffect]:
    """What `fold` wishes of the core when it is told these logs, and what the agents asked for meanwhile."""
    queues = (QueueName("hotline"), QueueName("brief"))
    lines = {"tax": None, "satisfaction": None, "labour": queues[1]}
    directory = tuple(
        Destination(key=DestinationKey(key), modes=tuple(TransferMode), queue=queue) for key, queue in lines.items()
    )
    state, effects = State(policy=Policy(queues=queues, destinations=directory)), list[CoreEffect]()
    waiting = dict(_ASKED)
    told: list[AnyEvent] = [PbxSnapshot(at=HANDED_FIRST, started_at=HANDED_FIRST, members=(), legs=())]
    told += [fact for agent in ("6004", "6005") for fact in _signed_in(AgentId(agent), queues)]
    for fact in missed(logs, HANDED_FIRST, HANDED_LAST):
        call = getattr(fact, "call", None)
        if isinstance(fact, LegLeft | CallHanded) and call in waiting:
            to, mode = waiting.pop(call)
            told += [*_ready(AgentId("6005"), fact.at, queues), _asking(fact.at, to, mode)]
        if not isinstance(fact, MemberAdded | MemberRemoved):
            told.append(fact)
    assert not waiting
    for fact in told:
        step = fold(state, fact)
        state = step.state
        assert not any(isinstance(one, Refuse) for one in step.effects), (fact, step.effects)
        effects += [one for one in step.effects if isinstance(one, WriteCall | OpenTicket | SaveTicket)]
    return effects


def _asking(at: Moment, to: str, mode: TransferMode) -> TransferAsked:
    key, request = DestinationKey(to), RequestId("transfer")
    return TransferAsked(at=at, agent=AgentId("6004"), request=request, to=key, mode=mode)


def _signed_in(agent: AgentId, queues: tuple[QueueName, ...]) -> Iterator[AnyEvent]:
    at = HANDED_FIRST
    yield DeskSeen(at=at, agent=agent, connected=True)
    yield SignInAsked(at=at, agent=agent, request=RequestId("in"), name=agent, phone=Phone.SIP, queues=queues)
    for queue in queues:
        yield MemberAdded(
            at=at, agent=agent, queue=queue, interface=f"PJSIP/{agent}-sip", paused=False, reason="", device="NOT_INUSE"
        )
    yield from _ready(agent, at, queues)


def _ready(agent: AgentId, at: Moment, queues: tuple[QueueName, ...]) -> Iterator[AnyEvent]:
    yield ReadyAsked(at=at, agent=agent, request=RequestId("ready"))
    for queue in queues:
        yield MemberResumed(at=at, agent=agent, queue=queue)


def agreeing(entry: Entry) -> AuditedCall:
    """The record that says the same as Asterisk's entry of an ended, answered call that was handed on once."""
    ended = when(entry.ended)
    spells = entry.spells(ended)
    talks = [one for one in spells if one.agent is not None and one.with_citizen]
    return AuditedCall(
        call_id=entry.call,
        number=entry.number,
        caller=entry.caller,
        queue=entry.queue,
        offered_at=entry.offered.at,
        requested_at=when(entry.requested),
        queued_at=when(entry.queued),
        answered_at=when(entry.answered),
        ended_at=ended,
        wait_ms=entry.wait_ms(ended),
        talk_ms=entry.talk_ms(ended),
        rings=len(entry.legs),
        agent=talks[-1].agent,
        loss_stage=None,
        loss_cause="",
        ticket_id=TicketId("T1"),
        own_ticket=TicketId("T1"),
        consult_ms=consult_ms(spells),
        conference_ms=conference_ms(spells),
        transfers=1,
        segments=len(spells),
        on_line=tuple(_segment(entry.call, number, one) for number, one in enumerate(spells, start=1)),
    )


def _segment(call: CallId, number: int, spell: Spell) -> SegmentRow:
    return SegmentRow(
        call_id=call,
        ordinal=number,
        leg=spell.leg,
        agent=spell.agent,
        destination=None,
        with_citizen=spell.with_citizen,
        started_at=spell.start,
        ended_at=spell.end,
    )


def effects_of(logs: Logs) -> list[CoreEffect]:
    """What `fold` wishes of the core when it is told these logs."""
    state, effects = State(policy=Policy(queues=(QueueName("hotline"),))), list[CoreEffect]()
    begin = PbxSnapshot(at=FIRST, started_at=FIRST, members=(), legs=())
    for fact in (begin, *missed(logs, FIRST, LAST)):
        step = fold(state, fact)
        state = step.state
        effects += [one for one in step.effects if isinstance(one, WriteCall | OpenTicket | SaveTicket)]
    return effects


def our_book(logs: Logs) -> dict[CallId, AuditedCall]:
    """Our records of these logs, as the core would give them back."""
    return records_of(effects_of(logs))


def records_of(effects: list[CoreEffect]) -> dict[CallId, AuditedCall]:
    """The records that these wishes leave behind."""
    found: dict[CallId, AuditedCall] = {}
    for effect in effects:
        if isinstance(effect, WriteCall):
            call, ticket = effect.record.call, effect.record.ticket
            row = msgspec.structs.asdict(call_row(effect.record, ticket))
            values = {name: row[name] for name in AuditedCall.__struct_fields__ if name in row}
            lines = tuple(segment_row(call, place, one) for place, one in enumerate(effect.record.segments, start=1))
            more = lines if effect.record.transfers or len(lines) > 1 else ()
            found[call] = AuditedCall(**values, own_ticket=ticket, on_line=more)
    return found


def their_book(logs: Logs, until: Moment = LAST) -> dict[CallId, Entry]:
    """Asterisk's entries."""
    return {entry.call: entry for entry in Book(logs, FIRST, until).entries()}


def changed(call: AuditedCall, **changes: Any) -> AuditedCall:
    """Our record, tampered with."""
    return msgspec.structs.replace(call, **changes)


def audited(ours: dict[CallId, AuditedCall], theirs: dict[CallId, Entry]) -> list[Difference]:
    """Every difference between whole books."""
    audit = Audit(PERIOD)
    for call, entry in theirs.items():
        audit.both(ours[call], entry)
    return audit.close().differences


def take_out(path: Path, *parts: str) -> None:
    """Take the lines that hold all of `parts` out of a log."""
    lines = path.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not all(part in line for part in parts)]
    assert len(kept) < len(lines), f"no line of {path} holds {parts}"
    path.write_text("".join(kept))
