"""The single writer: journal a fact, fold it, hand out what should be done."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias

from msgspec.structs import replace

from acd.effects import (
    Accept,
    AddMember,
    CoreEffect,
    DeskEffect,
    HangUpLeg,
    OpenTicket,
    PauseMember,
    PbxEffect,
    Refuse,
    RemoveMember,
    ResumeMember,
    SaveTicket,
    WriteCall,
)
from acd.events import AnyEvent
from acd.fold import fold
from acd.state import Policy, State
from agent_desk.snapshots import Snapshot


class JournalPort(Protocol):
    """Where facts are kept."""

    on_durable: Callable[[int], None]
    take: Callable[[], Snapshot] | None

    def history(self, recorded: int, policy: Policy) -> Iterable[Snapshot | tuple[int, AnyEvent]]:
        """Yield what is to be folded: facts with their numbers, and snapshots that stand for those before them."""

    def append(self, event: AnyEvent) -> int:
        """Keep a fact; return its number."""


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
    ) -> None:
        self.state = state
        self._journal = journal
        self._pbx = pbx
        self._core = core
        self._desk = desk
        self._changed = changed
        self._recorded = recorded
        self._number = 0
        """Of the newest fact folded."""
        self._undurable: deque[tuple[int, CoreEffect]] = deque()
        self._unwritten: deque[tuple[int, CoreEffect]] = deque()
        """Handed to the core, which has perhaps not written them."""
        journal.on_durable = self._durable
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
                if isinstance(effect, OpenTicket | SaveTicket | WriteCall):
                    self._again(self._number, effect, recorded)
        return count

    def snapshot(self) -> Snapshot:
        """Return the floor as it is, with what the ticket core may not have yet."""
        recorded = self._recorded()
        waiting = (*self._unwritten, *self._undurable)
        return Snapshot(
            number=self._number,
            state=self.state,
            recorded=recorded,
            effects=tuple(one for one in waiting if one[0] > recorded),
        )

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
        for effect in step.effects:
            match effect:
                case AddMember() | RemoveMember() | PauseMember() | ResumeMember() | HangUpLeg():
                    if not missed:
                        self._pbx(effect)
                case OpenTicket() | SaveTicket() | WriteCall():
                    self._undurable.append((number, effect))
                case Accept() | Refuse():
                    self._desk(effect)
        self._changed()

    def _resume(self, snapshot: Snapshot, recorded: int) -> None:
        """Go on from a snapshot; the rules are today's, not those it was folded by."""
        self.state = replace(snapshot.state, policy=self.state.policy)
        self._number = snapshot.number
        for number, effect in snapshot.effects:
            self._again(number, effect, recorded)

    def _again(self, number: int, effect: CoreEffect, recorded: int) -> None:
        if number > recorded:
            self._unwritten.append((number, effect))
            self._core(number, effect)

    def _durable(self, number: int) -> None:
        while self._undurable and self._undurable[0][0] <= number:
            one = self._undurable.popleft()
            self._unwritten.append(one)
            self._core(*one)
        written = self._recorded()
        while self._unwritten and self._unwritten[0][0] <= written:
            self._unwritten.popleft()
