"""Who is owed a call back (漏接回拨): who was never answered, and who was lost while they waited for an agent again."""

from acd.names import Moment
from core.lifecycle import Callback
from core.rows import TicketRow


def at_opening(missed: bool, caller_key: str) -> Callback:
    """Return what the caller of a new ticket is owed."""
    if not missed:
        return Callback.NONE
    return Callback.DUE if caller_key else Callback.IMPOSSIBLE


def owe(ticket: TicketRow, at: Moment) -> bool:
    """Owe a ticket's caller a call back, closed or not; return False if they were owed one already."""
    if ticket.callback in (Callback.DUE, Callback.IMPOSSIBLE):
        return False
    ticket.missed, ticket.callback = True, at_opening(True, ticket.caller_key)
    ticket.updated_at = at
    return True


def put_to(own: TicketRow, target: TicketRow, at: Moment) -> bool:
    """Settle what is owed when `own` is put to `target`; return whether `target` owes something new.

    A caller who was answered this time was reached; what `own` itself owes goes along.
    """
    if reached(own, target) and target.callback is Callback.DUE:
        target.callback = Callback.DONE
    if own.callback is not Callback.DUE:
        return False
    own.callback = Callback.DONE
    return owe(target, at)


def reached(own: TicketRow, target: TicketRow) -> bool:
    """Whether the call of `own`, put to `target`, is a talk with a caller who was owed a call back."""
    return target.missed and not own.missed
