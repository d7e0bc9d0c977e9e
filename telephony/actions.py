"""Wishes into AMI actions; the only file with AMI action names."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from acd.effects import (
    AddMember,
    CallThird,
    CallWatcher,
    HangUpLeg,
    MoveLegs,
    PauseMember,
    PbxEffect,
    RemoveMember,
    ResumeMember,
    TurnWatcher,
)
from acd.names import DestinationKey
from telephony.fence import Beat
from telephony.transfer_actions import call_third, channel, move_legs
from telephony.watch_actions import call_watcher, turn_watcher

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""One action: its headers in order, the name first, without ActionID."""

AUTH_FAMILY = "jt/auth"
"""AstDB family in which sorcery's astdb wizard looks for telephones' passwords (asterisk/sorcery.conf)."""

LOST_CAUSE = "44"
"""What Asterisk itself gives when a telephone sends no more media: asterisk/extensions/transfer.conf.in knows it."""


def actions(effect: PbxEffect, dial: Mapping[DestinationKey, str]) -> tuple[Headers, ...]:
    """Return the actions that fulfil one effect.

    Args:
        dial: what Asterisk dials for a line of the directory, for example `PJSIP/12366@tax`.

    Raises:
        telephony.transfer_actions.CannotBeAsked: Asterisk could not be told what is meant; one sentence.

    """
    match effect:
        case AddMember():
            return tuple(
                (
                    ("Action", "QueueAdd"),
                    ("Queue", queue),
                    ("Interface", effect.interface),
                    ("StateInterface", effect.interface),
                    ("MemberName", effect.agent),
                    *_paused(effect.reason),
                )
                for queue in effect.queues
            )
        case RemoveMember():
            return tuple(
                (("Action", "QueueRemove"), ("Queue", queue), ("Interface", effect.interface))
                for queue in effect.queues
            )
        case PauseMember():
            return ((("Action", "QueuePause"), ("Interface", effect.interface), *_paused(effect.reason)),)
        case ResumeMember():
            return ((("Action", "QueuePause"), ("Interface", effect.interface), *_paused(None)),)
        case HangUpLeg():
            cause = LOST_CAUSE if effect.lost else "16"
            return ((("Action", "Hangup"), ("Channel", channel(effect.leg)), ("Cause", cause)),)
        case MoveLegs():
            return move_legs(effect)
        case CallThird():
            return call_third(effect, dial)
        case CallWatcher():
            return (call_watcher(effect),)
        case TurnWatcher():
            return (turn_watcher(effect),)


def _paused(reason: str | None) -> Headers:
    if reason is None:
        return (("Paused", "false"),)
    # Without a reason Asterisk takes an empty header for one.
    return (("Paused", "true"), ("Reason", reason)) if reason else (("Paused", "true"),)


def hand_out(endpoint: str, password: str) -> Headers:
    """Return the action that gives a telephone a new password, without a reload."""
    auth = {"auth_type": "userpass", "username": endpoint, "password": password}
    value = msgspec.json.encode(auth).decode()
    return (("Action", "DBPut"), ("Family", AUTH_FAMILY), ("Key", endpoint), ("Val", value))


def withdraw(endpoint: str) -> Headers:
    """Return the action that makes a telephone's password void."""
    return (("Action", "DBDel"), ("Family", AUTH_FAMILY), ("Key", endpoint))


def heartbeat(beat: Beat) -> Headers:
    """Return the action whose echo shows that Asterisk's whole event path is alive, and who may write."""
    return (
        ("Action", "UserEvent"),
        ("UserEvent", "JtBeat"),
        ("Bridge", beat.bridge),
        ("Token", str(beat.token)),
        ("Beat", str(beat.number)),
    )


READ_REGISTER: Headers = (("Action", "DBGetTree"), ("Family", "jt/bridge"))
"""Asks for everything below one family; an empty one is no error."""


def register_installation(installation: str) -> Headers:
    """Return the action that puts an installation's name down."""
    return (("Action", "DBPut"), ("Family", "jt/bridge/installation"), ("Key", installation), ("Val", "1"))


def register_holder(bridge: str, token: int) -> Headers:
    """Return the action that puts down who writes from now on."""
    return (("Action", "DBPut"), ("Family", "jt/bridge"), ("Key", "holder"), ("Val", f"{bridge} {token}"))
