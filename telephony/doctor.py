"""Checks everything about our Asterisk that stops a newcomer, one row each, with the mend."""

import platform
import re
import shutil
import socket
import ssl
import stat
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path

from msgspec import Struct
from websockets.exceptions import InvalidHandshake
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from telephony.pbx_root import OLDEST, Installation, resolves
from telephony.plan import PbxPlan
from telephony.ports import holder_of
from telephony.private_pbx import PrivatePbx, ports_of
from telephony.prompts import missing_sounds

_FREE_BYTES = 2 * 1024**3
"""About 35 hours of recordings."""
_FIRST_YEAR_SECONDS = 1_767_225_600
"""2026-01-01 UTC: no clock of a machine that runs this may be earlier."""
_LOGIN_SECONDS = 5.0
_OPEN_SECONDS = 5.0
_STRANGERS = "res_pjsip.c: CallerID Name"
"""What Asterisk warns of when a caller writes too long a name; nothing of ours is wrong then."""

_SECRETS = ("etc/asterisk/manager.conf", "etc/asterisk/pjsip.conf", "db/astdb.sqlite3")
"""Files below the base that hold pass words."""


class Check(Struct, frozen=True, kw_only=True):
    """One row of the doctor's report."""

    name: str
    ok: bool
    seen: str
    mend: str
    """What to do when it is not well; empty when it is."""
    unsure: bool = False
    """It is not well as seen from this machine, and may be well for those it is meant for."""


def doctor(plan: PbxPlan, installation: Installation | None, *, epoch_seconds: int, websocket: str = "") -> list[Check]:
    """Every check that makes sense; those of a running Asterisk only when it runs.

    Args:
        epoch_seconds: what the machine's clock says.
        websocket: where browsers on other machines find their telephone's; empty: nowhere.
    """
    checks = [check_version(installation), check_programs(), check_clock(epoch_seconds)]
    checks += [check_disk(plan.base), check_sounds(plan), check_secrets(plan.base)]
    if installation is None:
        return checks
    pbx = PrivatePbx(installation, plan)
    checks += [check_host_name(installation, platform.node()), *check_ports(plan, pbx.pid)]
    if not pbx.running:
        return [*checks, _row("asterisk", False, "does not run", "start it: make run")]
    checks += [_row("asterisk", True, f"runs as process {pbx.pid}", "")]
    checks += [check_modules(plan.base, pbx.cli), check_trunk(plan, pbx.cli), check_log(plan.base)]
    return [*checks, check_login(plan), check_browser_phones(plan, websocket)]


def check_version(installation: Installation | None) -> Check:
    """Is there an Asterisk, and is it new enough?"""
    if installation is None:
        return _row("version", False, "no Asterisk", "run make run as root: it builds a private one")
    where = f"in {installation.root}" if installation.private else "of the machine"
    seen = f"Asterisk {installation.version} {where}"
    return _row("version", installation.major >= OLDEST, seen, f"install asterisk {OLDEST} or newer")


def check_programs() -> Check:
    """Are the programs that make prompts there?"""
    missing = [name for name in ("espeak-ng", "sox") if shutil.which(name) is None]
    seen = "missing: " + ", ".join(missing) if missing else "espeak-ng and sox are there"
    return _row("programs", not missing, seen, f"apt-get install {' '.join(missing)}")


def check_clock(epoch_seconds: int) -> Check:
    """A clock years behind breaks log-ins, dates of numbers and every figure."""
    seen = f"{epoch_seconds} seconds since 1970"
    return _row("clock", epoch_seconds >= _FIRST_YEAR_SECONDS, seen, "set the clock: timedatectl set-ntp true")


def check_disk(base: Path) -> Check:
    """Room for recordings, logs and the call events."""
    place = next(path for path in (base, *base.parents) if path.exists())
    free = shutil.disk_usage(place).free
    return _row(
        "disk", free >= _FREE_BYTES, f"{free / 1024**3:.1f} GB free below {place}", "free 2 GB, or set data.directory"
    )


def check_sounds(plan: PbxPlan) -> Check:
    """Does every sentence exist as sound?"""
    missing = missing_sounds(plan)
    seen = f"{len(missing)} missing, first {missing[0]}" if missing else "all there"
    return _row("sounds", not missing, seen, "run make run: it speaks what is missing")


def check_secrets(base: Path) -> Check:
    """No file with a pass word may be open to other users, itself or through its directory."""
    files = [base / name for name in _SECRETS if (base / name).exists()]
    loose = [path for path in files if _mode(path) & 0o077 and _mode(base / path.relative_to(base).parts[0]) & 0o077]
    seen = ", ".join(map(str, loose)) + " can be read by others" if loose else f"{len(files)} files closed to others"
    return _row("secrets", not loose, seen, "chmod 600 " + " ".join(map(str, loose)))


def check_host_name(installation: Installation, name: str) -> Check:
    """Unless the machine's name resolves at once, every call waits for DNS."""
    hosts = installation.root / "etc" / "hosts"
    well = hosts.exists() and resolves(hosts.read_text(encoding="utf-8"), name)
    seen = f"{name} is {'' if well else 'not '}in {hosts}"
    return _row("host name", well, seen, f"echo 127.0.0.1 {name} >> {hosts}")


def check_ports(plan: PbxPlan, pid: int | None) -> Iterator[Check]:
    """Each port is free, or our Asterisk's."""
    for key, kind, host, port in ports_of(plan):
        holder = holder_of(kind, host, port)
        ours = pid is not None and holder is not None and f"process {pid})" in holder
        seen = f"{host}:{port} " + ("is free" if holder is None else "is ours" if ours else f"is held by {holder}")
        yield _row(f"port {key}", holder is None or ours, seen, f"end that process, or set {key} to a free port")


def check_modules(base: Path, cli: Callable[[str], str]) -> Check:
    """Everything modules.conf asks for runs."""
    text = (base / "etc" / "asterisk" / "modules.conf").read_text(encoding="utf-8")
    wanted = set(re.findall(r"^load = (\S+)", text, re.MULTILINE))
    missing = sorted(wanted - set(re.findall(r"^(\S+\.so) .* Running", cli("module show"), re.MULTILINE)))
    seen = f"not running: {', '.join(missing)}" if missing else f"all {len(wanted)} run"
    return _row("modules", not missing, seen, f"see {base}/log/messages, then install asterisk-modules")


def check_trunk(plan: PbxPlan, cli: Callable[[str], str]) -> Check:
    """The trunk is there and known by every one of its addresses."""
    if not plan.trunk_addresses:
        return _row("trunk", False, "no address is admitted", "set sip.trunk_addresses to the trunk's address")
    shown = cli("pjsip show endpoint trunk").split()
    missing = [address for address in plan.trunk_addresses if str(ip_network(address, strict=False)) not in shown]
    seen = f"not admitted: {', '.join(missing)}" if missing else f"admits {', '.join(plan.trunk_addresses)}"
    return _row("trunk", not missing, seen, "check sip.trunk_addresses and restart")


def check_log(base: Path) -> Check:
    """Asterisk's log since its last start holds no warning and no error."""
    log = base / "log" / "messages"
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    since = re.split(r"^\[[^]]*\] Asterisk .* built by .*$", text, flags=re.MULTILINE)[-1]
    bad = re.findall(rf"^\[[^]]*\] (?:WARNING|ERROR)\[(?!.*{_STRANGERS}).*$", since, re.MULTILINE)
    seen = f"{len(bad)} warnings or errors, last: {bad[-1]}" if bad else "no warning, no error since it started"
    return _row("log", not bad, seen, f"read {log}")


def check_login(plan: PbxPlan) -> Check:
    """Our user and secret open the manager interface."""
    login = f"Action: Login\r\nUsername: {plan.ami_user}\r\nSecret: {plan.ami_secret}\r\nEvents: off\r\n\r\n"
    try:
        with socket.create_connection((plan.ami_host, plan.ami_port), timeout=_LOGIN_SECONDS) as session:
            session.sendall(login.encode())
            answer = b""
            while b"\r\n\r\n" not in answer and (more := session.recv(4096)):
                answer += more
    except OSError as error:
        return _row("ami log-in", False, str(error), "check ami.host and ami.port, then restart")
    well = b"Response: Success" in answer
    mend = "start anew, which writes manager.conf; pbx.managed = false: copy secrets/ami again"
    return _row("ami log-in", well, "accepted" if well else "refused", mend)


def check_browser_phones(plan: PbxPlan, websocket: str) -> Check:
    """Somebody speaks SIP where browsers on other machines are sent."""
    if not websocket:
        return _row("browser phones", True, "work at this machine only: pbx.websocket is empty", "")
    try:
        return _spoken_at(plan, websocket, _certified(websocket))
    except ssl.SSLCertVerificationError as error:
        seen = f"{websocket} shows a certificate that this machine does not trust: {error.verify_message}"
        mend = "see that every desk's browser trusts it"
        blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
        try:
            spoken = _spoken_at(plan, websocket, blind)
        except OSError as trouble:
            return _unreachable(websocket, trouble)
        return _unsure("browser phones", seen, mend) if spoken.ok else spoken
    except OSError as error:
        return _unreachable(websocket, error)


def _certified(websocket: str) -> ssl.SSLContext | None:
    return ssl.create_default_context() if websocket.startswith("wss:") else None


def _spoken_at(plan: PbxPlan, websocket: str, context: ssl.SSLContext | None) -> Check:
    sip = Subprotocol("sip")
    try:
        with connect(websocket, ssl=context, subprotocols=[sip], open_timeout=_OPEN_SECONDS, proxy=None) as door:
            well = door.subprotocol == sip
            seen = "SIP is spoken" if well else "a websocket is opened, and SIP is not spoken,"
    except InvalidHandshake as error:
        well, seen = False, f"no websocket is opened ({error})"
    mend = f"let the proxy hand it on to http://{plan.http_host}:{plan.http_port}/ws, as docs/runbook.md shows"
    return _row("browser phones", well, f"{seen} at {websocket}", mend)


def _unreachable(websocket: str, error: Exception) -> Check:
    seen = f"{websocket} cannot be reached from this machine: {str(error) or 'no answer'}"
    return _unsure(
        "browser phones",
        seen,
        "look whether a desk's browser phone registers; if not, is the proxy up and the name right?",
    )


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _row(name: str, ok: bool, seen: str, mend: str) -> Check:
    return Check(name=name, ok=ok, seen=seen, mend="" if ok else mend)


def _unsure(name: str, seen: str, mend: str) -> Check:
    return Check(name=name, ok=False, seen=seen, mend=mend, unsure=True)
