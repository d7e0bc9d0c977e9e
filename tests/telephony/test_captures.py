"""Bytes of a real Asterisk through protocol, translation and fold: the records they must give."""

from itertools import pairwise
from pathlib import Path

import pytest

from acd.agent import Presence
from acd.effects import AnyEffect, CallRecord, OpenTicket, PauseMember, WriteCall
from acd.events import AnyEvent, CallEnded, PbxSnapshot
from acd.fold import fold
from acd.names import LossStage, Moment, Party, QueueName
from acd.state import Policy, State
from telephony.ami_protocol import AmiProtocol, event_name, parse
from telephony.translate import RULES

STREAM = (Path(__file__).parents[1] / "captures" / "queue_calls.ami").read_bytes()
QUEUES = ("hotline", "human-resources", "law", "market-supervision", "housing-fund", "agriculture", "public-health")
POLICY = Policy(queues=tuple(QueueName(name) for name in (*QUEUES, "environment", "transport")))


def facts(*chunks: bytes) -> list[AnyEvent]:
    """Everything the stream tells."""
    protocol, told = AmiProtocol(), list[AnyEvent]()
    for block in (block for chunk in chunks for block in protocol.receive(chunk)):
        name = event_name(block)
        rule = None if name is None else RULES.get(name)
        fact = None if rule is None else rule(parse(block))
        if fact is not None:
            told.append(fact)
    return told


def folded(told: list[AnyEvent]) -> tuple[State, list[AnyEffect]]:
    """The floor after these facts, and every effect."""
    first = Moment(told[0].at - 1)
    state, effects = State(policy=POLICY), list[AnyEffect]()
    for fact in (PbxSnapshot(at=first, started_at=first, members=(), legs=()), *told):
        step = fold(state, fact)
        state = step.state
        effects += step.effects
    return state, effects


def records(effects: list[AnyEffect]) -> list[CallRecord]:
    """The last record of each call, in the order they were first written."""
    last: dict[str, CallRecord] = {}
    for effect in effects:
        if isinstance(effect, WriteCall):
            last[effect.record.call] = effect.record
    return list(last.values())


def test_the_first_call_was_left_while_it_rang_and_the_second_answered() -> None:
    _, effects = folded(facts(STREAM))
    left, answered = records(effects)
    assert (left.caller, left.number, left.queue) == ("15550100000", "12345", "hotline")
    assert (left.loss_stage, left.ended_by, left.rings) == (LossStage.RING_ABANDON, Party.CALLER, 1)
    assert left.answered_at is None
    assert (answered.caller, answered.agent, answered.loss_stage) == ("15550100001", "6001", None)
    assert answered.ended_by is Party.AGENT
    assert answered.rings == 1


def test_the_times_are_asterisks_and_in_order() -> None:
    for record in records(folded(facts(STREAM))[1]):
        times = [record.offered_at, record.requested_at, record.queued_at, record.answered_at, record.ended_at]
        known = [at for at in times if at is not None]
        assert all(one <= next_one for one, next_one in pairwise(known))
        assert 0 < record.wait_ms < 10_000
    assert answered_for(records(folded(facts(STREAM))[1])[1]) in range(2_000, 8_000)


def answered_for(record: CallRecord) -> int:
    assert record.answered_at is not None
    assert record.ended_at is not None
    assert record.talk_ms == record.ended_at - record.answered_at
    return record.talk_ms


def test_each_call_has_one_ticket_and_the_agents_work_is_written_up() -> None:
    state, effects = folded(facts(STREAM))
    tickets = [effect for effect in effects if isinstance(effect, OpenTicket)]
    assert [ticket.missed for ticket in tickets] == [True, False]
    assert [effect.reason for effect in effects if isinstance(effect, PauseMember)] == ["acw"]
    agent = state.agents[next(iter(state.agents))]
    assert agent.presence is Presence.OUT
    assert (agent.day.answered, list(agent.day.not_ready_ms)) == (1, ["signed-in"])
    assert agent.misses == 0, "a citizen's impatience is nobody's miss"
    assert not state.calls


@pytest.mark.parametrize("size", [1, 7, 1_448])
def test_any_cut_of_the_stream_tells_the_same(size: int) -> None:
    chunks = [STREAM[start : start + size] for start in range(0, len(STREAM), size)]
    assert facts(*chunks) == facts(STREAM)


def test_what_is_told_twice_changes_nothing() -> None:
    told = facts(STREAM)
    twice = [fact for one in told for fact in (one, one)]
    assert records(folded(twice)[1]) == records(folded(told)[1])
    assert sum(isinstance(fact, CallEnded) for fact in told) == 2
