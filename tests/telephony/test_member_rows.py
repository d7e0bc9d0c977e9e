"""Queue_log's rows about members, as a real Asterisk 22 writes them, into facts and through `fold`."""

import pytest

from acd.agent import Presence
from acd.events import (
    AnyEvent,
    MemberAdded,
    MemberPaused,
    MemberRemoved,
    MemberResumed,
    MemberSeen,
    PbxRestarted,
    PbxSnapshot,
)
from acd.fold import fold
from acd.names import AgentId, Moment, QueueName
from acd.state import Policy, State
from telephony.member_rows import member_facts

LOG = """\
100|NONE|NONE|NONE|QUEUESTART|
101|MANAGER|hotline|6001|ADDMEMBER|PAUSED
101|MANAGER|brief|6001|ADDMEMBER|PAUSED
110|NONE|NONE|6001|UNPAUSEALL|
110|NONE|hotline|6001|UNPAUSE|
110|NONE|brief|6001|UNPAUSE|
120|NONE|NONE|6001|PAUSEALL|meal
120|NONE|hotline|6001|PAUSE|meal
120|NONE|brief|6001|PAUSE|meal
150|NONE|NONE|6001|PAUSEALL|break
150|NONE|hotline|6001|UNPAUSE|Auto-Unpause
150|NONE|hotline|6001|PAUSE|break
150|NONE|brief|6001|UNPAUSE|Auto-Unpause
150|NONE|brief|6001|PAUSE|break
155|jt1-155.1|hotline|NONE|ENTERQUEUE||13800000001|1
170|NONE|hotline|6001|UNPAUSE|
170|NONE|brief|6001|UNPAUSE|
190|MANAGER|hotline|6001|REMOVEMEMBER|
190|MANAGER|brief|6001|REMOVEMEMBER|
""".splitlines(keepends=True)
"""Taken from a real Asterisk, with other seconds."""
A1, Q = AgentId("6001"), QueueName("hotline")
EVER, END = Moment(1), Moment(999_000)


def folded(facts: list[AnyEvent], state: State | None = None) -> State:
    state = state or State(policy=Policy())
    for fact in facts:
        state = fold(state, fact).state
    return state


def test_each_row_about_a_member_is_a_fact() -> None:
    assert member_facts(LOG[:2], EVER, END) == [
        PbxRestarted(at=Moment(100_000)),
        MemberAdded(at=Moment(101_000), agent=A1, queue=Q, interface="", paused=True, reason="signed-in"),
    ]
    kinds = [type(fact) for fact in member_facts(LOG[3:], EVER, END)]
    assert kinds == [*[MemberResumed] * 2, *[MemberPaused] * 4, *[MemberResumed] * 2, *[MemberRemoved] * 2]


def test_the_day_of_an_agent_nobody_listened_to_has_no_hole() -> None:
    agent = folded(member_facts(LOG, EVER, END)).agents[A1]
    assert dict(agent.day.not_ready_ms) == {"signed-in": 9_000, "meal": 30_000, "break": 20_000}
    assert (agent.presence, agent.since, agent.queues) == (Presence.OUT, 190_000, frozenset())


def test_a_change_of_reason_is_not_told_as_ready() -> None:
    state = folded(member_facts([line for line in LOG if int(line[:3]) <= 150], EVER, END))
    assert (state.agents[A1].paused, state.agents[A1].since) == ("break", 150_000)


@pytest.mark.parametrize("border", [100, 101, 110, 120, 130, 150, 170, 190])
@pytest.mark.parametrize("within", [0, 400, 999])
def test_told_again_from_any_moment_on_nothing_changes(border: int, within: int) -> None:
    """Whatever was heard up to the border, and in whichever part of its second, the rest of the log completes it."""
    whole = folded(member_facts(LOG, EVER, END))
    heard = folded(member_facts(LOG, EVER, Moment(border * 1000)))
    rest = member_facts(LOG, Moment(border * 1000 + within), END)
    completed = folded([*rest, *member_facts(LOG, Moment(190_000), END)], heard)
    assert dict(completed.agents[A1].day.not_ready_ms) == dict(whole.agents[A1].day.not_ready_ms)
    assert completed.agents[A1].presence is whole.agents[A1].presence


def test_in_the_second_of_the_border_only_the_last_word_counts() -> None:
    lines = ["120|NONE|hotline|6001|PAUSE|meal\n", "120|NONE|hotline|6001|UNPAUSE|\n"]
    assert member_facts(lines, Moment(120_300), END) == [MemberResumed(at=Moment(120_300), agent=A1, queue=Q)]


def test_rows_half_written_of_other_shapes_and_out_of_the_time_are_left_out() -> None:
    stranger = "120|CLI|hotline|Local/77@x|ADDMEMBER|\n"
    lines = ["", stranger, "120|NONE|hot", "x|NONE|hotline|6001|PAUSE|meal\n", "130|NONE|hotline|6001|PAUSE|meal\n"]
    assert member_facts(lines, EVER, Moment(129_999)) == []


def test_the_telephone_that_the_log_does_not_name_is_learnt_from_the_snapshot() -> None:
    state = folded(member_facts(LOG[1:6], EVER, END))
    assert (state.agents[A1].presence, state.agents[A1].phone) == (Presence.READY, None)
    members = tuple(
        MemberSeen(
            agent=A1,
            queue=QueueName(queue),
            interface="PJSIP/6001-web",
            paused=False,
            reason="",
            device="NOT_INUSE",
        )
        for queue in ("brief", "hotline")
    )
    snapshot = PbxSnapshot(at=Moment(130_000), started_at=Moment(1), members=members, legs=())
    agent = fold(state, snapshot).state.agents[A1]
    assert (agent.presence, agent.since, agent.interface) == (Presence.READY, 110_000, "PJSIP/6001-web")
