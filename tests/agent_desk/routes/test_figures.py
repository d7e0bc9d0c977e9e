"""Transfers of a day: the counts of `jietong transfers`, for supervisors only."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import msgspec
import pytest

from acd.figures import DAY
from acd.names import Millis, RingResult
from agent_desk.cli import main
from agent_desk.compose import Plan
from agent_desk.house import House
from agent_desk.wire_figures import TransferDay
from tests.agent_desk.a_house import a_client, a_house, logged_in
from tests.core.samples import NOON, handed_on, opening, transfer

WHERE = "/api/figures/transfers"


async def written(house: House) -> None:
    """Yesterday one transfer, today three to two lines, one of which still rings."""
    house.clock.move(Millis(NOON + 3_600_000 - house.clock.now()))
    missed = {"answered_at": None, "completed_at": None, "result": RingResult.NO_ANSWER}
    more = (transfer("c1"), transfer("c1", 2, **missed), transfer("c1", 3, to="police"))
    day_before = {"offered_at": NOON - DAY, "transfers": (transfer("c2", asked_at=NOON - DAY),)}
    await house.recorder.apply(
        [
            (1, opening("T1", "c1")),
            (1, handed_on("c1", "T1", transfers=more)),
            (2, opening("T2", "c2")),
            (2, handed_on("c2", "T2", **day_before)),
        ]
    )


async def asked(client: httpx.AsyncClient, back: int = 0) -> TransferDay:
    reply = await client.get(WHERE, params={"back": back})
    assert reply.status_code == 200, reply.text
    return msgspec.json.decode(reply.content, type=TransferDay)


async def test_each_day_has_its_own(house: House, plan: Plan, client: httpx.AsyncClient) -> None:
    await written(house)
    await logged_in(client, plan, "supervisor")
    today, yesterday = await asked(client), await asked(client, 1)
    assert [(line.destination, line.asked, line.answered) for line in today.lines] == [("police", 1, 1), ("tax", 2, 1)]
    assert (today.until - today.since, today.hand_offs.hand_offs) == (DAY, 2)
    assert today.since < NOON < today.at < today.until
    assert [(line.destination, line.asked) for line in yesterday.lines] == [("tax", 1)]
    assert yesterday.until == today.since


def test_they_are_the_figures_of_the_command(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    async def screens() -> TransferDay:
        async with a_house(plan) as house, a_client(house) as client:
            await written(house)
            await logged_in(client, plan, "supervisor")
            return await asked(client)

    day = asyncio.run(screens())
    span = [str(day.since), str(day.until)]
    assert main(("transfers", "--since", span[0], "--until", span[1], "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    for line, counts in zip(day.lines, told["destinations"], strict=True):
        shown = msgspec.to_builtins(line)
        assert {name: shown[name] for name in shown.keys() & counts.keys()} == {
            name: counts[name] for name in shown.keys() & counts.keys()
        }
        assert (line.answer_rate.numerator, line.answer_rate.denominator) == (counts["answered"], counts["tried"])
        three = line.three_party
        assert (three.numerator, three.denominator) == (counts["three_joined"], counts["three_tried"])
    three, hands = told["conferences"], told["hand_offs"]
    assert (day.total.three_party.numerator, day.total.three_party.denominator) == (three["joined"], three["tried"])
    assert day.three_completed == three["completed"]
    assert (day.hand_offs.calls, day.hand_offs.hand_offs) == (hands["answered_calls"], hands["hand_offs"])
    assert main(("transfers", "--since", span[0], "--until", span[1])) == 0
    words = capsys.readouterr().out
    for rate in (day.total.three_party, *(line.answer_rate for line in day.lines)):
        assert f"{rate.percent} %  {rate.numerator} / {rate.denominator}" in words


async def test_only_supervisors_may_see_them(house: House, plan: Plan, client: httpx.AsyncClient) -> None:
    assert (await client.get(WHERE)).status_code == 401
    await logged_in(client, plan, "6001")
    assert (await client.get(WHERE)).status_code == 403
    async with a_client(house) as other:
        await logged_in(other, plan, "admin")
        assert (await other.get(WHERE)).status_code == 200
        assert (await other.get(WHERE, params={"back": -1})).status_code == 422


async def test_a_day_begins_at_local_midnight(house: House, plan: Plan, client: httpx.AsyncClient) -> None:
    await written(house)
    await logged_in(client, plan, "supervisor")
    assert datetime.fromtimestamp((await asked(client)).since / 1000, UTC).hour == 16
