"""Asterisk's queue_log: what app_queue noted about calls, in whole seconds."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from acd.names import AgentId, CallId, Moment, QueueName
from telephony.numbered_lines import NumberedLines

RESTARTED: Final = "QUEUESTART"
"""The verb of the row that Asterisk writes when it starts."""
_WANTED: Final = frozenset(
    {
        RESTARTED,
        *("ENTERQUEUE", "CONNECT", "ABANDON", "COMPLETEAGENT", "COMPLETECALLER"),
        *("EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY", "RINGNOANSWER", "RINGCANCELED"),
    }
)


class QueueRow(Struct, frozen=True, kw_only=True):
    """One row about one call, or that Asterisk started."""

    at: Moment
    """The second in which it was written: what happened, happened at most 999 ms later."""
    call: CallId
    queue: QueueName
    agent: AgentId
    """`NONE` where the row is about no agent."""
    verb: str
    data: tuple[str, ...]
    place: str

    def number(self, column: int) -> int:
        """Return a whole number of the row's own columns, counted from 0.

        Raises:
            ValueError: the row has no such number.

        """
        if column >= len(self.data) or not self.data[column].isdigit():
            raise ValueError(f"{self.place} has no number in column {column + 6}")
        return int(self.data[column])


def queue_rows(lines: NumberedLines, since: Moment) -> Iterator[QueueRow]:
    """Yield the rows about calls, and those of Asterisk's starts, from `since` on; others are left out.

    Raises:
        OSError: the log cannot be read.

    """
    for line in lines:
        # Most rows are about pauses: they are cut no further than their verb.
        head = line.split("|", 5)
        if len(head) < 6 or head[4] not in _WANTED or not head[0].isdigit():
            continue
        at = Moment(int(head[0]) * 1000)
        if at + 1000 > since:
            yield QueueRow(
                at=at,
                call=CallId(head[1]),
                queue=QueueName(head[2]),
                agent=AgentId(head[3]),
                verb=head[4],
                data=tuple(head[5].rstrip("\n").split("|")),
                place=lines.place,
            )
