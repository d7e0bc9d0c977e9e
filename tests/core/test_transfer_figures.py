"""Figures about transfers: counts by destination, three-party calls that came about, hand-offs a call."""

from typing import Any

from acd.names import AgentId, Moment, RingResult
from acd.transfer import TransferMode, seat_key
from core.database import Database
from core.transfer_figures import (
    ANSWER_RATE,
    HAND_OFFS_PER_CALL,
    ConferenceCounts,
    DestinationCounts,
    HandOffCounts,
    Ratio,
    answers_by_destination,
    count_conferences,
    count_hand_offs,
)
from tests.core.samples import NOON, answered, ended, handed_on, lost, opening, transfer, written

UNTIL = Moment(NOON + 3_600_000)
RINGS: dict[str, Any] = {"answered_at": None, "result": None, "completed_at": None, "ended_at": None}


def failed(number: int, result: RingResult | None, **changes: Any) -> Any:
    values = {**RINGS, "result": result, "ended_at": NOON + 30_000}
    return transfer("c1", number, **(values | changes))


async def kept(database: Database, *transfers: Any, over: bool = True) -> None:
    """Write one call with these transfers."""
    write = ended if over else answered
    await written(database, opening("T1", "c1"), write("c1", "T1", transfers=transfers))


async def by_destination(database: Database, since: int = NOON, until: int = UNTIL) -> dict[str, DestinationCounts]:
    async with database.reading() as session:
        found = await answers_by_destination(session, Moment(since), Moment(until))
    assert [one.destination for one in found] == sorted(one.destination for one in found)
    return {one.destination: one for one in found}


def test_nothing_of_nothing_is_no_rate() -> None:
    assert Ratio(numerator=0, denominator=0).value is None
    assert Ratio(numerator=0, denominator=4).value == 0
    assert Ratio(numerator=1, denominator=4).value == 0.25


async def test_each_destination_with_what_became_of_its_rings(database: Database) -> None:
    await kept(
        database,
        transfer("c1", 1),
        failed(2, RingResult.NO_ANSWER),
        failed(3, RingResult.REJECTED),
        failed(4, RingResult.UNREACHABLE),
        failed(5, RingResult.CANCELLED),
        failed(6, None),
        failed(7, RingResult.ANSWERED, mode=TransferMode.RELEASE),
        transfer("c1", 8, to="police"),
        transfer("c1", 9, to="identity", mode=TransferMode.SUSPEND, answered_at=None, result=None),
    )
    found = await by_destination(database)
    assert found["tax"] == DestinationCounts(
        destination="tax",
        asked=7,
        tried=7,
        answered=2,
        no_answer=1,
        rejected=1,
        unreachable=1,
        cancelled=1,
        not_known=1,
        completed=1,
        three_tried=6,
        three_joined=1,
    )
    assert found["tax"].answer_rate == Ratio(numerator=2, denominator=7)
    assert found["tax"].three_party_rate == Ratio(numerator=1, denominator=6)
    assert found["police"].answer_rate.value == 1
    assert set(found) == {"tax", "police"}


async def test_a_call_taken_over_is_a_hand_off_and_no_attempt_at_a_line(database: Database) -> None:
    taken_over = transfer("c1", 2, to=seat_key(AgentId("6241")), mode=TransferMode.SUCCESS)
    refused = failed(3, RingResult.UNREACHABLE, to=seat_key(AgentId("6241")), mode=TransferMode.SUCCESS)
    await kept(database, failed(1, RingResult.NO_ANSWER), taken_over, refused)
    found = await by_destination(database)
    assert set(found) == {"tax"}
    assert found["tax"].answer_rate == Ratio(numerator=0, denominator=1)
    async with database.reading() as session:
        assert (await count_hand_offs(session, NOON, UNTIL)).hand_offs == 1


def test_the_rules_say_what_becomes_of_calls_taken_over() -> None:
    assert "挂起转与拦截不计" in ANSWER_RATE.rule_zh
    assert "拦截亦算" in HAND_OFFS_PER_CALL.rule_zh
    assert all("took" in one.rule_en for one in (ANSWER_RATE, HAND_OFFS_PER_CALL))


async def test_what_still_rings_is_not_counted_yet(database: Database) -> None:
    await kept(database, transfer("c1", 1, **RINGS), over=False)
    tax = (await by_destination(database))["tax"]
    assert (tax.asked, tax.tried, tax.ringing, tax.three_tried, tax.not_known) == (1, 0, 1, 0, 0)
    assert tax.answer_rate.value is None
    await kept(database, transfer("c1", 1, **(RINGS | {"answered_at": NOON + 24_000})), over=False)
    assert (await by_destination(database))["tax"].answered == 1


async def test_what_the_calls_end_cut_off_is_counted(database: Database) -> None:
    await kept(database, transfer("c1", 1, **RINGS))
    assert (await by_destination(database))["tax"].not_known == 1


async def test_only_transfers_asked_for_in_the_time(database: Database) -> None:
    await kept(database, transfer("c1", 1), transfer("c1", 2, asked_at=NOON + 50_000))
    assert (await by_destination(database, NOON + 20_000, NOON + 50_000))["tax"].tried == 1
    assert (await by_destination(database, NOON + 20_000, NOON + 50_001))["tax"].tried == 2
    assert await by_destination(database, NOON + 20_001, NOON + 50_000) == {}


async def test_three_parties_who_spoke_and_whom_the_agent_left(database: Database) -> None:
    await kept(
        database,
        transfer("c1", 1),
        transfer("c1", 2, completed_at=None),
        failed(3, RingResult.NO_ANSWER),
        failed(4, RingResult.NO_ANSWER, completed_at=NOON + 30_000),
        transfer("c1", 5, mode=TransferMode.ATTENDED),
    )
    by_line = await by_destination(database)
    async with database.reading() as session:
        counts = await count_conferences(session, NOON, UNTIL)
        none = await count_conferences(session, Moment(0), NOON)
    assert counts == ConferenceCounts(tried=4, joined=2, completed=1)
    assert counts.success_rate.value == 0.5
    assert [by_line["tax"].three_tried, by_line["tax"].three_joined] == [counts.tried, counts.joined]
    assert none.success_rate.value is None


async def test_a_three_party_call_that_still_rings_is_not_counted_yet(database: Database) -> None:
    await kept(database, transfer("c1", 1, **RINGS), over=False)
    async with database.reading() as session:
        assert (await count_conferences(session, NOON, UNTIL)).tried == 0


async def test_hand_offs_of_answered_calls(database: Database) -> None:
    twice = (transfer("c2"), transfer("c2", 2), transfer("c2", 3, mode=TransferMode.SUSPEND))
    await written(
        database,
        *(opening(f"T{n}", f"c{n}") for n in (1, 2, 3)),
        handed_on("c1", "T1"),
        handed_on("c2", "T2", transfers=twice),
        ended("c3", "T3"),
        lost("c4", "T4"),
        opening("T5", "c5"),
        handed_on("c5", "T5", offered_at=NOON - 1),
    )
    async with database.reading() as session:
        counts = await count_hand_offs(session, NOON, UNTIL)
        none = await count_hand_offs(session, Moment(0), Moment(1))
    assert counts == HandOffCounts(answered_calls=3, handed_on=2, hand_offs=3, most=2)
    assert counts.per_call.value == 1
    assert (none.per_call.value, none.most) == (None, 0)
