"""What `jietong demo sub-centre` does: the second hotline, its agents and the outside, until Ctrl-C."""

import asyncio
import os
from collections.abc import Callable
from random import Random

import httpx
from msgspec import Struct

from agent_desk.clock import SteadyClock
from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan
from agent_desk.demo.agent import Habits, Tally
from agent_desk.demo.agents import Floor, keep_floor
from agent_desk.demo.carrier import Carrier, Manners
from agent_desk.demo.product import Product, product_at, reachable
from agent_desk.demo.sub_centre import CARRIER_HOST, HOST, SubCentre, environment, numbers_of

Say = Callable[[str], None]


class Scene(Struct, frozen=True, kw_only=True):
    """What is to be there."""

    agents: int = 3
    habits: Habits = Habits()
    manners: Manners = Manners()
    media: bool = True
    seed: int = 1


async def keep_sub_centre(plan: Plan, scene: Scene, say: Say) -> None:
    """Run the second hotline with agents at work, and the outside, until cancelled; then stop all of it.

    Raises:
        CommandRefused: settings leave no room, a port is taken, or the second hotline ends.

    """
    with SubCentre(plan, environment(plan, os.environ, scene.agents)) as centre:
        say("分中心启动中 the sub-centre starts")
        await centre.until_ready()
        product = await product_at(centre.web, centre.sip)
        floor = Floor(
            logins=(await _logins(product))[: scene.agents],
            habits=scene.habits,
            host=HOST,
            media=scene.media,
            seed=scene.seed,
        )
        say(_shown(plan, centre))
        refused: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(centre.until_ended())
                tasks.create_task(_keep_carrier(plan, scene, say))
                tasks.create_task(keep_floor(product, floor, Tally(), say))
        except* CommandRefused as group:
            refused = group.exceptions[0]
        if refused is not None:
            raise refused


async def _keep_carrier(plan: Plan, scene: Scene, say: Say) -> None:
    sip, port = plan.settings.sip, plan.settings.demo.carrier_port
    if port == 0:
        return
    carrier = Carrier(
        (reachable(sip.host), sip.port),
        numbers_of(plan, "carrier"),
        now=SteadyClock().now,
        say=say,
        manners=scene.manners,
        random=Random(scene.seed),
    )
    try:
        await carrier.run(CARRIER_HOST, port)
    except OSError as error:
        raise CommandRefused(
            f"demo.carrier_port = {port}: {CARRIER_HOST}:{port} cannot be had ({error.strerror}); "
            "set it to a free port, or to 0."
        ) from error


async def _logins(product: Product) -> tuple[tuple[str, str], ...]:
    async with httpx.AsyncClient(trust_env=False) as client:
        reply = await client.get(f"http://{product.web}/api/demo/logins")
    return tuple((one["user"], one["password"]) for one in reply.raise_for_status().json() if one["role"] == "agent")


def _shown(plan: Plan, centre: SubCentre) -> str:
    port = plan.settings.demo.carrier_port
    lines = [
        "",
        "分中心已就绪 the sub-centre is ready",
        f"  接听号码 answers     {' '.join(numbers_of(plan, 'sub-centre'))}",
        f"  大屏 wallboard       http://{centre.web}/wallboard",
    ]
    if port:
        lines.append(f"  外线 outside         {' '.join(numbers_of(plan, 'carrier'))}   {CARRIER_HOST}:{port}")
    return "\n".join([*lines, "  Ctrl-C 停止 stops it", ""])
