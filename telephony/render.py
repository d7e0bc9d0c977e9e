"""Writes the configuration of one Asterisk: the templates in `asterisk/`, filled from a PbxPlan."""

import hashlib
import os
import re
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from acd.names import phone_of
from telephony.plan import DIALPLAN_PROMPTS, PbxPlan

TEMPLATES = Path(__file__).parent.parent / "asterisk"
"""The templates of this checkout."""

STRATEGIES = (
    "leastrecent",
    "fewestcalls",
    "linear",
    "random",
    "ringall",
    "rrmemory",
    "rrordered",
    "wrandom",
)

_SECRET_FILES = frozenset({"manager.conf", "pjsip.conf"})
_LONGEST_SOCKET = 100
"""Bytes; AF_UNIX allows 107 for the path of the control socket."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_EXTENSION = re.compile(r"[a-z0-9][a-z0-9-]{1,63}")
_EXTENSION_WORDS = "2 to 64 lower-case letters, digits and hyphens (Asterisk keeps single letters for itself)"
"""What a transfer leads to is an extension of the dialplan."""
_TAKEN_TRUNKS = frozenset({"trunk", "trunk-addresses", "citizen-web", "global", "system", "out", "out-aor"})
_TAKEN_PREFIXES = ("seat", "transport")
_NODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._]{0,31}")
_NUMBER = re.compile(r"[0-9]{2,20}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{8,128}")
_PATH = re.compile(r"/[A-Za-z0-9._/+@-]{1,3000}")
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


class PlanRefused(Exception):
    """A value of the plan would break Asterisk's configuration; the text names it and says what is valid."""


def render(
    plan: PbxPlan,
    templates: Path = TEMPLATES,
    *,
    run_user: str | None = None,
    available: frozenset[str] | None = None,
    seats: bool = True,
) -> Path:
    """Write `<base>/etc/asterisk` and return it.

    Every file is replaced at once or not at all, so a running Asterisk may reload at any moment. Nothing is
    written when a value is refused.

    Args:
        run_user: the user Asterisk becomes when it is started as root; None: it stays who it is.
        available: file names of the modules the Asterisk has, for those that are not in every release; None: all.
        seats: False leaves the agents' phones out, for the first seconds of a start.

    Raises:
        PlanRefused: a value that would break a configuration file.
    """
    check(plan)
    files = dict(_texts(plan, templates, run_user, available, plan.seat_count if seats else 0))
    etc = plan.base / "etc" / "asterisk"
    (etc / "extensions").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        _replace(etc / name, text, mode=0o600 if name in _SECRET_FILES else 0o640)
    return etc


def run_directory(base: Path) -> Path:
    """Where the control socket and the pid file lie: below `base`, or in /run when that path is too long."""
    here = base / "run"
    if len(os.fsencode(here / "asterisk.ctl")) <= _LONGEST_SOCKET:
        return here
    return Path("/run") / f"jietong-{hashlib.sha256(os.fsencode(base)).hexdigest()[:16]}"


def check(plan: PbxPlan) -> None:
    """Refuse a plan with values that would break a configuration file.

    Raises:
        PlanRefused: names the first such value and what would be valid.
    """
    for problem in _problems(plan):
        raise PlanRefused(problem)


def _problems(plan: PbxPlan) -> Iterator[str]:
    yield from _bad("pbx.node", plan.node, _NODE, "letters, digits, dots and underscores, 32 at most")
    yield from _bad("data.directory", str(plan.base), _PATH, "an absolute path without spaces or quotes")
    yield from _bad("ami.user", plan.ami_user, _NAME, "lower-case letters, digits and hyphens")
    for key, secret in (("ami secret", plan.ami_secret), ("citizen password", plan.citizen_password)):
        if not _SECRET.fullmatch(secret):
            yield f"the {key} must be 8 to 128 letters, digits, hyphens or underscores: delete its file"
    addresses = [("sip.host", plan.sip_host), ("pbx.http_host", plan.http_host), ("ami.host", plan.ami_host)]
    addresses += [("sip.trunk_addresses", address) for address in plan.trunk_addresses]
    for key, address in addresses:
        yield from _bad_address(key, address)
    yield from _bad_ports(plan)
    yield from _bad_catalogues(plan)
    yield from _bad_transfers(plan)


def _bad_ports(plan: PbxPlan) -> Iterator[str]:
    ports = [("sip.port", plan.sip_port), ("pbx.http_port", plan.http_port), ("ami.port", plan.ami_port)]
    ports += [("sip.rtp_first", plan.rtp_first), ("sip.rtp_last", plan.rtp_last)]
    for key, port in ports:
        if not 1 <= port <= 65535:
            yield f"{key} = {port}: a port is a number from 1 to 65535"
    if plan.rtp_last - plan.rtp_first < 3:
        yield f"sip.rtp_last = {plan.rtp_last}: at least rtp_first + 3, two ports for each leg of a call"
    if not 0 <= plan.seat_count <= 10_000 or plan.seat_first < 1:
        yield f"seats.count = {plan.seat_count}: seats are 0 to 10000, from seats.first >= 1"


def _bad_catalogues(plan: PbxPlan) -> Iterator[str]:
    queues = {queue.name for queue in plan.queues}
    prompts = {prompt.key for prompt in plan.prompts}
    needed = {f"the dialplan's prompt {key}": key for key in DIALPLAN_PROMPTS}
    for prompt in plan.prompts:
        yield from _bad("prompt key", prompt.key, _NAME, "lower-case letters, digits and hyphens")
    for queue in plan.queues:
        yield from _bad("queue name", queue.name, _EXTENSION, _EXTENSION_WORDS)
        if queue.name in ("general", "waiting"):
            yield f"queue name = {queue.name!r}: queues.conf has a section of that name, take another"
        if queue.strategy not in STRATEGIES:
            yield f"queue {queue.name}: strategy = {queue.strategy!r}: one of {', '.join(STRATEGIES)}"
    for number in plan.numbers:
        yield from _bad("number", number.number, _NUMBER, "2 to 20 digits")
        if number.queue not in queues:
            yield f"number {number.number}: queue = {number.queue!r}: one of {', '.join(sorted(queues))}"
        needed |= {f"number {number.number}: greeting": number.greeting}
        if number.transition is not None:
            needed |= {f"number {number.number}: transition": number.transition}
        for key in ("transition_from", "transition_to", "open_from", "open_to"):
            day: str | None = getattr(number, key)
            if day is not None:
                yield from _bad(f"number {number.number}: {key}", day, _DAY, "a day as YYYY-MM-DD")
    needed |= {f"step {step.key}: prompt": step.prompt for step in plan.steps}
    for key, prompt_key in needed.items():
        if prompt_key not in prompts:
            yield f"{key} = {prompt_key!r}: no such prompt; add it to the prompts or name one of them"


def _bad_transfers(plan: PbxPlan) -> Iterator[str]:
    trunks = {trunk.name for trunk in plan.trunks}
    for trunk in plan.trunks:
        yield from _bad("trunk name", trunk.name, _NAME, "lower-case letters, digits and hyphens")
        taken = trunk.name in _TAKEN_TRUNKS or trunk.name.startswith(_TAKEN_PREFIXES)
        if taken or phone_of(f"PJSIP/{trunk.name}") is not None:
            yield f"trunk name = {trunk.name!r}: pjsip.conf has, or a telephone may have, that name, take another"
        yield from _bad_address(f"trunk {trunk.name}: host", trunk.host)
        if not 1 <= trunk.port <= 65535:
            yield f"trunk {trunk.name}: port = {trunk.port}: a port is a number from 1 to 65535"
    for one in plan.destinations:
        yield from _bad("destination key", one.key, _EXTENSION, _EXTENSION_WORDS)
        yield from _bad(f"destination {one.key}: number", one.number, _NUMBER, "2 to 20 digits")
        if one.trunk not in trunks:
            yield f"destination {one.key}: trunk = {one.trunk!r}: one of {', '.join(sorted(trunks)) or 'none yet'}"
        if not 1 <= one.ring_seconds <= 300:
            yield f"destination {one.key}: ring_seconds = {one.ring_seconds}: 1 to 300"
    for step in plan.steps:
        yield from _bad("step key", step.key, _EXTENSION, _EXTENSION_WORDS)
        if not 1 <= step.max_digits <= 32 or not 1 <= step.timeout_seconds <= 60:
            yield f"step {step.key}: max_digits is 1 to 32, timeout_seconds 1 to 60"
    for kind, names in (
        ("trunk name", [trunk.name for trunk in plan.trunks]),
        ("destination or step key", [*(one.key for one in plan.destinations), *(step.key for step in plan.steps)]),
    ):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{kind} = {name!r}: it is there twice"


def _bad(key: str, value: str, valid: re.Pattern[str], words: str) -> Iterator[str]:
    if not valid.fullmatch(value):
        yield f"{key} = {value!r}: must be {words}"


def _bad_address(key: str, value: str) -> Iterator[str]:
    try:
        if ip_address(value).version == 4:
            return
    except ValueError:
        pass
    yield f"{key} = {value!r}: must be an IPv4 address"


def _texts(
    plan: PbxPlan, templates: Path, run_user: str | None, available: frozenset[str] | None, seats: int
) -> Iterator[tuple[str, str]]:
    jinja = Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    jinja.filters["day"] = _day
    values = {
        "plan": plan,
        "base": plan.base,
        "run": run_directory(plan.base),
        "run_user": run_user,
        "available": available,
        "seats": range(plan.seat_first, plan.seat_first + seats),
        "max_wait": {queue.name: queue.max_wait_seconds for queue in plan.queues},
    }
    for path in sorted(templates.rglob("*.conf*")):
        name = path.relative_to(templates).as_posix()
        if path.suffix == ".in":
            yield name.removesuffix(".in"), jinja.get_template(name).render(values)
        else:
            yield name, path.read_text(encoding="utf-8")


def _day(value: str | None) -> int | None:
    """`2021-07-01` as the number 20210701, which the dialplan can compare."""
    return None if value is None else int(value.replace("-", ""))


def _replace(path: Path, text: str, *, mode: int) -> None:
    """Write a file in one step, owned by the owner of its directory (Asterisk's user, once it has run)."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    owner = path.parent.stat()
    if os.geteuid() == 0:
        os.chown(fresh, owner.st_uid, owner.st_gid)
    os.replace(fresh, path)
