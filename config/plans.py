"""What the settings and catalogues ask of Asterisk, as the plan that the telephony room renders and runs."""

from datetime import date
from pathlib import Path

from config.catalogues import Catalogue, Number
from config.lines import destination_plans, step_plans, trunk_plans
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
