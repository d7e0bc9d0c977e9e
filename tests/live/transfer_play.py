"""One call that is handed on: what people do, what each hears and sees at each step, and what must be written of it."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

from acd.call import Stage
from acd.names import DestinationKey, Moment
from acd.transfer import Command, Step, TransferMode
from agent_desk.demo.desk_client import DeskRefused
from agent_desk.demo.sip_call import Ending
from agent_desk.wire_transfers import Hears, TransferView
from core.handing_on import TransferOutcome
from tests.live.faults import slowness
from tests.live.transfer_agents import AgentAtDesk
from tests.live.transfer_crash import Crash
from tests.live.transfer_floor import Floor
from tests.live.transfer_parties import Party, hearing, now, quiet, steady
from tests.live.transfer_voice import Role

CITIZEN, AGENT, THIRD = Role.CITIZEN, Role.AGENT, Role.THIRD
_LOOK_SECONDS = 0.02
_STEADY_MS = 500
"""So long each step lasts at least: what is written of it can then be compared."""
_SOON_SECONDS = 10.0
GREETED_SECONDS = 40.0
_PAIRS = {
    Hears.CITIZEN_AGENT: frozenset({CITIZEN, AGENT}),
    Hears.AGENT_OTHER: frozenset({AGENT, THIRD}),
    Hears.CITIZEN_OTHER: frozenset({CITIZEN, THIRD}),
}


@dataclass(frozen=True, kw_only=True)
class Written:
    """One transfer as the books must have it."""

    mode: TransferMode
    to: str
    outcome: TransferOutcome
    by: str
    third_agent: str | None


class Play:
    """One citizen's call."""

    def __init__(self, floor: Floor, crash: Crash | None = None) -> None:
        self.floor = floor
        self.caller = floor.next_caller()
        self._crash = crash
        if crash is not None:
            crash.enter(self.caller)
        self.written: list[Written] = []
        self.parties: list[Party] = []
        """Everybody who ever was on the line."""
        self.began_at = now()
        self.bereft_at: Moment | None = None
        """Since when the product is dead; no desk is looked at from then on."""
        self.citizen: Party
        self.agent: Party
        self.third: Party
        self.desk: AgentAtDesk
        self.ending: Ending
        self.foreseen = True
        """Whether `written` tells beforehand what must be written; not of calls that chance hands on."""

    # --- the call ---

    async def talk(self, number: str = "12345") -> None:
        """The citizen rings in, and an agent answers."""
        await self.ring_in(number)
        await self.agent_answers()

    async def ring_in(self, number: str = "12345") -> None:
        """The citizen rings in and is taken."""
        call = self.floor.citizens.call(self.caller, number)
        async with asyncio.timeout(_SOON_SECONDS * slowness()):
            await call.up
        self.citizen = self._with(Party(self.floor.citizens, call, CITIZEN).speak())

    async def agent_answers(self, seconds: float = GREETED_SECONDS) -> None:
        """An agent's telephone rings for the citizen, and is answered."""
        await self.agent_is_rung(seconds)
        await self.agent_takes()

    async def agent_is_rung(self, seconds: float = GREETED_SECONDS) -> None:
        """An agent's telephone rings for the citizen."""
        exchange, call = await self.floor.rung(self.caller, seconds)
        desk = self.floor.agent_of(call)
        assert desk is not None, f"{call.user} rings, and no agent"
        self.desk = desk
        self.agent = self._with(Party(exchange, call, AGENT, desk.user))

    async def agent_takes(self) -> None:
        """The agent who is rung answers; one who was rung for too long has been rung again, or another one has."""
        while self.agent.call.over.done():
            await self.agent_is_rung()
        desk = self.desk
        self.agent.answer()
        await self.hear({CITIZEN, AGENT})
        if self.bereft_at is None:
            await desk.sees(
                "the talk", lambda: desk.desk.call is not None and desk.desk.call.stage is Stage.TALKING, _SOON_SECONDS
            )

    # --- the transfer ---

    async def transfer(self, to: str, mode: TransferMode) -> None:
        """The agent asks for it, and it begins."""
        await self.desk.desk.transfer(DestinationKey(to), mode)

    async def is_refused(self, to: str, mode: TransferMode, sentence: str) -> None:
        """The agent asks for it in vain; the citizen stays."""
        try:
            await self.transfer(to, mode)
        except DeskRefused as refused:
            assert sentence in str(refused), f"{refused}: expected {sentence}"
        else:
            raise AssertionError(f"{mode} to {to} was granted")

    async def begins_in_vain(self, to: str, mode: TransferMode) -> None:
        """The agent asks for it where nobody can be rung, and may be told so at once."""
        with contextlib.suppress(DeskRefused):
            await self.transfer(to, mode)

    async def command_is_refused(self, command: Command, sentence: str) -> None:
        """The agent presses a key of the panel in vain."""
        try:
            await self.command(command)
        except DeskRefused as refused:
            assert sentence in str(refused), f"{refused}: expected {sentence}"
        else:
            raise AssertionError(f"{command} was granted")

    async def other_side(self, seconds: float = _SOON_SECONDS) -> Party:
        """Return the other side as its telephone rings."""
        exchange, call = await self.floor.rung(self.caller, seconds)
        agent = self.floor.agent_of(call)
        self.third = self._with(Party(exchange, call, THIRD, "" if agent is None else agent.user))
        return self.third

    async def command(self, command: Command) -> None:
        """The agent presses a key of the panel."""
        await self.desk.desk.command(command)

    async def loses(self, party: Party) -> None:
        """A telephone dies, and Asterisk misses its voice: of a browser after 8 s, which nobody waits for here."""
        party.die()
        await asyncio.to_thread(self.floor.lose, party.call.user)

    # --- what is so ---

    async def hear(self, *together: set[Role], seconds: float = _SOON_SECONDS) -> None:
        """Wait until those together hear each other for some time, and nobody else anybody."""
        since = now()
        wanted = frozenset(frozenset(pair) for group in together for pair in combinations(group, 2))
        await self.until(f"{_named(wanted)} hear each other", lambda: self._hear(wanted, since), seconds)

    def _hear(self, wanted: frozenset[frozenset[Role]], since: int) -> bool:
        if not wanted:
            return quiet(self.parties, _STEADY_MS)
        return hearing(self.parties) == wanted and steady(self.parties, wanted, since, _STEADY_MS)

    async def shows(self, step: Step, *, by_ear: bool = True) -> None:
        """Wait until the agent's desk shows the step, and who hears whom as it is.

        Args:
            by_ear: False: somebody hears music, which the desk cannot know.

        """

        def right() -> bool:
            view = self._view()
            if view is None or view.step is not step:
                return False
            return not by_ear or {_PAIRS[pair] for pair in view.hears} == hearing(self.parties)

        await self.desk.sees(f"{step} as it is heard: {_named(hearing(self.parties))}", right, _SOON_SECONDS)

    async def shows_outcome(self, *, completed: bool = False) -> None:
        """Wait until the desk says that the transfer is over."""

        def over() -> bool:
            call = self.desk.desk.call
            last = None if call is None else call.last_transfer
            return call is not None and call.transfer is None and last is not None and last.completed is completed

        await self.desk.sees("the outcome", over, _SOON_SECONDS)

    def _view(self) -> TransferView | None:
        call = self.desk.desk.call
        return None if call is None else call.transfer

    async def until(self, what: str, true: Callable[[], bool], seconds: float = _SOON_SECONDS) -> None:
        """Look again and again."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + seconds * slowness()
        while not true():
            assert loop.time() < give_up, f"not so within {seconds} s: {what}; {_named(hearing(self.parties))} do"
            await asyncio.sleep(_LOOK_SECONDS)

    # --- our process ---

    async def killed(self) -> None:
        """Wait until our process is killed: at the step at which this is called."""
        assert self._crash is not None, "this scenario is in a group whose process is not killed"
        await self._crash.killed(self.caller)
        self.bereft_at = now()

    async def far_side_is_killed(self) -> None:
        """Wait until the sub-centre's system is killed, at the step at which this is called."""
        assert self._crash is not None, "this scenario is in a group whose sub-centre is not killed"
        await self._crash.killed(self.caller)
        for party in self.parties:
            if party.role is THIRD:
                party.die()

    async def back(self) -> None:
        """Wait until it is started again and the agent's desk is back."""
        assert self._crash is not None, "this scenario is in a group whose process is not killed"
        await self._crash.started_again(self.caller)
        self.bereft_at = None
        desk = self.desk.desk
        await self.desk.sees("itself", lambda: not desk.lost and desk.me is not None, 30 * slowness())

    # --- the end ---

    async def citizen_ends(self, seconds: float = _SOON_SECONDS) -> None:
        """Wait until the citizen is off the line, whoever hung up."""
        self.ending = await self.citizen.ends(seconds * slowness())

    async def citizen_leaves(self) -> None:
        """The citizen hangs up."""
        self.citizen.hang_up()
        await self.citizen_ends()

    def expect(self, mode: TransferMode, to: str, outcome: TransferOutcome, *, third_agent: str | None = None) -> None:
        """Note what must be written of a transfer by the agent who talks now."""
        one = Written(mode=mode, to=to, outcome=outcome, by=self.desk.user, third_agent=third_agent)
        self.written.append(one)

    def _with(self, party: Party) -> Party:
        self.parties.append(party)
        return party


def _named(pairs: frozenset[frozenset[Role]]) -> str:
    return ", ".join(sorted("-".join(sorted(role.name for role in pair)) for pair in pairs)) or "nobody"
