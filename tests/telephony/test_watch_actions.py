"""A supervisor on a call, as AMI actions: the headers, and what cannot be asked."""

import pytest

from acd.effects import CallWatcher, TurnWatcher
from acd.names import CallId, LegId
from acd.watching import Watching
from telephony.actions import actions
from telephony.transfer_actions import CannotBeAsked

CALL, LEG, TARGET = CallId("jt1-100.1"), LegId("jt1-100.1-w6241-5"), LegId("jt1-100.2")


def rung(interface: str = "PJSIP/6241-web", target: LegId = TARGET, how: Watching = Watching.WHISPER) -> CallWatcher:
    return CallWatcher(call=CALL, leg=LEG, interface=interface, target=target, how=how)


def test_a_supervisor_is_rung_under_the_calls_account() -> None:
    (headers,) = actions(rung(), {})
    told = dict(headers)
    assert told["Action"] == "Originate"
    assert (told["Channel"], told["ChannelId"], told["Account"]) == ("PJSIP/6241-web", LEG, CALL)
    assert (told["Context"], told["Exten"], told["Async"]) == ("watch", "whisper", "true")
    assert told["Variable"] == f"JT_CALL={CALL},JT_TARGET={TARGET}"


def test_a_supervisor_is_sent_to_another_way_of_hearing() -> None:
    (headers,) = actions(TurnWatcher(leg=LEG, how=Watching.BARGE), {})
    assert headers[1:4] == (("Channel", LEG), ("Context", "watch"), ("Exten", "barge"))


@pytest.mark.parametrize(
    "effect",
    [
        rung(interface="PJSIP/12366@tax"),
        rung(interface="PJSIP/6241-web,x-web"),
        rung(target=LegId("a,JT_SPY=B")),
        rung(how=Watching.FORCE_RELEASE),
        TurnWatcher(leg=LEG, how=Watching.STOP),
        TurnWatcher(leg=LegId("/.*/"), how=Watching.MONITOR),
    ],
)
def test_what_is_no_telephone_no_channel_or_no_way_is_not_asked(effect: CallWatcher | TurnWatcher) -> None:
    with pytest.raises(CannotBeAsked):
        actions(effect, {})
