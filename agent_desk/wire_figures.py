"""What screens show of transfers over a day, as types: counts that balance, and each rate with its counts.

Times are Moments (milliseconds since the epoch). The rules of the rates are in the catalogue, by their keys.
"""

from msgspec import Struct

from acd.names import DestinationKey, Moment
from agent_desk.wire_views import Rate


class LineFigures(Struct, frozen=True, kw_only=True):
    """How one line of the directory answered.

    Always asked = answered + no_answer + rejected + unreachable + cancelled + not_known + ringing.
    """

    destination: DestinationKey
    asked: int
    answered: int
    no_answer: int
    rejected: int
    """Busy, or refused."""
    unreachable: int
    cancelled: int
    """Given up here while it rang."""
    not_known: int
    ringing: int
    completed: int
    """The agent left, and the call went on."""
    answer_rate: Rate
    three_party: Rate


class HandOffs(Struct, frozen=True, kw_only=True):
    """How often citizens were sent on."""

    calls: int
    """Answered calls."""
    handed_on: int
    """Calls with one hand-off or more."""
    hand_offs: int
    most: int
    """The most of one call."""
    per_call: str | None
    """With two decimals; None: no call was answered."""


class TransferDay(Struct, frozen=True, kw_only=True):
    """Transfers asked for on one local day, and hand-offs of the calls that came on it."""

    since: Moment
    until: Moment
    at: Moment
    """When this was counted."""
    unwritten: int
    """Changes of calls that are not counted yet, as they are still to be written."""
    lines: tuple[LineFigures, ...]
    """By key; only those that were asked for."""
    total: LineFigures
    """The sum of all lines; its destination is empty."""
    three_completed: int
    """Three-party calls that went on without the agent."""
    hand_offs: HandOffs
