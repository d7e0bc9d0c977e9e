"""What a batch writes of segments and transfers, and what a ticket's history tells of each handing-on."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from acd.effects import CallRecord
from acd.names import CallId, Moment, RingResult, TicketId
from acd.transfer import TransferMode
from core.rows import CallRow, SegmentRow, TransferRow, segment_row, transfer_row


class TransferOutcome(StrEnum):
    """How a transfer ended."""

    COMPLETED = "completed"
    """The agent left, and the call went on."""
    KEPT = "kept"
    """The other side answered, and the call stayed with the agent."""
    CAME_BACK = "came_back"
    """The citizen came back from a step of the IVR."""
    GIVEN_UP = "given_up"
    """The call was over before anything of this."""
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    """The agent or the citizen gave it up while it rang, also by ending the call."""


_FAILED: Final = {
    RingResult.NO_ANSWER: TransferOutcome.NO_ANSWER,
    RingResult.REJECTED: TransferOutcome.REJECTED,
    RingResult.UNREACHABLE: TransferOutcome.UNREACHABLE,
    RingResult.CANCELLED: TransferOutcome.CANCELLED,
}
"""Rings that came to nothing."""


def outcome_of_transfer(transfer: TransferRow, call_ended: Moment | None) -> TransferOutcome | None:
    """Return how a transfer of a call ended; None: that is not known yet."""
    # A leg may end before Asterisk says how its ring did, and the agent of a released call is gone before the other
    # side has answered.
    untold = transfer.result is None and transfer.answered_at is None
    done = transfer.completed_at is not None and transfer.mode is not TransferMode.RELEASE
    if call_ended is None and (transfer.ended_at is None or (untold and not done)):
        return None
    if transfer.result in _FAILED:
        return _FAILED[transfer.result]
    if transfer.mode is TransferMode.SUSPEND:
        ended = transfer.completed_at or transfer.ended_at
        back = ended is not None and (call_ended is None or ended < call_ended)
        return TransferOutcome.CAME_BACK if back else TransferOutcome.GIVEN_UP
    if transfer.completed_at is not None:
        return TransferOutcome.COMPLETED
    if transfer.answered_at is not None:
        return TransferOutcome.KEPT
    # Asterisk may tell of the citizen's end before it tells of the ring that this end broke off.
    return TransferOutcome.GIVEN_UP if transfer.rung_at is None else TransferOutcome.CANCELLED


class Trace(Struct, frozen=True, kw_only=True):
    """What a ticket's history is to tell of one transfer."""

    transfer: TransferRow
    at: Moment
    what: str


class SpareRows(Struct, frozen=True, kw_only=True):
    """Keys of rows that a call had and has no more."""

    segments: list[tuple[CallId, int]]
    transfers: list[tuple[CallId, int]]


class CallParts:
    """The segments and transfers of the calls that a batch touches."""

    def __init__(self, calls: Iterable[CallRow], transfers: Iterable[TransferRow]) -> None:
        self._segments_before = {row.call_id: row.segments or 0 for row in calls}
        self._transfers: dict[CallId, dict[int, TransferRow]] = {}
        for row in transfers:
            self._transfers.setdefault(row.call_id, {})[row.number] = row
        self._numbers_before = {call: set(rows) for call, rows in self._transfers.items()}
        self._records: dict[CallId, CallRecord] = {}

    def write(self, record: CallRecord, ticket: TicketId | None) -> Iterator[Trace]:
        """Take what a record says instead of what was said before; yield what its ticket has not been told."""
        self._records[record.call] = record
        before = self._transfers.pop(record.call, {})
        for transfer in record.transfers:
            earlier = before.get(transfer.number)
            row = transfer_row(record.call, transfer, None if earlier is None else earlier.ticket_id)
            self._put(row)
            if row.ticket_id is None and ticket is not None:
                yield from self._told(row, ticket, record.ended_at)

    def merge(self, calls: Iterable[CallRow], told_in: TicketId, ticket: TicketId) -> Iterator[Trace]:
        """Yield what the ticket `ticket` is to be told of calls that come to it, and `told_in` was told."""
        for call in calls:
            for row in tuple(self._transfers.get(call.call_id, {}).values()):
                if row.ticket_id == told_in:
                    yield from self._told(row, ticket, call.ended_at)

    def _told(self, row: TransferRow, ticket: TicketId, call_ended: Moment | None) -> Iterator[Trace]:
        outcome = outcome_of_transfer(row, call_ended)
        if outcome is None:
            return
        self._put(replace(row, ticket_id=ticket))
        to = "" if row.third_agent is None else f" agent={row.third_agent}"
        times = (row.asked_at, row.answered_at, row.completed_at, row.ended_at or call_ended)
        at = max(at for at in times if at is not None)
        yield Trace(transfer=row, at=at, what=f"{row.mode} {row.destination} {outcome}{to}")

    def _put(self, row: TransferRow) -> None:
        self._transfers.setdefault(row.call_id, {})[row.number] = row

    def segments(self) -> Iterator[SegmentRow]:
        """Yield the segments of every call that was written."""
        for call, record in self._records.items():
            for ordinal, segment in enumerate(record.segments, start=1):
                yield segment_row(call, ordinal, segment)

    def transfers(self) -> Iterator[TransferRow]:
        """Yield the transfers of every call that is touched."""
        for rows in self._transfers.values():
            yield from rows.values()

    def spare_rows(self) -> SpareRows:
        """Return what is to be removed: rows of calls that were written anew with fewer."""
        segments = [
            (call, ordinal)
            for call, record in self._records.items()
            for ordinal in range(len(record.segments) + 1, self._segments_before.get(call, 0) + 1)
        ]
        transfers = [
            (call, number)
            for call in self._records
            for number in sorted(self._numbers_before.get(call, set()) - set(self._transfers.get(call, {})))
        ]
        return SpareRows(segments=segments, transfers=transfers)
