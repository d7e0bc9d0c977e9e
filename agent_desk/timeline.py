"""A call's timeline in words, Chinese before English, from what the core keeps and what the journal was told. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from acd.events import AgentRung, AnyEvent, CallHeld, CallPickedUp, CallRetrieved, CallReturned, RingEnded
from acd.names import AgentId, DestinationKey, LegId, Millis, Moment, Party, RingResult, is_third_leg
from acd.transfer import TransferMode
from agent_desk.local_time import local_time
from core.callers import mask
from core.handing_on import TransferOutcome, outcome_of_transfer
from core.rows import CallRow, SegmentRow, TransferRow

_RINGS: Final = {
    RingResult.ANSWERED: "接听 taken",
    RingResult.NO_ANSWER: "未接 not answered",
    RingResult.REJECTED: "拒接 rejected",
    RingResult.UNREACHABLE: "不可达 not to be reached",
    RingResult.CANCELLED: "取消 cancelled",
}
_MODES: Final = {
    TransferMode.RELEASE: "释放转 release",
    TransferMode.SUCCESS: "成功转 on success",
    TransferMode.ATTENDED: "通话转 attended",
    TransferMode.CONFERENCE: "三方转 three-party",
    TransferMode.SUSPEND: "挂起转 suspended",
}
_OUTCOMES: Final = {
    TransferOutcome.COMPLETED: "已转出 handed on",
    TransferOutcome.KEPT: "未转出 not handed on",
    TransferOutcome.CAME_BACK: "已回到坐席 back with the agent",
    TransferOutcome.GIVEN_UP: "通话先结束 the call was over before",
    TransferOutcome.NO_ANSWER: "对方未接 the other side did not answer",
    TransferOutcome.REJECTED: "对方拒接 the other side rejected it",
    TransferOutcome.UNREACHABLE: "对方不可达 the other side could not be reached",
    TransferOutcome.CANCELLED: "接听前取消 given up before an answer",
}
_PARTIES: Final = {
    Party.CALLER: "来电人挂机 the caller hung up",
    Party.AGENT: "坐席挂机 the agent hung up",
    Party.SYSTEM: "系统结束 ended by the system",
}


class Story(Struct, frozen=True, kw_only=True):
    """Everything that is known of one call."""

    call: CallRow
    segments: list[SegmentRow]
    transfers: list[TransferRow]
    facts: list[AnyEvent]
    """From the journal, in its order; what came twice stands there twice."""
    callback_due_at: Moment | None
    """When the call ended while its caller waited again after a talk; None: it did not."""


class Line(Struct, frozen=True, order=True):
    """One line of a timeline."""

    at: Moment
    turn: int
    """Which of two lines of the same moment is first."""
    words: str


def timeline(story: Story, names: Mapping[DestinationKey, str], utc_offset: Millis) -> list[str]:
    """Return a call's timeline, a line each: local time, seconds since the offer, and what happened."""
    found = [*_call(story.call), *_segments(story, names), *_transfers(story, names), *_rings(story.facts)]
    found += _holds_and_pickups(story.facts)
    if story.callback_due_at is not None:
        words = "再次等候时无人接听, 应予回拨 nobody answered them again: they are owed a call back"
        found.append(Line(story.callback_due_at, 10, words))
    begin = story.call.offered_at
    lines = [f"{story.call.call_id}   {local_time(begin, utc_offset):%Y-%m-%d}"]
    lines += [
        f"{local_time(one.at, utc_offset):%H:%M:%S} {_since(begin, one.at)}   {one.words}" for one in sorted(found)
    ]
    ticket = story.call.ticket_id
    lines.append(f"工单 ticket {ticket}" if ticket else "尚无工单 no ticket yet")
    return lines


def _since(begin: Moment, at: Moment) -> str:
    return f"{(at - begin) / 1000:+9.1f} s"


def _call(call: CallRow) -> Iterator[Line]:
    yield Line(call.offered_at, 0, f"呼入 offered: {call.number}, {mask(call.caller)}, {call.queue}")
    if call.requested_at is not None:
        yield Line(call.requested_at, 1, "请求人工 asked for an agent")
    if call.queued_at is not None:
        yield Line(call.queued_at, 2, f"排队 queued: {call.queue}")
    if call.answered_at is not None:
        yield Line(call.answered_at, 4, f"接通 answered, 等待 after waiting {_seconds(call.wait_ms)}")
    if call.ended_at is not None:
        how = _PARTIES[call.ended_by] if call.ended_by is not None else "结束 ended"
        lost = "" if call.loss_stage is None else f"; 呼损 lost: {call.loss_stage} {call.loss_cause}".rstrip()
        spoken = f"; 通话 talk {_seconds(call.talk_ms)}, 保持 held {_seconds(call.hold_ms)}" if call.answered_at else ""
        yield Line(call.ended_at, 9, f"{how}{lost}{spoken}")


def _segments(story: Story, names: Mapping[DestinationKey, str]) -> Iterator[Line]:
    for row in story.segments:
        who = _who(row.agent, row.destination, names)
        what = "与来电人通话 talks with the caller" if row.with_citizen else "与坐席咨询 is consulted by the agent"
        long = "" if row.ended_at is None else f", {_seconds(Millis(row.ended_at - row.started_at))}"
        yield Line(row.started_at, 5, f"{who} {what}{long}")


def _who(agent: AgentId | None, to: DestinationKey | None, names: Mapping[DestinationKey, str]) -> str:
    place = "" if to is None else names.get(to, to)
    return " ".join(part for part in (place, agent or "") if part)


def _transfers(story: Story, names: Mapping[DestinationKey, str]) -> Iterator[Line]:
    for row in story.transfers:
        to = _who(row.third_agent, row.destination, names)
        yield Line(row.asked_at, 6, f"{row.agent} 转接 transfers: {_MODES[row.mode]} → {to}")
        if row.rung_at is not None:
            yield Line(row.rung_at, 6, f"{to} 振铃 rings")
        if row.answered_at is not None:
            yield Line(row.answered_at, 4, f"{to} 接听 answers")
        outcome = outcome_of_transfer(row, story.call.ended_at)
        over = row.completed_at or row.ended_at or story.call.ended_at
        if outcome is not None and over is not None:
            yield Line(over, 7, f"{to} {_OUTCOMES[outcome]}")


def _rings(facts: Iterable[AnyEvent]) -> Iterator[Line]:
    """Yield the rings at agents whom the queue found; of facts told twice the first counts."""
    rung: dict[LegId, AgentRung] = {}
    over: set[LegId] = set()
    for fact in facts:
        if isinstance(fact, AgentRung) and not is_third_leg(fact.call, fact.leg):
            rung.setdefault(fact.leg, fact)
        elif isinstance(fact, RingEnded) and fact.leg in rung and fact.leg not in over:
            over.add(fact.leg)
            ring = rung[fact.leg]
            long = _seconds(Millis(max(0, fact.at - ring.at)))
            yield Line(ring.at, 3, f"振铃 rings {ring.agent}: {_RINGS[fact.result]}, {long}")
    for leg, ring in rung.items():
        if leg not in over:
            yield Line(ring.at, 3, f"振铃 rings {ring.agent}")


def _holds_and_pickups(facts: Iterable[AnyEvent]) -> Iterator[Line]:
    held, taken = False, set[LegId]()
    for fact in facts:
        match fact:
            case CallHeld() if not held:
                held = True
                yield Line(fact.at, 6, "保持 held")
            case CallRetrieved() if held:
                held = False
                yield Line(fact.at, 6, "恢复 retrieved")
            case CallPickedUp() if fact.leg not in taken:
                taken.add(fact.leg)
                yield Line(fact.at, 3, f"代答 picked up by {fact.agent}")
            case CallReturned():
                held = False
                yield Line(fact.at, 8, f"回到队首 back at the head of the queue {fact.queue}")
            case _:
                continue


def _seconds(spell: Millis) -> str:
    return f"{spell / 1000:.1f} s"
