"""The table of transfer scenarios: each has a name and a group, and is played once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.live.transfer_play import Play

Act = Callable[[Play], Awaitable[None]]


class Group(StrEnum):
    """What is done to the product while scenarios of a group are played."""

    ORDINARY = "ordinary"
    """Nothing; some are played at the same time."""
    KILLED = "killed"
    """All come to the step at which our process is killed; then it is killed once, and started again for all."""
    FAR_KILLED = "far killed"
    """All come to the step at which the sub-centre's system is killed; it is never started again."""
    FAR_GONE = "far gone"
    """Asterisk has noticed that nobody is there any more."""
    FAR_DEAF = "far deaf"
    """In its place there is something that answers OPTIONS, and no INVITE."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One row."""

    name: str
    group: Group
    act: Act
    long: bool


TABLE: dict[str, Scenario] = {}


def scenario(name: str, group: Group = Group.ORDINARY, *, long: bool = False) -> Callable[[Act], Act]:
    """Put a play into the table.

    Args:
        long: it waits for a time-out of Asterisk's own, so it had better begin early.

    """

    def put(act: Act) -> Act:
        assert name not in TABLE, f"two scenarios are called {name}"
        TABLE[name] = Scenario(name=name, group=group, act=act, long=long)
        return act

    return put
