"""The single writer: journal first, effects to their places, ticket effects only for what is on disk."""

from collections.abc import Callable, Iterable

import pytest

from acd.effects import AddMember, CoreEffect, DeskEffect, PbxEffect, Refuse
from acd.events import AnyEvent, SignInAsked
from acd.names import Moment, Phone, RequestId
from acd.refusal import Refusal
from acd.state import Policy, State
from agent_desk import runtime as runtime_module
from agent_desk.runtime import Runtime
from agent_desk.snapshots import Snapshot
from tests.acd.playbook import A1, C1, POLICY, Q, Story, call_over, member_added, offered


class ListJournal:
    """A journal in memory; its disk is as slow as a test wants."""

    def __init__(self, *kept: AnyEvent) -> None:
        self.kept = list(kept)
        self.before: Snapshot | None = None
        self.on_durable: Callable[[int], None] = lambda _: None
        self.take: Callable[[], Snapshot] | None = None
        self.broken = False

    def history(self, recorded: int, policy: Policy) -> Iterable[Snapshot | tuple[int, AnyEvent]]:
        first = 1 if self.before is None else self.before.number + 1
        return [*([] if self.before is None else [self.before]), *enumerate(self.kept, start=first)]

    def append(self, event: AnyEvent) -> int:
        if self.broken:
            raise OSError("no space left on device")
        self.kept.append(event)
        return len(self.kept)


class Places:
    """Where effects go."""

    def __init__(self) -> None:
        self.pbx: list[PbxEffect] = []
        self.core: list[tuple[int, CoreEffect]] = []
        self.desk: list[DeskEffect] = []
        self.changes = 0

    def changed(self) -> None:
        self.changes += 1


def running(journal: ListJournal) -> tuple[Runtime, Places]:
    places = Places()
    runtime = Runtime(
        State(policy=POLICY),
        journal,
        pbx=places.pbx.append,
        core=lambda number, effect: places.core.append((number, effect)),
        desk=places.desk.append,
        changed=places.changed,
    )
    return runtime, places


def lost_call() -> tuple[AnyEvent, ...]:
    story = Story()
    return offered(C1, story.then()), call_over(C1, story.then())


def sign_in(at: int = 1) -> SignInAsked:
    return SignInAsked(at=Moment(at), agent=A1, request=RequestId("r1"), name="坐席", phone=Phone.SIP, queues=(Q,))


def test_ticket_effects_wait_until_their_fact_is_on_disk() -> None:
    journal = ListJournal()
    runtime, places = running(journal)
    for fact in lost_call():
        runtime.feed(fact)
    assert places.core == []
    journal.on_durable(1)
    assert places.core == [], "the first fact led to nothing, the second is not on disk"
    journal.on_durable(2)
    assert [number for number, _ in places.core] == [2, 2]


def test_effects_for_asterisk_and_the_desk_go_at_once() -> None:
    journal = ListJournal()
    runtime, places = running(journal)
    runtime.feed(sign_in())
    assert [type(effect) for effect in places.desk] == [Refuse]
    story = Story()
    runtime.state = story.state
    runtime.feed(sign_in(story.then()))
    assert [type(effect) for effect in places.pbx] == [AddMember]
    assert places.changes == 2


def test_a_fact_that_cannot_be_folded_is_not_journalled(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(state: State, event: AnyEvent) -> None:
        raise AssertionError("a defect")

    journal = ListJournal()
    runtime, places = running(journal)
    monkeypatch.setattr(runtime_module, "fold", fail)
    with pytest.raises(AssertionError):
        runtime.feed(sign_in())
    assert journal.kept == []
    assert places.changes == 0


def test_a_fact_that_cannot_be_journalled_changes_nothing() -> None:
    journal = ListJournal()
    runtime, places = running(journal)
    before, journal.broken = runtime.state, True
    with pytest.raises(OSError, match="no space"):
        runtime.feed(sign_in())
    assert runtime.state is before
    assert places.desk == []


def test_a_replay_gives_the_same_state_and_does_nothing_to_asterisk_or_desks() -> None:
    journal = ListJournal()
    runtime, _ = running(journal)
    story = Story()
    runtime.state = story.state
    first = ListJournal()
    whole, _ = running(first)
    for fact in (member_added(A1, story.then()), sign_in(story.then()), *lost_call()):
        whole.feed(fact)
    again, places = running(ListJournal(*first.kept))
    assert again.replay(recorded=0) == len(first.kept)
    assert again.state == whole.state
    assert (places.pbx, places.desk, places.changes) == ([], [], 0)


@pytest.mark.parametrize(("recorded", "numbers"), [(0, [2, 2]), (1, [2, 2]), (2, [])])
def test_a_replay_hands_out_ticket_effects_that_are_not_recorded_yet(recorded: int, numbers: list[int]) -> None:
    runtime, places = running(ListJournal(*lost_call()))
    runtime.replay(recorded)
    assert [number for number, _ in places.core] == numbers


def test_the_refusal_names_its_reason() -> None:
    runtime, places = running(ListJournal())
    runtime.feed(sign_in())
    (refused,) = places.desk
    assert isinstance(refused, Refuse)
    assert refused.why is Refusal.PBX_LOST
