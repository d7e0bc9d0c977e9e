"""The people of the tests of transfers: each a SIP telephone with a voice, who may also die without a word."""

import asyncio
import time
from collections.abc import Callable, Iterable

from typing_extensions import override

from acd.names import Moment
from agent_desk.demo.sdp import Address
from agent_desk.demo.sip_call import Ending, SipCall
from agent_desk.demo.sip_message import SipRequest, uri_of, user_of
from agent_desk.demo.telephone import Telephones
from tests.live.transfer_voice import Ear, Role, Voice


def now() -> Moment:
    """The time by the clock of the machine, which the kernel and Asterisk use too."""
    return Moment(time.time_ns() // 1_000_000)


class Exchange(Telephones):
    """Telephones of one side; each may fall silent in the middle of a call.

    Args:
        rung: is told of every call to a telephone here.

    """

    def __init__(self, server: Address, voice: Voice, rung: Callable[["Exchange", SipCall], None]) -> None:
        super().__init__(server, voice.address, now)
        self.voice = voice
        self._tell = rung
        self.gone = False
        """Whether nobody answers here at all, not even OPTIONS."""
        self.deaf = False
        """Whether no INVITE is answered at all; OPTIONS are."""
        self.ignored: set[str] = set()
        """Callers whose INVITE was not answered."""
        self._dead: set[str] = set()

    def die(self, call: SipCall) -> None:
        """From now on answer nothing that concerns this call."""
        self._dead.add(call.call_id)

    @override
    def _asked(self, request: SipRequest) -> None:
        if not self.gone and request.call_id not in self._dead:
            super()._asked(request)

    @override
    def _rung(self, invite: SipRequest) -> None:
        if self.deaf:
            self.ignored.add(user_of(uri_of(invite.header("From"))))
            return
        call = self._new_call()
        call.take(invite)
        self._calls[call.call_id] = call
        self._tell(self, call)


class Party:
    """Somebody on the line.

    Args:
        role: whose tone this one speaks.
        agent: the agent's number; empty for everybody else.

    """

    def __init__(self, exchange: Exchange, call: SipCall, role: Role, agent: str = "") -> None:
        self.exchange, self.call, self.role, self.agent = exchange, call, role, agent
        self.ear: Ear | None = None
        self.dead = False
        self.hung_up = False

    def answer(self) -> "Party":
        """Take the call."""
        self.call.accept()
        return self.speak()

    def speak(self) -> "Party":
        """Speak and listen until the call is over."""
        remote = self.call.remote_media
        assert remote is not None, "Asterisk says where it wants its audio"
        ear = self.ear = self.exchange.voice.begin(remote, self.role)
        self.call.over.add_done_callback(lambda _: self.exchange.voice.end(remote, ear))
        return self

    def hang_up(self) -> None:
        """Say good-bye."""
        self.hung_up = self.hung_up or self.there
        self.call.hang_up()

    def die(self) -> None:
        """Fall silent: no voice, and no answer to anything."""
        self.dead = True
        self.exchange.die(self.call)
        if self.ear is not None and self.call.remote_media is not None:
            self.exchange.voice.end(self.call.remote_media, self.ear)

    @property
    def there(self) -> bool:
        """Whether this one is on the line and alive."""
        return not self.dead and self.ear is not None and not self.call.over.done()

    def hears(self) -> set[Role]:
        """Whom this one hears now."""
        return set() if self.ear is None else self.ear.hears(now())

    async def ends(self, seconds: float) -> Ending:
        """Wait until the call is over."""
        done, _ = await asyncio.wait({self.call.over}, timeout=seconds)
        assert done, f"{self.role.name} is still on the line after {seconds:.0f} s"
        return self.call.over.result()


def steady(parties: Iterable[Party], pairs: frozenset[frozenset[Role]], since: int, at_least_ms: int) -> bool:
    """Whether those who hear each other have done so for some time since a moment."""
    there = [party for party in parties if party.there and party.ear is not None]
    spells = [
        party.ear.spells(other)
        for party in there
        for other in Role
        if party.ear is not None and frozenset({party.role, other}) in pairs
    ]
    return all(some and some[-1][1] - max(since, some[-1][0]) >= at_least_ms for some in spells)


def quiet(parties: Iterable[Party], for_ms: int) -> bool:
    """Whether nobody has heard anybody for some time."""
    return not any(party.ear.hears(now(), for_ms) for party in parties if party.there and party.ear is not None)


def hearing(parties: Iterable[Party]) -> frozenset[frozenset[Role]]:
    """Return the pairs of those who hear each other, and each alone who hears somebody by whom they are not heard."""
    there = [party for party in parties if party.there]
    heard = {(party.role, other) for party in there for other in party.hears()}
    mutual = {frozenset(pair) for pair in heard if (pair[1], pair[0]) in heard}
    one_way = {frozenset({one}) for one, other in heard if (other, one) not in heard}
    return frozenset(mutual | one_way)
