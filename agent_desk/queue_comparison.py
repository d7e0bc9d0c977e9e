"""One call in our core beside what queue_log says of it: app_queue's own words, in whole seconds. Pure."""

from collections.abc import Iterator

from acd.names import LossStage, Moment
from agent_desk.comparison import Difference, Rule
from core.audited_calls import AuditedCall
from telephony.book import Entry
from telephony.queue_log import QueueRow

SECOND_MS = 1_000
_EXITS = ("CONNECT", "ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY")
_COMPLETE = ("COMPLETEAGENT", "COMPLETECALLER")
_RUNG_OUT = ("RINGNOANSWER", "RINGCANCELED")
_ABANDONED = (LossStage.QUEUE_ABANDON, LossStage.RING_ABANDON)
_EXIT_BY_CAUSE = {"TIMEOUT": "EXITWITHTIMEOUT", "LEAVEEMPTY": "EXITEMPTY", "LEAVEUNAVAIL": "EXITEMPTY"}


def queue_differences(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    """Compare an ended call with its rows; a row that cannot be read is a difference too."""
    try:
        yield from _entered(ours, theirs, rule)
        yield from _left(ours, theirs)
        yield from _connected(ours, theirs, rule)
        yield from _abandoned(ours, theirs, rule)
        yield from _completed(ours, theirs, rule)
        yield from _rung(ours, theirs)
    except ValueError as error:
        yield _differs(theirs, "queue_log", "a row that says how long", "one that does not", str(error))


def _entered(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    entered = theirs.queue_log("ENTERQUEUE")
    if len(entered) != (ours.queued_at is not None):
        seen = f"{len(entered)} rows"
        yield _differs(theirs, "ENTERQUEUE", rule.shown(ours.queued_at), seen, _places(theirs, entered))
    for row in entered[:1]:
        if row.queue != ours.queue:
            yield _differs(theirs, "ENTERQUEUE queue", ours.queue, row.queue, row.place)
        yield from _moment(theirs, "queued_at", ours.queued_at, row, rule)


def _left(ours: AuditedCall, theirs: Entry) -> Iterator[Difference]:
    """How the caller left the queue, and that they left it once."""
    expected, seen = _exit_expected(ours), theirs.queue_log(*_EXITS)
    if expected is None or (theirs.restart is not None and not seen):
        return
    kinds = "+".join(row.verb for row in seen) or "no exit"
    if kinds != expected:
        yield _differs(theirs, "way out of the queue", expected, kinds, _places(theirs, seen))


def _exit_expected(ours: AuditedCall) -> str | None:
    """Return the exit that our record asks for; None if any will do."""
    if ours.queued_at is None:
        return "no exit"
    if ours.answered_at is not None:
        return "CONNECT"
    if ours.loss_stage in _ABANDONED:
        return "ABANDON"
    return _EXIT_BY_CAUSE.get(ours.loss_cause)


def _connected(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    for row in theirs.queue_log("CONNECT")[:1]:
        if row.agent != ours.agent:
            yield _differs(theirs, "CONNECT agent", ours.agent or "none", row.agent, row.place)
        yield from _moment(theirs, "answered_at", ours.answered_at, row, rule)
        yield from _spell(theirs, "wait_ms", ours.wait_ms, row, 0, rule)


def _abandoned(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    for row in theirs.queue_log("ABANDON")[:1]:
        yield from _moment(theirs, "ended_at", ours.ended_at, row, rule)
        yield from _spell(theirs, "wait_ms", ours.wait_ms, row, 2, rule)


def _completed(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    complete = theirs.queue_log(*_COMPLETE)
    expected = int(ours.answered_at is not None)
    if len(complete) != expected and theirs.restart is None:
        yield _differs(theirs, "COMPLETE", f"{expected} rows", f"{len(complete)} rows", _places(theirs, complete))
    for row in complete[:1]:
        if row.agent != ours.agent:
            yield _differs(theirs, "COMPLETE agent", ours.agent or "none", row.agent, row.place)
        talked = None if ours.answered_at is None else Moment(ours.answered_at + ours.talk_ms)
        yield from _moment(theirs, "end of talk", talked, row, rule)
        yield from _spell(theirs, "talk_ms", ours.talk_ms, row, 1, rule)


def _rung(ours: AuditedCall, theirs: Entry) -> Iterator[Difference]:
    rung = theirs.queue_log("CONNECT", *_RUNG_OUT)
    agents = {leg.agent for leg in theirs.legs.values()}
    if len(rung) > ours.rings:
        yield _differs(theirs, "rings", str(ours.rings), f"{len(rung)} at least", _places(theirs, rung))
    for row in rung:
        if row.agent not in agents:
            yield _differs(theirs, f"{row.verb} agent", "no ring at this agent", row.agent, row.place)


def _moment(theirs: Entry, field: str, our: Moment | None, row: QueueRow, rule: Rule) -> Iterator[Difference]:
    """A row's second is cut off: what happened lies within it, and one second beside it is allowed."""
    early, late = SECOND_MS + rule.tolerance, 2 * SECOND_MS + rule.tolerance
    if our is not None and not -early <= our - row.at < late:
        yield _differs(theirs, f"{field} beside {row.verb}", rule.shown(our), rule.shown(row.at), row.place)


def _spell(theirs: Entry, field: str, our: int, row: QueueRow, column: int, rule: Rule) -> Iterator[Difference]:
    """Both ends of app_queue's spells are cut to whole seconds: they are wrong by up to one."""
    seconds = row.number(column)
    if abs(our - seconds * SECOND_MS) > SECOND_MS + rule.tolerance:
        yield _differs(theirs, f"{field} beside {row.verb}", f"{our} ms", f"{seconds} s", row.place)


def _places(theirs: Entry, rows: list[QueueRow]) -> str:
    return ", ".join(row.place for row in rows) or f"no row in queue_log; the call stands in {theirs.offered.place}"


def _differs(theirs: Entry, field: str, our: str, their: str, evidence: str) -> Difference:
    return Difference(call=theirs.call, field=field, ours=our, theirs=their, evidence=evidence)
