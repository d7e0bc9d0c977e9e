"""The running product as the demo finds it: where it is, and what it says of itself."""

import httpx
import msgspec
from msgspec import Struct

from agent_desk.command_errors import CommandRefused
from agent_desk.compose import Plan
from agent_desk.demo.sdp import Address
from agent_desk.wire_http import Catalogue

AGENTS_HOST, CITIZENS_HOST = "127.0.0.1", "127.0.0.2"
"""Where the demo's telephones are; demo mode admits calls from the second as the trunk's."""
ANSWER_SECONDS = 10.0


class Product(Struct, frozen=True, kw_only=True):
    """Addresses and catalogue of a product in demo mode that answers."""

    web: str
    """`host:port` of the pages."""
    sip: Address
    catalogue: Catalogue


async def find_product(plan: Plan) -> Product:
    """Ask the product who it is.

    Raises:
        CommandRefused: demo mode is off, or nothing answers, or something else does.

    """
    if not plan.settings.demo.enabled:
        raise CommandRefused(
            "demo.enabled = false: the demo needs demo mode; set JIETONG_DEMO_ENABLED=true and restart."
        )
    host, port = plan.web_address
    sip = plan.settings.sip
    return await product_at(f"{reachable(host)}:{port}", (reachable(sip.host), sip.port))


async def product_at(web: str, sip: Address) -> Product:
    """Ask the product at an address who it is.

    Args:
        web: `host:port` of its pages.
        sip: where its Asterisk is.

    Raises:
        CommandRefused: it runs without demo mode, or nothing answers, or something else does.

    """
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=ANSWER_SECONDS) as client:
            reply = await client.get(f"http://{web}/api/catalogue")
        catalogue = msgspec.json.decode(reply.content, type=Catalogue)
    except httpx.TransportError as error:
        raise CommandRefused(f"nothing answers at {web}: start it with `make run`.") from error
    except msgspec.DecodeError as error:
        raise CommandRefused(
            f"web.port = {web.rpartition(':')[2]}: something else than Jietong answers there."
        ) from error
    if not catalogue.demo:
        raise CommandRefused(f"the product at {web} runs without demo mode: set JIETONG_DEMO_ENABLED=true, restart it.")
    return Product(web=web, sip=sip, catalogue=catalogue)


def reachable(host: str) -> str:
    """Return an address to reach a listener at, which may listen at every address of this machine."""
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host
