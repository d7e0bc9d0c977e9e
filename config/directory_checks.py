"""What must hold in the directory: trunks, lines, experts' queues and the roster fit each other."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from acd.transfer import SEATS, TransferMode
from config.catalogues import Catalogue, Queue
from config.directory import Destination, DestinationKind, Expert, Trunk, is_ipv4, seats_of
from config.hours import hours_of
from config.places import own_or_shipped
from config.toml_file import SettingsError, in_order, known

EMERGENCY = ("110", "119", "120", "122")
RESERVED_TRUNKS = ("trunk", "citizen-web", "global", "system")
"""Sections of pjsip.conf that are no trunk to dial."""
CITY = re.compile(r"0[0-9]{2,3}12345")


def check_directory(catalogue: Catalogue, directory: Path) -> None:
    """Refuse a directory that contradicts itself or the other catalogues.

    Raises:
        SettingsError: naming the file, the key, the value and what would be valid.
    """
    path = own_or_shipped(directory, "destinations.toml")
    for trunk in catalogue.trunks:
        _check_trunk(trunk, f"{path}: trunk {trunk.name}")
    wanted = dict.fromkeys(EMERGENCY, DestinationKind.EMERGENCY)
    wanted |= {n.number: DestinationKind.SUB_CENTRE for n in catalogue.numbers if n.mode == "SUB_CENTRE"}
    _check_numbers(catalogue.destinations, wanted, path)
    for destination in catalogue.destinations:
        where = f"{path}: destination {destination.key}"
        if destination.key.startswith(SEATS):
            raise SettingsError(f"{where}: keys that begin with {SEATS!r} stand for supervisors; choose another.")
        _check_end(destination, catalogue, where)
        _check_modes(destination, where)
        _check_hours(destination.hours, f"{where}: hours")
        _check_state(destination, where)
    _check_fields(catalogue.destinations, path)
    _check_seats(catalogue, directory)
    _check_roster(catalogue, own_or_shipped(directory, "experts.toml"))


def _check_trunk(trunk: Trunk, where: str) -> None:
    if trunk.name in RESERVED_TRUNKS:
        raise SettingsError(f"{where}: name = {trunk.name!r}: pjsip.conf keeps this name for itself; choose another.")
    if trunk.host and not is_ipv4(trunk.host):
        raise SettingsError(
            f"{where}: host = {trunk.host!r}: must be an IPv4 address such as 10.1.2.3, or empty: not connected."
        )


def _check_numbers(destinations: tuple[Destination, ...], wanted: dict[str, DestinationKind], path: Path) -> None:
    numbers = Counter(d.number for d in destinations if d.number is not None)
    twice = [number for number, count in numbers.items() if count > 1]
    if twice:
        raise SettingsError(f"{path}: number {twice[0]!r} is there twice; remove one.")
    kinds = {d.number: d.kind for d in destinations}
    for number, kind in wanted.items():
        if kinds.get(number) != kind:
            raise SettingsError(f"{path}: {number} is missing; add a destination of kind {kind}.")


def _check_end(destination: Destination, catalogue: Catalogue, where: str) -> None:
    """Exactly one other end, and what its kind needs."""
    kind = destination.kind
    if kind is DestinationKind.STEP:
        if destination.trunk or destination.queue or destination.number:
            raise SettingsError(f"{where}: a STEP has no trunk, queue or number; remove them.")
        known(destination.prompt, [p.key for p in catalogue.prompts], f"{where}: prompt", "prompts.toml")
        return
    if (destination.trunk is None) == (destination.queue is None):
        raise SettingsError(
            f"{where}: trunk = {destination.trunk!r}, queue = {destination.queue!r}: name exactly one of them."
        )
    if destination.prompt is not None:
        raise SettingsError(f"{where}: prompt = {destination.prompt!r}: only a STEP has a prompt; remove it.")
    if destination.queue is not None:
        known(destination.queue, [q.name for q in catalogue.queues], f"{where}: queue", "queues.toml")
    else:
        known(destination.trunk, [t.name for t in catalogue.trunks], f"{where}: trunk", "the [[trunk]]s")
        if destination.number is None:
            raise SettingsError(f"{where}: the key 'number' is missing; add what the trunk dials.")
    if kind is DestinationKind.EXPERT and destination.queue is None:
        raise SettingsError(f"{where}: kind = 'EXPERT': experts serve a queue of ours; name it in queue, no trunk.")
    if kind is DestinationKind.CITY and not CITY.fullmatch(destination.number or ""):
        raise SettingsError(
            f"{where}: number = {destination.number!r}: another city's line is its area code and 12345, "
            "for example 01012345."
        )


def _check_modes(destination: Destination, where: str) -> None:
    modes = destination.modes
    shown = [str(mode) for mode in modes]
    if len(set(modes)) != len(modes):
        raise SettingsError(f"{where}: modes = {shown}: a mode is there twice; remove one.")
    step = destination.kind is DestinationKind.STEP
    if step != (TransferMode.SUSPEND in modes) or (step and len(modes) > 1):
        raise SettingsError(
            f"{where}: modes = {shown}: a STEP has the one mode transfer_suspend, and nothing else has it."
        )
    if destination.kind is DestinationKind.EMERGENCY and modes[0] is not TransferMode.CONFERENCE:
        raise SettingsError(f"{where}: modes = {shown}: an emergency line begins with transfer_conference.")


def _check_hours(texts: Iterable[str], where: str) -> None:
    for text in texts:
        try:
            hours_of(text)
        except ValueError as error:
            raise SettingsError(f"{where}: {text!r}: {error}.") from error


def _check_state(destination: Destination, where: str) -> None:
    """The sentence never shows the address itself: it may hold a password."""
    url = destination.state_url
    if url and not _is_web_address(url):
        raise SettingsError(
            f"{where}: state_url must be an address such as https://hotline.example/api/line/12366, or empty."
        )
    if destination.state_token_file and not url:
        raise SettingsError(
            f"{where}: state_token_file = {destination.state_token_file!r}: there is no state_url to send it to; "
            "add one, or remove the file."
        )
    if url and destination.trunk is None:
        raise SettingsError(f"{where}: state_url: our own queues tell their state by themselves; remove it.")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _check_fields(destinations: tuple[Destination, ...], path: Path) -> None:
    for destination in destinations:
        where = f"{path}: destination {destination.key}"
        if (destination.kind is DestinationKind.EXPERT) != (destination.field is not None):
            raise SettingsError(f"{where}: field = {destination.field!r}: an EXPERT line has a field, no other has.")
    for what in ("field", "queue"):
        named = Counter(getattr(d, what) for d in destinations if d.kind is DestinationKind.EXPERT)
        twice = [name for name, count in named.items() if count > 1]
        if twice:
            raise SettingsError(f"{path}: {what} {twice[0]!r} belongs to two EXPERT lines; give each its own.")


def _check_seats(catalogue: Catalogue, directory: Path) -> None:
    path = own_or_shipped(directory, "queues.toml")
    numbers = own_or_shipped(directory, "numbers.toml")
    experts = {d.queue for d in catalogue.destinations if d.kind is DestinationKind.EXPERT}
    for queue in catalogue.queues:
        where = f"{path}: queue {queue.name}"
        try:
            seats_of(queue.seats)
        except ValueError as error:
            raise SettingsError(f"{where}: seats = {list(queue.seats)}: {error}.") from error
        if queue.name in experts and not queue.seats:
            raise SettingsError(f"{where}: the key 'seats' is missing; an expert line leads here, name its seats.")
    _check_not_served_by_chance(catalogue, experts, numbers)


def _check_not_served_by_chance(catalogue: Catalogue, experts: set[str | None], path: Path) -> None:
    """A registered number's calls must reach ordinary seats too: experts are not always there."""
    for number in catalogue.numbers:
        if number.queue in experts:
            raise SettingsError(
                f"{path}: number {number.number}: queue = {number.queue!r}: only experts "
                "serve it, and citizens reach it by transfer; name a queue that every seat serves."
            )


def _check_roster(catalogue: Catalogue, path: Path) -> None:
    lines = {d.field: d.queue for d in catalogue.destinations if d.kind is DestinationKind.EXPERT}
    queues: dict[str | None, Queue] = {queue.name: queue for queue in catalogue.queues}
    posted: set[tuple[str | None, str]] = set()
    for expert in catalogue.experts:
        where = f"{path}: expert {expert.key}"
        known(expert.field, [str(field) for field in lines], f"{where}: field", "the EXPERT lines of destinations.toml")
        queue = queues[lines[expert.field]]
        if expert.seat not in seats_of(queue.seats):
            raise SettingsError(
                f"{where}: seat = {expert.seat!r}: is not among the seats of queue {queue.name} in queues.toml, "
                f"{', '.join(queue.seats)}."
            )
        in_order(expert.valid_from, expert.valid_to, f"{where}: valid")
        _check_hours(expert.duty, f"{where}: duty")
        posted.add((queue.name, expert.seat))
    _check_everyone_posted(queues, set(lines.values()), posted, path)
    _check_one_at_a_time(catalogue.experts, path)


def _check_everyone_posted(
    queues: dict[str | None, Queue], experts: set[str | None], posted: set[tuple[str | None, str]], path: Path
) -> None:
    for name in experts:
        missing = sorted(seat for seat in seats_of(queues[name].seats) if (name, seat) not in posted)
        if missing:
            raise SettingsError(
                f"{path}: seat {missing[0]} of queue {name} has no [[expert]]; add its posting, "
                "or take the seat out of queues.toml."
            )


def _check_one_at_a_time(experts: tuple[Expert, ...], path: Path) -> None:
    """Two postings of a seat in one field would count one expert twice."""
    for number, one in enumerate(experts):
        for other in experts[number + 1 :]:
            if (one.seat, one.field) == (other.seat, other.field) and _overlap(one, other):
                raise SettingsError(
                    f"{path}: experts {one.key} and {other.key}: both are posted to seat {one.seat} at the same time; "
                    "end one with valid_to before the other's valid_from."
                )


def _overlap(one: Expert, other: Expert) -> bool:
    def begins_within(first: Expert, second: Expert) -> bool:
        return first.valid_to is None or second.valid_from is None or second.valid_from <= first.valid_to

    return begins_within(one, other) and begins_within(other, one)
