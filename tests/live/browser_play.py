"""A call whose agent, or whose other side, sits at a browser that dies: what the citizen hears then, and how soon."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from typing_extensions import override

from acd.names import Moment
from acd.transfer import Command, Step, TransferMode
from core.handing_on import TransferOutcome
from tests.live.browser_seat import BrowserSeat
from tests.live.browser_strike import Strike
from tests.live.faults import slowness
from tests.live.heard_sounds import Sound
from tests.live.standstill import apart_ms
from tests.live.transfer_floor import Floor
from tests.live.transfer_parties import Party
from tests.live.transfer_play import AGENT, CITIZEN, THIRD, Play, Written
from tests.live.transfer_voice import HEARD_MS, Ear, Role, Spell

SOON_SECONDS, ALONE_SECONDS = 3.0, 10.0
"""From the death of a browser until the citizen hears what they shall: with our programs, and without any."""
_SLOWER = 1.5
"""A machine that is busy is given so much more at most: by then Asterisk alone would not yet have noticed."""
_PATIENCE_SECONDS = 25.0
"""What comes later than its bound is waited for all the same, to tell how late it was."""
_LOOK_SECONDS = 0.1
_LEAD_MS = 500
_WHOLE = 0.9
"""So much of a sentence's sound is the sentence."""


class Sounds:
    """What citizens hear instead of people.

    Args:
        directory: of one Asterisk.

    """

    def __init__(self, directory: Path) -> None:
        self.sentence = Sound(directory / "zh" / "jt" / "line-lost.wav")
        self.place = [Sound(directory / "zh" / f"queue-{word}.wav") for word in ("youarenext", "thereare")]
        """What app_queue tells those who wait of their place."""
        self.music = Sound(directory / "music" / "waiting.wav")


class EarOfBrowser(Ear):
    """What a browser hears, by whoever hears it: voice goes both ways or none."""

    def __init__(self, role: Role, others: Callable[[], Iterable[Party]]) -> None:
        super().__init__(0, role)
        self._others = others

    def _ears(self) -> list[tuple[Party, Ear]]:
        found = [(party, party.ear) for party in self._others() if party.ear is not None]
        return [(party, ear) for party, ear in found if not isinstance(ear, EarOfBrowser)]

    @override
    def hears(self, now: int, within_ms: int = HEARD_MS) -> set[Role]:
        return {party.role for party, ear in self._ears() if party.there and self.role in ear.hears(now, within_ms)}

    @override
    def spells(self, role: Role) -> list[Spell]:
        return sorted(spell for party, ear in self._ears() if party.role is role for spell in ear.spells(self.role))


class AtBrowser(Party):
    """Somebody at a browser's telephone; the seat is the agent's number."""

    def __init__(self, seat: BrowserSeat, role: Role, others: Callable[[], Iterable[Party]]) -> None:
        # There is no SIP call of the test's: what would ask it is overridden.
        self.role, self.agent = role, seat.user
        self.ear = EarOfBrowser(role, others)
        self.dead = self.hung_up = False

    @property
    @override
    def there(self) -> bool:
        return not self.dead

    @override
    def hang_up(self) -> None:
        """Do nothing: it is killed."""


class BrowserPlay(Play):
    """One citizen's call, which takes part in a strike."""

    def __init__(self, floor: Floor, strike: Strike, sounds: Sounds) -> None:
        super().__init__(floor)
        self.strike, self._sounds = strike, sounds
        strike.enter(self.caller)
        self.talks = asyncio.Event()
        self.seat: BrowserSeat
        """The one that dies."""
        self.dies_as: Role | None = None
        """Who sits there; None: nobody of this call."""
        self.silent_at: Moment | None = None
        """Since when nobody heard the one at the browser; None: until its death."""
        self.apart = False
        """Whether Asterisk had taken the citizen from the one at the browser before the death."""
        self.meets_the_dead = False
        """Whether the citizen may be brought to one of whose browser's death nobody knows yet."""
        self.took: list[str] = []
        """What came after how many seconds."""

    # --- people at browsers ---

    @override
    async def talk(self, number: str = "12345") -> None:
        await self.strike.browsers_ready.wait()
        await self.ring_in(number)
        self.seat = await self.strike.answered(self.caller)
        self.agent = self._sits(AGENT)
        await self.hear({CITIZEN, AGENT}, seconds=_PATIENCE_SECONDS)
        self.talks.set()

    async def talk_to_a_desk(self) -> None:
        """An agent at a SIP telephone answers, who takes no call after this one."""
        await super().talk()
        self.desk.eager = False
        await self.desk.desk.not_ready("break")
        self.talks.set()

    async def expert_answers(self, line: str) -> None:
        """The expert at a browser takes the call as its other side."""
        self.seat = await self.strike.expert(line)
        await self.seat.answer()
        self.third = self._sits(THIRD)

    def _sits(self, role: Role) -> AtBrowser:
        party = AtBrowser(self.seat, role, lambda: self.parties)
        self.dies_as = role
        self.parties.append(party)
        return party

    @override
    async def transfer(self, to: str, mode: TransferMode) -> None:
        await (self.seat.transfer(to, mode) if self.dies_as is AGENT else super().transfer(to, mode))

    @override
    async def command(self, command: Command) -> None:
        await (self.seat.command(command) if self.dies_as is AGENT else super().command(command))

    @override
    async def shows(self, step: Step, *, by_ear: bool = True) -> None:
        await (self.seat.shows(step) if self.dies_as is AGENT else super().shows(step, by_ear=by_ear))

    @override
    def expect(self, mode: TransferMode, to: str, outcome: TransferOutcome, *, third_agent: str | None = None) -> None:
        one = Written(mode=mode, to=to, outcome=outcome, by=self.agent.agent, third_agent=third_agent)
        self.written.append(one)

    # --- the death ---

    async def dies(self) -> None:
        """Come to the step, and be struck."""
        self.keep_tape()
        await self.strike.falls(self.caller)
        for party in self.parties:
            if isinstance(party, AtBrowser):
                party.dead = True
        if self.strike.ours:
            self.bereft_at = self.strike.at

    def keep_tape(self) -> None:
        """Keep from now on what the citizen hears."""
        assert self.citizen.ear is not None
        self.citizen.ear.tape = []

    async def waits_for_an_agent(self) -> None:
        """The citizen has been greeted, and is told their place."""
        self.keep_tape()
        told = (self._sounds.music, *self._sounds.place)
        await self.until("a place in the queue", lambda: bool(self._heard(Moment(0), *told)), _PATIENCE_SECONDS)

    async def is_told_and_queued(self, since: Moment | None = None) -> None:
        """Soon after a moment, the death if not told, the citizen hears the whole sentence, and is told no place."""
        sentence, since = self._sounds.sentence, self.strike.at if since is None else since
        await self._soon("the sentence", since, lambda: sentence.moments(self._ear, since))
        await self.until("the whole sentence", lambda: sentence.share(self._ear, since) > _WHOLE, _PATIENCE_SECONDS)
        assert not self._heard(since, *self._sounds.place), "who was lost is told their place as well"

    async def is_queued(self) -> None:
        """Soon after the death the citizen hears what is heard in a queue."""
        since = self.strike.at
        await self._soon("the queue", since, lambda: self._heard(since, self._sounds.music, *self._sounds.place))

    async def hears_music(self, since: Moment | None = None) -> None:
        """Soon after a moment the citizen hears music."""
        since = self.strike.at if since is None else since
        await self._soon("music", since, lambda: self._sounds.music.moments(self._ear, since))

    async def is_with(self, role: Role, since: Moment | None = None) -> None:
        """Soon after a moment the citizen hears somebody, and goes on to."""
        since = self.strike.at if since is None else since

        def heard() -> list[int]:
            return [max(start, since) for start, end in self._ear.spells(role) if end > since + _LEAD_MS]

        await self._soon(role.name, since, heard)
        await self.hear({CITIZEN, role}, seconds=_PATIENCE_SECONDS)

    def was_told_nothing(self) -> None:
        """See that no sentence was spoken."""
        assert not self._sounds.sentence.moments(self._ear, 0), "the citizen heard that the line was lost"

    async def _soon(self, what: str, since: Moment, moments: Callable[[], list[int]]) -> None:
        found: list[int] = []

        def heard() -> bool:
            found[:] = moments()
            return bool(found)

        await self.until(what, heard, _PATIENCE_SECONDS)
        seconds = apart_ms(found[0], since) / 1000
        self.took.append(f"{what} {seconds:.1f} s")
        bound = (ALONE_SECONDS if self.strike.ours else SOON_SECONDS) * min(_SLOWER, slowness())
        assert seconds <= bound, f"{what} after {seconds:.1f} s"

    def _heard(self, since: Moment, *sounds: Sound) -> list[int]:
        return sorted(at for one in sounds for at in one.moments(self._ear, since))

    @property
    def _ear(self) -> Ear:
        assert self.citizen.ear is not None
        return self.citizen.ear

    @override
    async def until(self, what: str, true: Callable[[], bool], seconds: float = 10) -> None:
        """Look again and again; less often than others, as a tape takes long to be looked through."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + seconds * slowness()
        while not true():
            assert loop.time() < give_up, f"not so within {seconds} s: {what}"
            await asyncio.sleep(_LOOK_SECONDS)

    # --- afterwards ---

    async def rests(self) -> None:
        """Wait until all are where they shall be, and our programs run."""
        await self.strike.rests(self.caller)
        self.bereft_at = None

    async def next_agent(self) -> None:
        """The next agent answers, and ends it."""
        await self.rests()
        await self.agent_answers(60)
        self.agent.hang_up()
        await self.citizen_ends()

    async def ends_with(self, party: Party, role: Role) -> None:
        """Whoever is with the citizen goes on to, and ends it."""
        await self.rests()
        await self.hear({CITIZEN, role})
        party.hang_up()
        await self.citizen_ends()
