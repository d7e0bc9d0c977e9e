"""What the directory asks of each room: whom Asterisk dials, what the rules know, and where lines tell their state."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from msgspec import Struct

from acd.directory import Destination as Line
from acd.directory import Hours
from acd.names import AgentId, DestinationKey, Millis, QueueName
from config.catalogues import Catalogue
from config.directory import Destination, DestinationKind, Trunk, seats_of, valid_on
from config.hours import hours_of
from config.settings import Settings
from telephony.plan import DestinationPlan, StepPlan, TrunkPlan

CARRIER, SUB_CENTRE = "carrier", "sub-centre"
"""Trunks that demo mode leads to its own other ends."""
DEMO_CARRIER_HOST, DEMO_SUB_CENTRE_HOST = "127.0.0.4", "127.0.0.3"
"""Where these are; addresses of their own, so that nobody takes them for our telephones."""


class Watched(Struct, frozen=True, kw_only=True):
    """A line outside whose state we ask for, or whom nothing leads to yet."""

    key: DestinationKey
    url: str
    """Empty: it is not asked."""
    token_file: Path | None
    connected: bool
    optional: bool
    """Whether it may be that nobody has started it: the demo's second hotline."""


def trunk_plans(settings: Settings, catalogue: Catalogue) -> tuple[TrunkPlan, ...]:
    """The trunks that lead somewhere; in demo mode only to the demo's own other ends."""
    trunks = map(_demo_trunk(settings), catalogue.trunks) if settings.demo.enabled else iter(catalogue.trunks)
    return tuple(
        TrunkPlan(name=trunk.name, host=trunk.host, port=trunk.port, hands_over=trunk.hands_over)
        for trunk in trunks
        if trunk.host
    )


def destination_plans(settings: Settings, catalogue: Catalogue) -> tuple[DestinationPlan, ...]:
    """The lines that can be dialled."""
    there = {trunk.name for trunk in trunk_plans(settings, catalogue)}
    return tuple(
        DestinationPlan(key=one.key, number=one.number, trunk=one.trunk, ring_seconds=one.ring_seconds)
        for one in catalogue.destinations
        if one.trunk in there and one.number is not None
    )


def step_plans(catalogue: Catalogue) -> tuple[StepPlan, ...]:
    """The steps of the IVR that a citizen can be sent through."""
    return tuple(
        StepPlan(key=one.key, prompt=one.prompt, max_digits=one.digits)
        for one in catalogue.destinations
        if one.kind is DestinationKind.STEP and one.prompt is not None
    )


def dials(settings: Settings, catalogue: Catalogue) -> dict[DestinationKey, str]:
    """What Asterisk dials for each line that can be dialled."""
    return {
        DestinationKey(one.key): f"PJSIP/{one.number}@{one.trunk}" for one in destination_plans(settings, catalogue)
    }


def lines(settings: Settings, catalogue: Catalogue) -> tuple[Line, ...]:
    """The directory as the rules of the floor need it."""
    there = {trunk.name for trunk in trunk_plans(settings, catalogue)}
    return tuple(
        Line(
            key=DestinationKey(one.key),
            modes=one.modes,
            queue=None if one.queue is None else QueueName(one.queue),
            ring=Millis(one.ring_seconds * 1000),
            hours=_hours(one, catalogue),
            emergency=one.kind is DestinationKind.EMERGENCY,
            connected=one.trunk is None or one.trunk in there,
        )
        for one in catalogue.destinations
    )


def watched(settings: Settings, catalogue: Catalogue) -> tuple[Watched, ...]:
    """The lines of trunks, with where each tells its state."""
    connected = {line.key: line.connected for line in lines(settings, catalogue)}
    secrets = settings.data_directory / "secrets"
    return tuple(
        Watched(
            key=DestinationKey(one.key),
            url=_state_url(settings, one),
            # An absolute path stays what it is.
            token_file=secrets / one.state_token_file if one.state_token_file else None,
            connected=connected[DestinationKey(one.key)],
            optional=settings.demo.enabled and one.trunk == SUB_CENTRE,
        )
        for one in catalogue.destinations
        if one.trunk is not None
    )


def queues_of_seats(catalogue: Catalogue) -> Callable[[AgentId, date], tuple[QueueName, ...]]:
    """Return who may serve what: an expert's seat its own queues while its posting is valid, the others the rest."""
    fields = {d.queue: d.field for d in catalogue.destinations if d.kind is DestinationKind.EXPERT}
    named = {queue.name: seats_of(queue.seats) for queue in catalogue.queues}
    reserved = frozenset[str]().union(*(named[queue.name] for queue in catalogue.queues if queue.name in fields))

    def queues_of(seat: AgentId, day: date) -> tuple[QueueName, ...]:
        posted = {one.field for one in catalogue.experts if one.seat == seat and valid_on(one, day)}
        return tuple(
            QueueName(queue.name)
            for queue in catalogue.queues
            if (seat in named[queue.name] if queue.seats else seat not in reserved)
            and (queue.name not in fields or fields[queue.name] in posted)
        )

    return queues_of


def seats_not_there(settings: Settings, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return, by queue, the seats in queues.toml that this installation has not."""
    there = range(settings.seats.first, settings.seats.first + settings.seats.count)
    missing = {
        queue.name: tuple(sorted(seat for seat in seats_of(queue.seats) if int(seat) not in there))
        for queue in catalogue.queues
    }
    return {queue: seats for queue, seats in missing.items() if seats}


def _demo_trunk(settings: Settings) -> Callable[[Trunk], Trunk]:
    ends = {
        CARRIER: (DEMO_CARRIER_HOST, settings.demo.carrier_port),
        SUB_CENTRE: (DEMO_SUB_CENTRE_HOST, settings.demo.sub_centre_sip_port),
    }

    def led(trunk: Trunk) -> Trunk:
        host, port = ends.get(trunk.name, ("", 0))
        return Trunk(name=trunk.name, host=host, port=port) if port else Trunk(name=trunk.name)

    return led


def _state_url(settings: Settings, destination: Destination) -> str:
    if not settings.demo.enabled or destination.trunk != SUB_CENTRE:
        return destination.state_url
    port = settings.demo.sub_centre_web_port
    return f"http://127.0.0.1:{port}/api/line/{destination.number}" if port else ""


def _hours(destination: Destination, catalogue: Catalogue) -> tuple[Hours, ...]:
    if destination.hours or destination.kind is not DestinationKind.EXPERT:
        return _spans(destination.hours)
    duties = [expert.duty for expert in catalogue.experts if expert.field == destination.field]
    return _spans(text for duty in duties for text in duty) if all(duties) else ()


def _spans(texts: Iterable[str]) -> tuple[Hours, ...]:
    return tuple(span for text in dict.fromkeys(texts) for span in hours_of(text))
