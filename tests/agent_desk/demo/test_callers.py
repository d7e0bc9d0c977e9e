"""The citizens' own count, and a whole small crowd against a real board."""

import asyncio
from pathlib import Path

import pytest

from acd.call import Stage
from acd.names import Moment
from agent_desk.demo.caller import Rung
from agent_desk.demo.callers import Crowd, count, in_words, ring_in
from agent_desk.demo.citizens import Demand, Fate
from agent_desk.demo.product import CITIZENS_HOST, Product
from agent_desk.demo.sip_call import EndedBy
from tests.agent_desk.demo.switchboard import Switchboard, free_port
from tests.agent_desk.served import served


def rung(ended_by: EndedBy | None, *, up: bool = True, stage: Stage | None = None) -> Rung:
    at = Moment(1)
    return Rung(
        caller="13800000001",
        number="12345",
        fate=Fate.TALK,
        invited_at=at,
        up_at=at if up else None,
        stage=stage,
        ended_at=None if ended_by is None else at,
        ended_by=ended_by,
    )


def test_every_call_is_counted_once() -> None:
    calls = [
        rung(EndedBy.US, stage=Stage.TALKING),
        rung(EndedBy.THEM, stage=Stage.TALKING),
        rung(EndedBy.US, stage=Stage.QUEUE),
        rung(EndedBy.THEM, stage=Stage.IVR),
        rung(EndedBy.REFUSED, up=False),
        rung(None),
    ]
    counted = count(calls)
    assert counted.placed == 6 == counted.up + counted.refused
    assert (counted.talked, counted.left, counted.sent_away, counted.under_way) == (2, 1, 1, 1)
    assert (counted.hung_up_by_citizen, counted.hung_up_by_hotline) == (2, 2)
    assert counted.up == counted.talked + counted.left + counted.sent_away + counted.under_way
    assert "placed 6" in in_words(counted)


async def test_a_crowd_rings_until_there_are_enough_and_all_hang_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    # The citizens' own port is theirs to choose: told by the first INVITE.
    async with served(tmp_path / "var", monkeypatch) as running:
        product = Product(web=running.web, sip=("127.0.0.1", port), catalogue=running.house.catalogue)
        hotline = _Hotline((CITIZENS_HOST, 0), ("127.0.0.1", 9))
        await hotline.open("127.0.0.1", port)
        demand = Demand(rate=200, seconds=60, most=12, abandon_greeting=1.0, abandon_waiting=0, abandon_ringing=0)
        calls: list[Rung] = []
        async with asyncio.timeout(20):
            await ring_in(product, Crowd(demand=demand, media=False), calls, lambda _: None)
        hotline.close()
    counted = count(calls)
    assert (counted.placed, counted.up, counted.left, counted.under_way) == (12, 12, 12, 0)


class _Hotline(Switchboard):
    """Answers every call, from whichever port it comes."""

    def __init__(self, server: tuple[str, int], media: tuple[str, int]) -> None:
        super().__init__(server, media)
        self.rung["12345"] = lambda call: call.accept()
        received = self._transactions.datagram_received

        def from_anywhere(data: bytes, addr: tuple[str | object, int]) -> None:
            self._transactions._server = (CITIZENS_HOST, addr[1])
            received(data, addr)

        self._transactions.datagram_received = from_anywhere  # type: ignore[method-assign]
