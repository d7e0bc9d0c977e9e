"""Asterisk's lists become one fact; what is no agent's and no call's is left out."""

from acd.effects import WriteCall
from acd.events import AnyEvent, HangUpHeard, PbxLost
from acd.names import LegId, Moment, Party
from telephony.ami_protocol import AmiMessage
from telephony.snapshot import as_of_before, legs, members, snapshot
from tests.acd.playbook import A1, C1, Story, call_over, leg_over


def member(**changes: str) -> AmiMessage:
    return {
        "Event": "QueueMember",
        "Queue": "hotline",
        "Name": "6001",
        "Location": "PJSIP/6001-sip",
        "Status": "1",
        "Paused": "1",
        "PausedReason": "meal",
    } | changes


def channel(**changes: str) -> AmiMessage:
    return {
        "Event": "CoreShowChannel",
        "Channel": "PJSIP/trunk-00000001",
        "Uniqueid": "jt1-1.1",
        "AccountCode": "jt1-1.1",
    } | changes


def test_a_member_is_an_agent_in_a_queue() -> None:
    (one,) = members([member()])
    assert (one.agent, one.queue, one.interface, one.paused, one.reason, one.device) == (
        "6001",
        "hotline",
        "PJSIP/6001-sip",
        True,
        "meal",
        "NOT_INUSE",
    )


def test_a_member_who_is_rung_has_no_reason() -> None:
    (one,) = members([member(Paused="0", PausedReason="", Status="6")])
    assert (one.paused, one.reason, one.device) == (False, "", "RINGING")


def test_other_lines_of_queue_status_and_strange_members_are_left_out() -> None:
    params: AmiMessage = {"Event": "QueueParams", "Queue": "hotline"}
    assert members([params, member(Location="Local/12@sub-centre"), member(Location="PJSIP/trunk")]) == ()


def test_a_status_we_do_not_know_is_unknown() -> None:
    assert members([member(Status="99")])[0].device == "UNKNOWN"


def test_only_channels_of_calls_are_legs() -> None:
    found = legs([channel(), channel(AccountCode=""), channel(Uniqueid="jt1-1.2", Channel="PJSIP/6001-sip-1")])
    assert [(leg.call, leg.leg) for leg in found] == [("jt1-1.1", "jt1-1.1"), ("jt1-1.1", "jt1-1.2")]


def test_a_snapshot_is_both_with_its_times() -> None:
    whole = snapshot(Moment(5), Moment(3), [member()], [channel()])
    assert (whole.at, whole.started_at, len(whole.members), len(whole.legs)) == (5, 3, 1, 1)


def test_who_hung_up_between_the_snapshots_moment_and_its_lists_is_known() -> None:
    story = Story()
    story.talking()
    story.tell(PbxLost(at=story.then(), why="closed"))
    at = story.then()
    held: list[AnyEvent] = [
        HangUpHeard(at=story.then(3), call=C1, leg=LegId(C1)),
        leg_over(A1, C1, story.then(1)),
        call_over(C1, story.then(1)),
    ]
    story.tell(as_of_before(snapshot(at, story.state.pbx.started_at, [], []), held), *held)
    (record,) = [effect.record for effect in story.effects if isinstance(effect, WriteCall) and effect.record.ended_at]
    assert (record.ended_by, record.ended_at) == (Party.CALLER, at + 5)


def test_a_channel_that_is_listed_and_ends_is_there_once() -> None:
    seen = snapshot(Moment(5), Moment(3), [], [channel(AccountCode=C1, Uniqueid=C1)])
    assert as_of_before(seen, [call_over(C1, Moment(6))]) == seen
