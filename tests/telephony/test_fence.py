"""The fence: whatever the delays, stalls and losses, never two bridges that may write, and somebody soon."""

import random
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from telephony.fence import LEASE_SECONDS, SILENCE_SECONDS, Beat, Fence, Register

STEP = 0.25


def alone(fence: Fence, now: float) -> None:
    """One beat, echoed at once."""
    fence.hear(fence.beat(now), now)


OURS = Register(holder="a/1", token=1, installations=frozenset({"a"}))


def holding() -> Fence:
    """A bridge that holds from 0.0 on."""
    fence = Fence("a", "2")
    fence.listen(OURS, 0.0)
    alone(fence, 0.0)
    assert fence.may_write(0.0)
    return fence


def test_the_first_bridge_ever_waits_in_case_it_is_not_the_first() -> None:
    fence = Fence("a", "1")
    fence.listen(Register(installations=frozenset("a")), 0.0)
    alone(fence, SILENCE_SECONDS - 0.1)
    assert not fence.ours
    alone(fence, SILENCE_SECONDS)
    assert fence.may_write(SILENCE_SECONDS)
    assert (fence.holder, fence.token) == ("a/1", 1)


def test_a_restart_of_the_only_installation_does_not_wait() -> None:
    fence = Fence("a", "2")
    fence.listen(OURS, 0.0)
    alone(fence, 0.1)
    assert fence.may_write(0.1)
    assert (fence.holder, fence.token) == ("a/2", 2)


def test_with_another_installation_about_a_restart_waits() -> None:
    fence = Fence("a", "2")
    fence.listen(Register(holder="a/1", token=1, installations=frozenset("ab")), 0.0)
    assert fence.beat(1.0).token == 0


def test_a_claim_that_comes_back_too_late_needs_the_wait_after_all() -> None:
    fence = Fence("a", "2")
    fence.listen(OURS, 0.0)
    claim, late = fence.beat(0.0), fence.beat(3.4)
    fence.hear(claim, SILENCE_SECONDS + 0.5)
    fence.hear(late, SILENCE_SECONDS + 0.5)
    assert fence.may_write(SILENCE_SECONDS + 0.5), "it has listened for so long by then"
    other = Fence("a", "3")
    other.listen(OURS, 0.0)
    other.hear(other.beat(0.0), SILENCE_SECONDS - 0.1)
    assert not other.may_write(SILENCE_SECONDS - 0.1), "the lease of a claim sent so long ago is over"


def test_the_right_ends_with_the_lease() -> None:
    fence = holding()
    assert fence.may_write(LEASE_SECONDS)
    assert not fence.may_write(LEASE_SECONDS + 0.01)


def test_the_lease_counts_from_the_sending_not_from_the_echo() -> None:
    fence = holding()
    beat = fence.beat(1.0)
    assert fence.hear(beat, 3.9) == 1.0
    assert fence.may_write(4.0)
    assert not fence.may_write(4.1)


def test_a_second_bridge_waits_until_the_first_is_silent() -> None:
    first, second = holding(), Fence("b", "1")
    second.listen(Register(holder="a/2", token=2, installations=frozenset("ab")), 0.0)
    second.hear(first.beat(1.0), 1.0)
    assert second.beat(1.0 + SILENCE_SECONDS - 0.01).token == 0
    claim = second.beat(1.0 + SILENCE_SECONDS)
    assert claim.token == 3
    second.hear(claim, 1.0 + SILENCE_SECONDS)
    assert second.may_write(1.0 + SILENCE_SECONDS)
    first.hear(claim, 9.0)
    assert not first.ours


def test_of_two_equal_claims_one_prevails_and_they_never_both_write() -> None:
    one, other = Fence("a", "1"), Fence("b", "1")
    for fence in (one, other):
        fence.listen(Register(), 0.0)
    for second in range(4, 12):
        beats = [one.beat(second), other.beat(second)]
        for beat in beats:
            for fence in (one, other):
                fence.hear(beat, second + 0.1)
        assert not (one.may_write(second + 0.2) and other.may_write(second + 0.2))
    assert one.may_write(11.2)
    assert one.token == 2


def test_a_claim_of_one_who_could_not_hear_us_is_outbid_and_waited_out() -> None:
    fence = holding()
    fence.hear(Beat(bridge="b/1", token=1, number=1), 1.0)
    assert not fence.may_write(1.0)
    claim = fence.beat(1.0)
    assert claim.token == 3
    fence.hear(claim, 1.1)
    assert not fence.may_write(1.1)
    alone(fence, 1.0 + SILENCE_SECONDS)
    assert fence.may_write(1.0 + SILENCE_SECONDS)


def test_a_copied_installation_does_not_play_ping_pong() -> None:
    """Fenced out by a process that bears our own installation's name, we wait as before any other."""
    fence = holding()
    fence.hear(Beat(bridge="a/3", token=3, number=1), 1.0)
    assert not fence.may_write(1.0)
    fence.listen(Register(holder="a/3", token=3, installations=frozenset("a")), 2.0)
    assert fence.beat(2.0).token == 0


def test_a_new_session_within_the_lease_goes_on_at_its_first_echo() -> None:
    fence = holding()
    fence.listen(OURS, 1.0)
    assert not fence.may_write(1.0), "not before an echo on this session"
    alone(fence, 1.2)
    assert fence.may_write(1.2)


def test_a_new_session_of_the_only_installation_does_not_wait_though_its_lease_is_over() -> None:
    fence = holding()
    fence.listen(OURS, 10.0)
    alone(fence, 10.1)
    assert fence.may_write(10.1)


def test_a_new_session_after_the_lease_waits_where_another_installation_is_about() -> None:
    fence = holding()
    fence.listen(Register(holder="a/2", token=2, installations=frozenset("ab")), 10.0)
    alone(fence, 10.1)
    assert not fence.may_write(10.1)
    alone(fence, 10.0 + SILENCE_SECONDS)
    assert fence.may_write(10.0 + SILENCE_SECONDS)


def test_an_echo_of_another_session_renews_nothing() -> None:
    fence = holding()
    old = fence.beat(0.0)
    fence.listen(OURS, 1.0)
    assert fence.hear(old, 1.0) is None
    assert not fence.may_write(1.0)


class World:
    """Bridges and one Asterisk, with delays each way, stalls of whole bridges, cut sessions and restarts."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.now = 0.0
        self.register = Register()
        self.bridges = [_Bridge(name, self) for name in ("a", "b", "c")]
        self.holders: set[str] = set()

    def broadcast(self, beat: Beat) -> None:
        for bridge in self.bridges:
            if bridge.connected:
                bridge.incoming.append((self.now + self.random.choice((0.0, 0.1, 0.6, 2.0)), beat))

    def step(self) -> None:
        self.now += STEP
        for bridge in self.bridges:
            bridge.arrive_at_asterisk()
        for bridge in self.bridges:
            bridge.live()
        writing = [bridge.fence.bridge for bridge in self.bridges if bridge.writes()]
        assert len(writing) <= 1, f"at {self.now}: {writing} may write"
        self.holders.update(writing)


class _Bridge:
    def __init__(self, name: str, world: World) -> None:
        self.name, self.world, self.process = name, world, 1
        self.fence = Fence(name, "1")
        self.connected = False
        self.stalled_until = 0.0
        self.outgoing: deque[tuple[float, Beat]] = deque()
        self.incoming: deque[tuple[float, Beat]] = deque()
        self.next_beat = 0.0
        self.kept = False

    def writes(self) -> bool:
        return self.connected and self.kept and self.fence.may_write(self.world.now)

    def arrive_at_asterisk(self) -> None:
        while self.outgoing and self.outgoing[0][0] <= self.world.now:
            self.world.broadcast(self.outgoing.popleft()[1])

    def live(self) -> None:
        now, luck = self.world.now, self.world.random
        if now < self.stalled_until:
            return
        if luck.random() < 0.01:
            self.stalled_until = now + luck.choice((1.0, 4.0, 30.0))
            return
        if luck.random() < 0.01:
            self.connected = False
        if luck.random() < 0.005:
            self.process += 1
            self.fence, self.connected = Fence(self.name, str(self.process)), False
        if not self.connected:
            self.connected, self.kept = True, False
            self.incoming.clear()
            self.outgoing.clear()
            register = self.world.register
            self.world.register = replace(register, installations=register.installations | {self.name})
            self.fence.listen(self.world.register, now)
        last = 0.0
        while self.incoming and max(last, self.incoming[0][0]) <= now:
            last, beat = self.incoming.popleft()
            self.fence.hear(beat, now)
        if not self.fence.ours:
            self.kept = False
        elif not self.kept and self.fence.may_write(now):
            self.world.register = replace(self.world.register, holder=self.fence.bridge, token=self.fence.token)
            self.kept = True
        if now >= self.next_beat:
            self.next_beat = now + 1.0
            delay = luck.choice((0.0, 0.1, 0.6, 2.0))
            arrives = max(now + delay, self.outgoing[-1][0] if self.outgoing else 0.0)
            self.outgoing.append((arrives, self.fence.beat(now)))


@given(seed=st.integers(0, 1 << 32))
@settings(max_examples=60, deadline=None)
def test_never_two_and_always_one_again(seed: int) -> None:
    world = World(seed)
    for _ in range(400):
        world.step()
    assert world.holders, "nobody ever held"


def test_the_machine_above_notices_a_right_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telephony.fence.SILENCE_SECONDS", 0.5)
    with pytest.raises(AssertionError, match="may write"):
        for seed in range(200):
            world = World(seed)
            for _ in range(400):
                world.step()
