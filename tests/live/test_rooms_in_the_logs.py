"""What Asterisk's logs tell of rooms and other sides is what its manager told at the time, leg for leg."""

import time
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

import pytest
from msgspec import structs

from acd.events import (
    AgentAnswered,
    AgentRung,
    AnyEvent,
    CallHanded,
    CallPickedUp,
    CallQueued,
    CallReturned,
    LegEnded,
    LegJoined,
    LegLeft,
    RingEnded,
    StepTold,
    ThirdRung,
)
from acd.names import CallId, LegId, Moment, RingResult
from acd.transfer import Place
from telephony.ami_protocol import AmiProtocol, event_name, parse
from telephony.backfill import Logs, missed
from telephony.translate import RULES
from tests.live.faults import slowness
from tests.live.room_floor import Floor, Talk
from tests.live.room_ringing import Ringing
from tests.live.standstill import apart_ms

pytestmark = pytest.mark.live

_Talk = TypeVar("_Talk", bound=Talk)

SAME_MS = 50
"""How far the two may differ in any time, on a machine at rest: they are written by different threads of Asterisk."""
COMPARED = (
    AgentRung,
    AgentAnswered,
    CallHanded,
    CallPickedUp,
    CallQueued,
    CallReturned,
    LegEnded,
    LegJoined,
    LegLeft,
    RingEnded,
    StepTold,
    ThirdRung,
)


def _consulted(floor: Floor, talk: Talk) -> None:
    talk.swap()
    floor.agent.hang_up()
    talk.are_together(talk.call, talk.third)
    talk.lost(talk.third)
    floor.far.gone()
    talk.returned()


def _conference(floor: Floor, talk: Talk) -> None:
    talk.conference()
    floor.agent.hang_up()
    talk.are_together(talk.call, talk.third)
    talk.ends()
    floor.far.gone()


def _refused(floor: Floor, talk: Talk) -> None:
    talk.into_the_room()
    talk.ring_third()
    floor.far.refuse_ring("503 Service Unavailable")
    talk.ami.event("Hangup", Uniqueid=talk.third)
    talk.ends()
    floor.agent.gone()


def _not_answered(floor: Floor, talk: Talk) -> None:
    talk.consult_ringing(ring_ms=500)
    talk.are_together(talk.call, talk.leg)
    talk.ends()
    floor.agent.gone()


def _dropped(floor: Floor, talk: Talk) -> None:
    talk.consult_ringing()
    talk.ami.act(Action="Hangup", Channel=talk.third, Cause="16")
    talk.are_together(talk.call, talk.leg)
    talk.ends()
    floor.agent.gone()


def _an_expert(floor: Floor, talk: Talk) -> None:
    talk.into_the_room()
    talk.ring_third(interface="PJSIP/6016-sip")
    floor.expert.answer_ring()
    talk.are_together(talk.call, talk.leg, talk.third)
    talk.ends()
    floor.agent.hang_up()
    floor.expert.gone()


def _released(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.BLIND, "tax"))
    floor.agent.gone()
    floor.far.answer_ring()
    third = talk.ami.event("DialEnd", DialStatus="ANSWER")["DestUniqueid"]
    talk.ami.event("BridgeEnter", Uniqueid=third)
    floor.far.hang_up()
    talk.released()


def _released_in_vain(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.BLIND, "tax"))
    floor.agent.gone()
    floor.far.refuse_ring("480 Temporarily Unavailable")
    talk.returned()


def _through_a_step(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.STEP, "satisfaction"), talk.agent_in)
    talk.told("step")
    talk.citizen.press("4")
    talk.are_together(talk.call, talk.leg)
    talk.ends()
    floor.agent.gone()


def _to_the_experts(floor: Floor, talk: Talk) -> None:
    talk.move(talk.citizen_to(Place.QUEUE, "experts"), position=1)
    floor.agent.gone()
    floor.expert.answer_ring()
    expert = talk.ami.event("AgentConnect", MemberName="6016")["DestUniqueid"]
    talk.ami.event("BridgeEnter", Uniqueid=expert)
    talk.ends()
    floor.expert.gone()


@pytest.mark.parametrize(
    ("way", "how"),
    [
        (_consulted, RingResult.ANSWERED),
        (_conference, RingResult.ANSWERED),
        (_refused, RingResult.UNREACHABLE),
        (_not_answered, RingResult.NO_ANSWER),
        (_dropped, RingResult.CANCELLED),
        (_an_expert, RingResult.ANSWERED),
        (_released, RingResult.ANSWERED),
        (_released_in_vain, RingResult.NO_ANSWER),
        (_through_a_step, None),
        (_to_the_experts, None),
    ],
)
def test_both_tell_the_same(floor: Floor, way: Callable[[Floor, Talk], None], how: RingResult | None) -> None:
    heard = _told_by_both(floor, Talk, way)
    rung = [key[1] for key in heard if key[0] == "ThirdRung"]
    results = [key[2] for key in heard if key[0] == "RingEnded" and key[1] in rung]
    assert results == ([] if how is None else [how])


@pytest.mark.parametrize("how", ["ended", "lost"])
def test_both_tell_the_same_of_a_call_picked_up(floor: Floor, how: str) -> None:
    def way(floor: Floor, ringing: Ringing) -> None:
        ringing.picked_up()
        if how == "lost":
            ringing.lost(ringing.leg)
            floor.colleague.gone()
            ringing.returned()
        else:
            ringing.ends()
            floor.colleague.gone()

    heard = _told_by_both(floor, Ringing, way)
    assert [key[0] for key in heard].count("CallPickedUp") == 1


def _told_by_both(
    floor: Floor, kind: type[_Talk], way: Callable[[Floor, _Talk], None]
) -> dict[tuple[object, ...], list[int]]:
    """Play a call, see that both tell the same of it, and return that."""
    since, heard_from = Moment(time.time_ns() // 1_000_000), len(floor.ami.raw)
    with kind(floor) as talk:
        way(floor, talk)
    give_up = time.monotonic() + 5
    while True:  # the last of either may still be on its way
        floor.ami.act(Action="Ping")
        heard = _by_what(_heard(floor.ami.raw[heard_from:], talk.call))
        late = _by_what(_told(floor, since, talk.call))
        if set(heard) == set(late) or time.monotonic() > give_up:
            break
    assert set(heard) == set(late)
    for what, times in heard.items():
        assert len(times) == len(late[what]), what
        apart = [apart_ms(a, b) for a, b in zip(sorted(times), sorted(late[what]), strict=True)]
        assert max(apart) <= SAME_MS * slowness(), (what, apart)
    return heard


def _heard(raw: bytes, call: CallId) -> list[AnyEvent]:
    facts: list[AnyEvent] = []
    for block in AmiProtocol().receive(b"Asterisk Call Manager/11.0.0\r\n" + raw):
        rule = RULES.get(event_name(block) or b"")
        fact = None if rule is None else rule(parse(block))
        if fact is not None and getattr(fact, "call", None) == call:
            facts.append(fact)
    return facts


def _told(floor: Floor, since: Moment, call: CallId) -> list[AnyEvent]:
    base = floor.pbx.plan.base
    logs = Logs(cel=base / "log" / "cel-custom" / "Master.csv", queue_log=base / "log" / "queue_log")
    return [
        fact for fact in missed(logs, since, Moment(time.time_ns() // 1_000_000)) if getattr(fact, "call", None) == call
    ]


def _by_what(facts: list[AnyEvent]) -> dict[tuple[object, ...], list[int]]:
    """The times of each fact, without those that one of the two alone can tell, or tells more than once."""
    answered = {fact.leg for fact in facts if isinstance(fact, RingEnded) and fact.result is RingResult.ANSWERED}
    answered |= {fact.leg for fact in facts if isinstance(fact, AgentAnswered)}
    thirds = {fact.leg for fact in facts if isinstance(fact, ThirdRung)}
    found: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for fact in facts:
        leg = getattr(fact, "leg", LegId(""))
        unanswered = isinstance(fact, LegEnded) and leg not in answered
        agents_answer = isinstance(fact, RingEnded) and leg not in thirds and leg in answered
        if isinstance(fact, COMPARED) and not unanswered and not agents_answer:
            values = structs.asdict(fact)
            values.pop("at")
            values.pop("call")
            if isinstance(fact, AgentRung | AgentAnswered):
                values.pop("queue")
            key = (type(fact).__name__, values.pop("leg", ""), *values.values())
            if key in found and isinstance(fact, RingEnded):
                continue  # app_queue says it for itself and for its dialling
            found[key].append(fact.at)
    return found
