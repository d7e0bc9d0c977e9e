"""What the settings and catalogues ask of Asterisk, as the plan that the telephony room renders and runs, and of the
floor, as its rules."""

from datetime import date
from pathlib import Path

from acd.names import Millis, QueueName
from acd.state import Policy
from config.catalogues import Catalogue, Number
from config.lines import destination_plans, lines, step_plans, trunk_plans
from config.settings import Settings
from telephony.plan import NumberPlan, PbxPlan, Prompt, QueuePlan

DEMO_TRUNK = "127.0.0.2"
"""In demo mode anyone on this machine can ring in from here with public tools."""


def pbx_plan(
    settings: Settings, catalogue: Catalogue, *, ami_secret: str, citizen_password: str, base: Path
) -> PbxPlan:
    """The plan of our Asterisk.

    Args:
        ami_secret: password of the manager user, already generated.
        citizen_password: password of the citizen's browser phone; unused unless demo mode is on.
        base: directory for this Asterisk, absolute.
    """
    demo = settings.demo.enabled
    trunks = settings.sip.trunk_addresses
    if demo and DEMO_TRUNK not in trunks:
        trunks = (*trunks, DEMO_TRUNK)
    return PbxPlan(
        node=settings.pbx.node,
        base=base,
        sip_host=settings.sip.host,
        sip_port=settings.sip.port,
        rtp_first=settings.sip.rtp_first,
        rtp_last=settings.sip.rtp_last,
        http_host=settings.pbx.http_host,
        http_port=settings.pbx.http_port,
        ami_host=settings.ami.host,
        ami_port=settings.ami.port,
        ami_user=settings.ami.user,
        ami_secret=ami_secret,
        trunk_addresses=trunks,
        citizen_phone=demo,
        citizen_password=citizen_password,
        seat_first=settings.seats.first,
        seat_count=settings.seats.count,
        recording=settings.recording.enabled,
        numbers=tuple(_number(number) for number in catalogue.numbers),
        queues=queue_plans(catalogue),
        prompts=tuple(Prompt(key=p.key, zh=p.zh, en=p.en) for p in catalogue.prompts),
        trunks=trunk_plans(settings, catalogue),
        destinations=destination_plans(settings, catalogue),
        steps=step_plans(catalogue),
        utc_offset_minutes=settings.floor.utc_offset_minutes,
    )


def queue_plans(catalogue: Catalogue) -> tuple[QueuePlan, ...]:
    """The queues as app_queue needs them."""
    return tuple(
        QueuePlan(
            name=queue.name,
            strategy=queue.strategy,
            ring_seconds=queue.ring_seconds,
            max_wait_seconds=queue.max_wait_seconds,
            max_waiting=queue.max_waiting,
            announce_seconds=queue.announce_seconds,
            weight=queue.weight,
        )
        for queue in catalogue.queues
    )


def _number(number: Number) -> NumberPlan:
    return NumberPlan(
        number=number.number,
        queue=number.queue,
        greeting=number.greeting,
        transition=number.transition,
        transition_from=_day(number.transition_from),
        transition_to=_day(number.transition_to),
        open_from=_day(number.effective_from),
        open_to=_day(number.effective_to),
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def floor_policy(settings: Settings, catalogue: Catalogue) -> Policy:
    """Return the rules of the floor."""
    floor = settings.floor
    return Policy(
        service_level=Millis(floor.service_level_ms),
        acw=Millis(floor.acw_seconds * 1000),
        misses_before_away=floor.misses_before_away,
        patience=Millis(floor.answer_asterisk_seconds * 1000),
        dead_member=Millis(floor.dead_member_seconds * 1000),
        utc_offset=Millis(floor.utc_offset_minutes * 60_000),
        interval=Millis(floor.interval_minutes * 60_000),
        not_ready_reasons=frozenset(reason.key for reason in catalogue.reasons if reason.self_service),
        queues=tuple(QueueName(queue.name) for queue in catalogue.queues),
        node=settings.pbx.node,
        destinations=lines(settings, catalogue),
    )
