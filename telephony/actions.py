"""Wishes into AMI actions; the only file with AMI action names."""

from typing import TypeAlias

import msgspec

from acd.effects import AddMember, HangUpLeg, PauseMember, PbxEffect, RemoveMember, ResumeMember

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""One action: its headers in order, the name first, without ActionID."""

AUTH_FAMILY = "jt/auth"
"""AstDB family in which sorcery's astdb wizard looks for telephones' passwords (asterisk/sorcery.conf)."""


def actions(effect: PbxEffect) -> tuple[Headers, ...]:
    """Return the actions that fulfil one effect."""
    match effect:
        case AddMember():
            return tuple(
                (
                    ("Action", "QueueAdd"),
                    ("Queue", queue),
                    ("Interface", effect.interface),
                    ("StateInterface", effect.interface),
                    ("MemberName", effect.agent),
                    ("Paused", "true"),
                    ("Reason", effect.reason),
                )
                for queue in effect.queues
            )
        case RemoveMember():
            return tuple(
                (("Action", "QueueRemove"), ("Queue", queue), ("Interface", effect.interface))
                for queue in effect.queues
            )
        case PauseMember():
            return (_pause(effect.interface, paused=True, reason=effect.reason),)
        case ResumeMember():
            return (_pause(effect.interface, paused=False, reason=""),)
        case HangUpLeg():
            return ((("Action", "Hangup"), ("Channel", effect.leg), ("Cause", "16")),)


def _pause(interface: str, *, paused: bool, reason: str) -> Headers:
    headers = (("Action", "QueuePause"), ("Interface", interface), ("Paused", "true" if paused else "false"))
    return (*headers, ("Reason", reason)) if reason else headers


def hand_out(endpoint: str, password: str) -> Headers:
    """Return the action that gives a telephone a new password, without a reload."""
    auth = {"auth_type": "userpass", "username": endpoint, "password": password}
    value = msgspec.json.encode(auth).decode()
    return (("Action", "DBPut"), ("Family", AUTH_FAMILY), ("Key", endpoint), ("Val", value))


def withdraw(endpoint: str) -> Headers:
    """Return the action that makes a telephone's password void."""
    return (("Action", "DBDel"), ("Family", AUTH_FAMILY), ("Key", endpoint))


def heartbeat(number: int) -> Headers:
    """Return the action whose echo shows that Asterisk's whole event path is alive."""
    return (("Action", "UserEvent"), ("UserEvent", "JtBeat"), ("Beat", str(number)))
