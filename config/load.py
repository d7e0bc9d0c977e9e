"""Settings from a TOML file and `JIETONG_*` variables, and the catalogues; what is wrong is one sentence."""

import difflib
import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import inspect

from config.catalogue_checks import check_catalogue
from config.catalogues import (
    Catalogue,
    Choice,
    Demand,
    NotAccepted,
    Number,
    PromptText,
    Queue,
    Reason,
)
from config.directory import AnswerRule, Destination, Expert, Holiday, MadeUpDay, Trunk
from config.places import SHIPPED as SHIPPED
from config.places import own_or_shipped, settings_file
from config.settings import Settings
from config.toml_file import SettingsError as SettingsError
from config.toml_file import TomlLists, nearest, read_toml

PREFIX = "JIETONG_"
NOT_SETTINGS = ("JIETONG_SETTINGS", "JIETONG_PBX_ROOT")
"""Variables of the installation itself: which settings file, where the Asterisk root is."""
NOT_SETTINGS_PREFIX = "JIETONG_TEST_"
"""Variables of the test suite."""

SECTIONS = {f.name: f.type for f in msgspec.structs.fields(Settings)}
_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0")
_WEBSOCKET = re.compile(r"wss?://[A-Za-z0-9.:\[\]-]*[A-Za-z0-9\]](/[A-Za-z0-9._~/-]*)?")
"""Nothing in it may mean something in the pages' Content-Security-Policy, where it goes."""


def load_settings(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings: defaults, then the file, then the variables.

    Args:
        path: the settings file; None: the one `JIETONG_SETTINGS` names, or else the shipped one.
        environ: the variables, `JIETONG_<SECTION>_<KEY>`.

    Raises:
        SettingsError: an unknown section, key or variable, a wrong type or range, or two settings at odds.
    """
    if path is None:
        path = settings_file(environ)
    values, origins = _from_file(path)
    _from_environ(environ, values, origins)
    settings = msgspec.convert(values, Settings)
    _check_together(settings, origins, str(path))
    return settings


def load_catalogue(directory: Path = SHIPPED) -> Catalogue:
    """The catalogues in `directory`; one that is not there is the shipped one.

    Raises:
        SettingsError: a file cannot be read or is wrong, or two of them are at odds.
    """
    form = TomlLists(own_or_shipped(directory, "demand.toml"), ("domain", "type", "urgency", "not_accepted"))
    directory_lists = TomlLists(own_or_shipped(directory, "destinations.toml"), ("trunk", "destination"))
    roster = TomlLists(own_or_shipped(directory, "experts.toml"), ("expert", "answer"))
    calendar = TomlLists(own_or_shipped(directory, "calendar.toml"), ("holiday", "made_up"))
    catalogue = Catalogue(
        numbers=TomlLists(own_or_shipped(directory, "numbers.toml"), ("number",)).read("number", Number),
        queues=TomlLists(own_or_shipped(directory, "queues.toml"), ("queue",)).read("queue", Queue),
        trunks=directory_lists.read("trunk", Trunk),
        destinations=directory_lists.read("destination", Destination),
        experts=roster.read("expert", Expert, least=0),
        answers=roster.read("answer", AnswerRule, least=0),
        holidays=calendar.read("holiday", Holiday, least=0),
        made_up=calendar.read("made_up", MadeUpDay, least=0),
        reasons=TomlLists(own_or_shipped(directory, "states.toml"), ("reason",)).read("reason", Reason),
        prompts=TomlLists(own_or_shipped(directory, "prompts.toml"), ("prompt",)).read("prompt", PromptText),
        demand=Demand(
            domains=form.read("domain", Choice),
            types=form.read("type", Choice),
            urgencies=form.read("urgency", Choice),
            not_accepted=form.read("not_accepted", NotAccepted),
        ),
    )
    check_catalogue(catalogue, directory)
    return catalogue


def _from_file(path: Path) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Checked values by section and key, and for each `section.key` where it came from."""
    values: dict[str, dict[str, Any]] = {}
    origins: dict[str, str] = {}
    for section, table in read_toml(path).items():
        if section not in SECTIONS:
            raise SettingsError(f"{path}: unknown section [{section}]; {nearest(section, SECTIONS)}")
        if not isinstance(table, dict):
            raise SettingsError(f"{path}: {section} = {table!r}: write it as a section, [{section}].")
        fields = _fields(section)
        for key, value in table.items():
            if key not in fields:
                raise SettingsError(f"{path}: unknown key {key!r} in section [{section}]; {nearest(key, fields)}")
            where = f"{path}: {section}.{key}"
            values.setdefault(section, {})[key] = _checked(fields[key], value, where)
            origins[f"{section}.{key}"] = where
    return values, origins


def _from_environ(environ: Mapping[str, str], values: dict[str, dict[str, Any]], origins: dict[str, str]) -> None:
    """Lay the `JIETONG_*` variables over `values`."""
    known = {f"{PREFIX}{s}_{k}".upper(): (s, k) for s in SECTIONS for k in _fields(s)}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS:
            continue
        if variable.startswith(NOT_SETTINGS_PREFIX):
            continue
        if variable not in known:
            raise SettingsError(f"variable {variable}: is no setting; {_nearest_variable(variable, known)}")
        section, key = known[variable]
        kind = _fields(section)[key]
        value = _checked(kind, _parsed(kind, environ[variable]), f"variable {variable}")
        values.setdefault(section, {})[key] = value
        origins[f"{section}.{key}"] = f"variable {variable}"


def _nearest_variable(variable: str, known: Mapping[str, object]) -> str:
    bare = {name.removeprefix(PREFIX): name for name in known}
    close = difflib.get_close_matches(variable.removeprefix(PREFIX), bare, n=1, cutoff=0.7)
    if close:
        return f"did you mean {bare[close[0]]}?"
    return "valid are JIETONG_<SECTION>_<KEY> with the sections and keys of config/jietong.toml."


def _fields(section: str) -> dict[str, Any]:
    return {f.encode_name: f.type for f in msgspec.structs.fields(SECTIONS[section])}


def _parsed(kind: Any, text: str) -> object:
    """A variable's text as the setting's type; text that does not fit is left for `_checked` to refuse."""
    match inspect.type_info(kind):
        case inspect.BoolType():
            low = text.strip().lower()
            return low in _TRUE if low in _TRUE + _FALSE else text
        case inspect.IntType():
            try:
                return int(text.strip())
            except ValueError:
                return text
        case inspect.VarTupleType():
            return [part.strip() for part in text.split(",") if part.strip()]
        case _:
            return text.strip()


def _checked(kind: Any, value: object, where: str) -> object:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where} = {value!r}: valid is {_valid(kind)}.") from error


def _valid(kind: Any) -> str:
    """What a setting of this type may be, in words."""
    match inspect.type_info(kind):
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType(ge=low, le=high):
            return f"a whole number from {low} to {high}"
        case inspect.StrType(pattern=str(pattern)):  # between ^ and \Z
            return f"text that matches {pattern[1:-2]}"
        case inspect.StrType(min_length=int()):
            return "text that is not empty"
        case inspect.VarTupleType():
            return 'a list of texts, in a variable separated by ","'
        case _:
            return "text"


def _check_together(settings: Settings, origins: Mapping[str, str], path: str) -> None:
    """Refuse settings that are each valid and cannot be used together, or that no type can check."""

    def refuse(key: str, reason: str) -> SettingsError:
        return SettingsError(f"{origins.get(key, f'{path}: {key} (default)')} {reason}")

    sip, seats = settings.sip, settings.seats
    ports = {
        "web.port": settings.web.port,
        "pbx.http_port": settings.pbx.http_port,
        "ami.port": settings.ami.port,
        "sip.port": sip.port,
    }
    taken: dict[int, str] = {}
    for key, port in ports.items():
        if port in taken:
            raise refuse(key, f"= {port}: is {taken[port]} already; choose another port.")
        taken[port] = key
    if sip.rtp_last - sip.rtp_first < 99:
        raise refuse("sip.rtp_last", f"= {sip.rtp_last}: must be at least 99 above rtp_first, {sip.rtp_first}.")
    if sip.rtp_first <= sip.port <= sip.rtp_last:
        raise refuse("sip.port", f"= {sip.port}: lies in the RTP range {sip.rtp_first}-{sip.rtp_last}.")
    for address in sip.trunk_addresses:
        if not _is_network(address):
            raise refuse("sip.trunk_addresses", f"= {address!r}: is no IP address or network such as 10.1.2.0/24.")
    if not _is_network(sip.host) or "/" in sip.host:
        raise refuse("sip.host", f"= {sip.host!r}: must be an IP address of this machine, or 0.0.0.0 for all.")
    if settings.demo.agents > seats.count:
        raise refuse("demo.agents", f"= {settings.demo.agents}: must be at most seats.count, {seats.count}.")
    if settings.pbx.websocket and not _is_phone_address(settings.pbx.websocket):
        raise refuse(
            "pbx.websocket",
            f"= {settings.pbx.websocket!r}: must be empty or like wss://hotline.example.gov.cn/phone; browsers refuse "
            "ws:// to other machines than their own.",
        )
    _check_urls(settings, refuse)


def _check_urls(settings: Settings, refuse: Any) -> None:
    """The sentence never shows the address itself: it may hold a password."""
    for key, url, schemes in (
        ("database.url", settings.database.url, ("postgresql", "sqlite")),
        ("redis.url", settings.redis.url, ("redis", "rediss", "unix")),
    ):
        if url and url.partition("://")[0].partition("+")[0] not in schemes:
            raise refuse(key, f"must begin with one of {', '.join(f'{s}://' for s in schemes)}, or be empty.")


def _is_phone_address(text: str) -> bool:
    if not _WEBSOCKET.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and port != 0 and (parts.scheme == "wss" or _is_this_machine(str(host)))


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or (_is_network(host) and ipaddress.ip_address(host).is_loopback)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True
