"""What effects do to calls and tickets, in memory; `core.recorder` loads a book and writes it back."""

from collections.abc import Iterable
from typing import assert_never

from acd.effects import BookEffect, CallRecord, OpenTicket, RingBack, SaveTicket, WriteCall
from acd.events import TicketForm
from acd.names import AgentId, CallId, Moment, TicketId
from core import owed
from core.callers import normalise
from core.handing_on import CallParts, Trace
from core.lifecycle import OPEN_STAGES, EventKind, Stage
from core.rows import FORM_KEYS, SYSTEM, TELEPHONE, CallRow, EventRow, TicketRow, TransferRow, call_row


class EffectRefused(Exception):
    """An effect that cannot be written as it is; the text says why in one sentence."""


class Book:
    """The calls and tickets a batch touches, and the history lines it adds.

    Every method either does all of what it says or raises before it has changed anything.
    """

    def __init__(self, calls: list[CallRow], tickets: list[TicketRow], transfers: Iterable[TransferRow] = ()) -> None:
        self.calls = {row.call_id: row for row in calls}
        self.parts = CallParts(calls, transfers)
        self.tickets = {row.ticket_id: row for row in tickets}
        self.events: list[EventRow] = []
        self._own = {row.call_id: row for row in tickets if row.call_id is not None}

    def apply(self, effect: BookEffect) -> None:
        """Apply one effect.

        Raises:
            EffectRefused: it contradicts the rows or itself; nothing was changed.
        """
        match effect:
            case WriteCall():
                self._write_call(effect.record)
            case OpenTicket():
                self._open_ticket(effect)
            case SaveTicket():
                self._save_ticket(effect)
            case RingBack():
                self._ring_back(effect)
            case _:
                assert_never(effect)

    # --- calls ---

    def _write_call(self, record: CallRecord) -> None:
        _refuse_broken(record)
        stored = self.calls.get(record.call)
        if stored is not None and _progress(stored) > _progress(record):
            return
        ticket = self._link(record, stored)
        self.calls[record.call] = call_row(record, ticket)
        told = None if ticket is None else self.tickets.get(ticket)
        traces = self.parts.write(record, None if told is None else told.ticket_id)
        self._tell_transfers(traces, told)

    def _link(self, record: CallRecord, stored: CallRow | None) -> TicketId | None:
        """Return the ticket of a call: once linked, only an agent's merging moves it."""
        if stored is not None and stored.ticket_id is not None:
            return stored.ticket_id
        own = self._own.get(record.call)
        if own is not None:
            return self._last(own).ticket_id
        if record.ticket is None:
            if record.ended_at is not None:
                raise EffectRefused(f"call {record.call} ended without a ticket")
            return None
        named = self.tickets.get(record.ticket)
        if named is None:
            named = self._open_from(record, record.ticket)
        return self._last(named).ticket_id

    def _open_from(self, record: CallRecord, ticket: TicketId) -> TicketRow:
        """Open the ticket that a record names before its OpenTicket came."""
        times = (record.answered_at, record.ended_at, record.offered_at)
        return self._open(
            OpenTicket(
                ticket=ticket,
                call=record.call,
                caller=record.caller,
                number=record.number,
                at=next(at for at in times if at is not None),
                agent=record.agent,
                missed=record.answered_at is None and record.loss_stage is not None,
            )
        )

    # --- tickets ---

    def _open_ticket(self, effect: OpenTicket) -> None:
        there = self.tickets.get(effect.ticket)
        if there is not None:
            if there.call_id != effect.call:
                raise EffectRefused(f"ticket {effect.ticket} for call {effect.call} is call {there.call_id}'s already")
            if there.saved_at is None and there.merged_into is None:
                _open_again(there, effect)
            return
        own = self._own.get(effect.call)
        if own is not None:
            raise EffectRefused(f"call {effect.call} has ticket {own.ticket_id} and cannot open {effect.ticket} too")
        self._open(effect)

    def _open(self, effect: OpenTicket) -> TicketRow:
        key = normalise(effect.caller)
        row = TicketRow(
            ticket_id=effect.ticket,
            channel=TELEPHONE,
            stage=Stage.ACCEPTED,
            opened_at=effect.at,
            updated_at=effect.at,
            call_id=effect.call,
            agent=effect.agent,
            caller=effect.caller,
            caller_key=key,
            number=effect.number,
            missed=effect.missed,
            callback=owed.at_opening(effect.missed, key),
        )
        self.tickets[row.ticket_id] = row
        self._own[effect.call] = row
        call = self.calls.get(effect.call)
        if call is not None and call.ticket_id is None:
            call.ticket_id = row.ticket_id
        self._note(row, effect.at, effect.agent, EventKind.OPENED, "missed" if effect.missed else "")
        return row

    def _save_ticket(self, effect: SaveTicket) -> None:
        own = self._own.get(effect.call)
        if own is None:
            raise EffectRefused(f"call {effect.call} has no ticket to be saved")
        was_refused = bool(own.not_accepted)
        self._note(own, effect.at, effect.agent, EventKind.SAVED, effect.form.text)
        wanted = effect.merge_into
        last = self._last(own)
        if wanted is not None and wanted not in (own.merged_into, last.ticket_id):
            self._merge(own, wanted, effect)
        elif wanted == own.ticket_id and own.merged_into is None:
            self._refuse_merge(own, wanted, effect, "own_ticket")
        elif last is not own:
            self._note_repeat(last, own, effect)
        _write_form(own, effect.form, effect.at)
        if own.merged_into is None:
            _settle_acceptance(own, was_refused)

    def _merge(self, own: TicketRow, wanted: TicketId, effect: SaveTicket) -> None:
        """Put the call of `own` to the ticket `wanted`, or note on `own` why not."""
        target = self.tickets.get(wanted)
        reason = _why_not(own, target)
        if target is None or reason:
            self._refuse_merge(own, wanted, effect, reason)
            return
        own.merged_into = target.ticket_id
        own.stage = Stage.CLOSED
        self._settle_debts(own, target, effect)
        # Calls that were put to `own` before go along; they are the same matter.
        moved = [one for one in self.calls.values() if one.ticket_id == own.ticket_id or one.call_id == effect.call]
        for call in moved:
            call.ticket_id = target.ticket_id
        self._note(own, effect.at, effect.agent, EventKind.MERGED, target.ticket_id)
        self._note_repeat(target, own, effect)
        self._tell_transfers(self.parts.merge(moved, own.ticket_id, target.ticket_id), target)

    def _refuse_merge(self, own: TicketRow, wanted: TicketId, effect: SaveTicket, reason: str) -> None:
        self._note(own, effect.at, effect.agent, EventKind.MERGE_REFUSED, f"{wanted} {reason}")
        last = self._last(own)
        if last is not own:
            self._note_repeat(last, own, effect)

    def _note_repeat(self, target: TicketRow, own: TicketRow, effect: SaveTicket) -> None:
        """Tell the earlier ticket of the call; a missed call's ticket has no form until such a call fills it.

        `own` has its former form yet: what this call filled in before, it may change.
        """
        if owed.reached(own, target) and target.form in (None, own.form):
            _write_form(target, effect.form, effect.at)
        target.updated_at = effect.at
        self._note(
            target, effect.at, effect.agent, EventKind.REPEAT_CALL, f"{own.ticket_id} {effect.form.text}".rstrip()
        )

    def _ring_back(self, effect: RingBack) -> None:
        own = self._own.get(effect.call)
        if own is None:
            raise EffectRefused(f"call {effect.call} has no ticket whose caller could be rung back")
        if owed.owe(own, effect.at):
            self._note(own, effect.at, None, EventKind.CALLBACK_DUE, effect.call)
        last = self._last(own)
        if last is not own:
            self._settle_debts(own, last, effect)

    def _settle_debts(self, own: TicketRow, target: TicketRow, effect: RingBack | SaveTicket) -> None:
        if owed.put_to(own, target, effect.at):
            self._note(target, effect.at, None, EventKind.CALLBACK_DUE, effect.call)

    def _tell_transfers(self, traces: Iterable[Trace], ticket: TicketRow | None) -> None:
        for trace in traces:
            assert ticket is not None, "only a call with a ticket leaves traces"
            self._note(ticket, trace.at, trace.transfer.agent, EventKind.TRANSFERRED, trace.what)

    def _last(self, ticket: TicketRow) -> TicketRow:
        """Return the ticket at the end of the merges that begin at `ticket`."""
        seen = {ticket.ticket_id}
        while ticket.merged_into is not None and ticket.merged_into not in seen:
            seen.add(ticket.merged_into)
            ticket = self.tickets[ticket.merged_into]
        return ticket

    def _note(self, ticket: TicketRow, at: Moment, actor: AgentId | None, kind: EventKind, what: str) -> None:
        who = SYSTEM if actor is None else actor
        line = EventRow(ticket_id=ticket.ticket_id, at=at, actor=who, kind=kind, what=_storable(what))
        self.events.append(line)


def touched(effect: BookEffect) -> tuple[CallId, tuple[TicketId, ...]]:
    """Return the call and the tickets by which an effect's rows are found."""
    match effect:
        case WriteCall():
            ticket = effect.record.ticket
            return effect.record.call, () if ticket is None else (ticket,)
        case OpenTicket():
            return effect.call, (effect.ticket,)
        case SaveTicket():
            return effect.call, () if effect.merge_into is None else (effect.merge_into,)
        case RingBack():
            return effect.call, ()
        case _:
            assert_never(effect)


def _progress(row: CallRow | CallRecord) -> tuple[bool, bool, bool, bool]:
    """Return how far a call has come; a record never takes a call back."""
    return (
        row.ended_at is not None,
        row.answered_at is not None,
        row.queued_at is not None,
        row.requested_at is not None,
    )


def _refuse_broken(record: CallRecord) -> None:
    if record.answered_at is not None and record.agent is None:
        raise EffectRefused(f"call {record.call} was answered by nobody")
    if record.answered_at is not None and record.loss_stage is not None:
        raise EffectRefused(f"call {record.call} is both answered and lost at {record.loss_stage}")
    if record.ended_at is not None and record.answered_at is None and record.loss_stage is None:
        raise EffectRefused(f"call {record.call} ended neither answered nor lost at a stage")
    spells = (record.wait_ms, record.talk_ms, record.hold_ms, record.consult_ms, record.conference_ms)
    if min(*spells, record.rings) < 0:
        raise EffectRefused(f"call {record.call} has a negative duration or count")


def _why_not(own: TicketRow, target: TicketRow | None) -> str:
    """Return the key of the reason why `own` cannot be merged into `target`; empty if it can."""
    if target is None:
        return "no_such_ticket"
    if target is own:
        return "own_ticket"
    if own.stage not in (Stage.ACCEPTED, Stage.CLOSED):
        return "handled_already"
    if not own.caller_key or own.caller_key != target.caller_key:
        return "other_caller"
    if target.merged_into is not None or target.stage not in OPEN_STAGES:
        return "not_open"
    return ""


def _write_form(ticket: TicketRow, form: TicketForm, at: Moment) -> None:
    for key in FORM_KEYS:
        value = getattr(form, key)
        setattr(ticket, key, _storable(value) if isinstance(value, str) else value)
    ticket.saved_at = at
    ticket.updated_at = at


def _open_again(ticket: TicketRow, effect: OpenTicket) -> None:
    """Correct a ticket that nobody has written into yet, for example one opened from the call's record."""
    ticket.agent = effect.agent
    ticket.opened_at = ticket.updated_at = effect.at
    if effect.missed:
        owed.owe(ticket, effect.at)


def _settle_acceptance(ticket: TicketRow, was_refused: bool) -> None:
    """Close a demand that is not accepted; open it again when the next save accepts it after all."""
    if ticket.not_accepted and ticket.stage is Stage.ACCEPTED:
        ticket.stage = Stage.CLOSED
    elif was_refused and not ticket.not_accepted and ticket.stage is Stage.CLOSED:
        ticket.stage = Stage.ACCEPTED


def _storable(text: str) -> str:
    """Return `text` without the one character that PostgreSQL keeps in no text."""
    return text.replace("\0", "")
