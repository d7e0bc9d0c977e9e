"""Asterisk's own event log (CEL) into facts: what happened to calls while nobody listened to AMI.

Rows are those of `asterisk/cel_custom.conf`, with times in microseconds. Each row becomes the fact that AMI would have
told, so that telling one twice is harmless: `fold` knows every call and leg by its id.
"""

import csv
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from acd.events import (
    AgentAnswered,
    AgentRequested,
    AgentRung,
    AnyEvent,
    CallEnded,
    CallHanded,
    CallHandedOver,
    CallLost,
    CallOffered,
    CallPickedUp,
    CallQueued,
    CallRefused,
    CallReturned,
    HangUpHeard,
    LegEnded,
    LegJoined,
    LegLeft,
    RingEnded,
    StepTold,
    ThirdRung,
    WatchHeard,
)
from acd.names import AgentId, CallId, DestinationKey, LegId, LossStage, Moment, QueueName, RingResult, citizens_leg
from acd.transfer import Place
from acd.watching import Watching, is_watch_leg
from telephony.third_legs import agent_of, call_of, endpoint_of, is_third, ring_result

log = logging.getLogger(__name__)

_COLUMNS = 14
_TIME = re.compile(r"[0-9]+(\.[0-9]*)?")
_REJECTED = (17, 21)
_UNREACHABLE = (3, 20, 27, 34)
"""Q.850 causes of a ring that was refused, and of a telephone that could not be reached."""


_NEVER_IN = ("|FULL|", "|JOINEMPTY|", "|JOINUNAVAIL|")
"""QUEUESTATUS, inside the JT_LOST row, of calls that app_queue did not take in."""


_QUEUE, _ROOM = "Queue", "ConfBridge"
"""Applications that a row may be about."""
_BRIDGES: Mapping[str, type[LegJoined] | type[LegLeft]] = {"BRIDGE_ENTER": LegJoined, "BRIDGE_EXIT": LegLeft}


class CelRow(Struct, frozen=True, kw_only=True):
    """One row."""

    kind: str
    at: Moment
    leg: LegId
    call: CallId
    """The account, or while there is none what the channel is named after, or the linkedid: the citizen's leg."""
    account: str
    channel: str
    context: str
    app: str
    appdata: str
    extra: str

    @property
    def endpoint(self) -> str:
        """The channel's name without its serial number: `PJSIP/6001-web`."""
        return endpoint_of(self.channel)


def moment_of(eventtime: str) -> Moment:
    """Return a CEL time (`1795307340.249271`) in milliseconds."""
    seconds, _, fraction = eventtime.partition(".")
    return Moment(int(seconds) * 1000 + int((fraction + "000")[:3]))


def is_time(text: str) -> bool:
    """Whether `moment_of` can read it."""
    return _TIME.fullmatch(text) is not None


def _cut(line: str) -> list[str]:
    """Cut one line by itself: a quote left open by a half-written row must not swallow the row after it."""
    try:
        return next(csv.reader((line,)), [])
    except csv.Error:  # a file system that lost power leaves long runs of NUL
        return []


def rows(lines: Iterable[str]) -> Iterator[CelRow]:
    """Read rows; those of another shape, such as one half written, are left out."""
    for line in lines:
        fields = _cut(line)
        if len(fields) != _COLUMNS or not is_time(fields[1]):
            continue
        yield CelRow(
            kind=fields[0],
            at=moment_of(fields[1]),
            leg=LegId(fields[2]),
            call=CallId(fields[4] or call_of(fields[2]) or fields[3]),
            account=fields[4],
            channel=fields[5],
            context=fields[7],
            app=fields[8],
            appdata=fields[9],
            extra=fields[13],
        )


def facts(found: Sequence[CelRow], no_answers: Mapping[tuple[CallId, AgentId], list[Moment]]) -> Iterator[AnyEvent]:
    """Return what the rows tell, in their order.

    Args:
        no_answers: from queue_log: the ends of rings that an agent let ring, by call and agent. CEL alone cannot
            tell a ring that nobody answered from one that the caller cut short.

    """
    answered: set[LegId] = set()
    unused = {ring: list(ends) for ring, ends in no_answers.items()}
    turned_back = _turned_back(found)
    for number, row in enumerate(found):
        if number in turned_back:
            continue  # Queue() began, but let nobody in: AMI tells no join either
        try:
            yield from _told_by(row, answered, unused)
        except (ValueError, KeyError) as error:
            # One row that makes no sense must not cost us the others.
            log.error("a CEL row makes no sense", extra={"kind": row.kind, "call": row.call, "why": repr(error)})


def _turned_back(found: Sequence[CelRow]) -> set[int]:
    """Return where in `found` app_queue began with calls that it then did not take in."""
    began: dict[CallId, int] = {}
    turned_back: set[int] = set()
    for number, row in enumerate(found):
        if row.kind == "APP_START" and row.app == _QUEUE:
            began[row.call] = number
        elif row.kind == "JT_LOST" and row.call in began and any(one in row.extra for one in _NEVER_IN):
            turned_back.add(began[row.call])
    return turned_back


def _told_by(
    row: CelRow, answered: set[LegId], no_answers: Mapping[tuple[CallId, AgentId], list[Moment]]
) -> Iterator[AnyEvent]:
    agent = agent_of(row.channel)
    if row.leg == citizens_leg(row.call):
        yield from _citizens_leg(row)
    elif is_third(row.call, row.leg, row.channel):
        yield from _third_leg(row, agent, answered)
    elif is_watch_leg(row.call, row.leg):
        yield from _watch_leg(row)
    elif agent is not None and not row.leg.startswith(f"{row.call}-"):  # one of another name of ours is no ring
        yield from _agents_leg(row, agent, answered, no_answers)
    if row.account and row.kind in _BRIDGES:
        yield _BRIDGES[row.kind](at=row.at, call=row.call, leg=row.leg, bridge=str(json.loads(row.extra)["bridge_id"]))


def _citizens_leg(row: CelRow) -> Iterator[AnyEvent]:
    match row.kind:
        case "JT_OFFERED":
            number, queue, caller = _extra(row, 3)
            yield CallOffered(
                at=row.at,
                call=row.call,
                node=row.call.rpartition("-")[0],
                number=number,
                queue=QueueName(queue),
                caller=caller,
            )
        case "JT_REFUSED":
            number, caller, why = _extra(row, 3)
            yield CallRefused(at=row.at, call=row.call, number=number, caller=caller, why=why)
        case "JT_HANDOVER":
            by, reference = _extra(row, 2)
            yield CallHandedOver(at=row.at, call=row.call, by=by, reference=reference)
        case "JT_REQUESTED":
            yield AgentRequested(at=row.at, call=row.call, queue=QueueName(_extra(row, 1)[0]))
        case "APP_START" if row.app == _QUEUE:
            yield CallQueued(at=row.at, call=row.call, queue=QueueName(row.appdata.partition(",")[0]))
        case "JT_LOST":
            queue, status, stage = _extra(row, 3)
            yield CallLost(at=row.at, call=row.call, queue=QueueName(queue), stage=LossStage(stage), cause=status)
        case "JT_RETURNED":
            yield CallReturned(at=row.at, call=row.call, queue=QueueName(_extra(row, 1)[0]))
        case "JT_HANDED":
            yield CallHanded(at=row.at, call=row.call, place=Place(_extra(row, 1)[0]))
        case "JT_STEP":
            step, answer = _extra(row, 2)
            yield StepTold(at=row.at, call=row.call, step=DestinationKey(step), answer=answer)
        case "HANGUP" if row.account:
            cause, source = _hangup(row)
            if source == row.channel:
                yield HangUpHeard(at=row.at, call=row.call, leg=row.leg)
            yield CallEnded(at=row.at, call=row.call, cause=cause)
        case _:
            return


def _agents_leg(
    row: CelRow,
    agent: AgentId,
    answered: set[LegId],
    no_answers: Mapping[tuple[CallId, AgentId], list[Moment]],
) -> Iterator[AnyEvent]:
    match row.kind:
        case "CHAN_START":
            yield AgentRung(at=row.at, call=row.call, agent=agent, leg=row.leg, queue=QueueName(""))
        case "JT_PICKED":
            answered.add(row.leg)  # it dialled us, and was never rung
            yield CallPickedUp(at=row.at, call=row.call, agent=agent, leg=row.leg)
        case "BRIDGE_ENTER" if row.app != _ROOM:
            answered.add(row.leg)
            yield AgentAnswered(at=row.at, call=row.call, agent=agent, leg=row.leg, queue=QueueName(""))
        case "BRIDGE_EXIT":
            answered.add(row.leg)  # the row of its entering may be older than what is read
        case "HANGUP":
            cause, source = _hangup(row)
            if row.leg not in answered:
                result = _ring_result(row, cause, no_answers.get((row.call, agent), []))
                yield RingEnded(at=row.at, call=row.call, leg=row.leg, result=result)
            elif source == row.channel:
                yield HangUpHeard(at=row.at, call=row.call, leg=row.leg)
            yield LegEnded(at=row.at, call=row.call, leg=row.leg)
        case _:
            return


def _watch_leg(row: CelRow) -> Iterator[AnyEvent]:
    match row.kind:
        case "JT_WATCH":
            yield WatchHeard(at=row.at, call=row.call, leg=row.leg, how=Watching(_extra(row, 1)[0]))
        case "HANGUP":
            yield LegEnded(at=row.at, call=row.call, leg=row.leg)
        case _:
            return


def _third_leg(row: CelRow, agent: AgentId | None, answered: set[LegId]) -> Iterator[AnyEvent]:
    match row.kind:
        case "CHAN_START":
            yield ThirdRung(at=row.at, call=row.call, leg=row.leg, agent=agent)
        case "ANSWER":
            answered.add(row.leg)
            yield RingEnded(at=row.at, call=row.call, leg=row.leg, result=RingResult.ANSWERED)
        case "BRIDGE_EXIT":
            answered.add(row.leg)
        case "HANGUP":
            cause, source = _hangup(row)
            if source == row.channel:
                yield HangUpHeard(at=row.at, call=row.call, leg=row.leg)
            if row.leg not in answered:
                yield RingEnded(at=row.at, call=row.call, leg=row.leg, result=ring_result(cause))
            yield LegEnded(at=row.at, call=row.call, leg=row.leg)
        case _:
            return


def _ring_result(row: CelRow, cause: int, no_answers: list[Moment]) -> RingResult:
    if cause in _REJECTED:
        return RingResult.REJECTED
    if cause in _UNREACHABLE:
        return RingResult.UNREACHABLE
    # queue_log has whole seconds, and writes the row when app_queue comes round to it. A row tells of one ring: the
    # next one may begin and be cut short within the same second.
    told = next((at for at in no_answers if -1_000 < row.at - at < 2_000), None)
    if told is None:
        return RingResult.CANCELLED
    no_answers.remove(told)
    return RingResult.NO_ANSWER


def _extra(row: CelRow, count: int) -> list[str]:
    fields = str(json.loads(row.extra)["extra"]).split("|")
    if len(fields) != count:
        raise ValueError(f"the CEL row {row.kind} of {row.call} holds {len(fields)} fields, not {count}")
    return fields


def _hangup(row: CelRow) -> tuple[int, str]:
    extra = json.loads(row.extra) if row.extra else {}
    return int(extra.get("hangupcause", 0)), str(extra.get("hangupsource", ""))
