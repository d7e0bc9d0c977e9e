"""What Asterisk answers about a leg's voice, as it was seen on 22.10."""

import pytest

from acd.names import LegId
from telephony.transfer_actions import CannotBeAsked
from telephony.voice_loss import NEVER_SENT, ask_lost, lost_of

ANSWER = "ssrc=1977770028;themssrc=3;lp={};rxjitter=0.000000;rxcount=299;txcount=299;rlp=7;rtt=0.000000"


def test_the_question_names_the_leg() -> None:
    assert ask_lost(LegId("jt1-100.1-t1")) == (
        ("Action", "Getvar"),
        ("Channel", "jt1-100.1-t1"),
        ("Variable", "CHANNEL(rtcp,all)"),
    )


def test_what_names_no_channel_is_not_asked() -> None:
    with pytest.raises(CannotBeAsked):
        ask_lost(LegId("/.*/"))


@pytest.mark.parametrize(("lost", "leaps"), [("0", False), ("12", False), ("63536", True)])
def test_the_packets_that_never_came_are_read(lost: str, leaps: bool) -> None:
    found = lost_of({"Response": "Success", "Value": ANSWER.format(lost)})
    assert found == int(lost)
    assert (found >= NEVER_SENT) is leaps


@pytest.mark.parametrize("answer", [{}, {"Value": ""}, {"Value": "rlp=7;xlp=9"}])
def test_without_a_count_nothing_is_known(answer: dict[str, str]) -> None:
    assert lost_of(answer) is None
