"""The single writer: journal first, effects to their places, ticket effects only for what is on disk."""

from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from acd.directory import Destination
from acd.effects import AddMember, CallThird, CoreEffect, DeskEffect, HangUpLeg, MoveLegs, PbxEffect, Refuse
from acd.events import AnyEvent, HangUpAsked, SignInAsked, TransferAsked
from acd.fold import fold
from acd.names import CallId, DestinationKey, Millis, Moment, Phone, RequestId
from acd.refusal import Refusal
from acd.state import Policy, State
from acd.transfer import TransferMode
from agent_desk import runtime as runtime_module
from agent_desk.runtime import Runtime
from agent_desk.snapshots import Snapshot
from agent_desk.state_codec import digest
from tests.acd import facts
from tests.acd.playbook import A1, C1, C2, POLICY, T0, Q, Story, call_over, member_added, offered

C3 = CallId("jt1-100.17")


class ListJournal:
    """A journal in memory; its disk is as slow as a test wants."""

    def __init__(self, *kept: AnyEvent) -> None:
        self.kept = list(kept)
        self.before: Snapshot | None = None
        self.on_durable: Callable[[int], None] = lambda _: None
        self.on_stuck: Callable[[], None] = lambda: None
        self.error: str | None = None
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


def test_the_newest_wish_for_the_core_is_known_before_it_is_handed_over() -> None:
    journal = ListJournal()
    runtime, places = running(journal)
    runtime.feed(sign_in())
    assert (runtime.newest_wish, places.core) == (0, [])
    runtime.feed(offered(C1, T0))
    runtime.feed(call_over(C1, Moment(T0 + 1)))
    number = len(journal.kept)
    assert (runtime.newest_wish, places.core) == (number, [])
    again, _ = running(ListJournal(*journal.kept))
    again.replay(number - 1)
    assert again.newest_wish == number
    again, _ = running(ListJournal(*journal.kept))
    again.replay(number)
    assert again.newest_wish == 0, "all of it is written"


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


def transferring(journal: ListJournal) -> tuple[Runtime, Places]:
    """A floor on which an agent talks and may pass the call on to two lines."""
    runtime, places = running(journal)
    story = Story()
    story.talking()
    lines = tuple(Destination(key=DestinationKey(key), modes=tuple(TransferMode)) for key in ("tax", "post"))
    runtime.state = replace(story.state, policy=replace(POLICY, destinations=lines))
    asked = TransferAsked(
        at=story.then(), agent=A1, request=RequestId("r1"), to=DestinationKey("tax"), mode=TransferMode.CONFERENCE
    )
    runtime.feed(asked)
    return runtime, places


def test_legs_are_moved_when_the_wish_for_it_is_on_disk_and_what_follows_keeps_its_turn() -> None:
    journal = ListJournal()
    runtime, places = transferring(journal)
    runtime.feed(HangUpAsked(at=Moment(T0 + 60_000), agent=A1, request=RequestId("r2")))
    assert places.pbx == []
    journal.on_durable(1)
    assert [type(effect) for effect in places.pbx] == [MoveLegs, CallThird]
    journal.on_durable(2)
    assert [type(effect) for effect in places.pbx] == [MoveLegs, CallThird, HangUpLeg]


def test_a_disk_that_refuses_keeps_nobody_waiting() -> None:
    journal = ListJournal()
    _, places = transferring(journal)
    journal.on_stuck()
    assert [type(effect) for effect in places.pbx] == [MoveLegs, CallThird]
    stuck = ListJournal()
    stuck.error = "no space left on device"
    _, places = transferring(stuck)
    assert [type(effect) for effect in places.pbx] == [MoveLegs, CallThird]


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


@pytest.mark.parametrize("cut", range(7))
@pytest.mark.parametrize("recorded", [0, 2, 4, 6])
def test_a_snapshot_anywhere_and_the_facts_after_it_are_as_good_as_all(cut: int, recorded: int) -> None:
    story = Story()
    facts = [fact for call in (C1, C2, C3) for fact in (offered(call, story.then()), call_over(call, story.then()))]
    first, _ = running(ListJournal())
    for fact in facts[:cut]:
        first.feed(fact)
    rest = ListJournal(*facts[cut:])
    rest.before = first.snapshot()
    short, places = running(rest)
    whole, wanted = running(ListJournal(*facts))
    assert (short.replay(recorded), whole.replay(recorded)) == (6 - cut, 6)
    assert short.state == whole.state
    assert places.core == wanted.core


def test_a_snapshot_holds_what_the_core_has_not_written() -> None:
    journal, written = ListJournal(), 0
    places = Places()
    runtime = Runtime(
        State(policy=POLICY),
        journal,
        pbx=places.pbx.append,
        core=lambda number, effect: places.core.append((number, effect)),
        desk=places.desk.append,
        changed=places.changed,
        recorded=lambda: written,
    )
    story = Story()
    for call in (C1, C2, C3):
        runtime.feed(offered(call, story.then()))
        runtime.feed(call_over(call, story.then()))
    journal.on_durable(4)
    assert [number for number, _ in runtime.snapshot().effects] == [2, 2, 4, 4, 6, 6]
    written = 2
    assert [number for number, _ in runtime.snapshot().effects] == [4, 4, 6, 6]
    assert (runtime.snapshot().number, runtime.snapshot().recorded) == (6, 2)
    assert journal.take is not None
    assert journal.take() == runtime.snapshot()


def test_the_rules_after_a_snapshot_are_todays() -> None:
    journal = ListJournal()
    journal.before = Snapshot(number=7, state=State(policy=Policy(acw=Millis(1))), recorded=0)
    runtime, _ = running(journal)
    assert runtime.replay(recorded=0) == 0
    assert runtime.state.policy == POLICY


def test_the_refusal_names_its_reason() -> None:
    runtime, places = running(ListJournal())
    runtime.feed(sign_in())
    (refused,) = places.desk
    assert isinstance(refused, Refuse)
    assert refused.why is Refusal.PBX_LOST


def test_a_fact_that_changes_nothing_is_not_journalled() -> None:
    journal = ListJournal()
    runtime, places = running(journal)
    for fact in (*lost_call(), *lost_call()):
        runtime.feed(fact)
    assert journal.kept == list(lost_call()), "what is told again is kept once"
    assert places.changes == 2, "and nobody is told"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_floor_is_what_its_journal_folds_to_though_much_is_not_kept(data: st.DataObject) -> None:
    """Law 2: any facts, late, twice and for strangers; the journal holds those that changed something."""
    journal = ListJournal()
    runtime, _ = running(journal)
    at, fed = T0, 0
    for _ in range(data.draw(st.integers(1, 40))):
        at = Moment(at + data.draw(st.sampled_from([0, 1_000, 15_000])))
        kinds = (facts.of_calls(at), facts.rings(at), facts.of_members(at), facts.of_the_link(at, RequestId("r0")))
        fact: AnyEvent = data.draw(st.one_of(*kinds))
        for _ in range(data.draw(st.integers(1, 2))):
            runtime.feed(fact)
            fed += 1
    state = State(policy=POLICY)
    for fact in journal.kept:
        before, state = state, fold(state, fact).state
        assert state is not before, "nothing is kept in vain"
    assert digest(state) == digest(runtime.state)
    assert len(journal.kept) <= fed
