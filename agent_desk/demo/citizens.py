"""Who rings in, when, and how patient they are: one reproducible stream of visits; pure."""

from collections import deque
from collections.abc import Iterator
from enum import StrEnum
from random import Random

from msgspec import Struct

_MOBILE = ("130", "133", "135", "136", "138", "139", "150", "155", "158", "166", "177", "180", "186", "189", "199")
_LANDLINE = ("010", "020", "021", "022", "023", "024", "025", "027", "028", "029", "0371", "0532", "0571", "0755")
_LAST = 10_000
"""The last four digits count on, so that masked numbers of one run differ."""
_GREETING_AND_GOOD_BYE = 60.0
GREETING_SECONDS = (0.2, 1.5)
RING_SECONDS = (0.2, 0.7)
"""Quicker than the demo's agents answer."""


class Fate(StrEnum):
    """What a citizen will do if it comes to that."""

    TALK = "talk"
    LEAVE_GREETING = "leave_greeting"
    LEAVE_WAITING = "leave_waiting"
    LEAVE_RINGING = "leave_ringing"


class Demand(Struct, frozen=True, kw_only=True):
    """How citizens ring; shares are of all calls."""

    rate: float = 0.2
    """Calls a second."""
    seconds: float = 600.0
    abandon_greeting: float = 0.0
    abandon_waiting: float = 0.05
    abandon_ringing: float = 0.03
    patience: float = 90.0
    """Seconds in the queue, after which everybody gives up; those of `abandon_waiting` do much sooner."""
    talk: float = 60.0
    """Seconds of talk after which the citizen hangs up, if the agent has not."""
    numbers: tuple[str, ...] = ("12345",)
    """The numbers dialled; the first most often."""
    returning: float = 0.1
    """Share of citizens who have rung before in this run."""
    most: int | None = None
    """No more calls than this."""


class Visit(Struct, frozen=True, kw_only=True):
    """One call to come; times in seconds."""

    at: float
    """After the start."""
    caller: str
    number: str
    fate: Fate
    leave_after: float
    """In the stage named by the fate."""
    patience: float
    talk: float


def visits(demand: Demand, random: Random) -> Iterator[Visit]:
    """Yield calls at random (Poisson) until the time is over or there are enough."""
    at, first, count = random.expovariate(demand.rate), random.randrange(_LAST), 0
    fresh, over = deque[tuple[float, str]](), list[str]()
    longest = demand.patience + demand.talk + _GREETING_AND_GOOD_BYE
    while at < demand.seconds and (demand.most is None or count < demand.most):
        # Nobody rings again who may still be on the line.
        while fresh and fresh[0][0] + longest < at:
            over.append(fresh.popleft()[1])
        if over and random.random() < demand.returning:
            caller = over.pop(random.randrange(len(over)))
        else:
            caller = _number(random, (first + count) % _LAST)
        fresh.append((at, caller))
        count += 1
        fate = _fate(demand, random)
        yield Visit(
            at=at,
            caller=caller,
            number=_dialled(demand.numbers, random),
            fate=fate,
            leave_after=_leave_after(fate, demand, random),
            patience=demand.patience * random.uniform(0.7, 1.0),
            talk=demand.talk * random.uniform(0.5, 1.0),
        )
        at += random.expovariate(demand.rate)


def _number(random: Random, last: int) -> str:
    if random.random() < 0.75:
        return f"{random.choice(_MOBILE)}{random.randrange(10_000):04d}{last:04d}"
    return f"{random.choice(_LANDLINE)}{random.randint(2, 8)}{random.randrange(1_000):03d}{last:04d}"


def _dialled(numbers: tuple[str, ...], random: Random) -> str:
    first, *others = numbers
    return first if not others or random.random() < 0.8 else random.choice(others)


def _fate(demand: Demand, random: Random) -> Fate:
    drawn = random.random()
    for fate, share in (
        (Fate.LEAVE_GREETING, demand.abandon_greeting),
        (Fate.LEAVE_WAITING, demand.abandon_waiting),
        (Fate.LEAVE_RINGING, demand.abandon_ringing),
    ):
        if drawn < share:
            return fate
        drawn -= share
    return Fate.TALK


def _leave_after(fate: Fate, demand: Demand, random: Random) -> float:
    match fate:
        case Fate.LEAVE_GREETING:
            return random.uniform(*GREETING_SECONDS)
        case Fate.LEAVE_WAITING:
            return random.uniform(0.05, 0.3) * demand.patience
        case Fate.LEAVE_RINGING:
            return random.uniform(*RING_SECONDS)
        case Fate.TALK:
            return 0.0
