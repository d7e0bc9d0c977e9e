"""One call's timeline: every line at its time, in words, and nobody's whole number."""

from typing import Any

from acd.events import AgentRung, AnyEvent, CallHeld, CallRetrieved, CallReturned, RingEnded
from acd.names import AgentId, CallId, DestinationKey, LegId, Millis, Moment, QueueName, RingResult, TicketId
from acd.transfer import TransferMode
from agent_desk.timeline import Story, timeline
from core.rows import call_row, segment_row, transfer_row
from tests.core.samples import NOON, ended, handed_on, lost, segment, transfer

C1 = CallId("c1")
NAMES = {DestinationKey("tax"): "税务分中心 Tax sub-centre"}
ZONE = Millis(28_800_000)


def rang(leg: str, at: int, result: RingResult | None, over: int, agent: str = "6001") -> list[AnyEvent]:
    """One ring, each of its facts told twice."""
    began = AgentRung(at=Moment(NOON + at), call=C1, agent=AgentId(agent), leg=LegId(leg), queue=QueueName("general"))
    if result is None:
        return [began, began]
    end = RingEnded(at=Moment(NOON + over), call=C1, leg=LegId(leg), result=result)
    later = RingEnded(at=Moment(NOON + over + 5), call=C1, leg=LegId(leg), result=RingResult.CANCELLED)
    return [began, began, end, later]


def story(write: Any, facts: list[AnyEvent] | None = None, callback_due_at: Moment | None = None) -> list[str]:
    record = write.record
    return timeline(
        Story(
            call=call_row(record, TicketId("T1")),
            segments=[segment_row(C1, number, one) for number, one in enumerate(record.segments, start=1)],
            transfers=[transfer_row(C1, one, None) for one in record.transfers],
            facts=facts or [],
            callback_due_at=callback_due_at,
        ),
        NAMES,
        ZONE,
    )


def test_a_call_that_was_handed_on_is_told_from_offer_to_ticket() -> None:
    times = {"requested_at": NOON + 3_900, "queued_at": NOON + 4_000, "hold_ms": 1_000}
    facts = [
        *rang("r1", 4_100, RingResult.NO_ANSWER, 6_100, "6009"),
        *rang("r2", 6_200, RingResult.ANSWERED, 8_000),
        CallHeld(at=Moment(NOON + 10_000), call=C1, leg=LegId("r2")),
        CallHeld(at=Moment(NOON + 10_001), call=C1, leg=LegId("r2")),
        CallRetrieved(at=Moment(NOON + 11_000), call=C1, leg=LegId("r2")),
    ]
    assert story(handed_on("c1", "T1", **times), facts) == [
        "c1   2026-11-21",
        "12:00:00      +0.0 s   呼入 offered: 12345, 138****1111, general",
        "12:00:03      +3.9 s   请求人工 asked for an agent",
        "12:00:04      +4.0 s   排队 queued: general",
        "12:00:04      +4.1 s   振铃 rings 6009: 未接 not answered, 2.0 s",
        "12:00:06      +6.2 s   振铃 rings 6001: 接听 taken, 1.8 s",
        "12:00:08      +8.0 s   接通 answered, 等待 after waiting 4.0 s",
        "12:00:08      +8.0 s   6001 与来电人通话 talks with the caller, 12.0 s",
        "12:00:10     +10.0 s   保持 held",
        "12:00:11     +11.0 s   恢复 retrieved",
        "12:00:20     +20.0 s   6001 转接 transfers: 三方转 three-party → 税务分中心 Tax sub-centre",
        "12:00:20     +20.1 s   6001 与来电人通话 talks with the caller, 19.9 s",
        "12:00:20     +20.2 s   税务分中心 Tax sub-centre 振铃 rings",
        "12:00:24     +24.0 s   税务分中心 Tax sub-centre 接听 answers",
        "12:00:24     +24.0 s   税务分中心 Tax sub-centre 与来电人通话 talks with the caller, 36.0 s",
        "12:00:40     +40.0 s   税务分中心 Tax sub-centre 已转出 handed on",
        "12:01:00     +60.0 s   来电人挂机 the caller hung up; 通话 talk 31.9 s, 保持 held 1.0 s",
        "工单 ticket T1",
    ]


def test_a_lost_call_says_where_it_was_lost() -> None:
    lines = story(lost("c1", "T1"), rang("r1", 5_000, RingResult.CANCELLED, 20_000))
    assert lines[-2].endswith("来电人挂机 the caller hung up; 呼损 lost: QUEUE_ABANDON")
    assert "振铃 rings 6001: 取消 cancelled, 15.0 s" in lines[2]


def test_a_call_that_ended_while_the_caller_waited_again_says_that_a_call_back_is_owed() -> None:
    back = CallReturned(at=Moment(NOON + 21_000), call=C1, queue=QueueName("general"))
    lines = story(ended("c1", "T1"), [back], Moment(NOON + 60_000))
    assert "回到队首" in lines[-4]
    assert "来电人挂机 the caller hung up" in lines[-3]
    assert lines[-2] == (
        "12:01:00     +60.0 s   再次等候时无人接听, 应予回拨 nobody answered them again: they are owed a call back"
    )
    assert not any("应予回拨" in line for line in story(ended("c1", "T1"), [back]))


def test_an_expert_without_the_caller_is_consulted() -> None:
    expert = segment("c1-t1", 21_000, None, agent=AgentId("6012"), to=DestinationKey("tax"), with_citizen=False)
    given = transfer("c1", third_agent=AgentId("6012"), mode=TransferMode.ATTENDED, completed_at=None)
    lines = story(ended("c1", "T1", segments=(expert,), transfers=(given,)))
    assert any(line.endswith("税务分中心 Tax sub-centre 6012 与坐席咨询 is consulted by the agent") for line in lines)
    assert any(line.endswith("税务分中心 Tax sub-centre 6012 未转出 not handed on") for line in lines)


def test_a_call_that_came_back_says_so() -> None:
    back = CallReturned(at=Moment(NOON + 30_000), call=C1, queue=QueueName("general"))
    assert any("回到队首 back at the head of the queue general" in line for line in story(ended("c1", "T1"), [back]))


def test_the_ring_of_another_side_is_told_by_its_transfer_alone() -> None:
    lines = story(handed_on("c1", "T1"), rang("c1-t1", 20_200, RingResult.ANSWERED, 24_000, "6012"))
    assert not any("rings 6012" in line for line in lines)


def test_what_goes_on_still_has_no_end() -> None:
    given = transfer("c1", answered_at=None, result=None, completed_at=None, ended_at=None)
    lines = story(handed_on("c1", "T1", ended_at=None, transfers=(given,)), rang("r9", 50_000, None, 0, "6009"))
    assert lines[-2].endswith("振铃 rings 6009")
    assert not any("handed on" in line or "hung up" in line for line in lines)


def test_whole_numbers_are_nobodys_business() -> None:
    assert not any("13800001111" in line for line in story(handed_on("c1", "T1")))
