"""Which legs are the other side of a transfer, and what their ends mean."""

import pytest

from acd.names import AgentId, CallId, LegId, Moment, RingResult, third_leg
from acd.watching import watch_leg
from telephony.third_legs import agent_of, call_of, is_third, ring_result

C = CallId("jt1-100.1")


def test_a_leg_named_by_us_knows_its_call() -> None:
    assert call_of(third_leg(C, 12)) == C
    assert call_of(watch_leg(C, AgentId("6241"), Moment(5))) == C
    assert [call_of(leg) for leg in ("jt1-100.2", "<null>", "-t1", "jt1-100.1-t", "jt1-100.1-tx", "a-t\u00b2")] == [
        None
    ] * 6


@pytest.mark.parametrize(
    ("leg", "channel", "third"),
    [
        ("jt1-100.1-t1", "PJSIP/revenue-00000001", True),
        ("jt1-100.1-t1", "PJSIP/6012-web-00000001", True),
        ("jt1-100.9", "PJSIP/revenue-00000001", True),
        ("jt1-100.9", "PJSIP/6012-web-00000001", False),
        ("jt1-100.1", "PJSIP/trunk-00000001", False),
        ("jt1-100.1", "PJSIP/revenue-00000001", False),
        ("jt1-100.9", "PJSIP/trunk-00000001", False),
        ("jt1-100.9", "PJSIP/citizen-web-00000001", False),
        ("jt1-100.9", "Local/s@room-00000001;1", False),
        ("jt1-100.1-w1", "PJSIP/6012-web-00000001", False),
    ],
)
def test_the_other_side_is_known_by_its_name_or_by_its_way_out(leg: str, channel: str, third: bool) -> None:
    assert is_third(C, LegId(leg), channel) is third


def test_an_agents_telephone_is_known_by_its_endpoint() -> None:
    assert agent_of("PJSIP/6012-web-00000001") == "6012"
    assert agent_of("PJSIP/revenue-00000001") is None


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        (17, RingResult.REJECTED),  # 486
        (21, RingResult.REJECTED),  # 603, 403
        (19, RingResult.NO_ANSWER),  # 480; nobody answered Originate in time
        (18, RingResult.NO_ANSWER),  # 408
        (0, RingResult.NO_ANSWER),  # nobody answered Dial in time
        (16, RingResult.CANCELLED),
        (26, RingResult.CANCELLED),
        (44, RingResult.CANCELLED),  # dropped by the agent
        (1, RingResult.UNREACHABLE),  # 404
        (34, RingResult.UNREACHABLE),  # 503
        (102, RingResult.UNREACHABLE),  # 504
    ],
)
def test_the_cause_tells_how_a_ring_ended(cause: int, result: RingResult) -> None:
    assert ring_result(cause) is result
