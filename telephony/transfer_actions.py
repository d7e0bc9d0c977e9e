"""Handing a call on, as AMI actions: legs moved about in the dialplan, the other side rung.

Everything that becomes a variable, a channel's name or a number is looked at here: a comma or a `${` in it would be
read by Asterisk, and a citizen's number is a stranger's text.
"""

import re
from collections.abc import Mapping
from typing import Final

from acd.effects import CallThird, MoveLegs, Spot
from acd.names import CallId, DestinationKey, citizens_leg, phone_of
from acd.transfer import Place

_CHANNEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_EXTENSION: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,63}")
_DIALLED: Final = re.compile(r"PJSIP/[0-9+*#]{2,32}@[a-z0-9][a-z0-9-]{0,63}")
_NO_NUMBER: Final = re.compile(r"[^0-9A-Za-z+*#._-]")
_LONGEST_NUMBER: Final = 32
_PARTS: Final = {
    Place.ROOM: ("citizen", "staff", "third"),
    Place.MUSIC: ("citizen", "held", "third"),
}
"""The extensions of the contexts that are entered as somebody; the others' are keys, and names of queues."""


class CannotBeAsked(Exception):
    """Asterisk cannot be told what is meant; one sentence."""


def channel(leg: str) -> str:
    """Return a channel's id for a header.

    Raises:
        CannotBeAsked: it is none. Asterisk would take `/a/` for an expression that names many channels.

    """
    if not _CHANNEL.fullmatch(leg):
        raise CannotBeAsked(f"{leg!r} is no channel's id")
    return leg


def move_legs(effect: MoveLegs) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the actions that send one or two legs elsewhere, and tell the citizen's whom to look for.

    Raises:
        CannotBeAsked: a leg, a place or a position that is none.

    """
    if not 1 <= len(effect.spots) <= 2 or effect.position < 0:
        raise CannotBeAsked(f"{len(effect.spots)} legs cannot be moved to position {effect.position}")
    told = {"JT_AGENT": channel(effect.agent or "none"), "JT_THIRD": channel(effect.third or "none")}
    if any(spot.place is Place.QUEUE for spot in effect.spots):
        told["JT_POSITION"] = str(effect.position)
    redirect: tuple[tuple[str, str], ...] = (("Action", "Redirect"),)
    for prefix, spot in zip(("", "Extra"), effect.spots, strict=False):
        context, extension = _way(spot)
        redirect += (
            (f"{prefix}Channel", channel(spot.leg)),
            (f"{prefix}Context", context),
            (f"{prefix}Exten", extension),
            (f"{prefix}Priority", "1"),
        )
    return (*_told(effect.call, told), redirect)


def _told(call: CallId, variables: Mapping[str, str]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The actions that set variables on the citizen's leg; if that is gone they fail, and there is nobody to tell."""
    citizen = channel(citizens_leg(call))
    return tuple(
        (("Action", "Setvar"), ("Channel", citizen), ("Variable", name), ("Value", value))
        for name, value in variables.items()
    )


def _way(spot: Spot) -> tuple[str, str]:
    """The context and extension of a place (asterisk/extensions/transfer.conf.in)."""
    parts = _PARTS.get(spot.place)
    valid = _EXTENSION.fullmatch(spot.argument) if parts is None else spot.argument in parts
    if not valid:
        raise CannotBeAsked(f"{spot.argument!r} is nowhere in {spot.place.value!r}")
    return ("handed" if spot.place is Place.QUEUE else spot.place.value), spot.argument


def call_third(effect: CallThird, dial: Mapping[DestinationKey, str]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the actions that ring the other side; who answers comes into the call's room.

    The citizen's leg is told first whom to look for: nobody may have moved it since another transfer, and without the
    agent it would know of nobody who rings for it.

    Raises:
        CannotBeAsked: nothing is known to dial.

    """
    told = {"JT_AGENT": channel(effect.agent), "JT_THIRD": channel(effect.leg)}
    caller = _NO_NUMBER.sub("", effect.caller)[:_LONGEST_NUMBER] or "unknown"
    originate = (
        ("Action", "Originate"),
        ("Channel", _whom(effect, dial)),
        ("ChannelId", channel(effect.leg)),
        ("Context", "room"),
        ("Exten", "third"),
        ("Priority", "1"),
        ("Timeout", str(int(effect.ring))),
        ("CallerID", f'"{caller}" <{caller}>'),
        ("Account", channel(effect.call)),
        ("Variable", f"JT_CALL={channel(effect.call)},JT_AGENT={channel(effect.agent)}"),
        ("Async", "true"),
    )
    return (*_told(effect.call, told), originate)


def _whom(effect: CallThird, dial: Mapping[DestinationKey, str]) -> str:
    if effect.interface is not None:
        if phone_of(effect.interface) is None or not _CHANNEL.fullmatch(effect.interface.removeprefix("PJSIP/")):
            raise CannotBeAsked(f"{effect.interface!r} is no agent's telephone")
        return effect.interface
    whom = dial.get(effect.to)
    if whom is None:
        raise CannotBeAsked(f"{effect.to!r} is not connected: there is nothing to dial for it")
    if not _DIALLED.fullmatch(whom):
        raise CannotBeAsked(f"{whom!r}, dialled for {effect.to!r}, is no number at a trunk")
    return whom
