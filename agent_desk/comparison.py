"""One call in our core beside the same call in Asterisk's book: every difference, with its evidence. Pure."""

from collections.abc import Iterator

from msgspec import Struct

from acd.names import CallId, Millis, Moment
from agent_desk.local_time import local_time
from core.audited_calls import AuditedCall
from core.callers import mask
from core.calls import outcome_of
from telephony.entry import Entry, Mark, when

RESTART_MS = 15_000
"""A call that Asterisk's end cut off has no end of its own; ours is when we saw the new start, at most so late."""


class Rule(Struct, frozen=True, kw_only=True):
    """How exactly the books must agree."""

    until: Moment
    """Calls alive at this moment are open: what they have not come to yet is not compared."""
    tolerance: Millis
    """Between AMI's clock reading and CEL's; both are Asterisk's."""
    utc_offset: Millis
    """For times that people read."""

    def shown(self, at: Moment | None) -> str:
        """Return a moment as people write it; `none` for none."""
        if at is None:
            return "none"
        return local_time(at, self.utc_offset).isoformat(sep=" ", timespec="milliseconds")


class Difference(Struct, frozen=True, kw_only=True):
    """Something in which the books differ."""

    call: CallId | None
    """None: it is about sums, not about one call."""
    field: str
    ours: str
    theirs: str
    evidence: str
    """Where it is written: file and line of Asterisk's log, or what was counted."""

    @property
    def sentence(self) -> str:
        """The difference in words."""
        what = self.field if self.call is None else f"call {self.call}: {self.field}"
        return f"{what}: ours {self.ours}, Asterisk's {self.theirs} ({self.evidence})."


def alive(entry: Entry, until: Moment) -> bool:
    """Whether the call had not ended at `until`."""
    end = entry.ended or entry.restart
    return end is None or end.at >= until


def differences(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    """Compare one call in everything but queue_log."""
    if theirs.times_offered > 1:
        yield Difference(
            call=theirs.call,
            field="offered",
            ours="once",
            theirs=f"{theirs.times_offered} times",
            evidence=theirs.offered.place,
        )
    yield from _names(ours, theirs)
    yield from _times(ours, theirs, rule)
    if not alive(theirs, rule.until):
        yield from _outcome(ours, theirs)
        yield from _agent(ours, theirs, rule)
        yield from _end(ours, theirs, rule)
        yield from _ticket(ours)


def _names(ours: AuditedCall, theirs: Entry) -> Iterator[Difference]:
    for field, our, their in (
        ("number", ours.number, theirs.number),
        ("queue", ours.queue, theirs.queue),
    ):
        if our != their:
            yield _plain(theirs, field, our, their, theirs.offered)
    if ours.caller != theirs.caller:
        # Masked, the two may look the same.
        yield _plain(theirs, "caller", mask(ours.caller), f"another, {mask(theirs.caller)}", theirs.offered)


def _times(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    open_still = alive(theirs, rule.until)
    for field, our, their in (
        ("offered_at", ours.offered_at, theirs.offered),
        ("requested_at", ours.requested_at, theirs.requested),
        ("queued_at", ours.queued_at, theirs.queued),
        ("answered_at", ours.answered_at, theirs.answered),
        ("ended_at", ours.ended_at, theirs.ended),
    ):
        if their is None and our is not None and field == "ended_at":
            continue  # cut off by a restart, or open
        if (our is None or their is None) and open_still:
            continue
        if our is None and their is None:
            continue
        if our is None or their is None or abs(our - their.at) > rule.tolerance:
            apart = "" if our is None or their is None else f", {abs(our - their.at)} ms apart"
            yield Difference(
                call=theirs.call,
                field=field,
                ours=rule.shown(our),
                theirs=rule.shown(when(their)) + apart,
                evidence=(their or theirs.offered).place,
            )


def _outcome(ours: AuditedCall, theirs: Entry) -> Iterator[Difference]:
    end = theirs.ended or theirs.restart or theirs.offered
    our_outcome = outcome_of(ours.answered_at, ours.loss_stage, ours.ended_at)
    their_outcome = "lost" if theirs.answered is None else "answered"
    if our_outcome != their_outcome:
        yield _plain(theirs, "outcome", our_outcome, their_outcome, theirs.answered or end)
    stage, cause = theirs.loss
    if ours.loss_stage != stage:
        yield _plain(theirs, "loss_stage", ours.loss_stage or "none", stage or "none", theirs.lost or end)
    if ours.loss_cause != cause:
        yield _plain(theirs, "loss_cause", ours.loss_cause or "none", cause or "none", theirs.lost or end)
    if ours.rings != len(theirs.legs):
        yield _plain(theirs, "rings", str(ours.rings), str(len(theirs.legs)), end)


def _agent(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    """Compare the last agent to begin to speak with the caller; of two who begin at once, either may be named."""
    if not theirs.left_queue:
        leg = theirs.talked_with
        mark = theirs.ended or theirs.restart or theirs.offered if leg is None else leg.rung
        agents = [] if leg is None else [leg.agent]
    else:
        talks = [one for one in theirs.spells(when(theirs.ended)) if one.agent is not None and one.with_citizen]
        last = [one for one in talks if one.start >= talks[-1].start - rule.tolerance]
        mark = Mark(last[0].start, last[0].place) if last else theirs.offered
        agents = [one.agent for one in last if one.agent is not None]
    if ours.agent not in agents and (agents or ours.agent is not None):
        yield _plain(theirs, "agent", ours.agent or "none", " or ".join(agents) or "none", mark)


def _end(ours: AuditedCall, theirs: Entry, rule: Rule) -> Iterator[Difference]:
    end = theirs.ended or theirs.restart
    assert end is not None, "a call that is not alive has an end"
    if theirs.restart is not None:
        latest = theirs.restart.at + RESTART_MS
        if ours.ended_at is None or not theirs.last - rule.tolerance <= ours.ended_at <= latest:
            yield _plain(
                theirs,
                "ended_at",
                rule.shown(ours.ended_at),
                f"cut off between {rule.shown(theirs.last)} and Asterisk's start {rule.shown(theirs.restart.at)}",
                theirs.restart,
            )
    ended = ours.ended_at if theirs.ended is None else theirs.ended.at
    for field, our, their in (
        ("wait_ms", ours.wait_ms, theirs.wait_ms(ended)),
        ("talk_ms", ours.talk_ms, theirs.talk_ms(ended)),
    ):
        if abs(our - their) > rule.tolerance:
            yield _plain(theirs, field, f"{our} ms", f"{their} ms", end)


def _ticket(ours: AuditedCall) -> Iterator[Difference]:
    if ours.own_ticket is None:
        seen = "no ticket opened by it"
    elif ours.ticket_id is None:
        seen = f"put to none, though it opened {ours.own_ticket}"
    elif (ours.ticket_id == ours.own_ticket) == (ours.merged_into is None):
        return
    else:
        seen = f"{ours.own_ticket}, put to {ours.ticket_id}, merged into {ours.merged_into or 'none'}"
    yield Difference(
        call=ours.call_id, field="ticket", ours=seen, theirs="one ticket a call", evidence="the core's tables"
    )


def _plain(theirs: Entry, field: str, our: str, their: str, mark: Mark) -> Difference:
    return Difference(call=theirs.call, field=field, ours=our, theirs=their, evidence=mark.place)
