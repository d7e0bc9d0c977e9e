"""A whole product for the tests of transfers, with agents at desks and lines outside, all in a thread of its own.

with Floor() as floor:
    floor.do(play(floor), seconds=60)
"""

import asyncio
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from acd.agent import Presence
from acd.names import Moment
from agent_desk.compose import Plan
from agent_desk.demo.sip_call import SipCall
from config.load import load_catalogue, load_settings
from telephony.actions import LOST_CAUSE
from telephony.pbx_root import find_or_build
from telephony.private_pbx import PrivatePbx
from tests.live.ami import Ami
from tests.live.faults import slowness
from tests.live.product import Product
from tests.live.sipp import TRUNK
from tests.live.transfer_agents import AgentAtDesk
from tests.live.transfer_outside import Outside
from tests.live.transfer_parties import Exchange, now
from tests.live.transfer_voice import Voice
from tests.ports import free_port

LAW_EXPERTS = ("6231", "6232")
"""The seats of the queue `expert-law`."""
_LOCAL_HOST = "127.0.0.1"
_CLOSED_HOUR = 3
"""The local time the floor is given: an hour at which no line with opening hours is open."""
_DAY_MINUTES, _HOUR_MINUTES = 1_440, 60
T = TypeVar("T")


class Floor:
    """One product and its people.

    Args:
        agents: how many are ready for calls; the law experts are signed in too, and ready only when asked.
        outside_rtp_first: first of the thousand voice ports of two systems outside, each an Asterisk of its own with
            telephones behind it; None: our trunk leads to the telephones themselves, and the sub-centre is gone.
        variables: settings, `JIETONG_<SECTION>_<KEY>`.

    """

    def __init__(self, *, agents: int, rtp_first: int, outside_rtp_first: int | None = None, **variables: str) -> None:
        self.product = Product(
            JIETONG_DEMO_AGENTS="240",
            JIETONG_SEATS_COUNT="244",
            JIETONG_SIP_RTP_FIRST=str(rtp_first),
            JIETONG_SIP_RTP_LAST=str(rtp_first + 999),
            JIETONG_RECORDING_ENABLED="false",
            JIETONG_FLOOR_ACW_SECONDS="1",
            JIETONG_FLOOR_UTC_OFFSET_MINUTES=str(_offset_at_night(now())),
            **_other_ends(),
            **variables,
        )
        self._count = agents
        self.outside = Outside(self.product, outside_rtp_first)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._rings: dict[str, asyncio.Queue[tuple[Exchange, SipCall]]] = {}
        self._callers = 0
        self._work: Future[None] | None = None
        self.since = now()
        self.people: dict[str, AgentAtDesk] = {}
        self.citizens: Exchange
        self.phones: Exchange

    def __enter__(self) -> "Floor":
        try:
            self.outside.start()
            self.product.start()
            self._thread.start()
            opened: Future[None] = Future()
            self._work = asyncio.run_coroutine_threadsafe(self._keep(opened), self._loop)
            # Whoever cannot come to work ends it all at once.
            wait((opened, self._work), 60 * slowness(), FIRST_COMPLETED)
            (opened if opened.done() else self._work).result(0)
            self.do(self._all_at_work(), 90 * slowness())
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def do(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """Run something where the people are."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def begin(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Begin something where the people are."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """End everything."""
        if self._work is not None:
            self._work.cancel()
            asyncio.run_coroutine_threadsafe(self._settled(), self._loop).result(30)
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
        self._loop.close()
        self.outside.close()
        self.product.close()

    def pbx(self) -> PrivatePbx:
        """The product's Asterisk, to be asked by console commands."""
        return PrivatePbx(find_or_build(Path(self.product.environ["JIETONG_PBX_ROOT"])), self.plan.pbx())

    @property
    def plan(self) -> Plan:
        """The installation as the product reads it."""
        return Plan(settings=load_settings(environ=self.product.environ), catalogue=load_catalogue())

    @property
    def journal(self) -> Path:
        """Where the product keeps its facts."""
        return self.product.directory / "journal"

    def next_caller(self) -> str:
        """A number nobody has used; every call that shows it is told to who asks `rung` for it."""
        self._callers += 1
        caller = f"139{self._callers:08}"
        self._rings[caller] = asyncio.Queue()
        return caller

    def expect(self, caller: str) -> None:
        """Let `rung` tell of calls that show this number."""
        self._rings[caller] = asyncio.Queue()

    async def rung(self, caller: str, seconds: float) -> tuple[Exchange, SipCall]:
        """Return the next call that rings somewhere, an agent or outside, for this caller."""
        async with asyncio.timeout(seconds * slowness()):
            return await self._rings[caller].get()

    def forget(self, caller: str) -> None:
        """Let no telephone ring for a caller any more."""
        waiting = self._rings.pop(caller)
        while not waiting.empty():
            waiting.get_nowait()[1].hang_up()

    def lose(self, endpoint: str) -> None:
        """End an agent's leg as Asterisk does that misses its voice."""
        channels = self.pbx().cli("core show channels concise").splitlines()
        found = [line.partition("!")[0] for line in channels if line.startswith(f"PJSIP/{endpoint}-")]
        assert len(found) == 1, f"{endpoint} has the channels {found}"
        with Ami(self.plan.pbx()) as ami:
            ami.act(Action="Hangup", Channel=found[0], Cause=LOST_CAUSE)

    async def notices_sub_centre(self, status: str, seconds: float = 20) -> None:
        """Wait until Asterisk knows whether anybody is at the sub-centre's address: `Avail` or `Unavail`."""
        pbx, loop = self.pbx(), asyncio.get_running_loop()
        give_up = loop.time() + seconds * slowness()
        while not any(
            line.split()[1].startswith("sub-centre/") and f" {status} " in line
            for line in (await asyncio.to_thread(pbx.cli, "pjsip show contacts")).splitlines()
            if line.strip().startswith("Contact:") and len(line.split()) > 3
        ):
            assert loop.time() < give_up, f"the sub-centre is never {status}"
            await asyncio.sleep(0.1)

    def agent_of(self, call: SipCall) -> AgentAtDesk | None:
        """Whose telephone rings; None: it is outside."""
        return self.people.get(call.user.partition("-")[0])

    async def _keep(self, opened: "Future[None]") -> None:
        voice = Voice(_LOCAL_HOST)
        server = (_LOCAL_HOST, self.product.sip_port)
        self.citizens, self.phones = (Exchange(server, voice, self._told) for _ in range(2))
        await self.citizens.open(TRUNK)
        await self.phones.open(_LOCAL_HOST)
        await self.outside.open(voice, self._told)
        web, password = self.product.web.removeprefix("http://"), self.product.password()
        users = [str(6001 + number) for number in range(self._count)]
        for user in (*users, *LAW_EXPERTS):
            self.people[user] = AgentAtDesk(web, user, password, self.phones, eager=user in users)
        log_ins = asyncio.Semaphore(4)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(voice.run())
            async with asyncio.TaskGroup() as coming:
                for agent in self.people.values():
                    coming.create_task(agent.come(log_ins))
            for agent in self.people.values():
                tasks.create_task(agent.keep())
            opened.set_result(None)

    async def _all_at_work(self) -> None:
        for agent in self.people.values():
            wanted = Presence.READY if agent.eager else Presence.NOT_READY
            await agent.sees(wanted, lambda agent=agent, wanted=wanted: agent.desk.presence is wanted, 60)  # type: ignore[misc]

    async def _settled(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for agent in self.people.values():
            await agent.close()
        for exchange in (self.citizens, self.phones, *self.outside.telephones):
            exchange.close()
        await asyncio.sleep(0)  # transports close in the loop's next round

    def _told(self, exchange: Exchange, call: SipCall) -> None:
        waiting = self._rings.get(call.caller)
        if waiting is None:
            call.reject(486, "Busy Here")
        else:
            waiting.put_nowait((exchange, call))


def _offset_at_night(at: Moment) -> int:
    """Minutes east of UTC of a place where it is night."""
    minutes = at // 60_000 % _DAY_MINUTES
    offset = (_CLOSED_HOUR * _HOUR_MINUTES - minutes) % _DAY_MINUTES
    return int(offset if offset <= 14 * _HOUR_MINUTES else offset - _DAY_MINUTES)


def _other_ends() -> dict[str, str]:
    """Free ports for the lines outside."""
    names = ("CARRIER", "SUB_CENTRE_SIP", "SUB_CENTRE_WEB", "SUB_CENTRE_HTTP", "SUB_CENTRE_AMI")
    return {f"JIETONG_DEMO_{name}_PORT": str(free_port(socket.SOCK_DGRAM)) for name in names}
