"""Calls that chance hands on: three-party transfers in which anybody may hang up or be lost at any step.

Nobody knows beforehand how such a call goes, least of all when our process is killed meanwhile; but whoever is on it
behaves as people do, and at the end the citizen must have been with somebody, and everything written must be so.
"""

import asyncio
import contextlib
from collections.abc import Callable
from enum import Enum, auto
from random import Random

from acd.transfer import Command, TransferMode
from agent_desk.demo.desk_client import DeskRefused
from tests.live.faults import slowness
from tests.live.transfer_floor import Floor
from tests.live.transfer_parties import Party, now
from tests.live.transfer_play import AGENT, CITIZEN, THIRD, Play
from tests.live.transfer_steps import OUTSIDE

_LOOK_SECONDS = 0.05
_ASKS_AGAIN_SECONDS = 1.0
_ENOUGH_MS = 700
"""So long two who hear each other talk before one hangs up."""
_JUST_NOW_MS = 1_500
_LONGEST_SECONDS = 60.0


class Chance(Enum):
    """What befalls a call; most are handed on as they should be."""

    NOTHING = auto()
    BUSY = auto()
    OTHER_SIDE_HANGS_UP = auto()
    AGENT_HANGS_UP_RINGING = auto()
    AGENT_IS_LOST_RINGING = auto()
    AGENT_HANGS_UP = auto()
    AGENT_IS_LOST = auto()
    CITIZEN_HANGS_UP_RINGING = auto()
    CITIZEN_HANGS_UP = auto()
    OTHER_SIDE_DROPPED = auto()


class Handed(Play):
    """One such call.

    Args:
        random: of this call alone.

    """

    def __init__(self, floor: Floor, random: Random) -> None:
        super().__init__(floor)
        self.foreseen = False
        self.bereft_at = now()  # no desk is looked at: the product may be away at any moment
        self._mode = random.choice((TransferMode.CONFERENCE, TransferMode.CONFERENCE, TransferMode.ATTENDED))
        self.chance = random.choice((*Chance, *[Chance.NOTHING] * len(Chance)))
        self._ringing: list[Party] = []
        self.stuck = ""

    async def play(self) -> None:
        """Ring in, talk, be handed on, and go on until the citizen is off the line."""
        listening = asyncio.ensure_future(self._listen())
        try:
            async with asyncio.timeout(_LONGEST_SECONDS * slowness()):
                await self.ring_in()
                await self._talk()
                await self._hand_on()
                await self._go_on()
        except TimeoutError:
            self.stuck = self._how_it_stands()
        finally:
            listening.cancel()
            for party in self.parties:
                if not party.dead:
                    party.hang_up()
        self.ending = await self.citizen.call.over

    async def _listen(self) -> None:
        """Take every call that rings for this citizen."""
        while True:
            exchange, call = await self.floor.rung(self.caller, _LONGEST_SECONDS)
            desk = self.floor.agent_of(call)
            if desk is None:
                self._ringing.append(self._with(Party(exchange, call, THIRD)))
            else:
                self.desk = desk
                self.agent = self._with(Party(exchange, call, AGENT, desk.user).answer())

    async def _talk(self) -> None:
        together = frozenset({frozenset({CITIZEN, AGENT})})
        await self._look(lambda: self._hear(together, self.began_at), _LONGEST_SECONDS)

    async def _hand_on(self) -> None:
        """Ask for the transfer until it rings; what was asked of a process that was killed may never have begun."""
        while not self._ringing and not self._is_over():
            with contextlib.suppress(DeskRefused, AssertionError):
                await self.transfer(OUTSIDE, self._mode)
            await self._look(lambda: bool(self._ringing), _ASKS_AGAIN_SECONDS)
        if not self._ringing:
            return
        third = self.third = self._ringing[0]
        match self.chance:
            case Chance.BUSY:
                third.call.reject(486, "Busy Here")
            case Chance.AGENT_HANGS_UP_RINGING:
                self.agent.hang_up()
            case Chance.AGENT_IS_LOST_RINGING:
                await self.loses(self.agent)
            case Chance.CITIZEN_HANGS_UP_RINGING:
                self.citizen.hang_up()
        if self.chance is not Chance.BUSY and not third.call.over.done():
            third.call.accept()
            if third.call.up.done() and not third.call.up.cancelled():
                third.speak()

    async def _go_on(self) -> None:
        """Do what befalls the call with all three on the line, and then let people come to an end."""
        third = getattr(self, "third", None)
        happened = third is None or self.chance in _BEFORE_THE_ANSWER
        while not self._is_over():
            await asyncio.sleep(_LOOK_SECONDS)
            if not happened and third is not None and self._speaks(third):
                happened = await self._befall(third)
                continue
            for party in self.parties:
                with_citizen = self._is_with_the_citizen(party)
                if with_citizen and party.role is AGENT and self._others_with_the_citizen(party):
                    await self._leave(party)
                elif with_citizen and not self._others_with_the_citizen(party):
                    party.hang_up()

    async def _befall(self, third: Party) -> bool:
        if self._mode is TransferMode.ATTENDED:
            with contextlib.suppress(DeskRefused, AssertionError):
                await self.command(Command.MERGE)
        match self.chance:
            case Chance.OTHER_SIDE_HANGS_UP:
                third.hang_up()
            case Chance.AGENT_HANGS_UP:
                self.agent.hang_up()
            case Chance.AGENT_IS_LOST:
                await self.loses(self.agent)
            case Chance.CITIZEN_HANGS_UP:
                self.citizen.hang_up()
            case Chance.OTHER_SIDE_DROPPED:
                with contextlib.suppress(DeskRefused, AssertionError):
                    await self.command(Command.DROP)
        return True

    async def _leave(self, agent: Party) -> None:
        """The agent completes by the panel, or by hanging up where there is none."""
        with contextlib.suppress(DeskRefused, AssertionError):
            await self.command(Command.COMPLETE)
        agent.hang_up()

    async def _look(self, true: Callable[[], bool], seconds: float) -> None:
        """Look until something is so, the citizen is gone, or for so long."""
        give_up = asyncio.get_running_loop().time() + seconds
        while not (true() or self._is_over() or asyncio.get_running_loop().time() > give_up):  # noqa: ASYNC110 # by ear
            await asyncio.sleep(_LOOK_SECONDS)

    def _speaks(self, third: Party) -> bool:
        return third.there and bool(third.hears())

    def _is_with_the_citizen(self, party: Party) -> bool:
        if not party.there or self.citizen.ear is None or party is self.citizen:
            return False
        spells = self.citizen.ear.spells(party.role)
        hears = party.role in self.citizen.hears() and CITIZEN in party.hears()
        return hears and bool(spells) and spells[-1][1] - spells[-1][0] > _ENOUGH_MS

    def _others_with_the_citizen(self, party: Party) -> bool:
        return any(self._is_with_the_citizen(other) for other in self.parties if other.role is not party.role)

    def _is_over(self) -> bool:
        return self.citizen.call.over.done()

    def _how_it_stands(self) -> str:
        heard = {role.name: self.citizen.ear.spells(role) for role in (AGENT, THIRD)} if self.citizen.ear else {}
        there = [f"{party.role.name} {party.agent}" for party in self.parties if party.there]
        return f"{self.caller}, {self._mode}, {self.chance.name}: on the line {there}, the citizen heard {heard}"

    def unexplained(self) -> list[str]:
        """Return one sentence if the citizen waits for ever, or was hung up by nobody they talked with."""
        if self.stuck:
            return [f"stuck: {self.stuck}"]
        if self.citizen.hung_up:
            return []
        assert self.citizen.ear is not None
        end = self.ending.at
        for party in self.parties:
            spells = self.citizen.ear.spells(party.role)
            if party.hung_up and spells and spells[-1][1] > end - _JUST_NOW_MS * slowness():
                return []
        return [f"lost at {end} by {self.ending}: {self._how_it_stands()}"]


_BEFORE_THE_ANSWER = (
    Chance.BUSY,
    Chance.AGENT_HANGS_UP_RINGING,
    Chance.AGENT_IS_LOST_RINGING,
    Chance.CITIZEN_HANGS_UP_RINGING,
)
