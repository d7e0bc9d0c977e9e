"""Looks after voices in conferences: one whose stream jumped back is sent into the room again, to be heard.

Debian's Asterisk throws such a stream away when it transcodes (decision 30), for minutes; entering the room again
builds the translator anew. Citizens and other sides outside are looked at; browsers and seats' telephones do not jump.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator

from acd import rooms
from acd.call import Call
from acd.effects import MoveLegs, PbxEffect, Spot
from acd.names import LegId, citizens_leg
from acd.state import State
from acd.transfer import Place
from telephony.actions import Headers
from telephony.ami_protocol import AmiMessage
from telephony.transfer_actions import CannotBeAsked
from telephony.voice_loss import NEVER_SENT, ask_lost, lost_of
from telephony.wire import ActionRefused, LinkDown

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0


class VoiceWatch:
    """The watch over all conferences.

    Args:
        state: the floor now.
        ask: sends one action to Asterisk and returns its answer.
        perform: sends an effect to Asterisk.

    """

    def __init__(
        self,
        state: Callable[[], State],
        ask: Callable[[Headers], Awaitable[AmiMessage]],
        perform: Callable[[PbxEffect], None],
    ) -> None:
        self._state, self._ask, self._perform = state, ask, perform
        self._lost: dict[LegId, int] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Look once at everybody from outside who is in a conference."""
        there = [(call.id, leg) for call in _conferences(self._state()) for leg in _outside(call)]
        self._lost = {leg: self._lost[leg] for _, leg in there if leg in self._lost}
        for call_id, leg in there:
            lost = await self._lost_of(leg)
            before = self._lost.get(leg, 0)
            if lost is None:
                continue
            self._lost[leg] = lost
            call = self._state().calls.get(call_id)
            if lost - before >= NEVER_SENT and call is not None and rooms.room_of(call, leg) is not None:
                log.warning("a stream's numbers went back: its leg enters the room anew", extra={"leg": leg})
                self._perform(_anew(call, leg))

    async def _lost_of(self, leg: LegId) -> int | None:
        try:
            return lost_of(await self._ask(ask_lost(leg)))
        except (LinkDown, ActionRefused, CannotBeAsked, TimeoutError):
            return None  # it is gone, or Asterisk is: looked at again, if it is there still


def _conferences(state: State) -> Iterator[Call]:
    yield from (call for _, call in sorted(state.calls.items()) if call.ended_at is None and call.rooms is not None)


def _outside(call: Call) -> Iterator[LegId]:
    """Yield the legs that are in the room and come from outside."""
    others = [one.third for one in call.transfers if one.third is not None and one.third_agent is None]
    for leg in (citizens_leg(call.id), *others):
        if rooms.in_a_room(call, leg) and leg not in call.moving:
            yield leg


def _anew(call: Call, leg: LegId) -> MoveLegs:
    """Send a leg into the room again; with the citizen, if nobody else would keep them there meanwhile."""
    citizen, transfer = citizens_leg(call.id), call.transfers[-1] if call.transfers else None
    spots = [] if leg == citizen else [Spot(leg=leg, place=Place.ROOM, argument="third")]
    room = rooms.room_of(call, leg)
    beside = [one for one, where in (call.rooms or {}).items() if where == room and one not in (leg, citizen)]
    if leg == citizen or (not beside and rooms.room_of(call, citizen) == room):
        spots.insert(0, Spot(leg=citizen, place=Place.ROOM, argument="citizen"))
    agent = call.talks[-1].leg if transfer is None else transfer.by_leg
    third = None if transfer is None or transfer.third_left_at is not None else transfer.third
    return MoveLegs(call=call.id, spots=tuple(spots), agent=agent, third=third)
