"""One call in our core beside what queue_log says of it: app_queue's own words, in whole seconds. Pure.

Of a call that a Redirect took out of app_queue, some rows still say what happened and some do not:

- ENTERQUEUE, CONNECT, RINGNOANSWER, RINGCANCELED are written at the moment of what they tell: compared.
- The way out of a visit (CONNECT, ABANDON, EXIT...) is written once for each: counted, and the first one compared.
- ABANDON is written too of a caller whom a colleague's pick-up (代答) takes out: one such row for each is no loss.
- COMPLETEAGENT, COMPLETECALLER: app_queue goes on counting until the agent's leg ends, or even until the call does; it
  names who hung up by chance, and rows of an earlier visit may come after those of a later one. That there is one for
  each CONNECT, with its agent, is compared; its time and its talk are not.
- A call that came back because its agent was lost was never moved, and its rows are compared with its talks, agent by
  agent. But a leg that our programs hung up, app_queue believes on the line until the call ends (AMI's Hangup publishes
  no hang-up request): such a row may also tell of a talk that lasts until then, and stand behind later ones.
"""

from collections.abc import Iterator

from acd.names import LossStage, Moment
from agent_desk.comparison import Difference, Rule
from core.audited_calls import AuditedCall
from telephony.entry import Entry
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
    # What brought the caller into a queue again stands in CEL; app_queue may have let them in or not.
    most = int(ours.queued_at is not None) + theirs.came_again
    if len(entered) > most or (ours.queued_at is not None and not entered):
        seen = f"{len(entered)} rows"
        yield _differs(theirs, "ENTERQUEUE", rule.shown(ours.queued_at), seen, _places(theirs, entered))
    for row in entered[:1]:
        if row.queue != ours.queue:
            yield _differs(theirs, "ENTERQUEUE queue", ours.queue, row.queue, row.place)
        yield from _moment(theirs, "queued_at", ours.queued_at, row, rule)


def _left(ours: AuditedCall, theirs: Entry) -> Iterator[Difference]:
    """How the caller left the queue, and that they left it once a visit."""
    expected, seen = _exit_expected(ours, theirs), theirs.queue_log(*_EXITS)
    visits = max(1, len(theirs.queue_log("ENTERQUEUE")))
    if expected is None or (theirs.restart is not None and len(seen) < visits):
        return
    kinds = "+".join(row.verb for row in seen) or "no exit"
    if kinds.partition("+")[0] != expected or (seen and len(seen) != visits):
        wanted = expected if visits == 1 else f"{expected} and {visits - 1} more"
        yield _differs(theirs, "way out of the queue", wanted, kinds, _places(theirs, seen))


def _exit_expected(ours: AuditedCall, theirs: Entry) -> str | None:
    """Return the first exit that our record asks for; None if any will do."""
    if ours.queued_at is None:
        return "no exit"
    taken = min((one.taken.at for one in theirs.pickups.values()), default=None)
    connects = theirs.queue_log("CONNECT")[:1]
    if theirs.brought_in and taken is not None and all(taken < row.at + SECOND_MS for row in connects):
        return "ABANDON"
    if ours.answered_at is not None:
        return "CONNECT"
    if ours.loss_stage in _ABANDONED:
        return "ABANDON"
    return _EXIT_BY_CAUSE.get(ours.loss_cause)


def _connected(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    connects = theirs.queue_log("CONNECT")
    for row in connects[: int(not theirs.brought_in)]:  # a colleague's pick-up may have been the answer
        yield from _moment(theirs, "answered_at", ours.answered_at, row, rule)
        yield from _spell(theirs, "wait_ms", ours.wait_ms, row, 0, rule)
    if not theirs.left_queue and len(connects) == 1:
        if connects[0].agent != ours.agent:
            yield _differs(theirs, "CONNECT agent", ours.agent or "none", connects[0].agent, connects[0].place)
        return
    for row in connects:
        mine = [one for one in ours.on_line if one.leg == _leg_of(row)]
        if not mine or mine[0].agent != row.agent:
            agent = mine[0].agent if mine else None
            yield _differs(theirs, "CONNECT agent", agent or "none", row.agent, row.place)
        else:
            yield from _moment(theirs, "segment", mine[0].started_at, row, rule)


def _leg_of(row: QueueRow) -> str:
    return row.data[1] if len(row.data) > 1 else ""


def _abandoned(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    if theirs.pickups:
        return  # it may tell of the pick-up
    for row in theirs.queue_log("ABANDON")[:1]:
        yield from _moment(theirs, "ended_at", ours.ended_at, row, rule)
        if ours.answered_at is None:  # of a later visit our record does not keep the wait
            yield from _spell(theirs, "wait_ms", ours.wait_ms, row, 2, rule)


def _completed(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    complete, connects = theirs.queue_log(*_COMPLETE), theirs.queue_log("CONNECT")
    expected = max(int(ours.answered_at is not None and not theirs.pickups), len(connects))
    if len(complete) != expected and theirs.restart is None:
        yield _differs(theirs, "COMPLETE", f"{expected} rows", f"{len(complete)} rows", _places(theirs, complete))
    elif len(complete) == expected:
        by_rows = theirs.left_queue or len(connects) > 1  # else our record names the only agent
        wanted = sorted(row.agent for row in connects) if by_rows else [ours.agent or "none"] * expected
        agents = sorted(row.agent for row in complete)
        if agents != wanted:
            yield _differs(theirs, "COMPLETE agent", "+".join(wanted), "+".join(agents), _places(theirs, complete))
    if theirs.left_queue:
        return  # app_queue counted on after the Redirect
    ended = ours.ended_at if theirs.ended is None else theirs.ended.at
    if len(theirs.spells(ended)) > 1:
        yield from _completed_again(ours, theirs, complete, ended, rule)
        return
    over = None if ours.answered_at is None else Moment(ours.answered_at + ours.talk_ms)
    for row in complete[:1]:
        yield from _end_of_talk(theirs, over, ours.talk_ms, row, rule)


def _completed_again(
    ours: AuditedCall, theirs: Entry, complete: list[QueueRow], ended: Moment | None, rule: Rule
) -> Iterator[Difference]:
    """Compare the rows of a call that came back with the talks of their agents, each with one."""
    talks = [one for one in ours.on_line if one.ended_at is not None]
    for row in complete:
        told: list[Difference] = []
        for talk in [one for one in talks if one.agent == row.agent]:
            ends = [end for end in (talk.ended_at, ended) if end is not None]
            found = [list(_end_of_talk(theirs, end, end - talk.started_at, row, rule)) for end in ends]
            if not all(found):
                talks.remove(talk)
                told = []
                break
            told = told or found[0]
        yield from told


def _end_of_talk(theirs: Entry, end: Moment | None, spoken: int, row: QueueRow, rule: Rule) -> Iterator[Difference]:
    yield from _moment(theirs, "end of talk", end, row, rule)
    yield from _spell(theirs, "talk_ms", spoken, row, 1, rule)


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
