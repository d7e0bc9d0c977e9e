"""The single writer: journal a fact, fold it, hand out what should be done."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias

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
from acd.state import State


class JournalPort(Protocol):
    """Where facts are kept."""

    on_durable: Callable[[int], None]

    def read(self) -> Iterable[tuple[int, AnyEvent]]:
        """Yield every fact kept, with its number."""

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
    ) -> None:
        self.state = state
        self._journal = journal
        self._pbx = pbx
        self._core = core
        self._desk = desk
        self._changed = changed
        self._undurable: deque[tuple[int, CoreEffect]] = deque()
        journal.on_durable = self._durable

    def replay(self, recorded: int) -> int:
        """Fold the journal anew; ticket effects after number `recorded` are handed out again. Return the count."""
        count = 0
        for number, event in self._journal.read():
            step = fold(self.state, event)
            self.state = step.state
            count += 1
            if number > recorded:
                for effect in step.effects:
                    if isinstance(effect, OpenTicket | SaveTicket | WriteCall):
                        self._core(number, effect)
        return count

    def feed(self, event: AnyEvent, *, missed: bool = False) -> None:
        """Take one fact. If `fold` raises, nothing happened and the journal has no such line.

        Args:
            missed: it happened while we did not listen: what it would have made us ask of Asterisk is out of date,
                and the snapshot that follows tells how things stand.

        """
        step = fold(self.state, event)
        number = self._journal.append(event)
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

    def _durable(self, number: int) -> None:
        while self._undurable and self._undurable[0][0] <= number:
            self._core(*self._undurable.popleft())
