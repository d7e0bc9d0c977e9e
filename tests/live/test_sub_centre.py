"""A call handed on to a sub-centre that is a whole Jietong of its own: `jietong demo sub-centre` beside the first."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from acd.agent import Presence
from acd.names import DestinationKey
from acd.transfer import Command, TransferMode
from agent_desk.clock import SteadyClock
from agent_desk.demo.desk_client import DeskClient
from agent_desk.demo.media import Media
from agent_desk.demo.product import AGENTS_HOST, CITIZENS_HOST
from agent_desk.demo.sip_call import SipCall
from agent_desk.demo.telephone import Telephones
from telephony.pid_file import alive
from tests.live.conftest import free_port
from tests.live.demo_play import in_a_thread_of_its_own
from tests.live.product import CHECKOUT, Product

pytestmark = pytest.mark.live

AGENTS = 2
TAX, POLICE = DestinationKey("tax"), DestinationKey("police")


class Beside:
    """The command, beside a product that runs."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.web = f"http://127.0.0.1:{product.environ['JIETONG_DEMO_SUB_CENTRE_WEB_PORT']}"
        self.output = product.directory / "sub-centre-command"
        command = [sys.executable, "-m", "agent_desk", "demo", "sub-centre", "--agents", str(AGENTS), "--talk", "600"]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=CHECKOUT, env=product.environ, stdout=output, stderr=output, start_new_session=True
            )

    def line(self, key: DestinationKey = TAX) -> dict[str, Any]:
        """How the first product's board shows a line."""
        line: dict[str, Any] = self.product.board()["lines"][key]
        return line

    def at_work(self) -> list[str]:
        """What the sub-centre's agents are doing, by its own board."""
        reply = httpx.get(f"{self.web}/api/board", timeout=5, trust_env=False)
        return sorted(agent["presence"] for agent in reply.json()["view"]["agents"].values())

    def until(self, what: str, condition: Any, seconds: float = 20) -> None:
        give_up = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < give_up, f"never {what}: {self.line()} {self.output.read_text()}"
            time.sleep(0.1)

    def stop(self) -> int:
        """Press Ctrl-C; return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def beside() -> Iterator[Beside]:
    if os.geteuid() != 0:
        pytest.skip("a private Asterisk is run in a root of its own, which only root can do")
    tcp, udp = socket.SOCK_STREAM, socket.SOCK_DGRAM
    kinds = {
        "CARRIER": udp,
        "SUB_CENTRE_SIP": udp,
        "SUB_CENTRE_WEB": tcp,
        "SUB_CENTRE_HTTP": tcp,
        "SUB_CENTRE_AMI": tcp,
    }
    ports = {f"JIETONG_DEMO_{name}_PORT": str(free_port(kind)) for name, kind in kinds.items()}
    product = Product(
        **ports,
        JIETONG_DEMO_SUB_CENTRE_RTP_FIRST="17000",
        JIETONG_SIP_RTP_FIRST="18000",
        JIETONG_SIP_RTP_LAST="18499",
    )
    beside = None
    try:
        product.start()
        beside = Beside(product)
        beside.until("at work", lambda: beside.line()["ready"] == AGENTS, 180)
        yield beside
    finally:
        if beside is not None and beside.process.poll() is None:
            beside.stop()
        product.close()


@asynccontextmanager
async def a_talk(product: Product) -> Any:
    """A citizen and agent 6001 in a talk, each with a voice; the desk, and both telephones' calls."""
    server, now = ("127.0.0.1", product.sip_port), SteadyClock().now
    rung: asyncio.Queue[SipCall] = asyncio.Queue()
    desk = DeskClient(product.web.removeprefix("http://"))
    voices = {host: Media(host, speak=True, echo=False) for host in (AGENTS_HOST, CITIZENS_HOST)}
    phones = {host: Telephones(server, voice.address, now) for host, voice in voices.items()}
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(voice.run()) for voice in voices.values()]
            for host, telephones in phones.items():
                await telephones.open(host)
            await desk.log_in("6001", product.password())
            await desk.open()
            running.append(tasks.create_task(desk.follow()))
            phone = await desk.hand_out_phone()
            phones[AGENTS_HOST].rung[phone.endpoint] = rung.put_nowait
            await phones[AGENTS_HOST].register(phone.endpoint, phone.password, 120)
            await desk.sign_in()
            await desk.ready()
            citizen = phones[CITIZENS_HOST].call("13800000001", "12345")
            async with asyncio.timeout(30):
                leg = await rung.get()
                leg.accept()
                await desk.until(lambda: desk.presence is Presence.TALKING, 10)
                for host, call in ((AGENTS_HOST, leg), (CITIZENS_HOST, citizen)):
                    await call.up
                    assert call.remote_media is not None
                    voices[host].add(call.remote_media)
            yield desk, citizen, leg
            for call in (citizen, leg):
                call.hang_up()
                await asyncio.wait({call.over}, timeout=5)
            await desk.until(lambda: desk.presence is not Presence.TALKING, 10)
            await desk.sign_out()
            await phones[AGENTS_HOST].register(phone.endpoint, phone.password, 0)
            for task in running:
                task.cancel()
    finally:
        await desk.close()
        for telephones in phones.values():
            telephones.close()


def test_what_the_command_shows(beside: Beside) -> None:
    shown = beside.output.read_text()
    assert "12360 12366 12313 12367 12305" in shown
    assert f"{beside.web}/wallboard" in shown
    assert httpx.get(f"{beside.web}/wallboard", trust_env=False).status_code == 200


def test_a_citizen_is_handed_on_to_the_sub_centres_agent_and_both_boards_know(beside: Beside) -> None:
    async def handed_on() -> None:
        async with a_talk(beside.product) as (desk, citizen, leg):
            await desk.transfer(TAX, TransferMode.CONFERENCE)
            await asyncio.to_thread(beside.until, "taken there", lambda: "talking" in beside.at_work())
            await asyncio.to_thread(beside.until, "told here", lambda: beside.line()["ready"] == AGENTS - 1)
            await desk.command(Command.COMPLETE)
            async with asyncio.timeout(10):
                await leg.over
            assert not citizen.over.done(), "the citizen goes on with the sub-centre"
            assert "talking" in beside.at_work()

    in_a_thread_of_its_own(handed_on())
    beside.until("ready again", lambda: beside.line()["ready"] == AGENTS, 60)


def test_an_emergency_line_outside_answers(beside: Beside) -> None:
    async def joined() -> None:
        async with a_talk(beside.product) as (desk, citizen, _):
            await desk.transfer(POLICE, TransferMode.CONFERENCE)
            await asyncio.to_thread(beside.until, "answered", lambda: "110 接听" in beside.output.read_text())
            assert not citizen.over.done()

    in_a_thread_of_its_own(joined())
    beside.until("over", lambda: "110 结束" in beside.output.read_text())


def test_ctrl_c_stops_all_of_it_and_the_first_one_says_that_it_is_gone(beside: Beside) -> None:
    asterisk = beside.product.directory / "sub-centre" / "pbx" / "asterisk" / "run" / "pbx.pid"
    assert alive(asterisk) is not None
    assert beside.stop() == 0
    assert alive(asterisk) is None
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{beside.web}/healthz", trust_env=False)
    beside.product.until(lambda: not beside.line()["reachable"], 20, "told as gone")
    alarms = beside.product.board()["alarms"].values()
    assert {"line_unreachable"} <= {alarm["key"] for alarm in alarms}
