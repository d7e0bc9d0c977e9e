"""One demo citizen: rings, waits or loses patience, talks, and keeps an own record of what happened."""

import asyncio
from collections.abc import Callable

from msgspec import Struct

from acd.call import Stage
from acd.names import Moment
from agent_desk.demo.board_watch import BoardWatch
from agent_desk.demo.citizens import Fate, Visit
from agent_desk.demo.media import Media
from agent_desk.demo.sip_call import EndedBy, SipCall
from agent_desk.demo.telephone import Telephones

GREETING_AT_MOST = 30.0
"""Seconds after which a citizen whose stage is unknown gives up like one in the queue."""
GOOD_BYE_SECONDS = 2.0
"""How long the hotline may take to confirm that the citizen has hung up."""


class Rung(Struct, kw_only=True):
    """A call by the citizen's own clock."""

    caller: str
    number: str
    fate: Fate
    invited_at: Moment
    up_at: Moment | None = None
    """The hotline's 200."""
    agent_at: Moment | None = None
    """The own tone came back: an agent is on the line."""
    stage: Stage | None = None
    """As the board last said."""
    ended_at: Moment | None = None
    ended_by: EndedBy | None = None
    status: int = 0
    """The last SIP status."""
    packets: int = 0
    """Packets of voice received."""

    @property
    def talked(self) -> bool:
        """Whether an agent was on the line."""
        return self.agent_at is not None or self.stage is Stage.TALKING


class DemoCaller:
    """One visit to the hotline."""

    def __init__(
        self, visit: Visit, *, telephones: Telephones, media: Media, watch: BoardWatch, now: Callable[[], Moment]
    ) -> None:
        self._visit = visit
        self._telephones = telephones
        self._media = media
        self._watch = watch
        self._now = now
        self._wake = asyncio.Event()
        self._since = asyncio.get_running_loop().time()
        self.rung = Rung(caller=visit.caller, number=visit.number, fate=visit.fate, invited_at=now())

    async def ring(self) -> None:
        """Make the whole call. Cancelled, it hangs up."""
        stop = self._watch.follow(self._visit.caller, self._visit.number, self._told)
        call = self._telephones.call(self._visit.caller, self._visit.number)
        self.rung.invited_at = call.began_at
        call.over.add_done_callback(lambda _: self._wake.set())
        try:
            await call.settled.wait()
            if call.up.done() and not call.up.cancelled():
                self.rung.up_at = call.up.result()
                await self._listen(call)
            await call.over
        finally:
            stop()
            call.hang_up()
            if not call.over.done():
                await asyncio.wait({call.over}, timeout=GOOD_BYE_SECONDS)
            if call.over.done():
                ending = call.over.result()
                self.rung.ended_at, self.rung.ended_by, self.rung.status = ending.at, ending.by, ending.status

    async def _listen(self, call: SipCall) -> None:
        remote = call.remote_media
        stream = None if remote is None else self._media.add(remote, self._heard_agent)
        self._since = asyncio.get_running_loop().time()
        try:
            while not call.over.done():
                left = self._since + self._stays() - asyncio.get_running_loop().time()
                if left <= 0:
                    call.hang_up()
                    await call.over
                    return
                self._wake.clear()
                try:
                    async with asyncio.timeout(left):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            if remote is not None and stream is not None:
                self._media.drop(remote)
                self.rung.packets = stream.received

    def _stays(self) -> float:
        """Seconds the citizen stays in the present stage."""
        visit, fate = self._visit, self._visit.fate
        match self.rung.stage:
            case None | Stage.IVR:
                return visit.leave_after if fate is Fate.LEAVE_GREETING else GREETING_AT_MOST + visit.patience
            case Stage.QUEUE:
                return visit.leave_after if fate is Fate.LEAVE_WAITING else visit.patience
            case Stage.RINGING:
                return visit.leave_after if fate is Fate.LEAVE_RINGING else visit.patience
            case Stage.TALKING:
                return visit.talk
            case Stage.ENDED:
                return visit.patience

    def _told(self, stage: Stage) -> None:
        """Hear from the board; nothing leads back from a talk."""
        if stage is self.rung.stage or (self.rung.stage is Stage.TALKING and stage is not Stage.ENDED):
            return
        if stage is not Stage.ENDED:
            waited_on = stage is Stage.QUEUE and self.rung.stage is Stage.RINGING
            self.rung.stage = stage
            if not waited_on:
                self._since = asyncio.get_running_loop().time()
            self._wake.set()

    def _heard_agent(self) -> None:
        self.rung.agent_at = self._now()
        self._told(Stage.TALKING)
