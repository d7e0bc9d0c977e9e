"""Deadlines in slots: whatever is put is found when it is due, never late, and gone when dropped."""

from hypothesis import given
from hypothesis import strategies as st
from immutables import Map

from acd.deadlines import SLOT, Deadline, Deadlines, drop, first, passed, put
from acd.names import AgentId, Moment, RequestId

DEADLINE = st.tuples(
    st.integers(0, 5 * SLOT).map(Moment),
    st.sampled_from([AgentId("6001"), AgentId("6002")]),
    st.sampled_from([RequestId(""), RequestId("r1")]),
)


@given(st.sets(DEADLINE), st.sets(DEADLINE), st.integers(0, 5 * SLOT).map(Moment))
def test_what_is_due_is_what_was_put_and_not_dropped(
    wanted: set[Deadline], unwanted: set[Deadline], at: Moment
) -> None:
    deadlines: Deadlines = Map()
    for one in sorted(wanted):
        deadlines = put(deadlines, one)
    for one in sorted(unwanted):
        deadlines = drop(deadlines, one)
    left = wanted - unwanted
    assert passed(deadlines, at) == sorted(one for one in left if one[0] <= at)
    assert first(deadlines) == min((one[0] for one in left), default=None)
    assert all(deadlines.values()), "an empty slot is thrown away"
