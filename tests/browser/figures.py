"""The transfers of a day, as the server counts them."""

from acd.figures import DAY, day_of
from acd.names import DestinationKey, Millis, Moment
from agent_desk.transfer_day import transfer_day
from agent_desk.wire_figures import TransferDay
from core.transfer_figures import ConferenceCounts, DestinationCounts, HandOffCounts, TransferFigures
from tests.browser import views

BEIJING = Millis(8 * 3_600_000)


def line(key: str, answered: int, *failed: int, **changes: int) -> DestinationCounts:
    """A line that answered so often, and failed in each way so often: no answer, busy, unreachable, given up."""
    no_answer, rejected, unreachable, cancelled = failed or (0, 0, 0, 0)
    tried = answered + sum(failed)
    values = {"asked": tried, "tried": tried, "not_known": 0, "completed": answered, "three_tried": 0} | changes
    return DestinationCounts(
        destination=DestinationKey(key),
        answered=answered,
        no_answer=no_answer,
        rejected=rejected,
        unreachable=unreachable,
        cancelled=cancelled,
        **({"three_joined": 0} | values),
    )


def busy() -> list[DestinationCounts]:
    """A working day: every line of the directory was asked for, some a thousand times."""
    keys = [one.key for one in views.catalogue().destinations if one.number]
    lines = [line(key, 3 + n % 7, n % 3, n % 2, 0, n % 4 // 3) for n, key in enumerate(keys) if key != "tax"]
    first = line("tax", 1_204, 61, 12, 4, 19, asked=1_302, completed=1_190, three_tried=1_233, three_joined=1_171)
    return [first, *lines]


def day(
    lines: list[DestinationCounts] | None = None, *, back: int = 0, age: int = 1_000, unwritten: int = 0
) -> TransferDay:
    """What the server answers of a day; without lines, of a busy one.

    Args:
        age: how long ago it was counted, in milliseconds.

    """
    shown = busy() if lines is None else lines
    since = Moment(day_of(Moment(views.now()), BEIJING) - back * DAY)
    hand_offs = sum(one.completed for one in shown)
    handed_on = hand_offs - hand_offs // 9
    counted = TransferFigures(
        since=since,
        until=Moment(since + DAY),
        destinations=tuple(shown),
        conferences=ConferenceCounts(
            tried=sum(one.three_tried for one in shown),
            joined=sum(one.three_joined for one in shown),
            completed=hand_offs // 2,
        ),
        hand_offs=HandOffCounts(
            answered_calls=4_480 if shown else 0, handed_on=handed_on, hand_offs=hand_offs, most=3 if shown else 0
        ),
    )
    return transfer_day(counted, views.ago(age), unwritten)
