"""The catalogues as screens need them; compose calls this with the settings it read."""

import re
from collections.abc import Iterable

from acd.agent import OWN_REASONS
from acd.figures import MEASURES, Measure
from acd.names import DestinationKey, QueueName
from agent_desk.wire_http import (
    Catalogue,
    DestinationEntry,
    NamedKey,
    NotAcceptedReason,
    NotReadyReason,
    NumberEntry,
    RateRule,
)
from config.catalogues import Catalogue as Catalogues
from config.catalogues import Choice
from config.directory import Destination
from config.settings import Settings
from core.transfer_figures import FIGURE_RULES, FigureRule

_RULES: tuple[Measure | FigureRule, ...] = (*MEASURES, *FIGURE_RULES)


def catalogue_for_screens(settings: Settings, catalogue: Catalogues) -> Catalogue:
    """Return the catalogue of screens."""
    greetings = {prompt.key: prompt for prompt in catalogue.prompts}
    return Catalogue(
        demo=settings.demo.enabled,
        numbers=tuple(
            NumberEntry(
                number=number.number,
                name=number.zh,
                name_en=number.en,
                mode=number.mode,
                ministry=number.ministry,
                queue=QueueName(number.queue),
                greeting_zh=greetings[number.greeting].zh,
                greeting_en=_as_read(greetings[number.greeting].en),
            )
            for number in catalogue.numbers
        ),
        queues=tuple(NamedKey(key=queue.name, zh=queue.zh, en=queue.en) for queue in catalogue.queues),
        destinations=tuple(_destination(one) for one in catalogue.destinations),
        not_ready=tuple(
            NotReadyReason(
                key=reason.key,
                zh=reason.zh,
                en=reason.en,
                per_use_minutes=reason.per_use_minutes,
                per_shift_minutes=reason.per_shift_minutes,
            )
            for reason in catalogue.reasons
            if reason.self_service and reason.key not in OWN_REASONS
        ),
        domains=_named(catalogue.demand.domains),
        demand_types=_named(catalogue.demand.types),
        not_accepted=tuple(
            NotAcceptedReason(key=one.key, zh=one.zh, en=one.en, script_zh=one.script_zh, script_en=one.script_en)
            for one in catalogue.demand.not_accepted
        ),
        rules=tuple(
            RateRule(key=m.key, name_zh=m.name_zh, name_en=m.name_en, rule_zh=m.rule_zh, rule_en=m.rule_en)
            for m in _RULES
        ),
        service_level_ms=settings.floor.service_level_ms,
        acw_seconds=settings.floor.acw_seconds,
        interval_minutes=settings.floor.interval_minutes,
    )


def _destination(one: Destination) -> DestinationEntry:
    return DestinationEntry(
        key=DestinationKey(one.key),
        number=one.number or "",
        zh=one.zh,
        en=one.en,
        initials=one.initials,
        kind=one.kind,
        modes=one.modes,
        field=one.field or "",
        favourite=one.favourite or None,
    )


def _as_read(spoken: str) -> str:
    """Return an English prompt as people read it: its digits are apart for the voice that speaks them."""
    return re.sub(r"(?<=\d) (?=\d)", "", spoken)


def _named(choices: Iterable[Choice]) -> tuple[NamedKey, ...]:
    return tuple(NamedKey(key=choice.key, zh=choice.zh, en=choice.en) for choice in choices)
