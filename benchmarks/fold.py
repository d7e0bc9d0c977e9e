"""What one event costs `fold` on floors of 50, 500 and 5,000 agents: the cost must not grow with the floor.

Prints microseconds of CPU per event and the ratio of the largest floor to the smallest; ends with 1
if the ratio is over 1.5 (docs/decisions/0007: state stays cheap as the floor grows).
"""

import gc
import sys
import time
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import count

from acd.effects import AnyEffect, PauseMember, ResumeMember
from acd.events import (
    AgentAnswered,
    AgentRequested,
    AgentRung,
    AnyEvent,
    CallEnded,
    CallOffered,
    CallQueued,
    DeviceChanged,
    HangUpHeard,
    LegEnded,
    MemberAdded,
    MemberPaused,
    MemberResumed,
    PbxSnapshot,
    ReadyAsked,
    RingEnded,
    Tick,
)
from acd.fold import fold, next_deadline
from acd.names import AgentId, CallId, LegId, Moment, QueueName, RequestId, RingResult
from acd.state import Policy, State

FLOORS = (50, 500, 5_000)
EVENTS = 40_000
"""Measured on each floor, after as many again to fill it."""
LIMIT = 1.5
T0 = Moment(1_795_219_200_000)
QUEUES = (QueueName("general"), QueueName("law"), QueueName("tax"))
CYCLE_MS = 185_000
"""One call of one agent: ring 4 s, talk 121 s, after-call work 60 s."""


class Floor:
    """Agents who take one call after another; Asterisk is played by answering the effects."""

    def __init__(self, agents: int) -> None:
        self.state = State(policy=Policy(queues=QUEUES))
        self._later: list[tuple[int, int, AnyEvent]] = []
        self._number = count()
        self._agents = [AgentId(str(10_000 + number)) for number in range(agents)]
        self._open()

    def feed(self, events: int) -> list[float]:
        """Fold the next `events` events; return the microseconds each took."""
        spent: list[float] = []
        for _ in range(events):
            due = next_deadline(self.state)
            if due is not None and due < self._later[0][0]:
                event: AnyEvent = Tick(at=due)
            else:
                event = heappop(self._later)[2]
            begin = time.thread_time()
            step = fold(self.state, event)
            spent.append((time.thread_time() - begin) * 1e6)
            self.state = step.state
            for effect in step.effects:
                self._obey(effect, event.at)
            if isinstance(event, CallEnded):
                self._call(agent_of(event.call), event.at + CYCLE_MS - 125_000)
        return spent

    def _open(self) -> None:
        self.state = fold(self.state, PbxSnapshot(at=T0, started_at=Moment(T0 - 1), members=(), legs=())).state
        for agent in self._agents:
            for queue in QUEUES:
                self.state = fold(self.state, member(agent, queue)).state
        for place, agent in enumerate(self._agents):
            self._call(agent, T0 + 1 + CYCLE_MS * place // len(self._agents))

    def _call(self, agent: AgentId, at: int) -> None:
        number = next(self._number)
        for event in story(agent, number, at):
            heappush(self._later, (event.at, next(self._number), event))

    def _obey(self, effect: AnyEffect, at: Moment) -> None:
        if not isinstance(effect, PauseMember | ResumeMember):
            return
        soon = Moment(at + 3)
        for queue in QUEUES:
            fact: AnyEvent
            if isinstance(effect, PauseMember):
                fact = MemberPaused(at=soon, agent=effect.agent, queue=queue, reason=effect.reason)
            else:
                fact = MemberResumed(at=soon, agent=effect.agent, queue=queue)
            heappush(self._later, (soon, next(self._number), fact))


def member(agent: AgentId, queue: QueueName) -> MemberAdded:
    """Return how an agent comes into a queue, ready."""
    return MemberAdded(at=T0, agent=agent, queue=queue, interface=f"PJSIP/{agent}-web", paused=False, reason="")


def agent_of(call: CallId) -> AgentId:
    """Return whose call of `story` it is."""
    return AgentId(call.rpartition("/")[2])


def story(agent: AgentId, number: int, start: int) -> Iterator[AnyEvent]:
    """One call; every eighth ring goes unanswered first, every other agent presses ready early."""
    call, queue = CallId(f"jt1-{number}.1/{agent}"), QUEUES[number % len(QUEUES)]
    missed, leg, interface = LegId(f"{call}-0"), LegId(f"{call}-1"), f"PJSIP/{agent}-web"

    def at(milliseconds: int) -> Moment:
        return Moment(start + milliseconds)

    yield CallOffered(at=at(0), call=call, node="jt1", number="12345", queue=queue, caller="13800000000")
    yield AgentRequested(at=at(0), call=call, queue=queue)
    yield CallQueued(at=at(1), call=call, queue=queue)
    if number % 8 == 0:
        yield AgentRung(at=at(1), call=call, agent=agent, leg=missed, queue=queue)
        yield RingEnded(at=at(2), call=call, leg=missed, result=RingResult.NO_ANSWER)
        yield RingEnded(at=at(2), call=call, leg=missed, result=RingResult.CANCELLED)
    yield AgentRung(at=at(3), call=call, agent=agent, leg=leg, queue=queue)
    yield DeviceChanged(at=at(3), agent=agent, interface=interface, device="RINGING")
    yield AgentAnswered(at=at(4_000), call=call, agent=agent, leg=leg, queue=queue)
    yield DeviceChanged(at=at(4_001), agent=agent, interface=interface, device="INUSE")
    yield HangUpHeard(at=at(125_000), call=call, leg=LegId(call))
    yield LegEnded(at=at(125_000), call=call, leg=leg)
    yield DeviceChanged(at=at(125_000), agent=agent, interface=interface, device="NOT_INUSE")
    yield CallEnded(at=at(125_000), call=call, cause=16)
    if number % 2:
        yield ReadyAsked(at=at(150_000), agent=agent, request=RequestId(f"r{number}"))


def main() -> int:
    """Measure, print, and judge the ratio."""
    mean: dict[int, float] = {}
    for agents in FLOORS:
        floor = Floor(agents)
        floor.feed(max(EVENTS, agents * 20))
        gc.collect()
        spent = sorted(floor.feed(EVENTS))
        mean[agents] = sum(spent) / len(spent)
        median, high = spent[len(spent) // 2], spent[len(spent) * 99 // 100]
        print(
            f"{agents:>5} agents: mean {mean[agents]:6.2f} us an event, median {median:6.2f}, "
            f"99 % under {high:6.2f}, slowest {spent[-1]:8.2f}"
        )
    ratio = mean[FLOORS[-1]] / mean[FLOORS[0]]
    print(f"ratio {FLOORS[-1]}:{FLOORS[0]} = {ratio:.2f} (limit {LIMIT})")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
