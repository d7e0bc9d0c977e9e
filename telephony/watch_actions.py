"""A supervisor on an agent's call, as AMI actions: rung, and sent from one way of hearing to another."""

from typing import Final

from acd.effects import CallWatcher, TurnWatcher
from acd.names import phone_of
from acd.watching import ON_THE_LINE, Watching
from telephony.transfer_actions import CannotBeAsked, channel

RING_MS: Final = 20_000


def call_watcher(effect: CallWatcher) -> tuple[tuple[str, str], ...]:
    """Return the action that rings a supervisor.

    Raises:
        CannotBeAsked: that is no telephone of ours, or no way to hear a call.

    """
    if phone_of(effect.interface) is None:
        raise CannotBeAsked(f"{effect.interface!r} is no agent's telephone")
    channel(effect.interface.removeprefix("PJSIP/"))
    call = channel(effect.call)
    return (
        ("Action", "Originate"),
        ("Channel", effect.interface),
        ("ChannelId", channel(effect.leg)),
        ("Context", "watch"),
        ("Exten", _way(effect.how)),
        ("Priority", "1"),
        ("Timeout", str(RING_MS)),
        ("CallerID", '"12345" <12345>'),
        ("Account", call),
        ("Variable", f"JT_CALL={call},JT_TARGET={channel(effect.target)}"),
        ("Async", "true"),
    )


def turn_watcher(effect: TurnWatcher) -> tuple[tuple[str, str], ...]:
    """Return the action that lets a supervisor hear in another way.

    Raises:
        CannotBeAsked: there is no such way.

    """
    return (
        ("Action", "Redirect"),
        ("Channel", channel(effect.leg)),
        ("Context", "watch"),
        ("Exten", _way(effect.how)),
        ("Priority", "1"),
    )


def _way(how: Watching) -> str:
    if how not in ON_THE_LINE:
        raise CannotBeAsked(f"{how.value!r} is no way to hear a call")
    return how.value
