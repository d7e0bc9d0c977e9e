"""The running product: every part that the routes and sockets need, and the tasks that keep it going."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from acd.effects import Accept, CoreEffect, DeskEffect
from acd.names import AgentId, DestinationKey, Moment, QueueName, RequestId
from acd.refusal import SENTENCES
from agent_desk.alarm_watch import AlarmWatch
from agent_desk.ami_thread import AmiThread
from agent_desk.clock import SteadyClock
from agent_desk.health import HealthWatch
from agent_desk.hub import Hub
from agent_desk.journal import Journal
from agent_desk.line_watch import LineWatch
from agent_desk.loop import Inbox
from agent_desk.messages import Messages
from agent_desk.metrics import Metrics
from agent_desk.runtime import Runtime
from agent_desk.telling import Telling
from agent_desk.voice_watch import VoiceWatch
from agent_desk.wire import Accepted, Refused
from agent_desk.wire_http import Catalogue, PhoneCredentials
from core.areas import AreaTable
from core.database import Database
from core.expert_answers import ExpertTerms
from core.recorder import CoreQueue, Recorder
from telephony.link import AmiLink

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Telephones:
    """Where telephones register."""

    domain: str
    registrar: str
    websocket: str
    citizen_password: str


@dataclass(frozen=True, kw_only=True)
class House:
    """Everything, put together by `agent_desk.compose`."""

    clock: SteadyClock
    inbox: Inbox
    runtime: Runtime
    journal: Journal
    telling: Telling
    hub: Hub
    link: AmiLink
    """How the link is; what is asked of it goes through `ami`."""
    ami: AmiThread
    database: Database
    recorder: Recorder
    core_queue: CoreQueue
    catalogue: Catalogue
    telephones: Telephones
    metrics: Metrics
    health: HealthWatch
    alarms: AlarmWatch
    lines: LineWatch
    messages: Messages
    areas: AreaTable
    demo: bool
    demo_logins: tuple[tuple[str, str, str], ...]
    """User, password and role of each demo log-in; empty outside demo mode."""
    session_hours: int
    queues_of: Callable[[AgentId, Moment], tuple[QueueName, ...]]
    """What a seat may serve at a moment: experts' seats serve their field's queue, and nobody else does."""
    expert_terms: Callable[[DestinationKey, Moment], ExpertTerms | None]
    """Who owes a written answer for an expert line, and until when if asked at a moment; None: it is none."""
    web: Path
    """The built pages."""
    chores: tuple[Callable[[], Awaitable[None]], ...] = field(default=())
    """Run once an hour."""

    async def run(self) -> None:
        """Keep every task going until cancelled; on the way out write what is still to be written."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.journal.run())
                recorder = tasks.create_task(self.recorder.run(self.core_queue))
                try:
                    async with asyncio.TaskGroup() as floor:
                        floor.create_task(self.inbox.run(self.runtime, self.clock.now))
                        floor.create_task(self.hub.run())
                        floor.create_task(self.telling.run())
                        floor.create_task(self.alarms.run())
                        floor.create_task(self.lines.run())
                        floor.create_task(self.ami.run())
                        floor.create_task(VoiceWatch(lambda: self.runtime.state, self.ami.ask, self.ami.perform).run())
                        floor.create_task(self._chores())
                finally:
                    await asyncio.shield(self._drain(recorder))
        except asyncio.CancelledError:
            log.info("the platform stops")
            raise

    async def _drain(self, recorder: "asyncio.Task[None]") -> None:
        """Let the journal reach the disk and the recorder finish, for at most five seconds; a restart catches up."""
        self.core_queue.put_nowait(None)
        await asyncio.wait({recorder}, timeout=5)

    async def _chores(self) -> None:
        while True:
            for chore in self.chores:
                try:
                    await chore()
                except OSError as error:
                    log.error("a chore failed", extra={"why": str(error)})
            await asyncio.sleep(3600)

    def credentials(self, endpoint: str, password: str) -> PhoneCredentials:
        """Return what a telephone needs to register."""
        return PhoneCredentials(
            endpoint=endpoint,
            username=endpoint,
            password=password,
            domain=self.telephones.domain,
            registrar=self.telephones.registrar,
            websocket=self.telephones.websocket,
        )


def ours(agent: AgentId, request: RequestId) -> RequestId:
    """Return a desk's own name for a request as one that no other agent's desk can use too."""
    return RequestId(f"{agent}/{request}")


def to_core(queue: CoreQueue) -> Callable[[int, CoreEffect], None]:
    """Return the sink that hands ticket effects to the recorder."""

    def put(number: int, effect: CoreEffect) -> None:
        queue.put_nowait((number, effect))

    return put


def to_desk(hub: Hub) -> Callable[[DeskEffect], None]:
    """Return the sink that answers desks."""

    def tell(effect: DeskEffect) -> None:
        agent: AgentId = effect.agent
        request = RequestId(effect.request.removeprefix(ours(agent, RequestId(""))))
        if isinstance(effect, Accept):
            hub.answer(agent, Accepted(request=request))
            return
        zh, en = SENTENCES[effect.why]
        hub.answer(agent, Refused(request=request, key=effect.why, zh=zh, en=en, detail=effect.detail))

    return tell
