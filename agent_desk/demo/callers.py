"""`jietong demo callers`: citizens ring in at random until the time is over, and count what became of them."""

import asyncio
from collections.abc import Callable
from random import Random

from msgspec import Struct

from agent_desk.clock import SteadyClock
from agent_desk.demo.board_watch import BoardWatch
from agent_desk.demo.caller import DemoCaller, Rung
from agent_desk.demo.citizens import Demand, Visit, visits
from agent_desk.demo.media import Media
from agent_desk.demo.product import CITIZENS_HOST, Product
from agent_desk.demo.sip_call import EndedBy
from agent_desk.demo.telephone import Telephones

REPORT_SECONDS = 10.0


class Crowd(Struct, frozen=True, kw_only=True):
    """What citizens are to do."""

    demand: Demand = Demand()
    media: bool = True
    seed: int = 1


class Count(Struct, frozen=True, kw_only=True):
    """The citizens' own count."""

    placed: int
    up: int
    """Answered by the hotline: a 200."""
    talked: int
    """Of those, who reached an agent."""
    left: int
    """Hung up without having reached an agent."""
    sent_away: int
    """Up, but the hotline hung up before any agent."""
    refused: int
    """Never up: refused, or no answer at all."""
    hung_up_by_citizen: int
    hung_up_by_hotline: int
    under_way: int


def count(rung: list[Rung]) -> Count:
    """Count calls."""
    up = [one for one in rung if one.up_at is not None]
    unheard = [one for one in up if not one.talked]
    return Count(
        placed=len(rung),
        up=len(up),
        talked=len(up) - len(unheard),
        left=sum(one.ended_by is EndedBy.US for one in unheard),
        sent_away=sum(one.ended_by is EndedBy.THEM for one in unheard),
        refused=sum(one.up_at is None and one.ended_at is not None for one in rung),
        hung_up_by_citizen=sum(one.ended_by is EndedBy.US for one in up),
        hung_up_by_hotline=sum(one.ended_by is EndedBy.THEM for one in up),
        under_way=sum(one.ended_at is None for one in rung),
    )


async def ring_in(product: Product, crowd: Crowd, rung: list[Rung], say: Callable[[str], None]) -> None:
    """Let citizens ring until their time is over and the last has hung up. Cancelled, all hang up.

    Args:
        rung: every call is put here as it begins.
        say: is told how it goes, now and then.

    Raises:
        OSError: no telephone port is to be had.

    """
    clock = SteadyClock()
    media = Media(CITIZENS_HOST, speak=crowd.media, echo=False)
    telephones = Telephones(product.sip, media.address, clock.now)
    watch = BoardWatch(product.web)

    async def visit(one: Visit) -> None:
        caller = DemoCaller(one, telephones=telephones, media=media, watch=watch, now=clock.now)
        rung.append(caller.rung)
        await caller.ring()

    try:
        await telephones.open(CITIZENS_HOST)
        async with asyncio.TaskGroup() as lasting:
            tasks = [
                lasting.create_task(media.run()),
                lasting.create_task(watch.run()),
                lasting.create_task(_report(rung, say)),
            ]
            start = asyncio.get_running_loop().time()
            async with asyncio.TaskGroup() as calls:
                for one in visits(crowd.demand, Random(crowd.seed)):
                    await asyncio.sleep(max(0.0, start + one.at - asyncio.get_running_loop().time()))
                    calls.create_task(visit(one))
            for task in tasks:
                task.cancel()
    finally:
        telephones.close()
        media.close()


def in_words(counted: Count) -> str:
    """Return one line for people."""
    return (
        f"拨打 placed {counted.placed}  接入 up {counted.up}  人工接听 talked {counted.talked}  "
        f"放弃 left {counted.left}  热线挂断 sent away {counted.sent_away}  未接入 refused {counted.refused}  "
        f"市民先挂 citizen hung up {counted.hung_up_by_citizen}  "
        f"热线先挂 hotline hung up {counted.hung_up_by_hotline}  "
        f"进行中 under way {counted.under_way}"
    )


async def _report(rung: list[Rung], say: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(REPORT_SECONDS)
        say(in_words(count(rung)))
