"""Six calls in both books: Asterisk's logs of them, and what our core made of the same facts."""

from pathlib import Path
from typing import Any

import msgspec

from acd.effects import CoreEffect, OpenTicket, SaveTicket, WriteCall
from acd.events import PbxSnapshot
from acd.fold import fold
from acd.names import CallId, Millis, Moment, QueueName
from acd.state import Policy, State
from agent_desk.audit import Audit, Period
from agent_desk.comparison import Difference
from core.audited_calls import AuditedCall
from telephony.backfill import Logs, missed
from telephony.book import Book, Entry

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


def logs_in(directory: Path) -> Logs:
    """Copy the logs to where a product's Asterisk writes them."""
    logs = Logs(cel=directory / "cel-custom" / "Master.csv", queue_log=directory / "queue_log")
    logs.cel.parent.mkdir(parents=True)
    logs.cel.write_bytes((CAPTURES / "six_calls.cel.csv").read_bytes())
    logs.queue_log.write_bytes((CAPTURES / "six_calls.queue_log").read_bytes())
    return logs


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
    found: dict[CallId, AuditedCall] = {}
    for effect in effects_of(logs):
        if isinstance(effect, WriteCall):
            record = msgspec.structs.asdict(effect.record)
            values = {name: record[name] for name in AuditedCall.__struct_fields__ if name in record}
            call, ticket = effect.record.call, effect.record.ticket
            found[call] = AuditedCall(**values, call_id=call, ticket_id=ticket, own_ticket=ticket)
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
