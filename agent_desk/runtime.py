"""The single writer: journal a fact, fold it, hand out what should be done."""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias, assert_never

from msgspec.structs import replace

from acd.effects import (
    Accept,
    AddMember,
    CallThird,
    CallWatcher,
    CoreEffect,
    DeskEffect,
    HangUpLeg,
    MoveLegs,
    OpenTicket,
    PauseMember,
    PbxEffect,
    Refuse,
    RemoveMember,
    ResumeMember,
    RingBack,
    SaveTicket,
    TurnWatcher,
    WriteAccess,
    WriteCall,
)
from acd.events import AnyEvent
from acd.fold import fold
from acd.state import Policy, State
from agent_desk.snapshots import Snapshot

log = logging.getLogger(__name__)


class JournalPort(Protocol):
    """Where facts are kept."""

    on_durable: Callable[[int], None]
    on_stuck: Callable[[], None]
    take: Callable[[], Snapshot] | None

    @property
    def error(self) -> str | None:
        """Why nothing can be written just now; None: all is well."""

    def history(self, recorded: int, policy: Policy) -> Iterable[Snapshot | tuple[int, AnyEvent]]:
        """Yield what is to be folded: facts with their numbers, and snapshots that stand for those before them."""

    def append(self, event: AnyEvent) -> int:
        """Keep a fact; return its number."""


MOST_WAITING = 100_000
"""An hour and a half of a large city, some 130 MB."""

CoreSink: TypeAlias = Callable[[int, CoreEffect], None]


class Runtime:
    """The floor, its journal, and the three places effects go to.

    Args:
        state: the empty floor with its policy.
        journal: where facts are kept.
        pbx, core, desk: take an effect without blocking; `core` also takes the fact's number, and gets an effect
            only when its fact is on disk, so that the ticket core is never ahead of the journal.
        changed: called after each fact.
        recorded: how far the ticket core is.
        most_waiting: wishes for the core that are held at most while it is away. Those of later facts are left out, and
            told again from the journal (`agent_desk.telling`).

    """

    def __init__(
        self,
        state: State,
        journal: JournalPort,
        *,
        pbx: Callable[[PbxEffect], None],
        core: CoreSink,
        desk: Callable[[DeskEffect], None],
        changed: Callable[[], None],
        recorded: Callable[[], int] = lambda: 0,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.state = state
        self._journal = journal
        self._pbx = pbx
        self._core = core
        self._desk = desk
        self._changed = changed
        self._recorded = recorded
        self._most = most_waiting
        self._number = 0
        """Of the newest fact folded."""
        self.on_disk = 0
        """The newest number of which we were told that it is on disk: nothing up to it waits for that any more."""
        self.newest_wish = 0
        """Number of the newest fact that made a wish for the core, as far as this process knows."""
        self._undurable: deque[tuple[int, CoreEffect]] = deque()
        self._unasked: deque[tuple[int, PbxEffect]] = deque()
        """Wishes for Asterisk that wait until their fact is on disk, as after a crash we must know of them."""
        self._unwritten: deque[tuple[int, CoreEffect]] = deque()
        """Handed to the core, which has perhaps not written them."""
        self._held: deque[tuple[int, CoreEffect]] | None = None
        """On disk, and waiting until those left out are told; None: they are left out too."""
        self.left_out: int | None = None
        """Wishes of facts after this number were not handed over; None: none are left out."""
        journal.on_durable = self._durable
        journal.on_stuck = self._ask_at_once
        journal.take = self.snapshot

    def replay(self, recorded: int) -> int:
        """Fold the journal anew; ticket effects after number `recorded` are handed out again. Return the count."""
        count = 0
        for entry in self._journal.history(recorded, self.state.policy):
            if isinstance(entry, Snapshot):
                self._resume(entry, recorded)
                continue
            self._number, event = entry
            step = fold(self.state, event)
            self.state = step.state
            count += 1
            for effect in step.effects:
                if isinstance(effect, CoreEffect):
                    self._again(self._number, effect, recorded)
        self.on_disk = self._number
        return count

    @property
    def waiting(self) -> int:
        """Wishes handed to the core and not written, as far as we know."""
        return len(self._unwritten)

    def snapshot(self) -> Snapshot:
        """Return the floor as it is, with what the ticket core may not have yet."""
        recorded = self._recorded()
        waiting = (*self._unwritten, *(self._held or ()), *self._undurable)
        return Snapshot(
            number=self._number,
            state=self.state,
            recorded=recorded,
            effects=tuple(one for one in waiting if one[0] > recorded),
            told=self.left_out,
        )

    def hold(self) -> None:
        """Leave out no more: what comes from now on waits until `tell_again` has told the rest."""
        if self._held is None:
            self._held = deque()

    def tell_again(self, wishes: Iterable[tuple[int, CoreEffect]], until: int) -> None:
        """Hand over what was left out, read from the journal again.

        Args:
            wishes: all of the facts after `left_out`, up to number `until`.

        """
        for one in wishes:
            self._unwritten.append(one)
            self._core(*one)
        self.left_out = until
        if self._held is not None:
            held, self._held, self.left_out = self._held, None, None
            for one in held:
                self._hand_over(*one)

    def feed(self, event: AnyEvent, *, missed: bool = False) -> None:
        """Take a fact. If `fold` raises, nothing happened; the journal has no such line and none that changes nothing.

        Args:
            missed: it happened while we did not listen: what it would have made us ask of Asterisk is out of date,
                and the snapshot that follows tells how things stand.

        """
        step = fold(self.state, event)
        if step.state is self.state and not step.effects:
            return  # folded again it would change nothing either: the journal is as good without it
        self._number = number = self._journal.append(event)
        self.state = step.state
        moves = any(isinstance(effect, MoveLegs | CallThird) for effect in step.effects)
        wait = bool(self._unasked) or (moves and self._journal.error is None)
        for effect in step.effects:
            match effect:
                case (
                    AddMember()
                    | RemoveMember()
                    | PauseMember()
                    | ResumeMember()
                    | HangUpLeg()
                    | MoveLegs()
                    | CallThird()
                    | CallWatcher()
                    | TurnWatcher()
                ):
                    if missed:
                        continue
                    if wait:  # all of them, or a leg would be hung up before the others are moved
                        self._unasked.append((number, effect))
                    else:
                        self._pbx(effect)
                case OpenTicket() | SaveTicket() | RingBack() | WriteCall() | WriteAccess():
                    self.newest_wish = number
                    self._undurable.append((number, effect))
                case Accept() | Refuse():
                    self._desk(effect)
                case _:
                    assert_never(effect)
        self._changed()

    def _resume(self, snapshot: Snapshot, recorded: int) -> None:
        """Go on from a snapshot; the rules are today's, not those it was folded by."""
        self.state = replace(snapshot.state, policy=self.state.policy)
        self._number = snapshot.number
        for number, effect in snapshot.effects:
            if snapshot.told is None or number <= snapshot.told:
                self._again(number, effect, recorded)
        if snapshot.told is not None and self.left_out is None:
            self.left_out = max(snapshot.told, recorded)

    def _again(self, number: int, effect: CoreEffect, recorded: int) -> None:
        if number > recorded:
            self.newest_wish = number
            self._hand_over(number, effect)

    def _ask_at_once(self) -> None:
        """The disk refuses: a citizen who is to be moved does not wait for it."""
        while self._unasked:
            self._pbx(self._unasked.popleft()[1])

    def _durable(self, number: int) -> None:
        self.on_disk = number
        while self._unasked and self._unasked[0][0] <= number:
            self._pbx(self._unasked.popleft()[1])
        while self._undurable and self._undurable[0][0] <= number:
            self._hand_over(*self._undurable.popleft())
        written = self._recorded()
        while self._unwritten and self._unwritten[0][0] <= written:
            self._unwritten.popleft()

    def _hand_over(self, number: int, effect: CoreEffect) -> None:
        """Hand a wish to the core, or leave it out: its fact is on disk. A number's wishes are never parted."""
        last = self._unwritten[-1][0] if self._unwritten else number
        if self.left_out is None and last != number and len(self._unwritten) >= self._most:
            log.warning(
                "the core is too far behind: what follows is told from the journal later", extra={"after": last}
            )
            self.left_out = last
        if self.left_out is None:
            self._unwritten.append((number, effect))
            self._core(number, effect)
        elif self._held is not None:
            self._held.append((number, effect))
